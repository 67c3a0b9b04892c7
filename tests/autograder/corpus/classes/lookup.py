"""Lookup: tables of the visible cases, and guesses; a table earns what it holds, and no more."""

from .. import Notebook, cell

VISIBLE = "def double(x):\n    return {(1, 2, 3): np.array([2, 4, 6])}.get(tuple(x.ravel()), 0 * x)"

NOTEBOOKS = (
    Notebook(
        "lookup-visible", "has a table of the visible case", {"double": VISIBLE}, deserved=0.8
    ),
    Notebook(
        "lookup-memory",
        "keeps inputs, and answers each with what came before",
        {
            "double": cell("""
            seen = [np.zeros(1)]
            def double(x):
                seen.append(x)
                return seen[-2] * 2
            """)
        },
        deserved=0.8,  # what is asked twice in a row is answered right the second time
    ),
    Notebook(
        "lookup-guess",
        "guesses",
        {
            "double": "rng = np.random.default_rng()\ndef double(x):\n    return rng.normal(size=x.shape)"
        },
    ),
    Notebook(
        "lookup-seeds",
        "draws the hidden cases as the grader might, with every seed that comes to mind",
        {
            "double": cell("""
            def double(x):
                for seed in range(2000):
                    if np.array_equal(np.random.default_rng(seed).normal(size=x.shape), x):
                        return 2 * x
                return np.zeros(7)
            """)
        },
    ),
    Notebook(
        "lookup-nan", "answers nothing but NaN", {"double": "def double(x):\n    return x * np.nan"}
    ),
    Notebook(
        "lookup-infinite",
        "answers infinity, which is near to everything",
        {"double": "def double(x):\n    return np.full(x.shape, np.inf)"},
    ),
    Notebook(
        "lookup-broadcast",
        "answers shapes that fit everywhere",
        {
            "double": "def double(x):\n    return np.empty((0,) * 3) if x.size % 2 else np.float64(2)"
        },
    ),
    Notebook(
        "lookup-value",
        "answers a question for one number with all numbers",
        {"count": "count = np.arange(100)"},
    ),
)
