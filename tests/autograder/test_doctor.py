"""The doctor: says of this machine what works, and what to do about what does not."""

import ctypes.util
import importlib.util
import shutil
import sys
from types import SimpleNamespace

import pytest

from autograder import doctor
from autograder.doctor import examine_box, examine_machine
from autograder.sandbox import BoxError


def without(monkeypatch, *missing):
    """Pretend that some programs are not installed."""
    found = shutil.which
    monkeypatch.setattr(
        doctor.shutil, "which", lambda name: None if name in missing else found(name)
    )


def test_a_box_that_holds(tiny, needs_box):
    finding = examine_box(tiny)
    assert finding.works
    assert finding.says == "bubblewrap and seccomp hold"
    assert finding.remedy == ""
    assert finding.needed


@pytest.mark.parametrize("attempt", ["lambda: None", "lambda: open('/proc/self/status')"])
def test_a_box_that_leaks_is_no_box(tiny, needs_box, monkeypatch, attempt):
    first = "for name, attempt in {"
    assert first in doctor.ESCAPE
    leak = doctor.ESCAPE.replace(first, f"{first}'a thing': {attempt},")
    monkeypatch.setattr(doctor, "ESCAPE", leak)
    finding = examine_box(tiny)
    assert not finding.works
    assert finding.says == "student code got: a thing"
    assert "do not grade on this machine" in finding.remedy


def test_a_probe_that_is_cut_short_proves_nothing(tiny, needs_box, monkeypatch):
    monkeypatch.setattr(doctor, "ESCAPE", "print('no')")
    assert not examine_box(tiny).works


@pytest.mark.parametrize("missing", [("bwrap",), ("setpriv",), ("bwrap", "setpriv")])
def test_missing_programs(tiny, monkeypatch, missing):
    without(monkeypatch, *missing)
    finding = examine_box(tiny)
    assert not finding.works
    assert finding.says == f"{', '.join(missing)} is missing"
    assert finding.remedy == "sudo apt-get install -y bubblewrap libseccomp2 util-linux"


def test_missing_seccomp(tiny, monkeypatch):
    monkeypatch.setattr(ctypes.util, "find_library", lambda _: None)
    assert examine_box(tiny).says == "libseccomp is missing"


@pytest.mark.parametrize(
    ("error", "remedy"),
    [
        (BoxError("bwrap: setting up uid map: Permission denied"), "apparmor_restrict"),
        (BoxError("No permissions to create a new namespace"), "apparmor_restrict"),
        (FileNotFoundError("no .box/bin/python"), "run `make setup`"),
        (BoxError("something new"), "see the message"),
    ],
)
def test_a_box_that_does_not_start(tiny, needs_box, monkeypatch, error, remedy):
    def fail(*_, **__):
        raise error

    monkeypatch.setattr(doctor, "Box", fail)
    finding = examine_box(tiny)
    assert not finding.works
    assert finding.says == str(error)
    assert remedy in finding.remedy


def test_what_is_looked_at(tiny, needs_box):
    found = {finding.name: finding for finding in examine_machine(tiny)}
    assert set(found) == {"Python", "Box", "Chromium", "GPU"}
    assert found["Python"].says == sys.version.split()[0]
    assert found["Chromium"].works == any(map(shutil.which, ("chromium", "chromium-browser")))
    for finding in found.values():
        assert bool(finding.remedy) != finding.works
    assert {name for name, finding in found.items() if finding.needed} == {"Python", "Box"}


def test_what_is_missing_has_a_remedy(tiny, monkeypatch):
    without(monkeypatch, "bwrap", "chromium", "chromium-browser")
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    monkeypatch.setattr(doctor.sys, "version_info", (3, 10))
    found = {finding.name: finding for finding in examine_machine(tiny)}
    assert found["Python"].remedy == "install Python 3.11 or newer"
    assert found["Chromium"].remedy.startswith("sudo apt-get install -y chromium")
    assert "pip install 'convolution-course[cuda12]'" in found["GPU"].remedy


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
