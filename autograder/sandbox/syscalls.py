"""The system call filter that every process with student code in it carries."""

from __future__ import annotations

import errno
import tempfile
from functools import cache

__all__ = ["syscall_filter"]

CLONE_THREAD, CLONE_NEWUSER = 0x10000, 0x10000000
TIOCSTI = 0x5412
DENIED = """
acct add_key bpf chroot clock_adjtime clock_settime execve execveat fanotify_init finit_module fork
fsconfig fsmount fsopen fspick init_module inotify_init inotify_init1 io_setup io_uring_enter
io_uring_register io_uring_setup ioperm iopl kcmp kexec_file_load kexec_load keyctl lookup_dcookie
mbind memfd_create memfd_secret migrate_pages modify_ldt mount mount_setattr move_mount move_pages
mq_open msgget name_to_handle_at nfsservctl open_by_handle_at open_tree perf_event_open personality
pidfd_getfd pivot_root process_vm_readv process_vm_writev ptrace quotactl reboot request_key
seccomp semget set_mempolicy setdomainname sethostname setns settimeofday shmget socket swapoff
swapon sync syncfs syslog umount2 unshare userfaultfd vfork vhangup vmsplice
""".split()
# What namespaces make harmless: files of the same user have rights and dates to be changed,
# and its other processes can be signalled and slowed down.
DENIED_WITHOUT_WALLS = """
chmod chown fchmod fchmodat fchmodat2 fchown fchownat fremovexattr fsetxattr futimesat ioprio_set
kill lchown lremovexattr lsetxattr pidfd_open pidfd_send_signal removexattr rt_sigqueueinfo
rt_tgsigqueueinfo sched_setaffinity sched_setattr sched_setparam sched_setscheduler setpriority
setxattr tgkill tkill utime utimensat utimes
""".split()
PR_SET_PDEATHSIG, F_SETPIPE_SZ = 1, 1031
SOCK_DGRAM, SOCKET_TYPES = 2, 0xF


@cache
def syscall_filter(*, walls: bool = True) -> bytes:
    """Compile the filter with libseccomp for this machine's architecture.

    It refuses new processes and programs, sockets, namespaces, mounts, tracing, kernel keys,
    shared memory that no limit counts, what the machine or its user has only so many of (queues
    for disks, watches on files, pages of pipes), and limits set on other processes; threads stay
    allowed.

    Parameters
    ----------
    walls : bool
        Whether there are namespaces too; if not, more is refused, and some honest code with it.

    Returns
    -------
    bytes
        A BPF program, ready for ``prctl(PR_SET_SECCOMP)``.

    Raises
    ------
    OSError
        If libseccomp is not installed.
    """
    import pyseccomp

    rules = pyseccomp.SyscallFilter(defaction=pyseccomp.ALLOW)
    refuse = pyseccomp.ERRNO(errno.EPERM)
    for name in DENIED if walls else DENIED + DENIED_WITHOUT_WALLS:
        try:
            rules.add_rule(refuse, name)
        except (OSError, ValueError):  # this architecture has no such call
            continue
    only_threads = pyseccomp.Arg(0, pyseccomp.MASKED_EQ, CLONE_THREAD, 0)
    new_user = pyseccomp.Arg(0, pyseccomp.MASKED_EQ, CLONE_NEWUSER, CLONE_NEWUSER)
    rules.add_rule(refuse, "clone", only_threads)
    rules.add_rule(refuse, "clone", new_user)
    rules.add_rule(pyseccomp.ERRNO(errno.ENOSYS), "clone3")  # the C library then uses clone
    # The kernel reads 32 bits of these: others must not hide them.
    for name, place, value in (
        ("ioctl", 1, TIOCSTI),
        ("fcntl", 1, F_SETPIPE_SZ),
        ("prctl", 0, PR_SET_PDEATHSIG),  # it must end with its supervisor
    ):
        same = pyseccomp.Arg(place, pyseccomp.MASKED_EQ, 0xFFFFFFFF, value)
        rules.add_rule(refuse, name, same)
    rules.add_rule(refuse, "prlimit64", pyseccomp.Arg(0, pyseccomp.NE, 0))
    # One end of such a pair can be turned to any socket that it finds.
    datagrams = pyseccomp.Arg(1, pyseccomp.MASKED_EQ, SOCKET_TYPES, SOCK_DGRAM)
    rules.add_rule(refuse, "socketpair", datagrams)
    with tempfile.TemporaryFile() as program:
        rules.export_bpf(program)
        program.seek(0)
        return program.read()
