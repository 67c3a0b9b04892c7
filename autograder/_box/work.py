"""What a confined child does: run the cells and show them, or answer calls."""

from __future__ import annotations

import io
import json
import linecache
import traceback
from types import FunctionType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.lib import format as npy

from .counted import handed_over, handles
from .salvage import salvage
from .shell import objects_of
from .strict import on_pretended_gpu

if TYPE_CHECKING:
    from .frames import Channel
    from .shell import Shell

__all__ = ["answer_calls", "answer_naive", "seconds_for", "show_cells"]

NUMBERS = "biufc"
CHANGED = "the function writes into an array that it was given: make a new one instead"
AGAIN = 2  # calls with the very same numbers; more of them are for their speed
LEAST = 5  # however many cells were stopped, the next has a fifth of the time


def show_cells(shell: Shell, command: dict[str, Any], channel: Channel) -> None:
    """Run the cells and send the outputs of each from ``command["start"]`` on."""
    start, stopped = command["start"], command["stopped"]
    replay(shell, command["cells"][:start], command["cell_seconds"])
    for cell in command["cells"][start:]:
        seconds = seconds_for(command["cell_seconds"], stopped)
        outputs = shell.run(_source(cell), seconds)
        interrupted = shell.alarm.rang
        channel.send({"interrupted": interrupted}, json.dumps(outputs).encode())
        if interrupted:
            stopped += 1
            shell.run(salvage(cell["source"]), seconds)


def seconds_for(cell_seconds: float, stopped: int) -> float:
    """Return how long a cell may run after so many were stopped: half as long after each.

    Examples
    --------
    >>> [seconds_for(10, stopped) for stopped in range(5)]
    [10.0, 5.0, 2.5, 2.0, 2.0]
    """
    return max(cell_seconds / 2**stopped, cell_seconds / LEAST)


def answer_calls(shell: Shell, command: dict[str, Any], channel: Channel) -> None:
    """Run the cells without showing them, then call the objects of one check."""
    shell.mute()
    failed = replay(shell, command["cells"], command["cell_seconds"])
    _answer_all(objects_of(shell, command["objects"]), channel, failed)


def answer_naive(_: Shell, command: dict[str, Any], channel: Channel) -> None:
    """Call the one function of a naive version, which student code races against."""
    space: dict[str, Any] = {}
    exec(compile(command["source"], "<naive>", "exec"), space)
    (function,) = (thing for thing in space.values() if isinstance(thing, FunctionType))
    _answer_all([function], channel)


def _answer_all(objects: list[Any], channel: Channel, failed: int = 0) -> None:
    channel.send({"opened": f"yes {failed:x}"})
    while True:
        call, payload = channel.receive()
        channel.send(*_answer(objects[call["target"]], call, payload, channel))


def replay(shell: Shell, cells: list[dict[str, Any]], seconds: float) -> int:
    """Run `cells` for what they define, and return in which something stopped: a bit for each."""
    failed = 0
    for place, cell in enumerate(cells):
        shell.run(_source(cell), seconds)
        failed |= shell.failed << place
    return failed


def _source(cell: dict[str, Any]) -> str:
    return salvage(cell["source"]) if cell["salvage"] else str(cell["source"])


def _answer(
    thing: Any, call: dict[str, Any], payload: bytes, channel: Channel
) -> tuple[dict[str, Any], bytes]:
    if isinstance(thing, Exception):
        return {"answer": "missing", "text": _said(thing)}, b""
    try:
        return _called(thing, call, payload, channel) if call["call"] else _encoded(thing)
    except BaseException as error:  # whatever student code raises, SystemExit too, is an answer
        return {"answer": "raised", "text": _said(error)}, b""


def _called(
    function: Any, call: dict[str, Any], payload: bytes, channel: Channel
) -> tuple[dict[str, Any], bytes]:
    def ask(calculation: list[Any]) -> int:
        channel.send({"calculate": calculation})
        return int(channel.receive()[0]["handle"])

    stream = io.BytesIO(payload)
    args = [
        npy.read_array(stream, allow_pickle=False) if arg is None else _got(arg)
        for arg in call["args"]
    ]
    kwargs = {name: _got(value) for name, value in call["kwargs"].items()}
    if call["counted"]:
        args = [handed_over(arg, ask) if isinstance(arg, np.ndarray) else arg for arg in args]
    if call["strict"]:
        function = on_pretended_gpu(function, **call["strict"])
    for turn in range(1, call["calls"] + 1):
        if call["calls"] > AGAIN:  # an answer that was kept is the answer to other numbers
            _move(args, by=1 if turn < call["calls"] else 1 - turn)
        result = function(*args, **kwargs)
    if call["counted"] and result is not None:
        result = handles(result, ask)
    if call["overwrite"]:
        if _changed(args, payload):
            return {"answer": "raised", "text": CHANGED}, b""
        result = result if result is None else np.asarray(result)
        _overwrite(args)
    return _encoded(result)


def _got(said: dict[str, Any]) -> Any:
    """Return a plain value; JSON has no tuples."""
    return tuple(said["tuple"]) if "tuple" in said else said["plain"]


def _move(args: list[Any], by: int) -> None:
    """Move all numbers on by some places, with nothing that a notebook could have replaced."""
    for arg in args:
        if isinstance(arg, np.ndarray) and arg.size:
            numbers, place = arg.flatten(), by % arg.size
            arg.flat[place:] = numbers[: arg.size - place]
            arg.flat[:place] = numbers[arg.size - place :]


def _changed(args: list[Any], payload: bytes) -> bool:
    stream = io.BytesIO(payload)
    return any(
        arg.tobytes() != npy.read_array(stream, allow_pickle=False).tobytes()
        for arg in args
        if isinstance(arg, np.ndarray)
    )


def _overwrite(args: list[Any]) -> None:
    for arg in args:
        if isinstance(arg, np.ndarray):
            arg.flags.writeable = True
            arg[...] = ~arg if arg.dtype.kind == "b" else -1 - arg


def _encoded(result: Any) -> tuple[dict[str, Any], bytes]:
    if result is None:
        return {"answer": "refused", "text": "the answer is None: nothing is given yet"}, b""
    array = np.asarray(result)
    if array.dtype.kind not in NUMBERS:
        whole = isinstance(result, np.ndarray)
        kind = f"an array of {array.dtype}" if whole else f"of type {type(result).__name__}"
        return {"answer": "refused", "text": f"the answer is {kind}, not numbers"}, b""
    record = io.BytesIO()
    npy.write_array(record, array, allow_pickle=False)
    return {"answer": "array"}, record.getvalue()


def _said(error: BaseException) -> str:
    """Return an exception's name and message, and the line of the notebook that raised it."""
    text = f"{type(error).__name__}: {error}"[:400]
    frames = traceback.extract_tb(error.__traceback__)
    for frame in reversed(frames):
        line = linecache.getline(frame.filename, frame.lineno or 0).strip()
        if "ipython-input" in frame.filename or "ipykernel" in frame.filename:
            return f"{text} (line {frame.lineno}, `{line[:120]}`)"
    return text
