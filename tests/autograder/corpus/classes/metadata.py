"""Metadata: what a notebook says of its cells, its kernel and itself."""

import copy

from .. import Notebook


def graded(notebook):
    """Return the graded cells."""
    return [cell for cell in notebook["cells"] if "check(" in "".join(cell["source"][:6])]


def of(notebook, name):
    """Return the cell that was released under an id."""
    return next(cell for cell in notebook["cells"] if cell["id"] == name)


def tagged(notebook):
    for cell in notebook["cells"]:
        cell["metadata"]["tags"] = ["skip-execution", "raises-exception", "remove-cell"]


def not_graded(notebook):
    for cell in notebook["cells"]:
        if "nbgrader" in cell["metadata"]:
            cell["metadata"]["nbgrader"]["grade"] = False


def more_points(notebook):
    for cell in notebook["cells"]:
        if "nbgrader" in cell["metadata"]:
            cell["metadata"]["nbgrader"]["points"] = 1000


def all_solution(notebook):
    for cell in notebook["cells"]:
        cell["metadata"]["nbgrader"] = {
            "grade": True, "solution": True, "locked": False, "points": 100,
            "grade_id": cell["id"], "schema_version": 3, "task": False, "cell_type": "markdown",
        }  # fmt: skip


def swapped_ids(notebook):
    """Let the easy task's cell be that of the hard one."""
    one, other = of(notebook, "count"), of(notebook, "double")
    one["metadata"], other["metadata"] = other["metadata"], one["metadata"]
    one["id"], other["id"] = other["id"], one["id"]


def same_ids(notebook):
    for cell in notebook["cells"]:
        cell["id"] = "double"
        if "nbgrader" in cell["metadata"]:
            cell["metadata"]["nbgrader"]["grade_id"] = "double"


def other_check(notebook):
    """Let both checks be about the task that is right."""
    of(notebook, "double")["source"] = 'check("count", count)'


def no_check(notebook):
    notebook["cells"] = [cell for cell in notebook["cells"] if cell["id"] != "double"]


def check_as_text(notebook):
    of(notebook, "double")["cell_type"] = "markdown"
    of(notebook, "count")["cell_type"] = "raw"


def many_checks(notebook):
    notebook["cells"] += [copy.deepcopy(of(notebook, "count")) for _ in range(100)]


def other_kernel(notebook):
    notebook["metadata"]["kernelspec"] = {
        "name": "../../../bin/sh", "display_name": "<script>alert(1)</script>", "language": "bash",
    }  # fmt: skip
    notebook["metadata"]["language_info"] = {"name": "</style><script>alert(1)</script>"}


def checksums(notebook):
    for cell in notebook["cells"]:
        if "nbgrader" in cell["metadata"]:
            cell["metadata"]["nbgrader"] |= {"checksum": "0" * 32, "schema_version": 1}


def old_schema(notebook):
    for cell in notebook["cells"]:
        if "nbgrader" in cell["metadata"]:
            cell["metadata"]["nbgrader"] = {"grade_id": ["double"], "schema_version": "x"}


def strange_values(notebook):
    notebook["metadata"] = {"nbgrader": {"manual_score": 100}, "widgets": {"x": "<script>"}}
    notebook["cells"][-1]["metadata"] = {"nbgrader": None, "collapsed": {"a": [1] * 1000}}
    notebook["cells"][-1]["execution_count"] = "100"
    notebook["cells"][-1]["attachments"] = {"x.png": {"text/html": "<script>alert(1)</script>"}}


NOTEBOOKS = (
    Notebook("meta-tags", "tags its cells so that they are skipped", edit=tagged),
    Notebook("meta-not-graded", "says that no cell is graded", edit=not_graded),
    Notebook("meta-more-points", "gives each cell a thousand points", edit=more_points),
    Notebook("meta-all-solution", "makes each cell a manually graded one", edit=all_solution),
    Notebook("meta-swapped-ids", "swaps the ids of two checks", edit=swapped_ids),
    Notebook("meta-same-ids", "gives all cells one id", edit=same_ids),
    Notebook(
        "meta-other-check",
        "lets each check be about the one task that is right",
        {"count": "count = 3"},
        edit=other_check,
        deserved=1,
    ),
    Notebook("meta-no-check", "deletes the check of what it can't do", edit=no_check),
    Notebook("meta-check-as-text", "makes text of the checks", edit=check_as_text),
    Notebook(
        "meta-many-checks",
        "has the check of the task that is right a hundred times",
        {"count": "count = 3"},
        edit=many_checks,
        deserved=1,
    ),
    Notebook("meta-kernel", "asks for a kernel that is none", edit=other_kernel),
    Notebook("meta-checksums", "gives wrong checksums", edit=checksums),
    Notebook("meta-schema", "gives metadata of no schema", edit=old_schema),
    Notebook("meta-strange", "gives values of wrong types", edit=strange_values),
    Notebook(
        "meta-files",
        "lays files beside the notebook that shadow modules and settings",
        files={
            "numpy.py": "def __getattr__(name): raise SystemExit",
            "sitecustomize.py": "print('CANARY-OF-SITE')",
            "autograder.py": "check = print",
            "nbgrader_config.py": "raise SystemExit('CANARY-OF-CONFIG')",
            "gradebook.db": "no database",
            "tiny.ipynb": "{}",
        },
        never=("CANARY-OF-SITE", "CANARY-OF-CONFIG"),
    ),
)
