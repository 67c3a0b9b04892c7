"""Named ways to get shapes and counts of multiplications wrong."""

from __future__ import annotations

from math import prod

from autograder.spec import Mistake

ONES, ZEROS = (1, 1, 1), (0, 0, 0)


def stops(n, k, s, p, d):
    """Count the positions along one axis."""
    return (n + 2 * p - d * (k - 1) - 1) // s + 1


def wrong(
    outputs=stops,
    options=lambda *each: each,
    turn=list,
    taps=lambda kernel, _: prod(kernel),
    total=lambda out, taps, c_in, c_out: prod(out) * taps * c_in * c_out,
):
    """Return a wrong answer: a mistake replaces one of the steps.

    It says the shape where no channels are given, else how many multiplications there are.
    """

    def answer(
        size, kernel, c_in=None, c_out=None, *, stride=ONES, padding=ZEROS, dilation=ONES
    ):  # fmt: skip
        axes = zip(size, kernel, *options(stride, padding, dilation), strict=True)
        out = turn(outputs(*axis) for axis in axes)
        return out if c_in is None else total(out, taps(kernel, dilation), c_in, c_out)

    return answer


# fmt: off
# Along one axis, in the predictions as well as in the function.
AXIS = (
    ("first position forgotten", "The division counts the steps from the first position to the "
     "last; the position where the kernel starts comes on top: + 1.",
     lambda n, k, s, p, d: (n + 2 * p - d * (k - 1) - 1) // s),
    ("padding counted once", "Padding p puts p zeros on each of the two sides, so each axis grows "
     "by 2 * p.",
     lambda n, k, s, p, d: (n + p - d * (k - 1) - 1) // s + 1),
    ("padding left out", "The kernel slides through the padded volume: its size is "
     "size + 2 * padding on each axis.",
     lambda n, k, s, p, d: (n - d * (k - 1) - 1) // s + 1),
    ("stride left out", "With stride s the kernel stops only at every s-th position: divide by s.",
     lambda n, k, s, p, d: n + 2 * p - d * (k - 1)),
    ("not rounded", "A number of positions is whole: divide with //, which rounds down.",
     lambda n, k, s, p, d: (n + 2 * p - d * (k - 1) - 1) / s + 1),
    ("size of the volume divided by the stride", "The last stop is where the kernel still fits: "
     "take what it spans away before you divide by the stride.",
     lambda n, k, s, p, d: (n + 2 * p) // s),
    ("every voxel taken for an output", "You count an output for each voxel of the volume. There "
     "is one for each position where all of the kernel fits.",
     lambda n, *_: n),
)
# Task 2 cannot tell these: it has no dilation, and a stride that leaves nothing over.
MORE_AXIS = (
    ("rounded up", "A last step that does not fit entirely is not made: round down, // in Python.",
     lambda n, k, s, p, d: -(-(n + 2 * p - d * (k - 1) - 1) // s) + 1),
    ("dilation left out", "A dilated kernel covers more voxels than it has elements. Draw one "
     "and count from its first element to its last.",
     lambda n, k, s, p, d: (n + 2 * p - k) // s + 1),
    ("span taken as dilation times kernel", "There is a gap between two elements and none after "
     "the last: k elements have k - 1 distances of d, so they span d * (k - 1) + 1.",
     lambda n, k, s, p, d: (n + 2 * p - d * k) // s + 1),
    ("dilation counted as voxels skipped", "Dilation is the distance from one element to the "
     "next: 1 is the ordinary kernel, and with 2 one voxel is skipped.",
     lambda n, k, s, p, d: (n + 2 * p - (d + (d > 1)) * (k - 1) - 1) // s + 1),
)
OPTIONS = (
    ("first option taken for all axes", "Stride, padding and dilation have a number for each "
     "axis; you use the first for all three.",
     lambda *each: [(one[0],) * 3 for one in each]),
    ("first stride taken for all axes", "Each axis has a stride of its own, and you use the "
     "first one for all.",
     lambda s, p, d: (s[:1] * 3, p, d)),
    ("options in the opposite order", "The first number of an option belongs to the depth, the "
     "last to the columns, in the order of the volume's axes.",
     lambda *each: [one[::-1] for one in each]),
)
TOTALS = (
    ("channels left out", "Each filter has a kernel for each input channel, and each filter slides "
     "through the volume: multiply by both numbers of channels.",
     lambda out, taps, c_in, c_out: prod(out) * taps),
    ("input channels left out", "A filter holds a kernel for each input channel: one output takes "
     "that many times more products.",
     lambda out, taps, c_in, c_out: prod(out) * taps * c_out),
    ("output channels left out", "All of that is done by each filter: multiply by C_out.",
     lambda out, taps, c_in, c_out: prod(out) * taps * c_in),
    ("channels added", "Each of the C_out filters reads each of the C_in channels, so the two "
     "numbers are multiplied.",
     lambda out, taps, c_in, c_out: prod(out) * taps * (c_in + c_out)),
    ("additions counted too", "Asked are the multiplications alone: one for each product, without "
     "the addition that follows it.",
     lambda out, taps, c_in, c_out: 2 * prod(out) * taps * c_in * c_out),
    ("the bias counted", "The bias is added, not multiplied: it takes no product.",
     lambda out, taps, c_in, c_out: prod(out) * c_out * (taps * c_in + 1)),
    ("weights in place of products", "That is the number of weights. Each of them is used once at "
     "each position of the kernel: multiply by the number of outputs.",
     lambda out, taps, c_in, c_out: taps * c_in * c_out),
    ("outputs in place of products", "That is how many outputs there are. Each of them is a sum of "
     "products: multiply by how many.",
     lambda out, taps, c_in, c_out: prod(out) * c_out),
    ("positions added", "Positions along the three axes combine freely, so their numbers are "
     "multiplied, not added.",
     lambda out, taps, c_in, c_out: sum(out) * taps * c_in * c_out),
)
TAPS = (
    ("kernel sizes added", "A kernel of 2 by 3 by 4 has 24 elements: multiply its sizes.",
     lambda kernel, _: sum(kernel)),
    ("kernel taken as a cube", "A kernel has a size for each axis; you use the first for all "
     "three.",
     lambda kernel, _: kernel[0] ** 3),
    ("depth of the kernel left out", "The kernel has three sizes. You multiply by its rows and "
     "columns only, as in two dimensions.",
     lambda kernel, _: prod(kernel[1:])),
)
GAPS = (
    ("gaps multiplied", "A dilated kernel has no more elements than before: the voxels in its "
     "gaps are not multiplied. Dilation changes only the number of outputs.",
     lambda kernel, dilation: prod(
         d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True))),
)
FLOATS = (
    ("a float in place of an integer", "The number is right, but it is a float: a division with / "
     "or np.floor gives one. Divide with //, which keeps integers.",
     lambda out, taps, c_in, c_out: 1.0 * prod(out) * taps * c_in * c_out),
)
BACKWARDS = (
    ("columns given first", "Shapes are given as in NumPy: depth, rows, columns.",
     lambda out: list(out)[::-1]),
)
# fmt: on

PREDICTED, WRITTEN = ("shapes", "work"), ("count_macs",)
TABLE = (
    ((*PREDICTED, *WRITTEN), "outputs", AXIS),
    (("shapes", *WRITTEN), "outputs", MORE_AXIS),
    (("shapes", *WRITTEN), "options", OPTIONS),
    (("shapes",), "turn", BACKWARDS),
    (("work", *WRITTEN), "total", TOTALS),
    (("work", *WRITTEN), "taps", TAPS),
    (WRITTEN, "taps", GAPS),
    (WRITTEN, "total", FLOATS),
)
COUNTS = tuple(
    Mistake(name, hint, tasks, wrong(**{step: function}))
    for tasks, step, rows in TABLE
    for name, hint, function in rows
)
