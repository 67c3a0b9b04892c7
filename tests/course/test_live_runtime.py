"""Python for the pages: how it is fetched, checked and packed, without any network."""

import hashlib
import importlib.util
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SERVED = ROOT / "vendor" / "live"


def script(name):
    spec = importlib.util.spec_from_file_location(name, ROOT / "requirements" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


runtime, pack = script("runtime"), script("pack")


def sha256(data):
    return hashlib.sha256(data).hexdigest()


@pytest.fixture
def official(tmp_path):
    """A folder with the files of a small distribution, and the hashes of its own ones."""
    folder = tmp_path / "official"
    folder.mkdir()
    packages = {}
    for name, needs in {
        "numpy": [],
        "matplotlib": ["numpy", "cycler", "pytz"],
        "cycler": [],
    }.items():
        data = f"the wheel of {name}".encode()
        (folder / f"{name}.whl").write_bytes(data)
        entry = {"file_name": f"{name}.whl", "sha256": sha256(data), "depends": needs}
        packages[name] = {**entry, "imports": [name]}
    (folder / runtime.LOCK).write_text(json.dumps({"packages": packages}))
    (folder / "pyodide.mjs").write_text("export function loadPyodide() {}")
    core = {name: sha256((folder / name).read_bytes()) for name in (runtime.LOCK, "pyodide.mjs")}
    return folder, core


def files(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


# --- Fetching ----------------------------------------------------------------------------------


def test_what_is_needed_is_fetched_and_nothing_else(tmp_path, official):
    folder, core = official
    (folder / "scipy.whl").write_text("not asked for")
    runtime.fetch(tmp_path / "vendor", core, [runtime.from_folder(folder)])
    got = files(tmp_path / "vendor")
    assert got == {name: data for name, data in files(folder).items() if name != "scipy.whl"}


def test_what_is_there_and_right_is_not_asked_for_again(tmp_path, official):
    folder, core = official
    runtime.fetch(tmp_path / "vendor", core, [runtime.from_folder(folder)])
    asked = []
    runtime.fetch(tmp_path / "vendor", core, [asked.append])
    assert asked == []


@pytest.mark.parametrize("name", ["pyodide.mjs", "numpy.whl", runtime.LOCK])
def test_a_file_with_another_hash_is_refused(tmp_path, official, name):
    folder, core = official
    (folder / name).write_bytes(b"from somebody else")
    with pytest.raises(runtime.Missing, match=f"{name}: .*another SHA-256"):
        runtime.fetch(tmp_path / "vendor", core, [runtime.from_folder(folder)])
    assert not (tmp_path / "vendor" / name).exists()


def test_the_next_source_is_asked_after_a_wrong_one(tmp_path, official):
    folder, core = official
    wrong = [lambda _: b"a page that says 404", lambda _: None]
    runtime.fetch(tmp_path / "vendor", core, [*wrong, runtime.from_folder(folder)])
    assert len(files(tmp_path / "vendor")) == 5


def test_what_no_source_has_is_said(tmp_path, official):
    folder, core = official
    (folder / "cycler.whl").unlink()
    with pytest.raises(runtime.Missing, match=r"cycler\.whl: no source has it"):
        runtime.fetch(tmp_path / "vendor", core, [runtime.from_folder(folder)])


def test_an_interrupted_download_is_taken_up_again(tmp_path, official):
    folder, core = official
    good = runtime.from_folder(folder)

    def breaks(name):
        if name == "numpy.whl":
            raise KeyboardInterrupt
        return good(name)

    with pytest.raises(KeyboardInterrupt):
        runtime.fetch(tmp_path / "vendor", core, [breaks])
    vendor = tmp_path / "vendor"
    (vendor / "numpy.whl.part").write_bytes(b"half of")  # as a killed process leaves it
    (vendor / "pyodide.mjs").write_bytes(b"damaged since")
    runtime.fetch(vendor, core, [good])
    assert files(vendor) == files(folder)


def test_a_server_is_asked_and_a_silent_one_only_once(tmp_path, official, serve):
    folder, core = official
    runtime.fetch(tmp_path / "vendor", core, [runtime.from_address(serve(folder) + "/")])
    assert files(tmp_path / "vendor") == files(folder)
    nobody = runtime.from_address("http://127.0.0.1:9/")  # the port that discards
    assert nobody("pyodide.mjs") is None
    assert nobody("numpy.whl") is None


@pytest.mark.parametrize("kind", ["zip", "gztar"])
def test_an_archive_is_opened_once_and_its_files_found_by_name(tmp_path, official, kind):
    folder, core = official
    inside = tmp_path / "tree" / ("package" if kind == "gztar" else "app/pyodide")
    inside.parent.mkdir(parents=True)
    folder.rename(inside)
    code = f"import shutil; shutil.make_archive('made', '{kind}', {str(tmp_path / 'tree')!r})"
    source = runtime.from_archive(sys.executable, "-c", code)
    runtime.fetch(tmp_path / "vendor", core, [source])
    assert files(tmp_path / "vendor") == files(inside)
    inside.rename(tmp_path / "gone")
    assert source("pyodide.mjs") == (tmp_path / "gone" / "pyodide.mjs").read_bytes()
    assert source("../secret") is None


def test_a_program_that_is_missing_or_fails_is_a_source_without_files():
    assert runtime.from_archive("no-such-program-anywhere")("pyodide.mjs") is None
    assert runtime.from_archive(sys.executable, "-c", "raise SystemExit(1)")("pyodide.mjs") is None


def test_the_own_folder_comes_first_and_failure_is_an_exit_code(
    tmp_path, official, monkeypatch, capsys
):
    folder, core = official
    lines = "".join(f"{digest}  {name}\n" for name, digest in core.items())
    (tmp_path / "pins").write_text(lines)
    monkeypatch.setattr(runtime, "PINS", tmp_path / "pins")
    monkeypatch.setattr(runtime, "ADDRESS", "http://127.0.0.1:9/")
    for name in ("NPM", "PIP"):
        monkeypatch.setattr(runtime, name, ("no-such-program-anywhere",))
    assert runtime.main(str(tmp_path / "vendor")) == 1
    assert "cannot be had: pyodide-lock.json: no source has it" in capsys.readouterr().err
    monkeypatch.setenv("COURSE_PYODIDE", str(folder))
    assert runtime.main(str(tmp_path / "vendor")) == 0
    assert files(tmp_path / "vendor") == files(folder)


def test_pins_are_whole_and_the_fetched_files_are_those_of_the_lock():
    core = runtime.pins(runtime.PINS.read_text())
    assert {runtime.LOCK, "pyodide.asm.wasm", "python_stdlib.zip"} < set(core)
    assert all(len(digest) == 64 for digest in core.values())
    fetched = ROOT / "vendor" / "pyodide"
    lock = json.loads((fetched / runtime.LOCK).read_text())
    assert lock["info"]["python"].startswith("3.14.")
    expected = core | runtime.wheels(lock, runtime.PACKAGES)
    assert {path.name: sha256(path.read_bytes()) for path in fetched.iterdir()} == expected


def test_the_editor_is_locked_by_hashes_without_addresses():
    lock = json.loads((ROOT / "requirements" / "editor" / "package-lock.json").read_text())
    wanted = json.loads((ROOT / "requirements" / "editor" / "package.json").read_text())
    for name, version in (wanted["dependencies"] | wanted["devDependencies"]).items():
        assert lock["packages"][f"node_modules/{name}"]["version"] == version
    for path, entry in lock["packages"].items():
        assert "resolved" not in entry
        assert not path or entry["integrity"].startswith("sha512-")


# --- Packing -----------------------------------------------------------------------------------


@pytest.fixture
def fetched(tmp_path, official):
    """A fetched folder whose wheels are archives."""
    folder, _ = official
    for name in ("numpy", "matplotlib", "cycler"):
        with zipfile.ZipFile(folder / f"{name}.whl", "w") as wheel:
            wheel.writestr(f"{name}/__init__.py", "answer = 42\n")
            wheel.writestr(f"{name}/tests/test_it.py", "assert False")
            wheel.writestr(f"{name}/data.txt", "data")
    return folder


def test_packing_keeps_what_is_needed_and_makes_the_same_bytes(tmp_path, fetched):
    for name in ("one", "two"):
        pack.serve(fetched, tmp_path / name)
    assert files(tmp_path / "one") == files(tmp_path / "two")
    with zipfile.ZipFile(tmp_path / "one" / "numpy.whl") as wheel:
        assert {Path(name).stem for name in wheel.namelist()} == {"__init__", "data"}
    lock = json.loads((tmp_path / "one" / runtime.LOCK).read_text())
    for package in lock["packages"].values():
        data = (tmp_path / "one" / package["file_name"]).read_bytes()
        assert package["sha256"] == sha256(data)
        assert "pytz" not in package["depends"]


def test_modules_are_compiled_by_the_version_that_runs_them(tmp_path, fetched, monkeypatch):
    monkeypatch.setattr(pack, "COMPILES", True)
    pack.repack(fetched / "numpy.whl", tmp_path / "here.zip")
    there = str(tmp_path / "here.zip")
    code = f"import sys; sys.path.insert(0, {there!r}); import numpy; print(numpy.answer)"
    ran = subprocess.run(
        [sys.executable, "-S", "-c", code], capture_output=True, text=True, check=True
    )
    assert ran.stdout == "42\n"
    with zipfile.ZipFile(tmp_path / "here.zip") as wheel:
        assert "numpy/__init__.pyc" in wheel.namelist()


def test_what_is_served_was_compiled_by_the_runtime_itself():
    with zipfile.ZipFile(SERVED / "python_stdlib.zip") as archive:
        names = archive.namelist()
        head = archive.read("os.pyc")[:16]
    assert not [name for name in names if name.endswith(".py")]
    assert int.from_bytes(head[:2], "little") == 3627  # the magic number of Python 3.14
    assert head[4:] == bytes(12)
