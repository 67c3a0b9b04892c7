"""``course doctor``: whether this machine can do it all."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import click

from autograder.course import Course
from autograder.doctor import examine_cluster, examine_machine

from .cluster import certificates

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["doctor"]

NOT_ALL = 1


@click.command()
@click.option("--scheduler", metavar="tls://HOST:PORT", help="Look at this cluster too.")
@certificates
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def doctor(*, scheduler: str | None, as_json: bool, **files: Path | None) -> None:
    """Say what works on this machine, and what to do about what does not."""
    course = Course.find()
    findings = list(examine_machine(course))
    if scheduler:
        from autograder.executors.encryption import security

        secure = security(scheduler, **files)
        findings.append(examine_cluster(course, scheduler, secure))
    if as_json:
        click.echo(json.dumps([vars(finding) for finding in findings]))
    else:
        for finding in findings:
            mark = "works" if finding.works else "no   "
            click.echo(f"{mark}  {finding.name}: {finding.says}")
            if finding.remedy:
                click.echo(f"         {finding.remedy}")
    sys.exit(NOT_ALL if any(f.needed and not f.works for f in findings) else 0)
