"""Where a course keeps its gradebook, and whether that can be reached."""

from __future__ import annotations

import os
import re
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import create_engine, inspect, make_url
from sqlalchemy.exc import ArgumentError, DataError, IntegrityError, SQLAlchemyError

from .store import StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import URL
    from traitlets.config import Config

__all__ = ["opening", "place", "reach", "using"]


def place(config: Config) -> str:
    """Return where the gradebook is: a file in the course, or an address without its password.

    Parameters
    ----------
    config : Config
        nbgrader's, of the course.

    Raises
    ------
    ValueError
        If its address is none.
    """
    url = _url(config)
    if url.get_backend_name() == "sqlite" and url.database:
        return os.path.relpath(url.database, config.CourseDirectory.root)
    return url.render_as_string(hide_password=True)


def reach(config: Config) -> str:
    """Return the name of what keeps the gradebook, if it can be reached; nothing is made there.

    Raises
    ------
    ValueError
        If it cannot be reached.
    """
    url = _url(config)
    with opening(config):
        engine = create_engine(url)
        if engine.name == "sqlite" and not Path(url.database or "").exists():
            return "SQLite"  # which would make the file
        with engine.connect() as connection:
            inspect(connection).get_table_names()
            version = connection.dialect.server_version_info or ()
        engine.dispose()
    return "SQLite" if engine.name == "sqlite" else f"{engine.name} {'.'.join(map(str, version))}"


REMEDIES = {  # by what SQLite and PostgreSQL say
    "locked": "another program writes into it: close what edits it, or wait",
    "no such column|column .* does not exist": "is it of an older nbgrader? `nbgrader db upgrade`",
}


@contextmanager
def opening(config: Config) -> Iterator[None]:
    """Say in one line why a gradebook that is opened in the ``with`` statement is not.

    Raises
    ------
    ValueError
        If its database, or the driver for it, refuses.
    """
    where = place(config)
    try:
        yield
    except (SQLAlchemyError, ImportError) as error:
        msg = f"the gradebook at {where} cannot be opened: {_said(error)}"
        raise ValueError(msg) from error


@contextmanager
def using(config: Config) -> Iterator[None]:
    """Say in one line why a gradebook can no longer be read or written.

    Raises
    ------
    StorageError
        If its database refuses, but for what is wrong with one row.
    """
    try:
        yield
    except (DataError, IntegrityError):
        raise
    except SQLAlchemyError as error:
        msg = f"the gradebook at {place(config)} cannot be used: {_said(error)}"
        raise StorageError(msg) from error


def _said(error: Exception) -> str:
    said = " ".join(str(getattr(error, "orig", None) or error).split())
    remedies = [remedy for text, remedy in REMEDIES.items() if re.search(text, said)]
    return f"{said} ({remedies[0]})" if remedies else said


def _url(config: Config) -> URL:
    try:
        return make_url(config.CourseDirectory.db_url)
    except ArgumentError as error:
        msg = (
            "COURSE_DB_URL, or nbgrader_config.py, names no place for a gradebook: it must look "
            "like postgresql+psycopg2://USER@HOST/DATABASE"
        )
        raise ValueError(msg) from error
