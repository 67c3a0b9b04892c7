"""What a cell prints and shows, collected as nbformat outputs in their true order."""

from __future__ import annotations

import io
from base64 import encodebytes
from typing import TYPE_CHECKING, Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Hook", "Outputs", "Publisher", "Stream"]

Output = dict[str, Any]


class Outputs:
    """The outputs of the cell that runs now, up to a limit of characters.

    What exceeds the limit is dropped and said once; text keeps its start.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.start()

    def start(self) -> None:
        """Forget the last cell."""
        self.items: list[Output] = []
        self.room = self.limit

    def text(self, name: str, text: str) -> None:
        """Add to a stream."""
        kept = self._take(text)
        if kept:
            last = self.items[-1] if self.items else {}
            if last.get("name") != name:
                last = {"output_type": "stream", "name": name, "text": ""}
                self.items.append(last)
            last["text"] += kept

    def data(self, kind: str, data: Mapping[str, Any], **more: Any) -> None:
        """Add a displayed object or a cell's result."""
        plain = {mime: _as_text(value) for mime, value in data.items()}
        size = sum(map(len, plain.values()))
        if size > self.room:
            self._take("x" * (self.room + 1))
            return
        self.room -= size
        self.items.append({"output_type": kind, "data": plain, "metadata": {}, **more})

    def error(self, name: str, value: str, traceback: list[str]) -> None:
        """Add an exception; it is shown even where the limit is reached."""
        value, traceback = value[:2000], [line[:2000] for line in traceback[-40:]]
        self.items.append(
            {"output_type": "error", "ename": name, "evalue": value, "traceback": traceback}
        )

    def clear(self) -> None:
        """Drop what was shown so far, as ``clear_output`` asks."""
        self.items = []

    def _take(self, text: str) -> str:
        if self.room < 0:
            return ""
        kept, self.room = text[: self.room], self.room - len(text)
        if self.room >= 0:
            return kept
        self.room = -1
        note = f"\n[output over {self.limit} characters is not shown]\n"
        self.items.append({"output_type": "stream", "name": "stdout", "text": note})
        return ""


def _as_text(value: Any) -> str:
    return encodebytes(value).decode() if isinstance(value, bytes) else str(value)


class Stream(io.TextIOBase):
    """A ``sys.stdout`` or ``sys.stderr`` that writes to the cell's outputs."""

    encoding = "utf-8"

    def __init__(self, name: str, outputs: Outputs) -> None:
        self.name, self.outputs = name, outputs

    def writable(self) -> bool:
        """Return True."""
        return True

    def write(self, text: str) -> int:
        """Add `text` to the outputs."""
        self.outputs.text(self.name, text)
        return len(text)


class Publisher(DisplayPublisher):
    """Takes what ``display`` shows."""

    outputs: Outputs

    def publish(self, data: Mapping[str, Any], *_: Any, **__: Any) -> None:
        """Add a displayed object to the outputs."""
        self.outputs.data("display_data", data)

    def clear_output(self, wait: bool = False) -> None:
        """Drop the outputs so far."""
        self.outputs.clear()


class Hook(DisplayHook):
    """Takes the value of a cell's last expression."""

    outputs: Outputs

    def write_output_prompt(self) -> None:
        """Write nothing: a notebook draws its own prompt."""

    def write_format_data(self, format_dict: Mapping[str, Any], md_dict: Any = None) -> None:
        """Add the cell's result to the outputs."""
        self.outputs.data("execute_result", format_dict, execution_count=self.prompt_count)
