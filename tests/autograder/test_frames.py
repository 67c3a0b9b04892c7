"""Frames keep their borders whatever the other side sends, and whenever it sends it."""

import os
import socket
import struct
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder._box.frames import MAX_HEADER, Channel, ChannelClosedError, MalformedFrameError

repeatable = settings(deadline=None, derandomize=True, max_examples=60)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


class Pipes:
    """Two channels, and the raw descriptor that leads to the first one."""

    def __init__(self, max_payload=1 << 20):
        here, self.raw = os.pipe()
        there, back = os.pipe()
        self.near = Channel(here, back, max_payload)
        self.far = Channel(there, os.dup(self.raw), max_payload)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for channel in (self.near, self.far):
            channel.close()
        if self.raw is not None:
            os.close(self.raw)

    def hang_up(self):
        os.close(self.raw)
        os.close(self.far.writing)
        self.raw, self.far.writing = None, os.dup(self.far.reading)


@pytest.fixture
def pipes():
    with Pipes() as pipes:
        yield pipes


def frame(head, payload=b""):
    return struct.pack(">II", len(head), len(payload)) + head + payload


@given(st.dictionaries(st.text(), json_values, max_size=4), st.binary(max_size=2000))
@repeatable
def test_a_frame_arrives_as_it_was_sent(header, payload):
    with Pipes() as pipes:
        pipes.far.send(header, payload)
        assert pipes.near.receive(5) == (header, payload)


def test_large_frames_pass_a_small_pipe(pipes):
    payload = os.urandom(900_000)
    sender = threading.Thread(target=pipes.far.send, args=({"n": 1}, payload))
    sender.start()
    assert pipes.near.receive(10) == ({"n": 1}, payload)
    sender.join()


@given(st.binary(min_size=1, max_size=200))
@repeatable
def test_any_bytes_are_a_frame_or_an_error_of_ours(data):
    with Pipes(max_payload=100) as pipes:
        os.write(pipes.raw, data)
        pipes.hang_up()
        try:
            header, payload = pipes.near.receive(5)
        except (MalformedFrameError, ChannelClosedError):
            return
        assert isinstance(header, dict)
        assert len(payload) <= 100


@pytest.mark.parametrize(
    "sent",
    [
        struct.pack(">II", MAX_HEADER + 1, 0),
        struct.pack(">II", 2, (1 << 20) + 1),
        struct.pack(">II", 2**32 - 1, 2**32 - 1),
        frame(b"no json"),
        frame(b"[]"),
        frame(b'"text"'),
        frame(b"\xff\xfe\x00"),
        frame(b"[" * 40_000),
        frame(b'{"a": ' * 5000),
        frame(b'{"a": ' + b"9" * 5000 + b"}"),
    ],
)
def test_what_is_no_frame_is_refused(pipes, sent):
    writer = threading.Thread(target=os.write, args=(pipes.raw, sent))
    writer.start()
    with pytest.raises(MalformedFrameError):
        pipes.near.receive(5)
    writer.join()


def test_a_size_over_the_limit_is_refused_before_it_is_read(pipes):
    os.write(pipes.raw, struct.pack(">II", 2, 1 << 30))
    for _ in range(2):  # and for good: what follows could be anything
        with pytest.raises(MalformedFrameError, match="over the limit"):
            pipes.near.receive(5)


def test_a_frame_that_comes_in_pieces_survives_a_time_limit(pipes):
    sent = frame(b'{"n": 1}', b"payload") + frame(b'{"n": 2}')
    for start in range(0, 12, 3):
        os.write(pipes.raw, sent[start : start + 3])
        with pytest.raises(TimeoutError):
            pipes.near.receive(0)
    os.write(pipes.raw, sent[12:])
    assert pipes.near.receive(1) == ({"n": 1}, b"payload")
    assert pipes.near.receive(1) == ({"n": 2}, b"")


def test_the_time_limit_holds_against_a_trickle(pipes):
    os.write(pipes.raw, struct.pack(">II", 1000, 0))
    stop = threading.Event()

    def trickle():
        while not stop.wait(0.02):
            os.write(pipes.raw, b" ")

    sender = threading.Thread(target=trickle)
    sender.start()
    with pytest.raises(TimeoutError):
        pipes.near.receive(0.3)
    stop.set()
    sender.join()


@pytest.mark.parametrize("sent", [b"", b"\x00\x00", frame(b"{}", b"payload")[:-1]])
def test_the_other_side_hangs_up(pipes, sent):
    os.write(pipes.raw, sent)
    pipes.hang_up()
    with pytest.raises(ChannelClosedError):
        pipes.near.receive(5)


def test_nobody_reads(pipes):
    with pytest.raises(TimeoutError):
        pipes.far.send({}, bytes(900_000), seconds=0.2)


def test_nobody_is_there(pipes):
    os.close(pipes.near.reading)
    pipes.near.reading = os.open(os.devnull, os.O_RDONLY)
    with pytest.raises(ChannelClosedError):
        pipes.far.send({}, b"payload")


@pytest.mark.parametrize("unread", [b"", b"half a frame"])
def test_a_hang_up_is_seen_without_reading(unread):
    here, there = socket.socketpair()
    fd = here.detach()
    channel = Channel(fd, fd, 100)
    with there:
        there.send(unread)
        assert not channel.hung_up
    assert channel.hung_up
    channel.close()
