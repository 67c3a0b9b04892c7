"""nbgrader's configuration: the same grading from its commands and the formgrader's buttons."""

from pathlib import Path

from autograder.nbgrader_settings import configure

configure(get_config(), Path(__file__).resolve().parent)  # noqa: F821
