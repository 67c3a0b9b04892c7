"""The command ``course``: one module for each of its users."""

from __future__ import annotations

import sys
from io import TextIOWrapper
from typing import Any

import click

from .author import release
from .cluster import worker
from .instructor import STOPPED, grade, regrade
from .machine import doctor
from .reports import export, report
from .student import check

__all__ = ["main"]


class _Course(click.Group):
    """Says what is wrong with the input in one line, not in a traceback."""

    def invoke(self, context: click.Context) -> Any:
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, TextIOWrapper):  # some terminals cannot show every name
                stream.reconfigure(errors="backslashreplace")
        try:
            return super().invoke(context)
        except (ValueError, FileNotFoundError) as error:
            raise click.UsageError(str(error)) from error
        except KeyboardInterrupt:
            click.echo("\nStopped.", err=True)
            sys.exit(STOPPED)
        except BrokenPipeError:  # nobody reads on: click ends quietly
            raise
        except OSError as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=_Course, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Make, check and grade the assignments of a course.

    Run it anywhere inside the course's folder.  Exit code 0: all is well; 1: something was not
    right or not graded; 2: the command makes no sense; 3: there is no box, so no grade; 130: it was
    stopped.
    """


for command in (release, check, grade, regrade, report, export, worker, doctor):
    main.add_command(command)
