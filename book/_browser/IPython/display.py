"""The objects of `IPython.display` that the book shows, and `display` itself."""

from __future__ import annotations

import base64
import io
import wave
from typing import Any

import numpy as np
from page import display
from page_markdown import to_html

__all__ = ["HTML", "SVG", "Audio", "Markdown", "display"]


class HTML:
    """A piece of a page."""

    def __init__(self, data: str) -> None:
        self.data = data

    def _repr_html_(self) -> str:
        return self.data


class Markdown:
    """A text in Markdown."""

    def __init__(self, data: str) -> None:
        self.data = data

    def _repr_html_(self) -> str:
        return to_html(self.data)


class SVG:
    """A drawing."""

    def __init__(self, data: str) -> None:
        self.data = data

    def _repr_svg_(self) -> str:
        return self.data


class Audio:
    """A player for samples, (length,) or (channels, length), made as loud as can be.

    Parameters
    ----------
    data : array
    rate : int
        Samples a second.
    normalize : bool
        False takes the samples as they are, from -1 to 1.
    """

    def __init__(self, data: Any, *, rate: int, normalize: bool = True) -> None:
        samples = np.atleast_2d(np.asarray(data, float))
        loudest = np.abs(samples).max() if normalize else 1
        file = io.BytesIO()
        with wave.open(file, "wb") as sound:
            sound.setnchannels(len(samples))
            sound.setsampwidth(2)
            sound.setframerate(rate)
            sound.writeframes((samples.T / (loudest or 1) * 32767).astype("<i2").tobytes())
        self.data = file.getvalue()

    def src_attr(self) -> str:
        """Return the sound as an address that holds it."""
        return f"data:audio/wav;base64,{base64.b64encode(self.data).decode()}"

    def _repr_html_(self) -> str:
        return f'<audio controls aria-label="Sound" src="{self.src_attr()}"></audio>'
