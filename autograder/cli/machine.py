"""``course doctor``: whether this machine can do it all."""

from __future__ import annotations

import json
import sys

import click

from autograder.course import Course
from autograder.doctor import examine_machine

__all__ = ["doctor"]

NOT_ALL = 1


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def doctor(*, as_json: bool) -> None:
    """Say what works on this machine, and what to do about what does not."""
    findings = list(examine_machine(Course.find()))
    if as_json:
        click.echo(json.dumps([vars(finding) for finding in findings]))
    else:
        for finding in findings:
            mark = "works" if finding.works else "no   "
            click.echo(f"{mark}  {finding.name}: {finding.says}")
            if finding.remedy:
                click.echo(f"         {finding.remedy}")
    sys.exit(NOT_ALL if any(f.needed and not f.works for f in findings) else 0)
