"""Frames over pipes: a JSON header and a payload of bytes, each with its length in front."""

from __future__ import annotations

import json
import os
import select
import struct
import time
from typing import Any

__all__ = ["Channel", "ChannelClosedError", "Frame", "MalformedFrameError"]

Frame = tuple[dict[str, Any], bytes]
_LENGTHS = struct.Struct(">II")
MAX_HEADER = 1 << 20
CHUNK = 1 << 18


class ChannelClosedError(EOFError):
    """The other side is gone."""


class MalformedFrameError(ValueError):
    """The other side does not keep to the format or the size it is allowed."""


class Channel:
    """Two file descriptors that frames are read from and written to.

    Parameters
    ----------
    reading, writing : int
        Descriptors of pipes or sockets; the channel owns them from now on.
    max_payload : int
        Bytes of the largest payload that is taken from the other side.
    """

    def __init__(self, reading: int, writing: int, max_payload: int) -> None:
        self.reading, self.writing, self.max_payload = reading, writing, max_payload
        self._come = bytearray()  # the frame that is being read: a time limit must not lose it
        os.set_blocking(reading, False)
        os.set_blocking(writing, False)

    def send(self, header: dict[str, Any], payload: bytes = b"", seconds: float = 60) -> None:
        """Write one frame.

        Raises
        ------
        ChannelClosedError
            If the other side is gone.
        TimeoutError
            If it does not take the frame within `seconds`.
        """
        head = json.dumps(header).encode()
        data = memoryview(_LENGTHS.pack(len(head), len(payload)) + head + payload)
        deadline = time.monotonic() + seconds
        while data:
            self._wait(self.writing, deadline, write=True)
            try:
                data = data[os.write(self.writing, data[:CHUNK]) :]
            except BlockingIOError:
                continue
            except OSError as error:
                raise ChannelClosedError from error

    def receive(self, seconds: float | None = None) -> Frame:
        """Read one frame.

        Raises
        ------
        ChannelClosedError
            If the other side is gone.
        MalformedFrameError
            If what it sends is no frame, or larger than allowed.
        TimeoutError
            If the frame is not complete within `seconds`.
        """
        deadline = None if seconds is None else time.monotonic() + seconds
        start = _LENGTHS.size
        self._read(start, deadline)
        n_head, n_payload = _LENGTHS.unpack(self._come[:start])
        if n_head > MAX_HEADER or n_payload > self.max_payload:
            msg = f"a frame of {n_head} + {n_payload} bytes is over the limit"
            raise MalformedFrameError(msg)
        self._read(start + n_head + n_payload, deadline)
        head, payload = self._come[start : start + n_head], bytes(self._come[start + n_head :])
        self._come.clear()
        try:
            header = json.loads(head)
        except (ValueError, RecursionError) as error:
            msg = "a frame's header is no JSON"
            raise MalformedFrameError(msg) from error
        if not isinstance(header, dict):
            msg = "a frame's header is no JSON object"
            raise MalformedFrameError(msg)
        return header, payload

    @property
    def hung_up(self) -> bool:
        """Whether the other side is gone; it is told without reading."""
        poll = select.poll()
        poll.register(self.reading, select.POLLRDHUP)
        return bool(poll.poll(0))

    def close(self) -> None:
        """Close both descriptors."""
        for fd in {self.reading, self.writing}:
            os.close(fd)

    def _read(self, count: int, deadline: float | None) -> None:
        """Read until the frame has `count` bytes."""
        while len(self._come) < count:
            self._wait(self.reading, deadline, write=False)
            try:
                chunk = os.read(self.reading, min(count - len(self._come), CHUNK))
            except BlockingIOError:
                continue
            except OSError as error:
                raise ChannelClosedError from error
            if not chunk:
                raise ChannelClosedError
            self._come += chunk

    @staticmethod
    def _wait(fd: int, deadline: float | None, *, write: bool) -> None:
        left = None if deadline is None else max(0.0, deadline - time.monotonic())
        fds: tuple[list[int], list[int]] = ([], [fd]) if write else ([fd], [])
        if not any(select.select(*fds, [], left)):
            msg = "no frame within the time limit"
            raise TimeoutError(msg)
