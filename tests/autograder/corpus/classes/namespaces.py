"""Namespaces and the warm parent: what a process inherits, and what it may do to its relatives."""

from .. import Notebook, cell, double

NOTEBOOKS = (
    Notebook(
        "parent-kill",
        "kills its parent, process 1 and all others",
        double(
            """
            import os, signal
            for pid in {os.getppid(), *range(1, 300)} - {os.getpid()}:
                for number in (signal.SIGKILL, signal.SIGTERM, signal.SIGSTOP, signal.SIGINT):
                    try:
                        os.kill(pid, number)
                    except OSError:
                        pass
            """
        ),
    ),
    Notebook(
        "parent-kill-everybody",
        "kills all that it may",
        double("import os, signal\nos.kill(-1, signal.SIGKILL)"),
    ),
    Notebook(
        "parent-group",
        "stops its process group and session",
        double(
            """
            import os, signal
            for act in (lambda: os.killpg(0, signal.SIGSTOP), lambda: os.killpg(1, signal.SIGKILL)):
                try:
                    act()
                except OSError:
                    pass
            """
        ),
    ),
    Notebook(
        "parent-ptrace",
        "attaches to its parent and to process 1",
        double(
            """
            import ctypes, os
            libc = ctypes.CDLL(None)
            for pid in (1, os.getppid()):
                libc.ptrace(16, pid, 0, 0)
                libc.ptrace(0x4206, pid, 0, 0)
                libc.process_vm_writev(pid, 0, 0, 0, 0, 0)
            """
        ),
    ),
    Notebook(
        "parent-memory",
        "writes into the memory of its parent and reads its files",
        before=(
            cell("""
            import os
            for pid in (1, os.getppid()):
                for name in ("mem", "maps", "environ", "cmdline", "fd", "root", "cwd", "exe"):
                    path = f"/proc/{pid}/{name}"
                    try:
                        print("OPENED", os.listdir(path) if name == "fd" else open(path, "r+b"))
                    except OSError as error:
                        print(name, type(error).__name__)
            """),
        ),
        never=("OPENED <", "OPENED ["),
    ),
    Notebook(
        "parent-descriptors",
        "uses each descriptor that it inherited",
        double(
            """
            import fcntl, os, socket
            for fd in range(3, 300):
                for act in (lambda: os.write(fd, b"x" * 64), lambda: os.lseek(fd, 0, 0),
                            lambda: os.ftruncate(fd, 0), lambda: os.fchmod(fd, 0o777),
                            lambda: os.fchdir(fd), lambda: fcntl.flock(fd, fcntl.LOCK_EX | 4),
                            lambda: socket.socket(fileno=os.dup(fd)).getpeername()):
                    try:
                        act()
                    except (OSError, ValueError):
                        pass
            """
        ),
    ),
    Notebook(
        "parent-shared-pages",
        "writes over the code and the small integers that it shares with its parent",
        before=(
            cell("""
            import ctypes
            for number in range(-5, 50):
                ctypes.c_long.from_address(id(number) + 24).value = 4
            """),
        ),
    ),
    Notebook(
        "parent-memory-locks",
        "marks the pages that it shares, and the machine's settings",
        before=(
            cell("""
            import ctypes
            libc = ctypes.CDLL(None)
            libc.mlockall(7)
            for path in ("/proc/sys/vm/drop_caches", "/proc/sys/vm/swappiness", "/proc/self/oom_score_adj",
                         "/proc/1/oom_score_adj", "/proc/sys/kernel/core_pattern", "/sys/power/state"):
                try:
                    open(path, "w").write("1")
                    print("WROTE", path)
                except OSError as error:
                    print(type(error).__name__)
            """),
        ),
        never=("WROTE /proc/sys", "WROTE /sys", "WROTE /proc/1"),
    ),
    Notebook(
        "namespace-new",
        "makes namespaces, mounts and changes its root",
        before=(
            cell("""
            import ctypes, os
            libc = ctypes.CDLL(None, use_errno=True)
            for flags in (0x10000000, 0x20000, 0x10020000, 0x40000000, 0x20000000, 0x7e020000):
                print("UNSHARED" if libc.unshare(flags) == 0 else os.strerror(ctypes.get_errno()))
            print("MOUNTED" if libc.mount(b"none", b"/tmp", b"tmpfs", 0, 0) == 0 else "no")
            print("ROOTED" if libc.chroot(b"/tmp") == 0 else "no")
            print("CLONED" if libc.syscall(56, 0x10000000 | 17, 0, 0, 0, 0) > 0 else "no")
            print("CLONED" if libc.syscall(435, 0, 0) > 0 else "no")
            """),
        ),
        never=("UNSHARED\n", "MOUNTED\n", "ROOTED\n", "CLONED\n"),
    ),
    Notebook(
        "namespace-user",
        "becomes another user",
        before=(
            cell("""
            import os
            for act in (lambda: os.setuid(0), lambda: os.setgid(0), lambda: os.setgroups([0]),
                        lambda: os.setresuid(0, 0, 0)):
                try:
                    act()
                    print("BECAME", os.getresuid())
                except OSError as error:
                    print(type(error).__name__)
            """),
        ),
        # In its own user namespace a process may always "become" what it is.
        never=("BECAME (0",),
    ),
    Notebook(
        "namespace-limits",
        "lifts its limits",
        double(
            """
            import resource
            for name in dir(resource):
                if name.startswith("RLIMIT_"):
                    try:
                        resource.setrlimit(getattr(resource, name), (-1, -1))
                    except (OSError, ValueError):
                        pass
            hog = []
            while True:
                hog.append(np.empty(1 << 25))
            """
        ),
        says="memoryerror",
    ),
    Notebook(
        "namespace-daemon",
        "leaves a daemon behind",
        before=(
            cell("""
            import ctypes, os, time
            libc = ctypes.CDLL(None)
            for call in (57, 58, 56, 435):  # fork, vfork, clone, clone3
                child = libc.syscall(call, 17 if call == 56 else 0, 0, 0, 0, 0)
                if child == 0:
                    os.setsid()
                    while True:
                        time.sleep(1)
            """),
        ),
    ),
    Notebook(
        "namespace-threads-outlive",
        "lets threads outlive the cell, the case and the notebook",
        before=(
            cell("""
            import threading, time
            def stay():
                while True:
                    try:
                        time.sleep(0.05)
                        open("alive", "a").write("x")
                    except BaseException:
                        pass
            for _ in range(10):
                threading.Thread(target=stay).start()
            """),
        ),
    ),
    Notebook(
        "namespace-other-calls",
        "makes system calls that few programs make",
        before=(
            cell("""
            import ctypes
            libc = ctypes.CDLL(None)
            for number in (425, 426, 427, 323, 298, 319, 321, 272, 250, 248, 310, 311, 434, 438, 135):
                libc.syscall(number, 0, 0, 0, 0, 0)
            """),
        ),
    ),
    Notebook(
        "namespace-orphan",
        "asks to outlive the grader, by numbers that only the kernel cuts short",
        before=(
            cell("""
            import ctypes
            for option in (1, 1 | 1 << 32):
                done = ctypes.CDLL(None).syscall(157, ctypes.c_long(option), 0, 0, 0, 0)
                print("WILL", "OUTLIVE" if done == 0 else "not")
            """),
        ),
        never=("WILL OUTLIVE",),
    ),
)
