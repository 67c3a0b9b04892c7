"""Releases: the same bytes always, and nothing in them or in the site that gives an answer away."""

import re
import shutil
from pathlib import Path

import numpy as np
import pytest

from autograder.course import Course
from autograder.judge import trials
from autograder.release import release

ROOT = Path(__file__).parents[2]
COURSE = Course(ROOT)
SOLUTION = re.compile(r"### BEGIN SOLUTION(.*?)### END SOLUTION", re.DOTALL)
TELLING = 25  # characters; shorter labels are words that any text may use


def secrets_of(name):
    """Return the lines of the solutions, the hints of the bank and the telling labels of cases."""
    text = COURSE.source(name).read_text(encoding="utf-8")
    kept = SOLUTION.sub("", text)
    lines = {line.strip() for part in SOLUTION.findall(text) for line in part.splitlines()}
    assignment = COURSE.assignment(name)
    rng = np.random.default_rng(0)
    labels = {trial.case.label for task in assignment.tasks for trial in trials(task, rng)}
    return [
        *(line for line in lines if line and line not in kept),
        *(mistake.hint for mistake in assignment.mistakes),
        *(label for label in labels if len(label) > TELLING),
    ]


@pytest.mark.parametrize("name", COURSE.assignment_ids())
def test_a_release_is_repeatable_and_up_to_date(name, tmp_path):
    for folder in ("solutions", "requirements"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    course = Course(tmp_path)
    first = release(course, name).read_bytes()
    assert release(course, name).read_bytes() == first
    assert first == COURSE.release(name).read_bytes(), "run `make release` and commit exercises/"


@pytest.mark.parametrize("name", COURSE.assignment_ids())
def test_a_release_gives_nothing_away(name):
    released = COURSE.release(name).read_text(encoding="utf-8")
    secrets = secrets_of(name)
    assert len(secrets) > TELLING
    assert not [secret for secret in [*secrets, "SOLUTION"] if secret in released]
    assert [path.name for path in COURSE.release(name).parent.iterdir()] == [f"{name}.ipynb"]


@pytest.mark.browser
@pytest.mark.parametrize("name", COURSE.assignment_ids())
def test_the_site_gives_nothing_away(name, book):
    kinds = {".html", ".ipynb", ".js", ".md", ".txt"}
    pages = [
        page for page in book.rglob("*") if page.suffix in kinds and "_static" not in page.parts
    ]
    assert any(page.name == f"{name}.ipynb" for page in pages)
    # What the chapter teaches may stand in a solution too: whole lines of it do not count.
    hints = [secret for secret in secrets_of(name) if " " in secret and len(secret) > TELLING]
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert not [hint for hint in hints if hint in text], page
