"""Each wall and each limit of the box is tried for real, from inside."""

import os
import stat
import sys
from pathlib import Path

import numpy as np
import pytest

from autograder.sandbox import Limits
from autograder.spec import Case

ARRAYS = [Case("one", (np.arange(3.0),)), Case("two", (np.arange(4.0),))]

# Each attempt is an expression that raises, or says what it got.
TRY = """
import ctypes, gc, os, resource, signal, socket, stat, struct, subprocess, sys, threading
from pathlib import Path
libc = ctypes.CDLL(None, use_errno=True)
def syscall(number, *args):
    ctypes.set_errno(0)
    done = libc.syscall(number, *args)
    if done < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return done
def described(fd):
    try:
        found = os.fstat(fd)
    except OSError:
        return []
    return [(fd, stat.S_IFMT(found.st_mode), found.st_rdev)]
def attempt(function):
    try:
        print("got", repr(function())[:500])
    except BaseException as error:
        print("refused", type(error).__name__, error)
"""


@pytest.fixture(scope="module")
def attempts(box):
    """Give `attempts(expression, ...)`: what came of each, all tried in one box."""

    def attempts(*expressions):
        cells = [f"attempt(lambda: {expression})" for expression in expressions]
        visit = box.show(TRY, *cells)
        assert visit.notes == []
        return [visit.said(index + 1).strip() for index in range(len(cells))]

    return attempts


def refused(said):
    assert said.startswith("refused"), said
    return True


# Who the code is


def statuses(box):
    """Return what the kernel says, outside, of the Python processes of a box that answers."""
    box.ask("def f(x): return x")
    of = {pid: Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0") for pid in box.processes()}
    pythons = [pid for pid, command in of.items() if command[0] == b"/opt/box/bin/python"]
    texts = [Path(f"/proc/{pid}/status").read_text().strip() for pid in pythons]
    return [dict(line.split(":", 1) for line in text.splitlines()) for text in texts]


def test_no_user_no_capability_no_privilege(box):
    confined = [status for status in statuses(box) if status["Seccomp"].strip() == "2"]
    assert len(confined) == 1  # the process with student code in it
    for capabilities in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
        assert int(confined[0][capabilities], 16) == 0
    assert confined[0]["NoNewPrivs"].strip() == "1"


def test_not_root_on_this_machine_either(box):
    """Whoever starts it: what runs in the box belongs to an ordinary user outside too."""
    found = statuses(box)
    assert len(found) == 3  # the zygote, the submission's supervisor and its child
    for status in found:
        assert "0" not in status["Uid"].split()


# What it can see


def test_no_file_of_the_host(attempts, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("the answers")
    here = Path(__file__).parents[2]
    assert all(
        map(
            refused,
            attempts(
                f"open({str(secret)!r}).read()",
                f"open({str(Path(__file__))!r}).read()",
                f"os.listdir({str(here)!r})",
                "open('/etc/passwd').read()",
                "open('/etc/shadow').read()",
                "os.listdir('/var')",
                "os.listdir('/sys')",
                "os.listdir('/run')",
                "open('/proc/1/environ').read()",
                "os.readlink('/proc/1/root')",
                "open('/proc/1/mem', 'rb').read(1)",
                "os.listdir('/proc/1/fd')",
                "open('/proc/kcore', 'rb').read(1)",
            ),
        )
    )


def test_nothing_but_the_system_and_pythons_own_folder(attempts):
    python = Path(sys.base_prefix)  # shown where it is, if it is not below /usr
    hidden = ["/", "/home", *map(str, python.parents)]
    if python.is_relative_to("/usr"):
        hidden = hidden[:2]
    assert all(map(refused, attempts(*(f"os.listdir({folder!r})" for folder in hidden))))
    assert attempts("sorted(os.listdir('/opt'))") == ["got ['box', 'grader']"]


def test_nothing_of_the_grader_but_what_runs_here(attempts):
    said = attempts(
        "sorted(os.listdir('/opt/grader/_box'))[0]",
        "os.listdir('/opt/grader')",
        "__import__('convlib')",
        "__import__('autograder.spec')",
        "__import__('nbgrader')",
        "[path for path in Path('/opt').rglob('*') if path.name in ('cases.py', 'judge.py')]",
    )
    assert said[0].startswith("got")
    assert said[1] == "got ['_box']"
    assert all(map(refused, said[2:5]))
    assert said[5] == "got []"


def test_no_secret_in_the_environment(fresh_box, monkeypatch):
    monkeypatch.setenv("COURSE_SECRET", "do not tell")
    monkeypatch.setenv("PYTHONSTARTUP", "/do/not/tell")
    visit = fresh_box().show(
        "import os; print(dict(os.environ))", "print(open('/proc/self/environ').read())"
    )
    assert "PATH" in visit.said(0)
    assert "tell" not in visit.said(0) + visit.said(1)


def test_each_notebook_is_on_its_own(box):
    box.show(
        "import numpy as np, builtins\nnp.sum = builtins.len = lambda *_: 'patched'\nsecret = 1",
        "open('/tmp/left', 'w').write('x')",
    )
    visit = box.show("import numpy as np; print(np.sum([1, 2]), len([1]), 'secret' in globals())")
    assert visit.said() == "3 1 False\n"


def test_no_process_at_all(attempts):
    assert all(map(refused, attempts("os.listdir('/proc')", "open('/proc/self/status')")))


def test_no_descriptor_leads_out(attempts):
    (said,) = attempts("[found for fd in range(1000) for found in described(fd)]")
    found = {fd: (kind, device) for fd, kind, device in eval(said.removeprefix("got "))}
    null = stat.S_IFCHR, Path(os.devnull).stat().st_rdev
    assert [found.pop(fd) for fd in (0, 1, 2)] == [null] * 3
    assert [kind for kind, _ in found.values()] == [stat.S_IFSOCK]  # to the supervisor


# What it can reach


def test_no_network_and_no_socket(attempts):
    assert all(
        map(
            refused,
            attempts(
                "socket.socket()",
                "socket.socket(socket.AF_UNIX)",
                "socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
                "socket.socket(16, socket.SOCK_RAW)",
                "socket.create_connection(('127.0.0.1', 80), 1)",
                "socket.getaddrinfo('localhost.localdomain', 80)",
                "__import__('urllib.request').request.urlopen('http://127.0.0.1/', timeout=1)",
            ),
        )
    )


def test_no_process_and_no_program(attempts):
    assert all(
        map(
            refused,
            attempts(
                "os.fork()",
                "os.forkpty()",
                "subprocess.run(['/usr/bin/true'])",
                "os.execv('/usr/bin/true', ['true'])",
                "os.posix_spawn('/usr/bin/true', ['true'], {})",
                "os.popen('id').read()[0]",
                "__import__('multiprocessing').Process(target=print).start()",
                "syscall(435, struct.pack('8Q', 0, 0, 0, 0, 17, 0, 0, 0), 64)",  # clone3
            ),
        )
    )


needs_x86 = pytest.mark.skipif(
    os.uname().machine != "x86_64", reason="the system calls below have the numbers of x86_64"
)


@needs_x86
def test_the_filter_refuses(attempts):
    said = attempts(
        "syscall(56, 17, 0, 0, 0, 0)",  # clone, as fork does it
        "syscall(56, 0x10000000 | 17, 0, 0, 0, 0)",  # into a user namespace
        "syscall(272, 0x10000000)",  # unshare
        "syscall(272, 0x20000)",
        "syscall(308, 0, 0)",  # setns
        "syscall(165, 0, 0, 0, 0, 0)",  # mount
        "syscall(161, b'/tmp')",  # chroot
        "syscall(101, 16, 1, 0, 0)",  # ptrace
        "syscall(310, 1, 0, 0, 0, 0, 0)",  # process_vm_readv
        "syscall(135, 0x0040000)",  # personality
        "syscall(319, b'x', 0)",  # memfd_create
        "syscall(447, 0)",  # memfd_secret
        "syscall(425, 8, bytes(120))",  # io_uring_setup
        "syscall(323, 1)",  # userfaultfd
        "syscall(321, 0, bytes(128), 128)",  # bpf
        "syscall(298, bytes(128), 0, -1, -1, 0)",  # perf_event_open
        "syscall(250, 0, 0)",  # keyctl
        "syscall(29, 0, 1 << 20, 0o1600)",  # shmget
        "syscall(240, b'/x', 66, 0o600, 0)",  # mq_open
        "syscall(302, 1, 7, struct.pack('QQ', 9, 9), 0)",  # prlimit of process 1
        "syscall(302, os.getpid(), 7, 0, bytes(16))",
        "syscall(16, 0, 0x5412, b'x')",  # TIOCSTI
        "syscall(16, 0, ctypes.c_long(0x100005412), b'x')",  # the same, for the kernel
        "syscall(438, 0, 0, 0)",  # pidfd_getfd
        "syscall(157, 1, 0)",  # prctl: outlive the supervisor
        "syscall(157, ctypes.c_long(0x100000001), 0)",  # the same, for the kernel
        "syscall(72, os.pipe()[1], 1031, 1 << 20)",  # a larger pipe
        "syscall(53, 1, 2, 0, bytes(8))",  # socketpair, of datagrams
        "syscall(53, 1, 2 | 0o2000000, 0, bytes(8))",
        "syscall(206, 100, bytes(8))",  # io_setup
        "syscall(294, 0)",  # inotify_init1
        "syscall(162)",  # sync
    )
    assert {line.split(",")[0] for line in said} == {
        "refused PermissionError [Errno 1] Operation not permitted"
    }
    (said,) = attempts("syscall(435, struct.pack('8Q', 0, 0, 0, 0, 17, 0, 0, 0), 64)")  # clone3
    assert "Errno 38" in said  # not implemented: the C library then takes clone


@needs_x86
def test_other_numbers_for_the_same_calls(box):
    for cell in ("print('came back', libc.syscall(0x40000000 | 57))", INT80):  # x32's fork, i386's
        visit = box.show(TRY, cell)
        assert "came back -1" in visit.said() or "Bad system call" in visit.notes[0]


@needs_x86
def test_timers_that_the_machine_has_to_keep_are_few(box):
    timers = "while libc.timer_create(1, None, ctypes.byref(name)) == 0: made += 1"
    said = box.show(TRY, f"made, name = 0, ctypes.c_void_p()\n{timers}\nprint(made)").said()
    assert 0 < int(said.split()[-1]) <= Limits().processes


def test_no_privilege_and_no_higher_limit(attempts):
    assert all(
        map(
            refused,
            attempts(
                "os.setuid(0)",
                "os.setgid(0)",
                "os.chown('/tmp', 0, 0)",
                "os.mknod('/tmp/disk', 0o60666, os.makedev(8, 0))",
                "os.nice(-5)",
                "resource.setrlimit(resource.RLIMIT_NOFILE, (100000, 100000))",
                "resource.setrlimit(resource.RLIMIT_AS, (-1, -1))",
                "resource.setrlimit(resource.RLIMIT_CPU, (-1, -1))",
            ),
        )
    )


INT80 = """
import ctypes, mmap
code = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
code.write(b"\\xb8\\x02\\x00\\x00\\x00\\xcd\\x80\\xc3")  # mov eax, 2 (fork); int 0x80; ret
address = ctypes.addressof(ctypes.c_char.from_buffer(code))
print("came back with", ctypes.CFUNCTYPE(ctypes.c_int)(address)())
"""


def test_no_signal_harms_the_supervisor(box):
    cell = """
import os, signal
def f(x):
    for number in range(1, 65):
        try:
            os.kill(1, number)
        except PermissionError:  # Landlock refuses it where the kernel can
            pass
        if number not in (9, 19):
            signal.signal(number, signal.SIG_IGN) if number not in (32, 33) else None
    return x
"""
    visit = box.ask(cell)
    assert right(visit.answers)


@pytest.mark.parametrize("number", [1, 2, 9, 11, 14, 19, 31, 34, 35, 64])
def test_a_process_that_ends_itself_costs_one_case(box, number):
    cell = f"import os\ndef f(x):\n    if x.size == 3: os.kill(os.getpid(), {number})\n    return x"
    cases = [Case("one", (np.arange(3.0),), seconds=1), ARRAYS[1]]
    first, second = box.ask(cell, cases=cases).answers
    if number == 14:  # that of the time limit of cells
        assert first.kind == "raised"
    else:
        assert first.kind == ("timeout" if number == 19 else "died")
    np.testing.assert_array_equal(second, np.arange(4.0))


def right(answers, cases=ARRAYS):
    for answer, case in zip(answers, cases, strict=True):
        np.testing.assert_array_equal(answer, case.args[0])
    return True


# Writing


@pytest.mark.parametrize("folder", ["/tmp", "/home/student", "/dev/shm"])
def test_a_full_disk_is_full_at_the_limit(tight_box, folder):
    cell = f"""
import os
written = 0
try:
    for number in range(50):
        with open("{folder}/%s" % number, "wb", buffering=0) as file:
            written += file.write(bytes(1 << 19))
except OSError as error:
    print(error.errno)
print(written)
for name in os.listdir("{folder}"):
    if name.isdigit():
        os.remove("{folder}/" + name)
try:
    with open("{folder}/0", "wb", buffering=0) as file:
        print(sum(file.write(bytes(1 << 18)) for _ in range(50)))
except OSError as error:
    print(error.errno)
"""
    full, written, too_large = map(int, tight_box.show(cell).said().split())
    assert full == 28  # no space left
    assert (1 << 20) <= written <= tight_box.box.limits.folder_size
    assert too_large == 27  # one file over its own limit


def test_nothing_else_can_be_written(attempts):
    folders = (
        "/",
        "/usr",
        "/usr/lib",
        "/etc",
        "/opt",
        "/opt/box",
        "/opt/grader/_box",
        "/dev",
        "/proc",
    )
    assert all(map(refused, attempts(*(f"open('{folder}/x', 'w')" for folder in folders))))
    assert all(
        map(
            refused,
            attempts(
                "open('/proc/sys/vm/swappiness', 'w').write('1')",
                "open('/proc/sys/kernel/core_pattern', 'w')",
                "open('/proc/1/oom_score_adj', 'w').write('-1000')",
                "os.chmod('/opt/box', 0o777)",
                "os.remove('/usr/bin/env')",
                "os.rename('/opt/grader', '/tmp/grader')",
                "os.link('/usr/bin/env', '/tmp/env')",
                "os.symlink('/etc', '/opt/etc')",
            ),
        )
    )
