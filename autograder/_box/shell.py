"""A notebook's cells, run as a kernel would run them, in this very process."""

from __future__ import annotations

import builtins
import pdb
import signal
import sys
import types
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NoReturn

from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.text import SList
from traitlets import Type
from traitlets.config import Config

from .figures import show_as_drawn
from .outputs import Hook, Outputs, Publisher, Stream
from .salvage import behind
from .strict import PretendedGPU

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .outputs import Output

__all__ = ["Shell", "make_shell"]

WARM_UP = (
    "%matplotlib inline\nimport numpy, matplotlib.pyplot as plt\nplt.plot([0, 1]); plt.show()",
    "1 / 0",
)

ENDS = 20  # frames at each end of a traceback


class Shell(InteractiveShell):
    """An interactive shell that collects outputs and never asks, exits or pages."""

    display_pub_class = Type(Publisher)
    displayhook_class = Type(Hook)
    outputs: Outputs

    muted = False
    lost: set[str]

    def run(self, source: str, seconds: float) -> list[Output]:
        """Run one cell and return its outputs; it is interrupted after `seconds`.

        Afterwards `failed` says whether anything in it stopped.
        """
        self.outputs.start()
        self.alarm, self.failed = _Alarm(seconds), False
        with self.alarm:
            while source.strip():
                ran = self.run_cell(source, store_history=True)
                stopped, self.failed = ran.error_in_exec, self.failed or not ran.success
                over = stopped is None or self.alarm.rang
                source = "" if over else behind(self.transform_cell(source), stopped, self.lost)
        return self.outputs.items

    def mute(self) -> None:
        """From now on run cells for what they define: nothing is drawn, shown or explained."""
        import matplotlib.pyplot as plt

        assert self.display_formatter is not None
        self.muted = True
        self.display_formatter.active_types = []
        plt.switch_backend("agg")
        _draw_no_more_than_is_shown()
        self.events.register("post_execute", lambda: plt.close("all"))

    def enable_matplotlib(self, gui: str | None = None) -> tuple[str | None, str]:
        """Take a backend, if figures are shown at all; each is drawn when it is shown."""
        if self.muted:
            return gui, "agg"
        taken = super().enable_matplotlib(gui)
        _draw_no_more_than_is_shown()
        assert self.display_formatter is not None
        show_as_drawn(self.display_formatter)
        return taken

    def showtraceback(self, *args: Any, **kwargs: Any) -> None:
        """Explain an exception, which takes longer than most cells."""
        if not self.muted:
            _cut_out(sys.exc_info()[2])
            super().showtraceback(*args, **kwargs)

    def showsyntaxerror(self, *args: Any, **kwargs: Any) -> None:
        """Explain code that is no Python."""
        if not self.muted:
            super().showsyntaxerror(*args, **kwargs)

    def show_usage_error(self, exc: BaseException) -> None:
        """Show what a magic complains of as an error, which it is."""
        self.outputs.error("UsageError", str(exc), [f"UsageError: {exc}"])

    def system(self, cmd: str) -> None:
        """Say that there is no such program: the cell goes on, as behind any that fails."""
        print(f"the grader runs no other programs: {cmd}", file=sys.stderr)
        self.user_ns["_exit_code"] = 127

    def getoutput(self, cmd: str, split: bool = True, depth: int = 0) -> SList | str:
        """Say the same of a program whose output is wanted."""
        self.system(cmd)
        return SList([]) if split else ""

    @contextmanager
    def _tee(self, channel: str) -> Iterator[None]:
        """Keep no second copy of what is printed: that of IPython's history has no limit."""
        yield

    def ask_exit(self) -> None:
        """Stay: ``exit`` in a notebook must not lose the cells after it."""

    def enable_gui(self, gui: str | None = None) -> None:
        """Take no notice: there is no window to open."""

    def _showtraceback(self, etype: type, evalue: BaseException, stb: list[str]) -> None:
        self.outputs.error(etype.__name__, str(evalue), stb)


def _draw_no_more_than_is_shown() -> None:
    """Take back pyplot's hook that draws all figures after each cell, for a window."""
    import matplotlib.pyplot as plt

    plt.uninstall_repl_displayhook()


def _cut_out(frames: types.TracebackType | None) -> None:
    """Drop the middle of a deep recursion, which would take seconds to explain."""
    chain = [] if frames is None else [frames]
    while chain and chain[-1].tb_next:
        chain.append(chain[-1].tb_next)
    if len(chain) > 2 * ENDS:
        chain[ENDS - 1].tb_next = chain[-ENDS]


class _Alarm:
    """Raise TimeoutError in the cell when its time is over."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.rang = False

    def __enter__(self) -> None:
        signal.signal(signal.SIGALRM, self._ring)
        signal.setitimer(signal.ITIMER_REAL, self.seconds)

    def __exit__(self, *_: object) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)

    def _ring(self, *_: object) -> NoReturn:
        self.rang = True
        msg = f"this cell ran longer than {self.seconds:g} s and was stopped"
        raise TimeoutError(msg)


def make_shell() -> Shell:
    """Return a warm shell: what notebooks import and do first was done once already."""
    config = Config()
    config.HistoryManager.enabled = False
    shell: Shell = Shell.instance(config=config)
    shell.outputs, shell.lost = Outputs(0), set()
    Publisher.outputs = Hook.outputs = shell.outputs
    shell.set_hook("show_in_pager", lambda *_, **__: None, 1)
    sys.stdout, sys.stderr = (Stream(name, shell.outputs) for name in ("stdout", "stderr"))
    builtins.input = _no_input  # type: ignore[assignment]
    sys.breakpointhook = pdb.set_trace = lambda *_, **__: None  # nobody is there to look
    sys.modules["autograder"] = _student_module()
    for source in WARM_UP:
        shell.run(source, 60)
    shell.reset(new_session=True)
    shell.execution_count = 1
    return shell


def _student_module() -> types.ModuleType:
    """Return the ``autograder`` that notebooks import in the box: its check says nothing."""
    module = types.ModuleType("autograder", "The grader's stand-in: answers are judged outside.")
    module.check = lambda *_, **__: None  # type: ignore[attr-defined]
    module.PretendedGPU = PretendedGPU  # type: ignore[attr-defined]
    return module


def _no_input(prompt: str = "") -> NoReturn:
    msg = "a graded notebook cannot ask for input: give the value in the code"
    raise EOFError(msg)


def objects_of(shell: Shell, expressions: list[str]) -> list[Any]:
    """Return what the expressions of a ``check`` mean after the cells have run.

    An expression that fails gives its exception.
    """
    found: list[Any] = []
    for expression in expressions:
        try:
            found.append(eval(expression, shell.user_ns))
        except Exception as error:  # the student's object does not exist
            found.append(error)
    return found
