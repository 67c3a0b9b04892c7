"""A gradebook in a real PostgreSQL: the same rows as in SQLite's, whoever writes or dies."""

import csv
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import nbformat
import psycopg2
import pytest
import sqlalchemy
from nbgrader import api as nbgrader
from nbgrader.plugins import CsvExportPlugin
from nbgrader.utils import parse_utc

from autograder.course import Course
from autograder.database import place, reach
from autograder.grade import grade_class
from autograder.gradebook import Gradebook
from autograder.nbgrader_settings import api, settings
from autograder.release import release
from autograder.store import read_result

pytestmark = pytest.mark.slow
COURSE = Path(sys.executable).with_name("course")
NOBODY = 65534
DRAWN = re.compile("[0-9a-f]{32}")
SQUARED = "def double(x):\n    return x * x"
CLASS = {
    "ada": ({}, "2026-11-01 11:00:00 UTC"),
    "bo": ({"count": "count = 2"}, "2026-11-01 13:30:00 +0100"),
    "chen": ({"double": SQUARED}, None),
    "dee": ({"double": "def double(x):\n    raise NotImplementedError"}, None),
    "eve": ({"double": SQUARED, "count": "count = 2"}, None),
    "Zoë O'Neil": ({}, None),
}


def programs():
    """Return the folder with the newest PostgreSQL; Debian keeps each version off the PATH."""
    found = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(found, key=lambda path: int(path.parts[-3]), default=shutil.which("initdb"))
    if newest is None:
        pytest.skip("PostgreSQL is not installed")
    return Path(newest).parent


@pytest.fixture(scope="module")
def database():
    """Give `database(name, like=...)`: the url of a new one on a server of this module's own."""
    bin_, user = programs(), {}
    with tempfile.TemporaryDirectory(prefix="postgresql") as folder:
        if os.geteuid() == 0:  # PostgreSQL does not run as root
            user = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
            os.chown(folder, NOBODY, NOBODY)

        def call(program, *words):
            command = [bin_ / program, "-D", f"{folder}/data", *words]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=folder, **user)

        def database(name, like="template1"):
            server = psycopg2.connect(host=folder, user="course", dbname="postgres")
            server.autocommit = True
            with server.cursor() as cursor:
                cursor.execute(f"create database {name} template {like}")
            server.close()
            return f"postgresql://course@/{name}?host={folder}"

        call("initdb", "--username=course", "--encoding=UTF8", "--no-locale", "--no-sync")
        options = f"-k {folder} -c listen_addresses= -c fsync=off"
        call("pg_ctl", "start", "--wait", "--silent", "-l", f"{folder}/log", "-o", options)
        try:
            yield database
        finally:
            call("pg_ctl", "stop", "--wait", "--silent", "--mode=immediate")


def rows(url):
    """Return all rows of a gradebook, what they refer to in place of keys drawn at random."""
    engine = sqlalchemy.create_engine(url.replace("postgresql:", "postgresql+psycopg2:"))
    known, found = {}, []
    with engine.connect() as connection:
        for table in nbgrader.Base.metadata.sorted_tables:
            for row in connection.execute(sqlalchemy.select(table)).mappings():
                said = (table.name, {name: known.get(value, value) for name, value in row.items()})
                if DRAWN.fullmatch(str(said[1].get("id"))):
                    del said[1]["id"]
                known[row.get("id")] = said
                found.append(repr(said))
    engine.dispose()
    return sorted(found)


def submitted(found):
    return [row for row in found if row.startswith("('submitted_assignment'")]


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory, notebook, hand_in):
    folder = tmp_path_factory.mktemp("handed in")
    for student, (solutions, time) in CLASS.items():
        path = hand_in(folder, student, notebook(**solutions))
        if time:
            path.with_name("timestamp.txt").write_text(time)
    return folder


@pytest.fixture(scope="module")
def graded(tiny, needs_box, handed_in, tmp_path_factory):
    """Give a course whose class was graded into SQLite."""
    root = tmp_path_factory.mktemp("graded") / "course"
    shutil.copytree(tiny.root, root, symlinks=True)
    grade_class(Course(root), handed_in)
    return Course(root)


@pytest.fixture(scope="module")
def expected(graded):
    found = rows(f"sqlite:///{graded.grading}/gradebook.db")
    assert len(submitted(found)) == len(CLASS)
    return found


@pytest.fixture(scope="module")
def released(graded, database, tmp_path_factory, quiet):
    """Give the same course before anybody was graded, its assignment released to PostgreSQL."""
    root = tmp_path_factory.mktemp("released") / "course"
    left_out = shutil.ignore_patterns("answers", "results", "autograded", "feedback", "*.db")
    course = Course(shutil.copytree(graded.root, root, symlinks=True, ignore=left_out))
    with pytest.MonkeyPatch.context() as patch, quiet():
        patch.setenv("COURSE_DB_URL", database("released"))
        release(course, "tiny")
    return course


@pytest.fixture
def course(released, database, tmp_path, monkeypatch):
    """Give a copy of it that a test may change, and a database."""
    root = shutil.copytree(released.root, tmp_path / "course", symlinks=True)
    name = f"of_test_{os.urandom(4).hex()}"
    monkeypatch.setenv("COURSE_DB_URL", database(name, like="released"))
    return Course(root)


@pytest.fixture
def url(course):
    return os.environ["COURSE_DB_URL"]


def grader(course, handed_in):
    return subprocess.Popen(
        [COURSE, "grade", handed_in, "--json"],
        cwd=course.root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_it_holds_what_sqlite_would(course, url, handed_in, expected):
    assert {result.ungraded for result in grade_class(course, handed_in)} == {None}
    assert rows(url) == expected
    grade_class(course, handed_in)
    assert rows(url) == expected
    assert not (course.grading / "gradebook.db").exists()


def test_a_line_in_the_configuration_does_the_same(course, url, monkeypatch):
    monkeypatch.delenv("COURSE_DB_URL")
    assert settings(course).CourseDirectory.db_url.startswith("sqlite:///")
    with (course.root / "nbgrader_config.py").open("a") as configuration:
        configuration.write(f"get_config().CourseDirectory.db_url = {url!r}\n")
    assert settings(course).CourseDirectory.db_url == url


def test_it_is_named_without_its_password(course, url, monkeypatch):
    assert reach(settings(course)).startswith("postgresql ")
    monkeypatch.setenv("COURSE_DB_URL", url.replace("course@", "course:secret@"))
    said = place(settings(course))
    assert said.startswith(
        f"postgresql+psycopg2://course:***@/{url.split('/')[3].partition('?')[0]}?host="
    )


def test_two_writers_lose_and_double_nothing(course, url, handed_in, expected, tmp_path):
    other = Course(shutil.copytree(course.root, tmp_path / "other", symlinks=True))
    both = [grader(each, handed_in) for each in (course, other)]
    said = [process.communicate(timeout=300) for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert rows(url) == expected


def test_a_killed_grader_loses_and_doubles_nothing(course, url, handed_in, expected):
    process = grader(course, handed_in)
    while process.poll() is None and not submitted(rows(url)):
        pass
    process.kill()
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    assert len(submitted(rows(url))) < len(CLASS)
    grade_class(course, handed_in)
    assert rows(url) == expected


def test_the_same_student_at_the_same_moment(course, url, graded, expected, quiet):
    start = Barrier(2, timeout=60)

    def enter_all():
        with Gradebook(settings(course)) as gradebook:
            for student in CLASS:
                notebook = nbformat.read(graded.autograded("tiny", student), as_version=4)
                copy = graded.autograded("tiny", student).with_name("timestamp.txt")
                time = parse_utc(copy.read_text()) if copy.exists() else None
                start.wait()
                result = read_result(graded, "tiny", student)
                gradebook.enter(notebook, result, time)

    with quiet(), ThreadPoolExecutor(2) as threads:
        for writer in [threads.submit(enter_all) for _ in range(2)]:
            writer.result()
    assert rows(url) == expected


def test_by_hand_and_again_and_out(course, url, handed_in, quiet):
    grade_class(course, handed_in)
    with quiet(), nbgrader.Gradebook(settings(course).CourseDirectory.db_url) as gradebook:
        gradebook.find_grade("double", "tiny", "tiny", "chen").manual_score = 3.5
        gradebook.db.commit()
    grade_class(course, handed_in)
    with quiet():
        shown = {row["student"]: row["score"] for row in api(course).get_submissions("tiny")}
        assert (shown["ada"], shown["chen"]) == (5, 4.5)
        with nbgrader.Gradebook(settings(course).CourseDirectory.db_url) as gradebook:
            CsvExportPlugin(to=str(course.root / "grades.csv")).export(gradebook)
    lines = (course.root / "grades.csv").read_text().splitlines()
    assert len(lines) == 1 + len(CLASS)
    assert any("chen" in line and ",4.5," in line for line in lines)


def test_an_instructor_regrades_reports_and_exports(course, handed_in):
    grade_class(course, handed_in)
    cases = course.source("tiny").with_name("cases.py")
    before = cases.read_text()
    cases.write_text(before.replace('"Double an array",\n            4', '"Double", 8'))
    assert cases.read_text() != before
    for words in ["regrade", "--commit"], ["report", "tiny"], ["export", "--to", "csv"]:
        subprocess.run([COURSE, *words], cwd=course.root, check=True)
    with (course.root / "grades.csv").open(newline="") as table:
        scores = {row["student_id"]: row["score"] for row in csv.DictReader(table)}
    assert (scores["ada"], scores["bo"]) == ("9.0", "8.0")
    assert len(scores) == len(CLASS)
