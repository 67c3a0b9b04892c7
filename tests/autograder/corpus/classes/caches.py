"""The cache and the gradebook: names, keys and archives that could lead to another's grade."""

from .. import RIGHT, Notebook, double


def first_of(sources):
    """Return an edit that lays cells in front, with outputs that no JSON of ours holds."""

    def edit(notebook):
        notebook["cells"][:0] = [
            {"cell_type": "code", "id": f"e{i}", "metadata": {}, "outputs": [],
             "execution_count": None, "source": source}
            for i, source in enumerate(sources)
        ]  # fmt: skip

    return edit


def source_as(value):
    """Return an edit that gives a cell a source of another type."""

    def edit(notebook):
        notebook["cells"][0]["source"] = value

    return edit


NOTEBOOKS = (
    Notebook(
        "cache-copy",
        "hands in what a neighbour handed in, but for a wrong function in the end",
        RIGHT["double"],
        after=("def double(x):\n    return np.zeros(7)",),
        deserved=5,  # what comes after the check was not there when it was called
    ),
    Notebook(
        "cache-json",
        "ends strings and lists of the grader's JSON in its sources",
        edit=first_of(
            ['"]}, "questions": []}', "']\x00", '\\"],"answers":{"double":[]}', "#\u2028\u2029"]
        ),
    ),
    Notebook(
        "cache-surrogates",
        "holds half characters that cannot be written down",
        edit=first_of(["# \ud800 \udfff", "name = '\udc80'"]),
    ),
    Notebook(
        "cache-zip",
        "prints archives, and names of the grader's own files",
        before=(
            "import io, zipfile\nfile = io.BytesIO()\n"
            "with zipfile.ZipFile(file, 'w') as archive:\n"
            "    archive.writestr('said.json', '{}')\n    archive.writestr('../../x', '4.0')\n"
            "print(file.getvalue().decode('latin-1'))",
        ),
    ),
    Notebook(
        "cache-bomb",
        "shows text and images that pack small and unpack large",
        before=(
            "from IPython.display import Image\nprint('0' * 10**7)",
            "display(Image(data=b'\\x89PNG\\r\\n\\x1a\\n' + bytes(10**7), format='png'))",
        ),
    ),
    Notebook(
        "cache-state",
        "leaves marks in folders and modules for the next notebook in the same box",
        before=(
            "import numpy, os, sys\nnumpy.left_behind = sys.left_behind = 'MARK-OF-A-NOTEBOOK'",
            "for folder in ('/tmp', '/dev/shm', os.path.expanduser('~')):\n"
            "    open(f'{folder}/left', 'w').write('MARK-OF-A-NOTEBOOK')",
        ),
    ),
    Notebook(
        "cache-state-found",
        "looks for the marks of the notebook before it",
        before=(
            "import numpy, os, sys\nprint('FOUND' if hasattr(numpy, 'left_behind') else 'none')",
            "for folder in ('/tmp', '/dev/shm', os.path.expanduser('~')):\n"
            "    print('FOUND' if os.path.exists(f'{folder}/left') else 'none')",
        ),
        never=("FOUND\n",),
    ),
    Notebook("name-script", "has a name that is a script", student="<script>alert(1)<|script>"),
    Notebook(
        "name-formula", "has a name that is a formula", student="=HYPERLINK('x')&cmd|' |C calc'!A1"
    ),
    Notebook("name-sql", "has a name that ends a query", student="x'; DROP TABLE student; --"),
    Notebook(
        "name-shell",
        "has a name that a shell would run",
        student="$(touch canary-of-a-notebook)`id`",
    ),
    Notebook(
        "name-template", "has a name that a template would fill", student="{{7+7}}${7+7}%(x)s{0}"
    ),
    Notebook("name-option", "has a name that looks like an option", student="--force"),
    Notebook("name-line", "has a name of two lines", student="two\nlines", ungraded=True),
    Notebook(
        "name-pattern", "has a name that is a pattern of all names", student="*", ungraded=True
    ),
    Notebook(
        "name-direction", "turns the direction of what follows", student="a\u202eb", ungraded=True
    ),
    Notebook("source-number", "has a source that is a number", edit=source_as(7), ungraded=True),
    Notebook(
        "source-object",
        "has a source that is an object",
        edit=source_as({"a": ["x"]}),
        ungraded=True,
    ),
    Notebook("source-nested", "has lines of lines", edit=source_as([["x"], ["y"]]), ungraded=True),
    Notebook(
        "cells-none", "has no cells", edit=lambda notebook: notebook.update(cells=[]), ungraded=True
    ),
    Notebook(
        "cells-many",
        "has more cells than a notebook can have",
        edit=first_of(["pass"] * 5000),
        ungraded=True,
    ),
    Notebook(
        "cells-strange",
        "has cells of types that are none",
        double("pass"),
        edit=lambda notebook: notebook["cells"].append({"cell_type": "heading", "source": "x"}),
    ),
    Notebook("json-empty", "hands in an empty object", edit=dict.clear, ungraded=True),
)
