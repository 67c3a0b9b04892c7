"""The doctor: says of this machine what works, and what to do about what does not."""

import importlib.util
import shutil
import sys
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from autograder import doctor
from autograder.course import Course
from autograder.doctor import examine_box, examine_machine
from autograder.sandbox import BoxError, probe
from autograder.sandbox.kinds import LADDER, Kind, Landlock, Pool

COURSE = Course(Path(__file__).parents[2])  # where any user may read it


def without(monkeypatch, *missing):
    """Pretend that some programs are not installed."""
    found = shutil.which
    monkeypatch.setattr(
        doctor.shutil, "which", lambda name: None if name in missing else found(name)
    )


def broken(error):
    """Return a kind of box that does not start."""

    class Broken(Kind):
        name = "broken"

        @contextmanager
        def box(self, limits):
            raise error
            yield

    return Broken


def test_a_box_that_holds(tiny, needs_box):
    finding = examine_box(tiny)
    assert finding.works
    assert finding.says == f"pool: {Pool.holds}"
    assert finding.remedy == ""
    assert finding.needed


@pytest.mark.parametrize("attempt", ["lambda: None", "lambda: open('/usr/bin/env', 'rb')"])
def test_a_box_that_leaks_is_no_box(needs_box, monkeypatch, attempt):
    first = "for name, *attempts in ("
    assert first in probe.ATTEMPTS
    leak = probe.ATTEMPTS.replace(first, f"{first}('a thing', {attempt}),")
    monkeypatch.setattr(probe, "ATTEMPTS", leak)
    finding = examine_box(COURSE)
    assert not finding.works
    for kind in LADDER:
        assert f"no {kind.name}: student code got: a thing" in finding.says
    assert "do not grade on this machine" in finding.says


def test_a_probe_that_is_cut_short_proves_nothing(tiny, needs_box, monkeypatch):
    monkeypatch.setattr(probe, "ATTEMPTS", "print('no')")
    assert not examine_box(tiny).works


@pytest.mark.parametrize(
    ("error", "remedy"),
    [
        (BoxError("bwrap: setting up uid map: Permission denied"), "apparmor_restrict"),
        (BoxError("No permissions to create a new namespace"), "apparmor_restrict"),
        (FileNotFoundError("[Errno 2] No such file or directory: 'bwrap'"), "bubblewrap"),
        (BoxError("bwrap: execvp setpriv: No such file or directory"), "util-linux"),
        (OSError("libseccomp.so.2 is missing"), "libseccomp2"),
        (FileNotFoundError(".box is missing: run `make setup`"), "run `make setup`"),
        (BoxError("something new"), "see the message"),
    ],
)
def test_a_box_that_does_not_start(tiny, error, remedy):
    finding = examine_box(tiny, [broken(error)])
    assert not finding.works
    assert f"no broken: {error} (" in finding.says
    assert remedy in finding.says
    assert "\n" not in finding.says


def test_a_weaker_box_is_taken_and_said(needs_box):
    error = BoxError("bwrap: setting up uid map: Permission denied")
    finding = examine_box(COURSE, [broken(error), Landlock])
    assert finding.works
    assert finding.says.startswith(f"landlock: {Landlock.holds}; student code gets: ")
    assert "no broken: bwrap: setting up uid map" in finding.says


def test_what_is_looked_at(tiny, needs_box):
    found = {finding.name: finding for finding in examine_machine(tiny)}
    kinds = {f"Box of the kind {kind.name}" for kind in LADDER}
    assert set(found) == {"Python", "Box", "Gradebook", "Privacy", "Chromium", "GPU"} | kinds
    assert all(found[kind].works for kind in kinds - {"Box of the kind landlock"})
    assert found["Python"].says == sys.version.split()[0]
    assert found["Chromium"].works == any(map(shutil.which, ("chromium", "chromium-browser")))
    for finding in found.values():
        assert bool(finding.remedy) != finding.works
    needed = {name for name, finding in found.items() if finding.needed}
    assert needed == {"Python", "Box", "Gradebook"}


def test_what_is_missing_has_a_remedy(tiny, monkeypatch):
    without(monkeypatch, "bwrap", "chromium", "chromium-browser")
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    monkeypatch.setattr(doctor.sys, "version_info", (3, 10))
    found = {finding.name: finding for finding in examine_machine(tiny)}
    assert found["Python"].remedy == "install Python 3.11 or newer"
    assert found["Chromium"].remedy.startswith("sudo apt-get install -y chromium")
    assert "pip install 'convolution-course[cuda12]'" in found["GPU"].remedy


def test_who_may_look_into_grading(tiny_copy):
    tiny_copy.grading.chmod(0o750)  # a group's, perhaps
    assert doctor._privacy(tiny_copy).works
    tiny_copy.grading.chmod(0o755)
    finding = doctor._privacy(tiny_copy)
    assert (finding.works, finding.needed) == (False, False)
    assert finding.remedy == f"chmod o= {tiny_copy.grading}"


@pytest.mark.parametrize(
    ("address", "says"),
    [
        (None, "SQLite: grading/gradebook.db"),
        ("postgresql://ada:secret@127.0.0.1:1/grades", "Connection refused"),
        ("mysql://ada:secret@db.example/grades", "No module named 'MySQLdb'"),
        ("db.example", "it must look like postgresql+psycopg2://USER@HOST/DATABASE"),
    ],
)
def test_a_gradebook(tiny_copy, monkeypatch, address, says):
    if address:
        monkeypatch.setenv("COURSE_DB_URL", address)
    finding = doctor._gradebook(tiny_copy)
    assert says in finding.says
    assert finding.works == (address is None) == (not finding.remedy)
    assert "secret" not in finding.says


def test_a_gradebook_that_is_damaged(tiny_copy):
    (tiny_copy.grading / "gradebook.db").write_bytes(b"no database" * 99)
    finding = doctor._gradebook(tiny_copy)
    assert not finding.works
    assert finding.says.endswith("gradebook.db cannot be opened: file is not a database")


@pytest.mark.parametrize("there", [True, False])
def test_a_gpu(monkeypatch, there):
    runtime = SimpleNamespace(getDeviceProperties=lambda _: {"name": b"NVIDIA H200"})
    cuda = SimpleNamespace(is_available=lambda: there, runtime=runtime)
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: True)
    monkeypatch.setitem(sys.modules, "cupy", SimpleNamespace(cuda=cuda))
    finding = doctor._gpu()
    assert finding.works == there
    assert finding.says == ("NVIDIA H200" if there else "CuPy finds no GPU")
    assert bool(finding.remedy) != there


def test_nothing_is_left_behind(tiny, needs_box):
    before = set(tiny.root.iterdir())
    examine_box(tiny)
    assert set(tiny.root.iterdir()) == before
