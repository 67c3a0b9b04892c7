"""Submissions are found in the folders that nbgrader and learning platforms leave."""

import json
import os
from pathlib import Path

import pytest

from autograder.intake import Refusal, finding, read_submission, repeated, submissions

CELL = {"cell_type": "code", "source": "x = 1", "metadata": {}, "outputs": []}
MINIMAL = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [CELL]}


@pytest.fixture
def put(tmp_path):
    """Give `put(path, source)`: a notebook, or any other text, in the folder of a class."""

    def put(path, source="x = 1"):
        place = tmp_path / "in" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        notebook = json.dumps({**MINIMAL, "cells": [{**CELL, "source": source}]})
        place.write_text(notebook if ".ipynb" in place.name.lower() else source)
        os.utime(place, (1_000_000, 1_000_000))
        return tmp_path / "in"

    return put


def read(folder, assignment=None):
    """Return what was read of the only submission."""
    (found,) = submissions(folder, assignment)
    return read_submission(found)


def refused(folder, assignment=None):
    with pytest.raises(Refusal) as caught:
        read(folder, assignment)
    return str(caught.value)


def source(given):
    return given.cells[0].source


# Layouts


def test_nbgraders_folders_are_found_in_order(put, tmp_path):
    for name in ("cy/tiny", "ada/tiny", "bo/tiny", "bo/other", ".git/tiny", "ada/.checkpoints"):
        folder = put(f"{name}/{name.partition('/')[2]}.ipynb")
    (folder / "empty" / "tiny").mkdir(parents=True)
    put("notes.txt")
    put("ada/notes.txt")
    assert [(s.student, s.assignment) for s in submissions(folder)] == [
        ("ada", "tiny"),
        ("bo", "other"),
        ("bo", "tiny"),
        ("cy", "tiny"),
        ("empty", "tiny"),
    ]
    assert [s.student for s in submissions(folder, "other")] == ["bo"]
    assert list(submissions(folder, "*")) == []


@pytest.mark.parametrize("path", [".ada/tiny/tiny.ipynb", ".ada/tiny.ipynb"])
def test_a_student_with_a_dot_is_told_so(put, path):
    put(".cache/tiny/tiny.ipynb")
    put(".nothing/tiny/notes.txt")
    put(".Trash-1000/tiny.ipynb")
    (hidden,) = submissions(put(path))
    assert (hidden.student, hidden.assignment) == (".ada", "tiny")
    with pytest.raises(Refusal, match=r"called '\.ada': rename the folder, without the dot"):
        read_submission(hidden)


@pytest.mark.parametrize(
    "name", ["Tiny", "tiny (1)", "tiny-final", ".tiny", "ada/tiny", "homework"]
)
@pytest.mark.parametrize("wanted", [None, "tiny"])
def test_a_folder_that_is_nearly_called_after_its_assignment(put, name, wanted):
    folder = put(f"ada/{name}/Tiny.ipynb")
    (found,) = submissions(folder, wanted, ["tiny", "other"])
    assert (found.student, found.assignment) == ("ada", "tiny")
    assert read_submission(found).notes[0] == f"the folder {name.split('/')[0]} is taken for tiny"
    put("ada/tiny/tiny.ipynb", "right = 1")
    found = next(one for one in submissions(folder, wanted, ["tiny"]) if one.assignment == "tiny")
    assert source(read_submission(found)) == "right = 1"
    assert read_submission(found).notes == ()


@pytest.mark.parametrize("students", ["ada/tiny/tiny.ipynb", "ada/tiny.ipynb", "ada_1_tiny.ipynb"])
@pytest.mark.parametrize("loose", ["bo.ipynb", "bo-tiny.ipynb.txt", "bo.zip"])
def test_a_loose_file_is_told_to_be_nobodys(put, students, loose):
    put("notes.txt")
    put(".hidden.ipynb")
    put(loose)
    put("all.zip")
    assert list(submissions(put("roster.csv"), "tiny")) == []
    found = {one.student: one for one in submissions(put(students), None, ["tiny"])}
    others = {"all.zip"} if loose == "bo.zip" else set()  # one archive is the class's own
    assert {name.partition("_")[0] for name in found} == {"ada", loose, *others}
    assert found[loose].assignment == "tiny"
    with pytest.raises(Refusal, match="does not say whose it is: put it, unpacked, into a folder"):
        read_submission(found[loose])


def test_students_one_level_further_down_are_not_taken_for_one(put):
    put("week 1/ada/tiny.ipynb")
    put("week 1/cy/tiny/tiny.ipynb")
    folder = put("week 1/bo/tiny.ipynb")
    found = [(one.student, one.assignment) for one in submissions(folder, None, ["tiny"])]
    assert found == [("week 1", "ada"), ("week 1", "bo"), ("week 1", "cy")]


LAYOUTS = {
    "Moodle": (
        "Ada Lovelace_1234_assignsubmission_file/tiny.ipynb",
        "Bo O'Neil_99_assignsubmission_file_/my work/Tiny (1).ipynb",
        "Cy_7_assignsubmission_onlinetext/onlinetext.html",
    ),
    "Moodle, without folders": (
        "Ada Lovelace_1234_assignsubmission_file_tiny.ipynb",
        "Bo O'Neil_99_assignsubmission_file_Tiny (1).ipynb",
        "Cy_7_assignsubmission_onlinetext_onlinetext.html",
    ),
    "Canvas": (
        "lovelaceada_1234_555_tiny.ipynb",
        "oneilbo_LATE_99_556_tiny-1.ipynb",
        "cy_7_557_tiny.pdf",
    ),
    "Canvas, marked blindly": (
        "anon_aB3x9_555_tiny.ipynb",
        "LATE_anon_bb_556_tiny-1.ipynb",
        "anon_c_557_tiny.pdf",
    ),
    "login and number": ("ada_1234_tiny.ipynb", "bo_99_tiny.ipynb", "cy_7_tiny.docx"),
    "a folder for each": ("ada/tiny.ipynb", "bo/tiny final.ipynb", "cy/old/thing.ipynb"),
    "Gradescope": (
        "submission_1234/tiny.ipynb",
        "submission_99/tiny.ipynb",
        "submission_7/notes.txt",
    ),
}
STUDENTS = {
    "Moodle": ["Ada Lovelace_1234", "Bo O'Neil_99", "Cy_7"],
    "Moodle, without folders": ["Ada Lovelace_1234", "Bo O'Neil_99", "Cy_7"],
    "Canvas": ["cy_7", "lovelaceada_1234", "oneilbo_99"],
    "Canvas, marked blindly": ["anon_aB3x9", "anon_bb", "anon_c"],
    "login and number": ["ada_1234", "bo_99", "cy_7"],
    "a folder for each": ["ada", "bo"],
    "Gradescope": ["submission_1234", "submission_7", "submission_99"],
}


@pytest.mark.parametrize("platform", LAYOUTS)
def test_what_platforms_export(put, platform):
    for path in LAYOUTS[platform]:
        folder = put(path)
    put("submission_metadata.yml", "submission_7: {}")
    found = list(submissions(folder, "tiny"))
    mine = [each for each in found if (each.student, each.assignment) != ("cy", "old")]
    assert [each.student for each in mine] == STUDENTS[platform]
    assert {each.assignment for each in mine} == {"tiny"}
    assert [each for each in submissions(folder) if each in mine] == mine
    for each in mine:
        if each.student.lower().startswith(("cy", "anon_c", "submission_7")):
            with pytest.raises(Refusal, match=r"there is no tiny\.ipynb .*: it holds"):
                read_submission(each)
        else:
            assert source(read_submission(each)) == "x = 1"


def test_what_was_typed_in_moodle_beside_files_is_nobody_else(put):
    for kind, file in (("file", "tiny.ipynb"), ("onlinetext", "onlinetext.html")):
        folder = put(f"Ada Lovelace_1234_assignsubmission_{kind}/{file}")
    (found,) = submissions(folder, "tiny")
    assert found.student == "Ada Lovelace_1234"
    assert source(read_submission(found)) == "x = 1"


@pytest.mark.parametrize(
    "second",
    [
        "Ada_1_assignsubmission_file_tiny.ipynb",
        "Ada_1_assignsubmission_file_/tiny.ipynb",
        "Ada_1/tiny.ipynb",
        "Ada_1/tiny/tiny.ipynb",
        "Ada_1_77_tiny.ipynb",
    ],
)
def test_all_that_lies_there_under_one_name_is_found(put, second):
    put("Bo_2_assignsubmission_file/tiny.ipynb")
    put("Ada_1_assignsubmission_file/tiny.ipynb")
    found = list(submissions(put(second), "tiny"))
    assert [each.student for each in found] == ["Ada_1", "Ada_1", "Bo_2"]
    said = repeated(found)
    assert set(said) == set(found[:2])
    for reason in said.values():
        assert "Ada_1 is here more than once, " in reason
        assert "Ada_1_assignsubmission_file/" in reason


GRADESCOPE = """
submission_1234:
  :submitters:
  - :name: Ada Lovelace
    :sid: "4711"
    :email: ada@example.org
  - :name: Bo O'Neil
    :email: bo@example.org
  :created_at: 2026-11-20 10:15:00.000000000 Z
  :history: []
submission_55: {":submitters": [{":email": bo@example.org, ":sid": ""}]}
submission_7: {":submitters": [{":sid": ../up}, nobody]}
submission_99: {":submitters": }
submission_100: {":submitters": [{":sid": 815}]}
"""


def test_gradescope_says_whose_a_folder_is(put):
    for number in (1234, 55, 7, 99):
        folder = put(f"submission_{number}/tiny.ipynb")
    put("submission_metadata.yml", GRADESCOPE)
    found = {each.student: each.path.parent.name for each in submissions(folder)}
    assert found == {
        "4711": "submission_1234",
        "bo@example.org": "submission_1234",
        "submission_55": "submission_55",  # Bo's, too: not lost
        "_up": "submission_7",
        "submission_99": "submission_99",
    }


@pytest.mark.parametrize("text", ["{", "- submission_7", "!!python/object:os.system {}", ""])
def test_a_list_of_gradescope_that_cannot_be_read_is_named(put, text):
    folder = put("submission_7/tiny.ipynb")
    put("submission_metadata.yml", text)
    with pytest.raises(ValueError, match=r"submission_metadata.yml does not say whose .*export ag"):
        list(submissions(folder))


def test_a_platform_does_not_say_which_assignment_it_is(put):
    put("ada_1_tiny.ipynb")
    put("bo_2_tiny (3).ipynb")
    folder = put("cy_3_other.ipynb")
    assert {each.assignment for each in submissions(folder)} == {"tiny"}
    put("di_4_other.ipynb")
    with pytest.raises(ValueError, match="does not say which assignment it is of: give --assign"):
        list(submissions(folder))
    assert {each.assignment for each in submissions(folder, "tiny")} == {"tiny"}


def test_an_assignment_may_end_in_a_number(put):
    put("ada_1_lab-2.ipynb")
    put("bo_2_lab-2 (1).ipynb")
    folder = put("cy_3_lab-2.ipynb")
    put("cy_3_lab-1.ipynb", "not = this")
    assert {each.assignment for each in submissions(folder)} == {"lab-2"}
    assert [source(read_submission(each)) for each in submissions(folder)] == ["x = 1"] * 3


def test_a_folder_that_is_not_there_or_closed_holds_nothing(put, tmp_path, monkeypatch):
    assert list(submissions(tmp_path / "none")) == []
    folder = put("ada/tiny/tiny.ipynb")

    def closed(path):
        if path.name == "ada":
            raise PermissionError(path)
        return entries(path)

    entries = Path.iterdir
    monkeypatch.setattr(Path, "iterdir", closed)
    assert [each.student for each in submissions(folder)] == ["ada"]


def test_several_uploads_of_one_student_are_one_submission(put):
    put("ada_1_50_tiny.ipynb", "x = 0")
    put("ada_1_51_data.csv")
    folder = put("ada_1_52_numpy.py")
    (found,) = submissions(folder)
    given = read_submission(found)
    assert source(given) == "x = 0"
    assert given.notes == (
        "numpy.py was left out: it would hide the module of that name; write in the notebook",
        "data.csv was left out, since nothing but the notebook is taken",
    )


# Names


@pytest.mark.parametrize(
    "student", ["a*", "?", "[x]", "a\nb", "a\x1b[2Jb", "J\udcfcrgen", "x" * 240, "\u202ebo"]
)
def test_a_name_that_is_none_for_a_student_is_refused(put, student):
    (found,) = submissions(put(f"{student}/tiny/tiny.ipynb"))
    assert found.student.isprintable()
    assert len(found.student) <= 200
    found.student.encode()
    with pytest.raises(Refusal, match="no student can be called"):
        read_submission(found)


@pytest.mark.parametrize(
    "student",
    ["ada", 'O\'Neil, "Jr"', "=cmd()", "a b", "ä", "a+b", "-x", "%s", "{x}", "$HOME", "~"],
)
def test_other_names_are_taken(put, student):
    (found,) = submissions(put(f"{student}/tiny/tiny.ipynb"))
    assert found.student == student
    assert source(read_submission(found)) == "x = 1"


# Links and the like


def test_a_folder_that_links_to_work_of_others_is_refused(put):
    folder = put("ada/tiny/tiny.ipynb")
    (folder / "bo").symlink_to(folder / "ada")
    (folder / "cy").mkdir()
    (folder / "cy" / "tiny").symlink_to(folder / "ada" / "tiny")
    (folder / "di_4_assignsubmission_file_").symlink_to(folder / "ada" / "tiny")
    found = [each for each in submissions(folder, "tiny") if each.student != "ada"]
    assert [each.student for each in found] == ["bo", "cy", "di_4"]
    for each in found:
        with pytest.raises(Refusal, match="is a link: hand in the folder itself"):
            read_submission(each)


def test_the_folder_of_the_class_may_be_a_link(put, tmp_path):
    put("ada/tiny/tiny.ipynb")
    (tmp_path / "link").symlink_to(tmp_path / "in")
    assert source(read(tmp_path / "link")) == "x = 1"


def test_links_inside_are_not_followed(put, tmp_path):
    folder = put("ada/tiny/tiny.ipynb")
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "tiny.ipynb").write_text("{}")
    (folder / "ada" / "tiny" / "more").symlink_to(tmp_path / "secret")
    os.mkfifo(folder / "ada" / "tiny" / "pipe")
    assert read(folder).notes == ("more and pipe are links or no plain files and were not opened",)
    (folder / "ada" / "tiny" / "tiny.ipynb").unlink()
    (folder / "ada" / "tiny" / "tiny.ipynb").symlink_to(tmp_path / "secret" / "tiny.ipynb")
    assert "tiny.ipynb is a link" in refused(folder)


def test_a_folder_with_too_much_in_it_is_refused(put, monkeypatch):
    for number in range(6):
        folder = put(f"ada/tiny/{number}.txt")
    put("ada/tiny/tiny.ipynb")
    assert source(read(folder)) == "x = 1"
    monkeypatch.setattr(finding, "MAX_FILES", 6)
    assert "the folder holds over 6 files or 200 MB: hand in the notebook alone" in refused(folder)
    monkeypatch.setattr(finding, "MAX_FILES", 1000)
    monkeypatch.setattr(finding, "MAX_FOLDER", 100)
    assert "the folder holds over 1000 files" in refused(folder)


# Which notebook


@pytest.mark.parametrize(
    ("name", "note"),
    [
        ("tiny (1).ipynb", "tiny (1).ipynb is taken for tiny.ipynb"),
        ("Tiny.ipynb", "Tiny.ipynb is taken for tiny.ipynb"),
        ("tiny-final.ipynb", "tiny-final.ipynb is taken for tiny.ipynb"),
        ("TINY.IPYNB", "TINY.IPYNB is taken for tiny.ipynb"),
        ("tiny.ipynb.txt", "tiny.ipynb.txt is taken for tiny.ipynb"),
        ("tiny (1).ipynb.json", "tiny (1).ipynb.json is taken for tiny.ipynb"),
        ("ada_tiny.ipynb", "ada_tiny.ipynb is taken for tiny.ipynb"),
        ("homework.ipynb", "homework.ipynb is taken for tiny.ipynb"),
        ("work/tiny.ipynb", "work/tiny.ipynb is taken for tiny.ipynb"),
    ],
)
def test_a_notebook_of_another_name(put, name, note):
    assert read(put(f"ada/tiny/{name}")).notes == (note,)


@pytest.mark.parametrize("name", ["tiny", "tiny.json", "Tiny (1).txt"])
def test_a_notebook_whose_ending_is_lost(put, name):
    folder = put(f"ada/tiny/{name}")
    (folder / "ada" / "tiny" / name).write_text(json.dumps(MINIMAL))
    assert read(folder).notes == (f"{name} is taken for tiny.ipynb",)


def test_one_that_cannot_be_read_stands_back_behind_an_answer(put):
    folder = put("ada/tiny/tiny (1).ipynb", "right = 1")
    put("ada/tiny/tiny.ipynb")
    (folder / "ada" / "tiny" / "tiny.ipynb").write_text("{")
    assert source(read(folder)) == "right = 1"
    (folder / "ada" / "tiny" / "tiny (1).ipynb").write_text("{")
    assert "tiny.ipynb is not a notebook that Jupyter can open" in refused(folder)


def test_of_several_the_one_of_the_right_name_is_taken(put):
    put("ada/tiny/tiny.ipynb", "right = 1")
    put("ada/tiny/tiny (1).ipynb")
    folder = put("ada/tiny/.ipynb_checkpoints/tiny-checkpoint.ipynb")
    given = read(folder)
    assert source(given) == "right = 1"
    assert given.notes == (
        "there are several notebooks, tiny.ipynb and tiny (1).ipynb: tiny.ipynb is taken, for its "
        "name",
    )


def test_of_several_with_the_same_claim_the_newest_is_taken(put):
    put("ada/tiny/tiny (1).ipynb")
    folder = put("ada/tiny/tiny (2).ipynb", "new = 1")
    os.utime(folder / "ada" / "tiny" / "tiny (2).ipynb", (2_000_000, 2_000_000))
    given = read(folder)
    assert source(given) == "new = 1"
    assert given.notes[0] == (
        "there are several notebooks, tiny (2).ipynb and tiny (1).ipynb: tiny (2).ipynb is taken, "
        "the newest"
    )


def test_without_a_notebook_it_is_said_what_there_is(put, tmp_path):
    folder = put("ada/tiny/tiny.py", "x = 1")
    put("ada/tiny/notebook.zip")
    assert refused(folder) == (
        "there is no tiny.ipynb in the folder that was handed in: it holds notebook.zip and "
        "tiny.py; hand in the .ipynb file itself: File, Save and Download in Jupyter, Colab or VS "
        "Code"
    )
    (tmp_path / "none" / "ada" / "tiny").mkdir(parents=True)
    assert "it holds nothing, hidden files aside; hand in" in refused(tmp_path / "none")


def test_a_folder_without_a_notebook_is_somebodys_where_the_others_are(put):
    put("ada/tiny.ipynb")
    put("__MACOSX/ada/tiny.ipynb.txt")
    folder = put("bo/readme.txt")
    ada, bo = submissions(folder)
    assert (ada.student, bo.student, bo.assignment) == ("ada", "bo", "tiny")
    with pytest.raises(Refusal, match=r"there is no tiny\.ipynb .*: it holds readme\.txt"):
        read_submission(bo)


def test_a_folder_without_a_notebook_is_nobodys_in_nbgraders_layout(put):
    put("ada/tiny/tiny.ipynb")
    assert [each.student for each in submissions(put("logs/today.txt"))] == ["ada"]


def test_files_that_others_need_are_said_to_be_left_out(put):
    put("ada/tiny/tiny.ipynb")
    put("ada/tiny/timestamp.txt", "2026-11-01 12:00:00 UTC")
    put("ada/tiny/random.py")
    put("ada/tiny/numpy/__init__.py")
    put("ada/tiny/helpers.py")
    put("ada/tiny/package/numpy.py")
    folder = put("ada/tiny/data.csv")
    assert read(folder).notes == (
        "numpy/__init__.py and random.py were left out: they would hide the modules of these "
        "names; write in the notebook",
        "helpers.py and package/numpy.py were left out, since nothing but the notebook is taken: "
        "define their functions in the notebook",
        "data.csv was left out, since nothing but the notebook is taken",
    )
