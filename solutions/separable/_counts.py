"""Counts of weights and multiplications: what is tried, and named ways to get them wrong."""

from __future__ import annotations

from math import prod
from string import ascii_lowercase

from autograder.spec import Case, Mistake
from convlib import conv_output_size, count_macs, count_parameters

# A row of the text's table: what it is, its layers, and pixels where multiplications are asked
# for; a layer is (channels in, channels out, kernel, groups).
DEPTHWISE, POINTWISE = (32, 32, (3, 3), 32), (32, 64, (1, 1), 1)
ROWS = (
    ("full", [(32, 64, (3, 3), 1)], None),
    ("depthwise", [DEPTHWISE], None),
    ("pointwise", [POINTWISE], None),
    ("(b), then (c)", [DEPTHWISE, POINTWISE], None),
    ("grouped", [(12, 24, (5, 3), 4)], None),
    ("depthwise, 3 kernels a channel", [(16, 48, (7, 5), 16)], None),
    ("(c) on 20 by 28 pixels", [POINTWISE], (20, 28)),
)


def parameters(c_in, c_out, kernel, **options):
    """Count as convlib does."""
    return count_parameters(c_in, c_out, tuple(kernel), **options)


def macs(size, c_in, c_out, kernel, **options):
    """Count as convlib does."""
    options = {name: tuple(o) if isinstance(o, list) else o for name, o in options.items()}
    return count_macs(tuple(size), c_in, c_out, tuple(kernel), **options)


def predicted(*, layers, pixels):
    """Count what a row asks for."""
    if pixels is None:
        return sum(parameters(*one, groups=g) for *one, g in layers)
    return sum(macs(pixels, *one, groups=g) for *one, g in layers)


def row(target):
    """Return the case of one row."""
    what, layers, pixels = ROWS[target]
    label = f"({ascii_lowercase[target]}) {what}"
    return Case(label, kwargs={"layers": layers, "pixels": pixels}, target=target)


def _channels(rng):
    """Draw channels in and out, groups and a kernel: no two of the sizes are the same."""
    g, one, other = (int(n) for n in rng.permutation([3, 5, 7]))
    return g * one, g * other, [int(n) for n in rng.permutation([2, 4, 6])[:2]], g


def parameter_counts(rng):
    """Return the hidden cases of `count_parameters`."""
    c_in, c_out, kernel, g = _channels(rng)
    layer = c_in, c_out, kernel
    return [
        Case("a full layer", layer),
        Case("a bias", layer, {"bias": True}),
        Case("groups", layer, {"groups": g}),
        Case("groups and a bias", layer, {"groups": g, "bias": True}),
        Case("depthwise, 4 kernels a channel", (c_in, 4 * c_in, kernel), {"groups": c_in}),
        Case("pointwise", (c_in, c_out, [1, 1])),
        Case("one channel, one filter, one element", (1, 1, [1, 1]), weight=0.5),
    ]


def mac_counts(rng):
    """Return the hidden cases of `count_macs`."""
    (c_in, c_out, kernel, g), size = _channels(rng), [int(n) for n in rng.permutation([23, 28])]
    layer = size, c_in, c_out, kernel
    both = {"stride": [3, 2], "padding": [1, 2]}
    return [
        Case("a full layer", layer),
        Case("stride", layer, {"stride": [2, 3]}),
        Case("padding", layer, {"padding": [3, 1]}),
        Case("groups", layer, {"groups": g}),
        Case("everything at once", layer, {**both, "groups": g}),
        Case("depthwise", (size, c_in, c_in, kernel), {"groups": c_in}),
        Case("pointwise", (size, c_in, c_out, [1, 1])),
        Case("a kernel as large as the image", (kernel, c_in, c_out, kernel), weight=0.5),
    ]


# Mistakes: weights by i channels in, o channels out, the kernel's area k and its sides, g groups.

PREDICT, WEIGHTS, MACS = ("counts",), ("count_parameters",), ("count_macs",)


def _right(i, o, sides, g):
    return o * (i // g) * prod(sides)


def _weights_as(formula, after=lambda count, *_: count):
    """Return a formula of weights as a mistake in all three tasks, however it is asked for."""

    def answer(*args, layers=None, pixels=None, bias=False, groups=1, **options):
        if layers is not None:
            area = prod(pixels or ())
            return sum(after(formula(i, o, k, g) * area, o, area) for i, o, k, g in layers)
        if isinstance(args[0], list):
            size, i, o, kernel = args
            out = prod(_out(size, kernel, **options))
            return after(formula(i, o, kernel, groups) * out, o, out)
        i, o, kernel = args
        return after(formula(i, o, kernel, groups), o, 1) + (o if bias else 0)

    return answer


def _out(size, kernel, stride=(1, 1), padding=(0, 0)):
    return conv_output_size(
        tuple(size), tuple(kernel), stride=tuple(stride), padding=tuple(padding)
    )


def _biased(amount):
    """Return a count of weights whose bias is wrong."""

    def answer(i, o, kernel, *, groups=1, bias=False):
        weights = _right(i, o, kernel, groups)
        return weights + amount(weights, i, o, groups, bias=bias)

    return answer


def _places(formula):
    """Return a count of multiplications at another number of places."""

    def answer(size, i, o, kernel, *, stride=(1, 1), padding=(0, 0), groups=1):
        axes = zip(size, kernel, stride, padding, strict=True)
        return _right(i, o, kernel, groups) * prod(formula(*axis) for axis in axes)

    return answer


def _predicted_per_pixel(amount):
    def answer(*, layers, pixels):
        return sum(amount(_right(i, o, k, g), o, pixels) for i, o, k, g in layers)

    return answer


def _swapped(size, i, o, kernel, *, stride=(1, 1), **options):
    return macs(size, i, o, kernel, stride=tuple(stride)[::-1], **options)


def _with_biases(size, i, o, kernel, *, groups=1, **options):
    places = prod(_out(size, kernel, **options))
    return macs(size, i, o, kernel, groups=groups, **options) + o * places


def _of_some(which, formula):
    """Return predictions of which some layers are wrong, and all that is made of them."""

    def answer(*, layers, pixels):
        return sum(
            (formula if which(i, o, g) else _right)(i, o, k, g) * prod(pixels or ())
            for i, o, k, g in layers
        )

    return answer


def _of_pixels(formula):
    """Return predictions that are wrong where multiplications are asked for."""

    def answer(*, layers, pixels):
        ((i, o, *_), *_) = layers
        return formula(i, o, pixels) if pixels else predicted(layers=layers, pixels=None)

    return answer


def _product(*, layers, pixels):
    return prod(predicted(layers=[one], pixels=pixels) for one in layers)


# fmt: off
ALL = PREDICT + WEIGHTS + MACS
COUNTS = tuple(Mistake(name, hint, tasks, function) for name, hint, tasks, function in (
    ("groups ignored", "With g groups a kernel reads only the channels of its own group: c_in // g "
     "of them.",
     ALL, _weights_as(lambda i, o, k, g: o * i * prod(k))),
    ("divided by the groups twice", "Groups divide the channels that a kernel reads. There are "
     "still c_out kernels in all, so divide once.",
     ALL, _weights_as(lambda i, o, k, g: (o // g) * (i // g) * prod(k))),
    ("multiplied by the groups", "Groups make a layer smaller: each kernel reads c_in // g "
     "channels, g times fewer than in a full layer.",
     ALL, _weights_as(lambda i, o, k, g: o * i * g * prod(k))),
    ("one side of the kernel", "A kernel of 3 by 3 has 9 elements: multiply both of its sides.",
     ALL, _weights_as(lambda i, o, k, g: o * (i // g) * k[0])),
    ("only the last side of the kernel", "A kernel of 5 by 3 has 15 elements: its first side "
     "counts as well.",
     ALL, _weights_as(lambda i, o, k, g: o * (i // g) * k[-1])),
    ("square of the kernel's first side", "Kernels need not be square: multiply the two sides that "
     "are given.",
     ALL, _weights_as(lambda i, o, k, g: o * (i // g) * k[0] ** 2)),
    ("sides of the kernel added", "The elements of a kernel fill a rectangle: multiply its sides, "
     "do not add them.",
     ALL, _weights_as(lambda i, o, k, g: o * (i // g) * sum(k))),
    ("channels out forgotten", "You count one filter. There is one for each channel out.",
     ALL, _weights_as(lambda i, o, k, g: (i // g) * prod(k))),
    ("channels in forgotten", "A filter has one kernel for each channel that it reads, and it "
     "reads c_in // groups of them.",
     ALL, _weights_as(lambda i, o, k, g: o * prod(k))),
    ("channels added", "Each of the c_out filters has a kernel for each channel that it reads: "
     "multiply the numbers of channels, do not add them.",
     ALL, _weights_as(lambda i, o, k, g: (o + i // g) * prod(k))),
    ("kernel forgotten", "For each pair of channels there is not one weight but a whole kernel.",
     ALL, _weights_as(lambda i, o, k, g: o * (i // g))),
    ("a count with a fraction's dtype", "A count is a whole number, and / makes a float of it. Use "
     "//, which keeps integers.",
     WEIGHTS + MACS, _weights_as(lambda i, o, k, g: o * i * prod(k) / g)),
    ("biases counted", "Here only the weights are asked for. The lecture leaves the biases out "
     "as well.",
     PREDICT, _predicted_per_pixel(lambda w, o, pixels: (w + o) * prod(pixels or ()))),
    ("pixels forgotten", "Every weight is multiplied once at each pixel of the result: multiply by "
     "their number.",
     PREDICT, _predicted_per_pixel(lambda w, o, pixels: w)),
    ("rows of pixels only", "The result has 20 times 28 pixels, and each takes all the weights.",
     PREDICT, _predicted_per_pixel(lambda w, o, pixels: w * (pixels or (1,))[0])),
    ("depthwise counted as full", "A filter of a depthwise layer reads one channel, not all.",
     PREDICT, _of_some(lambda i, o, g: i == g, lambda i, o, k, g: o * i * prod(k))),
    ("(b) counted as full", "(b) has as many groups as channels, so a filter reads one channel.",
     PREDICT, _of_some(lambda i, o, g: o == g, lambda i, o, k, g: o * i * prod(k))),
    ("one kernel for all channels", "A depthwise layer has a kernel of its own for each channel.",
     PREDICT, _of_some(lambda i, o, g: o == g, lambda i, o, k, g: prod(k))),
    ("(c) with the kernel of (b)", "A pointwise layer looks at one pixel: its kernel is 1 by 1.",
     PREDICT, _of_some(lambda i, o, g: g == 1, lambda i, o, k, g: o * i * 9)),
    ("weights of two steps multiplied", "(d) has the weights of (b) and those of (c): add them.",
     PREDICT, _product),
    ("(e) counted as full", "With 4 groups a filter of (e) reads 3 of the 12 channels.",
     PREDICT, _of_some(lambda i, o, g: 1 < g < i, lambda i, o, k, g: o * i * prod(k))),
    ("(e) divided twice", "Groups divide the channels that a filter of (e) reads. There are still "
     "24 filters in all, so divide once.",
     PREDICT, _of_some(lambda i, o, g: 1 < g < i, lambda i, o, k, g: o * i // g**2 * prod(k))),
    ("(f) with one kernel a channel", "(f) has 48 filters, 3 for each of its 16 channels.",
     PREDICT, _of_some(lambda i, o, g: i == g < o, lambda i, o, k, g: i * prod(k))),
    ("(f) counted as full", "(f) has as many groups as channels, so a filter reads one channel.",
     PREDICT, _of_some(lambda i, o, g: i == g < o, lambda i, o, k, g: i * o * prod(k))),
    ("(f) multiplied by 3 once more", "The 48 channels out of (f) are the 3 kernels for each of 16 "
     "channels: they are in that number already.",
     PREDICT, _of_some(lambda i, o, g: i == g < o, lambda i, o, k, g: o * 3 * prod(k))),
    ("(g) for one filter", "At each pixel all 64 filters of (c) multiply all 32 channels.",
     PREDICT, _of_pixels(lambda i, o, pixels: i * prod(pixels))),
    ("(g) for one channel in", "At each pixel all 64 filters of (c) multiply all 32 channels.",
     PREDICT, _of_pixels(lambda i, o, pixels: o * prod(pixels))),
    ("(g) without the edge", "A kernel of 1 by 1 fits on every pixel: none is lost at the edge.",
     PREDICT, _of_pixels(lambda i, o, pixels: i * o * prod(n - 2 for n in pixels))),
    ("(g) for both steps", "Only the multiplications of (c) are asked for, without those of (b).",
     PREDICT, _of_pixels(lambda i, o, pixels: (i * 9 + i * o) * prod(pixels))),
    ("multiplications and additions", "A multiplication and its addition count as one.",
     PREDICT, _of_pixels(lambda i, o, pixels: 2 * i * o * prod(pixels))),
    ("additions counted as well", "Only multiplications are asked for, without their additions.",
     MACS, lambda *args, **options: 2 * macs(*args, **options)),
    ("biases counted as multiplications", "A bias is added, and multiplied by nothing.",
     MACS, _with_biases),
    ("strides of rows and columns swapped", "The first number of a stride is for the rows, the "
     "second for the columns.",
     MACS, _swapped),
    ("biases always counted", "The bias is an option: add its c_out numbers only if bias is True.",
     WEIGHTS, _biased(lambda w, i, o, g, bias: o)),
    ("bias never counted", "With bias=True the layer also learns one number for each channel out.",
     WEIGHTS, _biased(lambda w, i, o, g, bias: 0)),
    ("one bias for the layer", "Each channel out has a bias of its own: with bias=True there are "
     "c_out more numbers, not one.",
     WEIGHTS, _biased(lambda w, i, o, g, bias: int(bias))),
    ("a bias for each channel in", "The bias is added to the result, so there is one for each "
     "channel out.",
     WEIGHTS, _biased(lambda w, i, o, g, bias: i * bias)),
    ("biases divided by the groups", "Groups do not touch the biases: each channel out has one.",
     WEIGHTS, _biased(lambda w, i, o, g, bias: o // g * bias)),
    ("places of the input", "A weight is multiplied once for each place of the result, and the "
     "result is smaller than the image, or larger with padding.",
     MACS, _places(lambda n, k, s, p: n)),
    ("places forgotten", "You count the weights. Each of them is multiplied once at each place of "
     "the result.",
     MACS, _places(lambda n, k, s, p: 1)),
    ("last place lost", "The place where the kernel starts counts as well: + 1 in the size of the "
     "result.",
     MACS, _places(lambda n, k, s, p: (n + 2 * p - k) // s)),
    ("places without the stride", "With a stride there are fewer places: divide the steps by it, "
     "rounding down.",
     MACS, _places(lambda n, k, s, p: n + 2 * p - k + 1)),
    ("places without the padding", "Padding makes the image larger, so there are more places.",
     MACS, _places(lambda n, k, s, p: (n - k) // s + 1)),
    ("places with half the padding", "Padding p puts p zeros on both sides of an axis: 2 * p in "
     "all.",
     MACS, _places(lambda n, k, s, p: (n + p - k) // s + 1)),
    ("places of the image divided by the stride", "That is the size of a padded convolution that "
     "keeps the image's. Here the padding is given, and the kernel takes its size off.",
     MACS, _places(lambda n, k, s, p: n // s)),
    ("rounded up", "A last step that does not fit entirely is not made: round down.",
     MACS, _places(lambda n, k, s, p: -(-(n + 2 * p - k) // s) + 1)),
))
