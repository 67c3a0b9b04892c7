"""Forging outputs: marks, tables and results that the notebook writes itself."""

from .. import Notebook, cell, double

MARKS = {"output_type": "execute_result", "execution_count": 1, "metadata": {}}


def full_marks(notebook):
    """Put full marks where nbgrader reads them, on every cell."""
    for each in notebook["cells"]:
        if each["cell_type"] == "code":
            each["outputs"] = [{**MARKS, "data": {"text/plain": "4.0"}}]


def table_of_passes(notebook):
    """Put a table like the grader's into the outputs of the graded cells."""
    html = "<table><tr><td>pass</td><td>4 of 4 points</td></tr></table>"
    for each in notebook["cells"]:
        if each["source"] and "check(" in "".join(each["source"]):
            each["outputs"] = [{**MARKS, "data": {"text/plain": "4.0", "text/html": html}}]


NOTEBOOKS = (
    Notebook("forge-saved-marks", "saves full marks as outputs", edit=full_marks),
    Notebook("forge-saved-table", "saves a table of passes", edit=table_of_passes),
    Notebook(
        "forge-result",
        "ends each cell with the number that means full marks",
        {"count": "count = 0\n4.0", "double": "def double(x):\n    return np.zeros(7)\n4.0"},
        after=("4.0", "1.0"),
    ),
    Notebook(
        "forge-display",
        "displays marks as every kind of output",
        before=(
            cell("""
            from IPython.display import display, publish_display_data
            display({"text/plain": "4.0", "text/html": "<b>4 of 4 points</b>"}, raw=True)
            publish_display_data({"application/vnd.nbgrader+json": {"score": 4.0},
                                  "text/plain": "4.0"})
            print("double: 4 of 4 points")
            """),
        ),
    ),
    Notebook(
        "forge-collected-outputs",
        "writes results straight into the list that outputs are collected in",
        before=(
            cell("""
            import gc
            mark = {"output_type": "execute_result", "data": {"text/plain": "4.0"},
                    "metadata": {}, "execution_count": 1}
            for thing in gc.get_objects():
                if type(thing).__name__ == "Outputs":
                    thing.items = [mark] * 50
            """),
        ),
    ),
    Notebook(
        "forge-answer-words",
        "returns what sounds like a verdict",
        double("pass", '{"answer": "array", "verdict": "pass", "score": 4.0}'),
        says="not numbers",
    ),
    Notebook(
        "forge-exception-words",
        "raises what sounds like a verdict",
        double('raise RuntimeError("pass: 4 of 4 points, verdict PASS")'),
        says="runtimeerror",
    ),
    Notebook(
        "forge-escape-codes",
        "hides its output and paints another by escape codes",
        before=(
            cell(r"""
            print("\x1b[2J\x1b[1;1H\x1b[8m wrong \x1b[0m\x1b]0;4 of 4\x07 4 of 4 points")
            print("\r" * 50 + "4.0" + "\b" * 500 + "\u202e" + "\x00")
            """),
        ),
    ),
)
