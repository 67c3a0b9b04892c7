"""Jobs on a real cluster: a scheduler and workers of this machine, with certificates."""

import datetime
import json
import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from distributed import Client

from autograder import cli
from autograder.bundle import Bundle
from autograder.course import Course
from autograder.doctor import examine_cluster
from autograder.executors import ExecutorError, JobError, local
from autograder.executors.cluster import cluster
from autograder.executors.encryption import security
from autograder.job import Job
from autograder.sandbox import Limits
from autograder.sandbox.command import Tools

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("cluster")]
BIN = Path(sys.executable).parent


def job(*cells):
    return Job(cells, ()).to_bytes()


JOBS = [
    job("print('one')"),
    job("import numpy as np", "np.arange(3) / 2"),
    job("1 / 0"),
    job("x = 1", "print(x)", "import os; os._exit(1)", "print(x)"),
]


@dataclass(frozen=True)
class Certificates:
    """A folder with an authority's certificate, and one that it has signed with its key."""

    folder: Path

    @property
    def files(self):
        return {name: self.folder / f"{name}.pem" for name in ("ca", "cert", "key")}

    def options(self, ca="--tls-ca"):
        files = self.files
        return [ca, files["ca"], "--tls-cert", files["cert"], "--tls-key", files["key"]]

    @classmethod
    def made_in(cls, folder):
        authority, ours = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
        made = cls(folder)
        pem = serialization.Encoding.PEM
        for name, key in (("ca", authority), ("cert", ours)):
            made.files[name].write_bytes(signed(name, key, authority).public_bytes(pem))
        made.files["key"].write_bytes(
            ours.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        )
        return made


def signed(name, key, authority):
    now = datetime.datetime.now(datetime.UTC)
    names = {who: x509.Name.from_rfc4514_string(f"CN={who}") for who in ("ca", name)}
    return (
        x509.CertificateBuilder()
        .subject_name(names[name])
        .issuer_name(names["ca"])
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(x509.BasicConstraints(ca=name == "ca", path_length=None), critical=True)
        .sign(authority, hashes.SHA256())
    )


@contextmanager
def running(folder, *words, **variables):
    """Run a program of this environment in a folder; its words are in the file ``said``."""
    with (folder / "said").open("a") as said:
        process = subprocess.Popen(
            [BIN / words[0], *words[1:]],
            cwd=folder,
            stdout=said,
            stderr=said,
            env={**os.environ, **variables},
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@dataclass(frozen=True)
class Class:
    """A cluster: two workers like the grader, and one whose course has another lock."""

    address: str
    certificates: Certificates
    course: Course
    other: Course
    operator: Client
    scheduler: subprocess.Popen

    @contextmanager
    def executor(self, course=None):
        with cluster(
            self.address, course or self.course, Limits(), security=self.security
        ) as executor:
            yield executor

    @property
    def security(self):
        return security(self.address, **self.certificates.files)

    def kill_a_busy_worker(self):
        """Kill the process of one worker that has a job, if there is one now; say whether."""
        pids = self.operator.run(os.getpid, on_error="ignore")  # of those that are alive
        busy = [name for name, keys in self.operator.processing().items() if keys]
        for pid in [pids[name] for name in busy if name in pids][:1]:
            os.kill(pid, signal.SIGKILL)
            return True
        return False

    def everybody(self):
        self.operator.wait_for_workers(3, timeout=300)


def with_another_lock(course, folder, line):
    shutil.copytree(course.root, folder, symlinks=True)
    with (folder / "requirements" / "box.txt").open("a") as lock:
        lock.write(f"# {line}\n")
    return Course(folder)


@pytest.fixture(scope="module")
def started(tiny, needs_box, tmp_path_factory):
    folder = tmp_path_factory.mktemp("cluster")
    certificates = Certificates.made_in(folder)
    other = with_another_lock(tiny, folder / "other", "one more package")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    address = f"tls://127.0.0.1:{port}"
    scheduler = (
        *("dask", "scheduler", "--host", "127.0.0.1", "--port", str(port), "--protocol", "tls"),
        *("--dashboard-address", "127.0.0.1:0", *certificates.options("--tls-ca-file")),
    )
    worker = ("course", "worker", address, "--jobs", "1", *certificates.options())
    with (
        running(folder, *scheduler, DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES="1") as process,
        running(tiny.root, *worker),
        running(tiny.root, *worker),
        running(other.root, *worker),
        Client(address, security=security(address, **certificates.files), timeout=60) as operator,
    ):
        operator.wait_for_workers(3, timeout=300)
        yield Class(address, certificates, tiny, other, operator, process)


@pytest.fixture(scope="module")
def expected(tiny, needs_box):
    with local(Tools.of(tiny.box), Limits(), jobs=2) as executor:
        return [future.result() for future in map(executor.submit, JOBS)]


def test_bundles_are_those_of_this_machine(started, expected):
    with started.executor() as executor:
        assert executor.jobs == 2
        assert executor.box == Bundle.from_bytes(expected[0]).box
        assert [future.result() for future in map(executor.submit, JOBS)] == expected


def test_a_class_is_graded_there(started, notebook, hand_in, tmp_path):
    wrong = notebook(double="def double(x):\n    return x * x")
    for student, made in {"ada": notebook(), "chen": wrong}.items():
        hand_in(tmp_path / "in", student, made)
    root = shutil.copytree(started.course.root, tmp_path / "course", symlinks=True)
    command = [BIN / "course", "grade", tmp_path / "in", "--json", "--scheduler", started.address]
    command += started.certificates.options()
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert f"pool or stronger on each worker of {started.address}, 2 at a time" in done.stderr
    found = {one["student"]: one for one in json.loads(done.stdout)}
    scores = {name: sum(task["score"] for task in one["tasks"]) for name, one in found.items()}
    assert scores["ada"] == 5
    assert scores["chen"] < 5


def test_an_unlike_worker_is_named_with_the_remedy(started, caplog):
    with caplog.at_level(logging.WARNING), started.executor():
        (said,) = [record.message for record in caplog.records if record.name.startswith("auto")]
    assert said.startswith("tls://127.0.0.1:")
    assert "gets no work: student code would find other packages there" in said
    assert "run `make setup`, and start the worker again" in said


def test_the_doctor_looks_at_it(started):
    finding = examine_cluster(started.course, started.address, started.security)
    assert (finding.works, finding.remedy) == (True, "")
    assert finding.says.endswith(f"on each worker of {started.address}, 2 at a time")


def test_no_like_worker_no_work(started, tmp_path):
    third = with_another_lock(started.course, tmp_path / "third", "two more packages")
    with (
        pytest.raises(
            ExecutorError, match="the cluster has no worker that is fit: tls://"
        ) as error,
        started.executor(third),
    ):
        pass
    assert str(error.value).count("student code would find other packages there") == 3


def test_each_course_has_its_own_workers(started, expected):
    with started.executor(started.other) as executor:
        assert executor.jobs == 1
        assert executor.submit(JOBS[0]).result() == expected[0]


def test_a_killed_worker_costs_nothing(started):
    with started.executor() as executor:
        futures = [
            executor.submit(job(f"import time; time.sleep(1); print({n})")) for n in range(4)
        ]
        while not started.kill_a_busy_worker():
            pass
        bundles = [Bundle.from_bytes(future.result()) for future in futures]
    assert [bundle.outputs[0][0]["text"] for bundle in bundles] == [f"{n}\n" for n in range(4)]
    started.everybody()


def test_what_kills_its_workers_is_told_and_harms_no_neighbour(started, expected):
    with started.executor() as executor:
        killer = executor.submit(job("import time; time.sleep(600)"))
        neighbours = [executor.submit(each) for each in JOBS]
        assert [future.result() for future in neighbours] == expected
        while not killer.done():
            started.kill_a_busy_worker()
            started.everybody()
        with pytest.raises(JobError, match="each worker that ran this notebook died of it"):
            killer.result()
        assert executor.submit(JOBS[0]).result() == expected[0]


def test_strangers_get_no_answer(started, tmp_path, monkeypatch):
    monkeypatch.setattr("autograder.executors.cluster.SECONDS", 1)
    strange = security(started.address, **Certificates.made_in(tmp_path).files)
    with (
        pytest.raises(ExecutorError, match="no scheduler answers at tls://"),
        cluster(started.address, started.course, Limits(), security=strange),
    ):
        pass


def test_a_machine_without_a_box_is_no_worker(started, tmp_path):
    root = shutil.copytree(started.course.root, tmp_path / "course", symlinks=True)
    (root / ".box").unlink()
    python = root / ".box" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text("#!/bin/sh\nexit 1\n")
    python.chmod(0o755)
    done = subprocess.run(
        [BIN / "course", "worker", started.address, *started.certificates.options()],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 3
    assert "No box, no work: no pool: " in done.stderr, done.stderr


def test_the_doctor_finds_none(tiny, monkeypatch):
    monkeypatch.setattr("autograder.executors.cluster.SECONDS", 0.1)
    address = "tcp://127.0.0.1:1"
    finding = examine_cluster(tiny, address, security(address))
    assert not finding.works
    assert f"no scheduler answers at {address}" in finding.says
    assert "docs/instructor.md" in finding.remedy


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # dask's sockets
def test_a_killed_scheduler_ends_the_run_and_says_so(started, monkeypatch):  # the last one
    monkeypatch.setattr("autograder.executors.cluster.SECONDS", 1)
    with started.executor() as executor:
        futures = [executor.submit(job("import time; time.sleep(600)")) for _ in range(9)]
        started.scheduler.kill()
        for future in futures:
            with pytest.raises(ExecutorError, match="is gone; what was graded is stored: start"):
                future.result()


@pytest.mark.parametrize("address", ["tls://host", "host:8786", "http://host:1", "tls://h:x", ""])
def test_what_is_no_address(address):
    with pytest.raises(ValueError, match="it must look like tls://HOST:PORT"):
        security(address)


def test_in_the_clear_to_this_machine_alone():
    for host in ("127.0.0.1", "127.9.9.9", "[::1]", "localhost"):
        assert not security(f"tcp://{host}:8786").require_encryption
    for host in ("10.0.0.7", "0.0.0.0", "grader.example", "127.0.0.1.example"):
        with pytest.raises(ValueError, match=f"is not encrypted.*use tls://{host}:8786 with"):
            security(f"tcp://{host}:8786")


def test_certificates_that_are_none(tmp_path):
    with pytest.raises(ValueError, match="give --tls-ca, --tls-cert and --tls-key, or set"):
        security("tls://grader.example:8786")
    (tmp_path / "file").write_text("no certificate")
    files = dict.fromkeys(("ca", "cert", "key"), tmp_path / "file")
    with pytest.raises(ValueError, match="the certificates cannot be used"):
        security("tls://grader.example:8786", **files)


def test_a_worker_without_a_scheduler(tiny, monkeypatch):
    monkeypatch.chdir(tiny.root)
    done = CliRunner().invoke(cli.main, ["worker", "tcp://10.0.0.7:8786"])
    assert done.exit_code == 2
    assert "is not encrypted" in done.output
