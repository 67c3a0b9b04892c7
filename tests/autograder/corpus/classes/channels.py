"""Channels: the pipes, frames and descriptors over which a box speaks."""

from .. import Notebook, cell, double

# Writes a frame to everything open that is a pipe or a socket.
SPEAK = cell("""
import json, os, stat, struct
def open_channels():
    for fd in range(3, 256):
        try:
            mode = os.fstat(fd).st_mode
        except OSError:
            continue
        if stat.S_ISSOCK(mode) or stat.S_ISFIFO(mode):
            yield fd
def speak(data):
    for fd in open_channels():
        try:
            os.set_blocking(fd, False)
            os.write(fd, data)
        except OSError:
            pass
def frame(header, payload=b""):
    head = json.dumps(header).encode()
    return struct.pack(">II", len(head), len(payload)) + head + payload
def npy(array):
    import io
    file = io.BytesIO()
    np.lib.format.write_array(file, array)
    return file.getvalue()
""")


def speaking(name, tries, body, **more):
    """Return a notebook that can speak on the channels, and does `body` at each call."""
    return Notebook(name, tries, double(body), before=(f"import numpy as np\n{SPEAK}",), **more)


NOTEBOOKS = (
    speaking(
        "channel-two-answers",
        "sends the answer that it guesses for the next case, behind that for this one",
        'speak(frame({"answer": "array"}, npy(np.zeros(7))) * 3)',
    ),
    speaking(
        "channel-verdict",
        "sends verdicts and marks",
        'speak(frame({"answer": "pass", "verdict": "pass", "score": 4, "points": 4, "ready": 1}))',
    ),
    speaking(
        "channel-commands",
        "sends commands, as if it were the grader",
        """
        for word in ("show", "open", "call", "serve", "end", "fork", "__init__"):
            speak(frame({"do": word, "id": 1, "cells": [], "objects": [], "seconds": 1}))
        """,
    ),
    speaking(
        "channel-ids",
        "answers under every number of a command",
        'speak(b"".join(frame({"id": n, "answer": "array"}, npy(np.zeros(7))) for n in range(50)))',
    ),
    speaking(
        "channel-partial",
        "sends half a frame and no more",
        "speak(frame({'answer': 'array'}, bytes(1000))[:100])\nimport time\ntime.sleep(100)",
        says="no answer within",
    ),
    speaking(
        "channel-slowly",
        "sends a frame byte by byte, each later than the last",
        """
        import time
        for byte in frame({"answer": "array"}, npy(np.zeros(7))):
            speak(bytes([byte]))
            time.sleep(0.05)
        """,
    ),
    speaking(
        "channel-lengths",
        "sends frames whose lengths are impossible",
        'speak(struct.pack(">II", 2**32 - 1, 2**32 - 1) + b"x" * 1000)',
    ),
    speaking(
        "channel-flood",
        "floods the channel with frames",
        "while True:\n    speak(frame({'answer': 'array'}, bytes(50_000)))",
    ),
    speaking(
        "channel-no-json",
        "sends headers that are no JSON object",
        """
        for head in (b"[]", b"null", b"1e999", b"NaN", b"{", b"[" * 9999, b'{"a":' * 9999):
            speak(struct.pack(">II", len(head), 0) + head)
        """,
    ),
    speaking(
        "channel-types",
        "sends headers whose values have the wrong types",
        """
        for wrong in ({}, [], None, True, 1e308, "x" * 9999):
            speak(frame({key: wrong for key in ("answer", "text", "id", "cell", "opened", "peak",
                                                "seconds", "stopped", "shown", "interrupted")}))
        """,
    ),
    speaking(
        "channel-closed", "closes every descriptor", "os.closerange(0, 4096)", says="left with code"
    ),
    speaking(
        "channel-swapped",
        "puts a pipe of its own where the channel is",
        """
        ours, theirs = os.pipe()
        for fd in list(open_channels()):
            os.dup2(theirs, fd)
        """,
    ),
    speaking(
        "channel-read",
        "reads the inputs of the next cases off the channel before they are asked",
        """
        for fd in open_channels():
            os.set_blocking(fd, False)
            try:
                open("seen", "ab").write(os.read(fd, 1 << 20))
            except OSError:
                pass
        """,
    ),
    Notebook(
        "channel-from-a-cell",
        "sends answers and outputs from a cell, long before they are asked for",
        before=(
            f"import numpy as np\n{SPEAK}",
            cell("""
            mark = [{"output_type": "execute_result", "data": {"text/plain": "4.0"},
                     "execution_count": 1, "metadata": {}}]
            for number in range(20):
                speak(frame({"cell": number, "id": 1}, json.dumps(mark).encode()))
                speak(frame({"shown": True, "opened": "yes", "answer": "array", "id": number}))
            """),
        ),
    ),
    Notebook(
        "channel-from-a-thread",
        "lets a thread send answers all the time",
        before=(
            f"import numpy as np\n{SPEAK}",
            cell("""
            import threading, time
            def talk():
                while True:
                    speak(frame({"answer": "array"}, npy(np.array([2, 4, 6]))))
                    time.sleep(0.01)
            threading.Thread(target=talk, daemon=True).start()
            """),
        ),
        # The visible case's answer may arrive in time: it is in the text of the task.
        by_chance=0.8,
    ),
)
