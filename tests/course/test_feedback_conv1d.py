"""What authors of wrong `conv1d` code read: sure, about their code, and without hidden numbers."""

import re

import pytest
from assignment import subject

ONE = subject("conv1d")
LAYER = ONE.styles["loops"]["conv1d"]
TAP = "i * stride + k * dilation"


def but(*pairs):
    """Return `conv1d` in loops with some of its text replaced."""
    source = LAYER
    for old, new in pairs:
        assert old in source, old
        source = source.replace(old, new)
    return source


def correlate(*lines):
    return "\n    ".join(["def correlate(x, w):", *lines])


SUMS = "sum(x[i + k] * w[k] for k in range(len(w)))"
STOPS = "for i in range(len(x) - len(w) + 1)"
WRONG = [
    (
        "the stride also moves the kernel's elements",
        "conv1d_stride",
        but((TAP, "i * stride + k * stride")),
        "All cases with stride are wrong, and all others are right.",
    ),
    (
        "all stops but the first begin one sample too late",
        "conv1d_stride",
        but(("size + 2 * padding)", "size + 2 * padding + 1)"), (TAP, f"{TAP} + (i > 0)")),
        "Your output [n, 0, 1] reads inputs [n, 0, 3], [n, 0, 4], [n, 0, 5], [n, 1, 3],",
    ),
    (
        "padded twice as much before the signal",
        "conv1d_stride",
        but(
            ("size + 2 * padding)", "size + 4 * padding)"),
            ("padding : padding +", "2 * padding : 2 * padding +"),
        ),
        "All cases with padding are wrong, and all others are right. "
        "Your output [n, 0, 0] reads no input; it should read [n, 0, 0], [n, 1, 0].",
    ),
    (
        "the bias is subtracted",
        "conv1d",
        but(("+= bias[o]", "-= bias[o]")),
        "the values are off by one constant for each index of axis 1: a bias?",
    ),
    (
        "channels last",
        "conv1d",
        but(("return y", "return y.transpose(0, 2, 1)")),
        "it should be (2, 3, 19); the axes are in another order: .transpose(0, 2, 1) would put",
    ),
    (
        "the kernel's first element is left out",
        "conv1d_dilation",
        but(("in range(kernel)", "in range(1, kernel)")),
        "reads inputs [n, 0, 4], [n, 0, 8], [n, 1, 4], [n, 1, 8]; it should read [n, 0, 0], "
        "[n, 0, 4], [n, 0, 8], [n, 1, 0],",
    ),
    (
        "half of the dilation",
        "conv1d_dilation",
        but((TAP, "i * stride + k * (dilation // 2 or 1)")),
        "All cases with dilation are wrong, and all others are right. Your output [n, 0, 0] reads",
    ),
    (
        "the filters in reverse order",
        "conv1d",
        but(("weight[o, c, k]", "weight[-1 - o, c, k]"), ("bias[o]", "bias[-1 - o]")),
        "Your output [n, 0, 0] multiplies input [n, 0, 0] with kernel element [3, 0, 0]; it should "
        "be kernel element [0, 0, 0].",
    ),
    (
        "two slips: the kernel read backwards, the bias lost",
        "conv1d",
        but(("weight[o, c, k]", "weight[o, c, -1 - k]"), ("+= bias[o]", "+= 0 * bias[o]")),
        "Your output [n, 0, 0] multiplies input [n, 0, 0] with kernel element [0, 0, 2]; it should "
        "be kernel element [0, 0, 0].",
    ),
    (
        "a mean, in which a trivial case is right",
        "conv1d_dilation",
        but(("weight[o, c, k] *", "weight[o, c, k] / kernel *")),
        "all values are 1/5 of what they should be.",
    ),
    (
        "prints instead of returning",
        "correlate",
        correlate(f"print([{SUMS} {STOPS}])"),
        "Your function gives None: is its `return` missing?",
    ),
    (
        "drops the sign",
        "correlate",
        correlate(f"return np.array([abs({SUMS}) {STOPS}])"),
        "got 3, expected -3 = 2*0 + 1*2 + (-1)*5",
    ),
    (
        "pads so that the sizes stay",
        "correlate",
        correlate("x = np.pad(x, len(w) // 2)", f"return np.array([{SUMS} {STOPS}])"),
        "Your output 0 reads inputs 0, 1; it should read 0, 1, 2; the shape is (8,), it should be",
    ),
    (
        "begins at the second sample",
        "correlate",
        correlate(
            "x = np.append(x[1:], 0).astype(x.dtype)",
            f"return np.array([{SUMS} {STOPS}])",
        ),
        "Your output 0 reads inputs 1, 2, 3; it should read 0, 1, 2.",
    ),
    (
        "a name that does not exist",
        "correlate",
        correlate("return np.dott(x, w)"),
        "module 'numpy' has no attribute 'dott'; is it spelled as in its documentation, or has the",
    ),
    (
        "one number for all",
        "correlate",
        correlate("return np.dot(x[: len(w)], w)"),
        "the shape is (), it should be (5,).",
    ),
]


@pytest.mark.parametrize(
    ("task", "source", "said"), [one[1:] for one in WRONG], ids=[w[0] for w in WRONG]
)
@pytest.mark.filterwarnings("ignore:.*:RuntimeWarning")
def test_the_sentence_is_about_the_code(task, source, said):
    result = ONE.judged(task, ["import numpy as np", source])
    assert result.score < result.points
    assert result.mistake is None  # nothing in the bank: these are found by looking
    assert said in result.sentence
    assert not re.search(r"\?\.|[^.]\.\.(?!\.)|  ", result.sentence)
    hidden = " ".join(row.detail for row in result.rows if not row.visible)
    assert not re.search(r"\bgot\b|expected", hidden)


TAP_OF = "padded[n, c, i * stride + k * dilation]"
SPAN = "dilation * (kernel - 1) - 1"
SLIPS = [
    ("kernel flipped", "windows", "correlate", "@ w", "@ w[::-1]"),
    ("always the same dtype", "loops", "correlate", "dtype=np.result_type(x, w)", ""),
    ("last kernel element lost", "loops", "correlate", "range(len(w))", "range(len(w) - 1)"),
    ("only the first position", "loops", "correlate", "    return", "        return"),
    ("every element on the same sample", "loops", "correlate", "x[i + k]", "x[i]"),
    ("always three kernel elements", "loops", "correlate", "range(len(w))", "range(3)"),
    ("the notebook's signal in place of x", "windows", "correlate", "    return",
     "    x, w = np.array([1, 3, 0, 2, 5, 1, 4]), np.array([2, 1, -1])\n    return"),
    ("bias taken for true or false", "loops", "conv1d", "if bias is not None", "if bias"),
    ("bias taken for true or false", "loops", "conv1d_fast", "if bias is not None", "if bias"),
    ("the batch taken for one sample", "loops", "conv1d", "range(N)", "range(1)"),
    ("the first bias for all channels", "loops", "conv1d", "bias[o]", "bias[0]"),
    ("every kernel on the first channel", "loops", "conv1d", "padded[n, c,", "padded[n, 0,"),
    ("the first sample for all", "loops", "conv1d", "padded[n, c,", "padded[0, c,"),
    ("bias along the positions", "windows", "conv1d", "bias.reshape(1, -1, 1)", "bias"),
    ("stride only in the size", "loops", "conv1d_stride", TAP_OF, "padded[n, c, i + k]"),
    ("all zeros at the end", "loops", "conv1d_stride", "padding : padding + size", ":size"),
    ("padding missing from the size", "loops", "conv1d_stride", "(size + 2 * padding -", "(size -"),
    ("dilation only in the size", "loops", "conv1d_dilation", "k * dilation", "k"),
    ("dilation missing from the size", "loops", "conv1d_dilation", SPAN, "kernel"),
    ("gap counted after the last element", "loops", "conv1d_dilation", SPAN, "dilation * kernel"),
    ("always the same dtype", "loops", "conv1d_fast", ", dtype=np.result_type(x, weight)", ""),
    ("only the last product counts", "loops", "conv1d_fast", "+= weight", "= weight"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "style", "task", "right", "wrong"), SLIPS)
def test_a_slip_is_told_the_name_in_the_bank(name, style, task, right, wrong):
    result = ONE.spoiled(style, task, right, wrong)
    assert result.score < result.points
    assert result.mistake == name, result.sentence
