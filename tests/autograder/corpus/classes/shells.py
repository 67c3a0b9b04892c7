"""The shell: IPython's magics, hooks, formatters and transformers."""

from .. import Notebook, cell, double

NOTEBOOKS = (
    Notebook(
        "shell-hooks",
        "lets hooks run before and after each cell",
        before=(
            cell("""
            shell = get_ipython()
            def wrong(*a, **k):
                shell.user_ns["double"] = lambda x: np.zeros(7)
                shell.user_ns["count"] = 0
            for name in ("pre_execute", "pre_run_cell", "post_execute", "post_run_cell"):
                shell.events.register(name, wrong)
            """),
        ),
    ),
    Notebook(
        "shell-transformers",
        "rewrites the source of the cells that follow",
        before=(
            cell("""
            shell = get_ipython()
            shell.input_transformers_post.append(lambda lines: ["4.0\\n"])
            """),
        ),
    ),
    Notebook(
        "shell-ast",
        "rewrites the syntax tree of the cells that follow",
        before=(
            cell("""
            import ast
            class Rewrite(ast.NodeTransformer):
                def visit_Call(self, node):
                    return ast.Constant(4.0)
            get_ipython().ast_transformers.append(Rewrite())
            """),
        ),
    ),
    Notebook(
        "shell-formatters",
        "gives numbers and tables a look of their own",
        before=(
            cell("""
            formatters = get_ipython().display_formatter.formatters
            for formatter in formatters.values():
                formatter.for_type(object, lambda *a: "4.0")
            get_ipython().display_formatter.format = lambda *a, **k: ({"text/plain": "4.0"}, {})
            """),
            "0",
        ),
    ),
    Notebook(
        "shell-run-cell",
        "replaces the methods that run cells",
        before=(
            cell("""
            shell = get_ipython()
            type(shell).run_cell = shell.run_cell = lambda *a, **k: print("4.0")
            type(shell).run = lambda *a, **k: [{"output_type": "execute_result",
                "data": {"text/plain": "4.0"}, "metadata": {}, "execution_count": 1}]
            """),
        ),
    ),
    Notebook(
        "shell-namespace",
        "gives the notebook a namespace that answers everything",
        before=(
            cell("""
            class Yes(dict):
                def __getitem__(self, key):
                    return 0
            get_ipython().user_ns = Yes()
            """),
        ),
    ),
    Notebook(
        "shell-reset",
        "forgets everything, and loads other extensions",
        before=(
            "%reset -f",
            "%reload_ext autoreload",
            "%load_ext nothing",
            "%autosave 1",
            "%config A = 1",
        ),
    ),
    Notebook(
        "shell-magics",
        "uses magics that write, read, time and edit",
        before=(
            "%%writefile /tmp/x.py\nprint('x')",
            "%run /tmp/x.py",
            "%load /etc/passwd",
            "%%timeit -n1 -r1\n4.0",
            "%history -g",
            "%notebook /tmp/x.ipynb",
            "%logstart /tmp/log",
        ),
        never=("root:x:0",),
    ),
    Notebook(
        "shell-async",
        "leaves tasks, loops and callbacks behind",
        before=(
            cell("""
            import asyncio
            async def talk():
                while True:
                    await asyncio.sleep(0)
            asyncio.get_event_loop_policy()
            task = asyncio.ensure_future(talk()) if False else None
            """),
            "await asyncio.sleep(0)",
            "asyncio.run(asyncio.sleep(0))",
        ),
    ),
    Notebook(
        "shell-trace",
        "traces and audits each line, and each frame",
        before=(
            cell("""
            import sys, threading
            def trace(frame, event, value):
                if "x" in frame.f_locals:
                    frame.f_locals["x"] = 0
                return trace
            sys.settrace(trace); sys.setprofile(trace); threading.settrace(trace)
            """),
        ),
    ),
    Notebook(
        "shell-audit",
        "refuses all that is audited",
        double("import sys\nsys.addaudithook(lambda *a: 1 / 0)"),
    ),
    Notebook(
        "shell-question",
        "asks for passwords and for input",
        before=("import getpass\ngetpass.getpass('password: ')", "input('name: ')", "breakpoint()"),
    ),
)
