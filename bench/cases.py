"""The convolutions that are timed: layers of well-known networks, filters, and awkward shapes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Case:
    """One call: shapes, options, and what kind of convolution it stands for."""

    group: str
    name: str
    x: tuple[int, ...]
    weight: tuple[int, ...]
    options: dict[str, Any] = field(default_factory=dict)
    dtype: str = "float32"

    @property
    def transposed(self) -> bool:
        """Whether the call is a transposed convolution."""
        return self.group == "transposed"

    @property
    def axes(self) -> int:
        """How many spatial axes there are."""
        return len(self.x) - 2

    def arrays(self) -> tuple[np.ndarray, np.ndarray]:
        """Return input and weight, the same at every call; outputs are about as large as inputs."""
        rng = np.random.default_rng(0)
        x = rng.standard_normal(self.x).astype(self.dtype)
        weight = rng.standard_normal(self.weight) / np.sqrt(np.prod(self.weight[1:]))
        return x, weight.astype(self.dtype)


def depthwise(name: str, x: tuple[int, ...], kernel: int, stride: int = 1) -> Case:
    """Return a depthwise case on square images that keeps the size, but for the stride."""
    options = {"padding": kernel // 2, "stride": stride, "groups": x[1]}
    return Case("depthwise", name, x, (x[1], 1, kernel, kernel), options)


PAD, HALF = {"padding": 1}, {"padding": 1, "stride": 2}
CASES = (
    Case("1d", "WaveNet, 2 taps 512 apart", (1, 64, 16512), (128, 64, 2), {"dilation": 512}),
    Case("1d", "TCN, 3 taps 4 apart", (8, 64, 16008), (64, 64, 3), {"dilation": 4}),
    Case("1d", "raw audio, 80 taps, stride 4", (8, 1, 16000), (64, 1, 80), {"stride": 4}),
    Case("1d", "text, 5 words", (8, 300, 128), (100, 300, 5), {"padding": 2}),
    Case("1d", "sensor, 9 taps", (8, 9, 128), (64, 9, 9), {"padding": 4}),
    Case("long filter", "4001 taps", (1, 1, 160000), (1, 1, 4001), {"padding": 2000}),
    Case(
        "long filter", "4001 taps, f64", (1, 1, 160000), (1, 1, 4001), {"padding": 2000}, "float64"
    ),
    Case("tiny", "28x28, one", (1, 1, 28, 28), (8, 1, 3, 3), PAD),
    Case("tiny", "28x28, eight", (8, 1, 28, 28), (8, 1, 3, 3), PAD),
    Case("2d", "stem 7x7, stride 2", (1, 3, 224, 224), (64, 3, 7, 7), {"padding": 3, "stride": 2}),
    Case("2d", "ResNet 64 to 64 at 56", (1, 64, 56, 56), (64, 64, 3, 3), PAD),
    Case("2d", "ResNet 64 to 64 at 56, eight", (8, 64, 56, 56), (64, 64, 3, 3), PAD),
    Case("2d", "ResNet 64 to 64 at 56, f64", (1, 64, 56, 56), (64, 64, 3, 3), PAD, "float64"),
    Case("2d", "1x1, 256 to 64 at 56", (8, 256, 56, 56), (64, 256, 1, 1)),
    Case("2d", "stride 2, 128 to 128 at 56", (8, 128, 56, 56), (128, 128, 3, 3), HALF),
    Case("2d", "VGG 64 to 64 at 224", (1, 64, 224, 224), (64, 64, 3, 3), PAD),
    Case("2d", "VGG 512 to 512 at 28", (1, 512, 28, 28), (512, 512, 3, 3), PAD),
    Case(
        "2d",
        "dilation 2, 64 to 64 at 65",
        (1, 64, 65, 65),
        (64, 64, 3, 3),
        {"padding": 2, "dilation": 2},
    ),
    Case(
        "2d",
        "DeepLab, dilation 6",
        (1, 512, 33, 33),
        (256, 512, 3, 3),
        {"padding": 6, "dilation": 6},
    ),
    Case(
        "2d",
        "DeepLab, dilation 12",
        (1, 512, 33, 33),
        (256, 512, 3, 3),
        {"padding": 12, "dilation": 12},
    ),
    Case("filter", "31x31 on 512x512", (1, 1, 512, 512), (1, 1, 31, 31), {"padding": 15}),
    Case(
        "filter", "5x5 on 512x512, f64", (1, 1, 512, 512), (1, 1, 5, 5), {"padding": 2}, "float64"
    ),
    Case("3d", "C3D first layer", (1, 3, 16, 112, 112), (64, 3, 3, 3, 3), PAD),
    Case("3d", "C3D 64 to 128", (1, 64, 16, 56, 56), (128, 64, 3, 3, 3), PAD),
    Case("3d", "MRI 16 to 32", (1, 16, 64, 64, 64), (32, 16, 3, 3, 3), PAD),
    Case("3d", "MRI filter", (1, 1, 182, 218, 182), (1, 1, 3, 3, 3), PAD),
    Case("3d", "MRI 1 to 8", (1, 1, 182, 218, 182), (8, 1, 3, 3, 3), PAD),
    Case("transposed", "DCGAN 100 to 512, from 1x1", (8, 100, 1, 1), (100, 512, 4, 4)),
    Case("transposed", "DCGAN 512 to 256, from 4x4", (8, 512, 4, 4), (512, 256, 4, 4), HALF),
    Case("transposed", "DCGAN 128 to 64, from 16x16", (8, 128, 16, 16), (128, 64, 4, 4), HALF),
    Case("transposed", "DCGAN 64 to 3, from 32x32", (8, 64, 32, 32), (64, 3, 4, 4), HALF),
    Case("transposed", "U-Net 2x2", (1, 128, 56, 56), (128, 64, 2, 2), {"stride": 2}),
    Case(
        "transposed",
        "1D, 16 taps, stride 8",
        (1, 64, 2000),
        (64, 32, 16),
        {"padding": 4, "stride": 8},
    ),
    depthwise("3x3, 128 at 56", (1, 128, 56, 56), 3),
    depthwise("3x3, 128 at 56, eight", (8, 128, 56, 56), 3),
    depthwise("3x3, stride 2, 64 at 112", (1, 64, 112, 112), 3, 2),
    depthwise("5x5, 240 at 28, eight", (8, 240, 28, 28), 5),
    depthwise("7x7, 96 at 56", (1, 96, 56, 56), 7),
    depthwise("31x31, 64 at 56", (1, 64, 56, 56), 31),
    Case(
        "depthwise",
        "3x3 in 32 groups",
        (1, 128, 56, 56),
        (128, 4, 3, 3),
        {"padding": 1, "groups": 32},
    ),
)
