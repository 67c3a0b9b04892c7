"""``course worker``: what somebody types who lends a machine; and the options of certificates."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from autograder.course import Course
from autograder.sandbox import BoxError

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["certificates", "worker"]

NO_SCHEDULER, NO_BOX = 1, 3


def certificates(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options ``--tls-ca``, ``--tls-cert`` and ``--tls-key``."""
    pem = click.Path(exists=True, dir_okay=False, path_type=Path)
    for name, says in (
        ("key", "Key of that certificate (PEM)."),
        ("cert", "Our own certificate (PEM)."),
        ("ca", "Who signed the cluster's certificates (PEM); by default all from dask's settings."),
    ):
        command = click.option(f"--tls-{name}", name, type=pem, help=says)(command)
    return command


@click.command()
@click.argument("address", metavar="tls://HOST:PORT")
@click.option("--jobs", type=click.IntRange(1), help="Boxes at a time (one for each processor).")
@certificates
def worker(address: str, jobs: int | None, **files: Path | None) -> None:
    """Let this machine run notebooks for the scheduler at the address.

    It ends with the scheduler, or by Ctrl-C.
    """
    from autograder.executors.encryption import security
    from autograder.executors.worker import boxes, serve

    course = Course.find()
    try:
        with boxes(course) as tried:
            click.echo(f"Box: {tried.says}", err=True)
        serve(address, course, security(address, **files), jobs)
    except BoxError as error:
        click.echo(f"No box, no work: {error}", err=True)
        sys.exit(NO_BOX)
    except OSError as error:
        click.echo(f"No scheduler answers at {address}: {error}", err=True)
        sys.exit(NO_SCHEDULER)
