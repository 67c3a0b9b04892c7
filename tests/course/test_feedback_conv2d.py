"""Wrong `conv2d` code as students write it, in several styles, is told the bank's name for it."""

import pytest
from assignment import subject

ONE = subject("conv2d")
LAYER, FAST, COLUMNS, SINGLE = "conv2d", "conv2d_fast", "im2col", "correlate2d"
STRIDE = "conv2d_stride"
SIZED = "dtype=np.result_type(x, w)"
ORDER = "transpose(0, 1, 4, 5, 2, 3)"

# In a style, the function to spoil and the task to judge, what is written there, and instead.
SLIPS = [
    ("kernel flipped", "loops", SINGLE, "w[u, v]", "w[-1 - u, -1 - v]"),
    ("kernel flipped along its last axis", "loops", SINGLE, "w[u, v]", "w[u, -1 - v]"),
    ("rows of the kernel on columns", "loops", SINGLE, "w[u, v]", "w.T[u, v]"),
    ("rows of the kernel on columns", "loops", SINGLE, "x[i + u, j + v]", "x[i + v, j + u]"),
    ("only the last product counts", "loops", SINGLE, "+= w", "= w"),
    ("every product cut to an integer", "loops", SINGLE, SIZED, "dtype=x.dtype"),
    ("always the same dtype", "loops", SINGLE, SIZED, ""),
    ("only the first row of results", "loops", SINGLE, "    return", "        return"),
    ("bias lost", "loops", LAYER, "+= bias[o]", "+= 0"),
    ("the first bias for all channels", "loops", LAYER, "bias[o]", "bias[0]"),
    ("every kernel on the first channel", "loops", LAYER, "padded[n, c,", "padded[n, 0,"),
    ("the first kernel on every channel", "loops", LAYER, "weight[o, c]", "weight[o, 0]"),
    ("only the last input channel", "loops", LAYER, "+= np.sum", "= np.sum"),
    ("the first sample for all", "loops", LAYER, "padded[n", "padded[0"),
    ("bias along the positions", "windows", LAYER, "bias.reshape(1, -1, 1, 1)", "bias"),
    ("channels moved by reshape", "matrix", LAYER, "np.moveaxis(y, -1, 1)",
     "y.reshape(y.shape[0], y.shape[3], y.shape[1], y.shape[2])"),
    ("stride only in the size", "loops", STRIDE, "i * stride[0], j * stride[1]", "i, j"),
    ("rows stepped as columns", "loops", STRIDE, "i * stride[0], j * stride[1]",
     "i * stride[1], j * stride[0]"),
    ("first padding for every axis", "loops", STRIDE, "padding[1]", "padding[0]"),
    ("all zeros at the end", "loops", STRIDE,
     "padding[0] : padding[0] + H, padding[1] : padding[1] + W", ":H, :W"),
    ("padded with the edge values", "windows", STRIDE, "(padding[1], padding[1])))",
     "(padding[1], padding[1])), mode='edge')"),
    ("rows and columns of the result swapped", "matrix", FAST, "rows, y.shape[2] // rows)",
     "y.shape[2] // rows, rows)"),
    ("taps and channels in another order", "matrix", FAST, "weight.reshape",
     "weight.transpose(0, 2, 3, 1).reshape"),
    ("always the same dtype", "matrix", FAST, "    return y", "    return y.astype(float)"),
    ("taps read column by column", "windows", COLUMNS, ORDER, "transpose(0, 1, 5, 4, 2, 3)"),
    ("windows reshaped as they come", "windows", COLUMNS, f".{ORDER}", ""),
    ("one row for each position", "windows", COLUMNS,
     f"{ORDER}.reshape(N, C * kh * kw, rows * columns)",
     "transpose(0, 2, 3, 1, 4, 5).reshape(N, rows * columns, C * kh * kw)"),
    ("samples interleaved in one matrix", "windows", COLUMNS,
     f"{ORDER}.reshape(N, C * kh * kw, rows * columns)",
     "transpose(1, 4, 5, 2, 3, 0).reshape(C * kh * kw, rows * columns * N)"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "style", "task", "right", "wrong"), SLIPS)
def test_a_slip_is_told_its_name(name, style, task, right, wrong):
    result = ONE.spoiled(style, task, right, wrong)
    assert result.score < result.points
    assert result.mistake == name, result.sentence
