"""Injection: what would run, load or mislead in the browser of whoever looks at it."""

from .. import Notebook, cell, double

SCRIPT = "<script>fetch('//evil')</script><img src=x onerror=alert(1)>"


def texts(*sources):
    """Return an edit that lays text cells in front."""

    def edit(notebook):
        notebook["cells"][:0] = [
            {"cell_type": "markdown", "id": f"t{i}", "metadata": {}, "source": source}
            for i, source in enumerate(sources)
        ]

    return edit


def into_answers(notebook):
    """Make the solution cell a text cell with a script in it."""
    for each in notebook["cells"]:
        if each["id"] == "double-solution":
            each["cell_type"], each["source"] = "markdown", SCRIPT


def attached(notebook):
    """Lay a text cell with attachments in front, and let metadata say how cells are shown."""
    notebook["cells"].insert(
        0,
        {
            "cell_type": "markdown",
            "id": "attached",
            "metadata": {"magics_language": SCRIPT},
            "source": "![a](attachment:a.svg) [b](attachment:b.html) [c](JaVaScRiPt:alert(1))",
            "attachments": {
                "a.svg": {"image/svg+xml": "PHN2ZyBvbmxvYWQ9ImFsZXJ0KDEpIi8+"},
                "b.html": {"text/html": "PHNjcmlwdD4="},
            },
        },
    )
    shown = {"name": "../../etc/passwd", "pygments_lexer": SCRIPT, "nbconvert_exporter": "script"}
    notebook["metadata"] |= {
        "title": f"</title>{SCRIPT}",
        "language_info": shown,
        "x": float("nan"),
    }


NOTEBOOKS = (
    Notebook(
        "inject-outputs",
        "displays HTML, SVG, JavaScript, LaTeX and widgets",
        before=(
            cell(f"""
            from IPython.display import HTML, SVG, Javascript, Latex, Markdown, display
            display(HTML({SCRIPT!r}), Javascript("alert(1)"), Markdown({SCRIPT!r}))
            display(Latex(r"$\\href{{javascript:alert(1)}}{{x}}$"))
            display({{"image/svg+xml": "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
                     "application/vnd.jupyter.widget-view+json": {{"model_id": "x"}},
                     "application/javascript": "alert(1)", "text/html": {SCRIPT!r}}}, raw=True)
            """),
        ),
    ),
    Notebook(
        "inject-image",
        "displays images whose bytes end the attribute that they stand in",
        before=(
            cell(r"""
            from IPython.display import display
            display({"image/png": 'iVBORw0KGgo="><script>alert(1)</script>', "image/jpeg": ["<b>"]}, raw=True)
            display({"image/png": "\x89PNG<script>", "image/png ": "x", "text/html": {"a": 1}}, raw=True)
            """),
        ),
    ),
    Notebook(
        "inject-prints",
        "prints tags and ends of tags",
        before=(f"print({'</pre></main>' + SCRIPT!r})",),
    ),
    Notebook(
        "inject-sources",
        "has tags in its code",
        before=(f"# </code></pre>{SCRIPT}\n'''{SCRIPT}'''",),
    ),
    Notebook(
        "inject-error",
        "raises errors with tags in name, text and line",
        double(f"raise type({SCRIPT!r}, (Exception,), {{}})({SCRIPT!r})  # {SCRIPT}"),
    ),
    Notebook(
        "inject-error-in-cell",
        "stops a cell with tags in the error's name and text",
        before=(f"raise type({SCRIPT!r}, (Exception,), {{}})({SCRIPT!r})",),
    ),
    Notebook(
        "inject-markdown",
        "writes text cells with scripts, frames, forms and links",
        edit=texts(
            SCRIPT,
            "<iframe src='//evil'></iframe><form action='//evil'><input name=x></form>",
            "[click](javascript:alert(1)) ![x](//evil/x.png) [x](data:text/html,<b>)",
            "<style>body{display:none}</style><base href='//evil'><meta http-equiv=refresh content=0>",
            "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
            r"$$\unicode{<img src=x onerror=alert(1)>}\def\x{\x}\x$$",
        ),
    ),
    Notebook("inject-answer", "makes a text with a script of its answer", edit=into_answers),
    Notebook(
        "inject-dtype",
        "answers with dtypes and classes whose names are tags",
        double(
            "",
            f"np.zeros(7, dtype=[({SCRIPT!r}, float)]) if x.ndim == 1 else type({SCRIPT!r}, (), {{}})()",
        ),
        says="not numbers",
    ),
    Notebook(
        "inject-terminal",
        "prints links, colours and controls for a terminal",
        before=(r"print('\x1b]8;;http://evil\x07click\x1b]8;;\x07\x1b[31m<b>\x1b[0m\x9b31m\x07')",),
    ),
    Notebook(
        "inject-template",
        "prints what a template would fill",
        before=("print('{{ 7 * 191 }} {% raw %} {# x #} ${7*191} #{7*191}')",),
        never=("1337",),
    ),
    Notebook(
        "inject-direction",
        "turns the direction of its code, its output, its texts and its errors",
        double("raise ValueError('\u202e5 skram\u2066')"),
        before=("# \u202e\nprint('\u202e.skram 5')",),
        edit=texts("\u202e5 skram", "`\u2067x`"),
        says="5 skram",
    ),
    Notebook(
        "inject-attachment",
        "attaches pages and drawings to a text cell, and links to them by every scheme",
        edit=attached,
    ),
)
