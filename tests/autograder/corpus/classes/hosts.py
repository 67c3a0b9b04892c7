"""Files and network: reading, writing and calling what lies outside the box.

``@TCP@``, ``@UDP@`` are ports on which the test listens, ``@SOCKET@`` is a path of a listening
socket, ``@NAME@`` an abstract name of one, and ``@CANARY@`` a folder of the test's that must stay
as it is.
"""

from .. import Notebook, cell, double

NOTEBOOKS = (
    Notebook(
        "host-write",
        "writes into all folders that it can think of",
        before=(
            cell("""
            import os
            folders = ["/", "/tmp", "/var/tmp", "/dev/shm", "/root", "/home", "/etc", "/usr", "/opt",
                       "/opt/box", "/opt/grader", "/run", "..", "../..", "@CANARY@", os.path.expanduser("~")]
            for folder in folders:
                for path in (f"{folder}/canary-of-a-notebook", f"{folder}/x/canary-of-a-notebook"):
                    try:
                        os.makedirs(os.path.dirname(path), exist_ok=True)
                        with open(path, "w") as file:
                            file.write("canary")
                    except OSError:
                        pass
            """),
        ),
    ),
    Notebook(
        "host-canary",
        "reads, changes and deletes the files of the grader by their very paths",
        before=(
            cell("""
            import os, shutil
            print(os.path.exists("@CANARY@"))
            for act in (lambda: print(open("@CANARY@/secret").read()),
                        lambda: open("@CANARY@/secret", "a").write("x"),
                        lambda: os.chmod("@CANARY@/secret", 0o777),
                        lambda: os.remove("@CANARY@/secret"),
                        lambda: shutil.rmtree("@CANARY@"),
                        lambda: os.utime("@CANARY@/secret"),
                        lambda: os.link("@CANARY@/secret", "mine")):
                try:
                    act()
                except OSError as error:
                    print(type(error).__name__)
            """),
        ),
    ),
    Notebook(
        "host-links",
        "lays links out of its folder and reads and writes through them",
        before=(
            cell("""
            import os
            root = "/proc/self/root"
            for target in ("@CANARY@", "/proc/1/root", f"{root}/..", "/etc", "/opt/grader"):
                try:
                    os.symlink(target, "way")
                    print(os.listdir("way"))
                    open("way/canary-of-a-notebook", "w").write("x")
                except OSError as error:
                    print(type(error).__name__)
                finally:
                    os.path.islink("way") and os.remove("way")
            """),
        ),
    ),
    Notebook(
        "host-code",
        "changes the code that boxes run and the packages that they import",
        before=(
            cell("""
            import os, sys, numpy
            paths = [numpy.__file__, os.__file__, sys.executable]
            paths += [m.__file__ for m in list(sys.modules.values()) if getattr(m, "__file__", None)]
            for path in paths:
                for act in (lambda: open(path, "a").write("#"), lambda: os.remove(path),
                            lambda: os.chmod(path, 0o666), lambda: os.rename(path, path + "x")):
                    try:
                        act()
                        print("CHANGED", path)
                    except OSError:
                        pass
            """),
        ),
        never=("CHANGED /",),
    ),
    Notebook(
        "host-tcp",
        "connects to a service on the grader's machine",
        double(
            """
            import socket
            for host in ("127.0.0.1", "localhost", "::1", "0.0.0.0"):
                try:
                    with socket.create_connection((host, @TCP@), timeout=0.2) as one:
                        one.sendall(b"caught")
                except OSError:
                    pass
            """
        ),
    ),
    Notebook(
        "host-udp",
        "sends a datagram to a service on the grader's machine",
        before=(
            cell("""
            import socket
            for family in (socket.AF_INET, socket.AF_INET6):
                try:
                    with socket.socket(family, socket.SOCK_DGRAM) as one:
                        one.sendto(b"caught", ("127.0.0.1", @UDP@))
                except OSError as error:
                    print(type(error).__name__)
            """),
        ),
        says="permissionerror",
    ),
    Notebook(
        "host-unix-socket",
        "connects to a socket that has a path, and to one that has none",
        before=(
            cell(r"""
            import socket
            for address in ("@SOCKET@", "\0@NAME@"):
                try:
                    with socket.socket(socket.AF_UNIX) as one:
                        one.connect(address)
                        one.sendall(b"caught")
                except OSError as error:
                    print(type(error).__name__)
            """),
        ),
    ),
    Notebook(
        "host-shell",
        "starts programs in every way that there is",
        before=(
            "!touch @CANARY@/canary-of-a-notebook",
            "%%bash\ntouch @CANARY@/canary-of-a-notebook",
            "%sx touch @CANARY@/canary-of-a-notebook",
            cell("""
            import os, subprocess
            for act in (lambda: os.system("touch @CANARY@/canary-of-a-notebook"),
                        lambda: os.popen("touch @CANARY@/canary-of-a-notebook").read(),
                        lambda: subprocess.run(["touch", "@CANARY@/canary-of-a-notebook"]),
                        lambda: os.posix_spawn("/usr/bin/touch", ["touch", "@CANARY@/x"], {})):
                try:
                    act()
                except OSError as error:
                    print(type(error).__name__)
            """),
        ),
    ),
    Notebook(
        "host-downloads",
        "fetches the answers from elsewhere",
        before=(
            cell("""
            from urllib.request import urlopen
            for url in ("http://127.0.0.1:@TCP@/answers", "file:///etc/passwd", "ftp://127.0.0.1/"):
                try:
                    print("GOT", urlopen(url, timeout=1).read()[:50])
                except OSError as error:
                    print(type(error).__name__)
            """),
        ),
        never=("GOT b",),
    ),
    Notebook(
        "host-shared-counts",
        "uses up what the whole machine has a number of: queues for disks, watches, timers, pipes",
        before=(
            cell("""
            import ctypes, fcntl, os, socket
            libc = ctypes.CDLL(None, use_errno=True)
            queue, timer, timers = ctypes.c_ulong(0), ctypes.c_void_p(), 0
            if libc.syscall(206, 10000, ctypes.byref(queue)) == 0:
                print("GOT", "a queue")
            if libc.inotify_init1(0) >= 0:
                print("GOT", "watches")
            while timers < 1000 and libc.timer_create(1, None, ctypes.byref(timer)) == 0:
                timers += 1
            if timers == 1000:
                print("GOT", "timers")
            try:
                fcntl.fcntl(os.pipe()[1], 1031, 1 << 20)
                print("GOT", "a large pipe")
            except OSError as error:
                print(error)
            try:
                socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
                print("GOT", "a socket that can be turned to others")
            except OSError as error:
                print(error)
            """),
        ),
        never=("GOT a", "GOT watches", "GOT timers"),
    ),
)
