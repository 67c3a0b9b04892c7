"""Named ways to get `transposed` wrong, each as code that answers as the mistaken code would."""

from __future__ import annotations

from functools import partial

import numpy as np

from autograder.spec import Mistake

from .._bank import PER_AXIS, SHARED, bank, without_last
from .._slide import over_channels
from ._insert import both_sides, insert, sized_by_channels, slide_once, spread
from ._lay import both_ends, cut, lay, longer
from ._loops import (
    as_in_a_convolution,
    bias_before_output_padding,
    bias_with_every_share,
    cut_each,
    in_loops,
    multiply_in_place,
)
from ._pictures import BOARDS, CLAIMS, PICTURES
from ._predicted import DOUBLING, SIZES

# What goes wrong in any operation on layers, and is named alike.
ALIKE = {
    "results cut to integers", "always the same dtype", "only the first sample of the batch",
    "empty batch without its shape", "bias lost", "bias added once per input channel",
    "bias along the positions",
}  # fmt: skip
ALIKE_PER_AXIS = {
    "kernel transposed", "stride of the axes swapped", "padding of the axes swapped",
    "first stride for every axis", "first padding for every axis",
    "stride only along the first axis",
}  # fmt: skip


def chosen(rows, names):
    """Return some rows of a table."""
    found = [row for row in rows if row[0] in names]
    assert len(found) == len(names)
    return found


def overwrite(places, index, shares):
    """Let the last share count."""
    places[index] = shares


def largest(places, index, shares):
    """Let the share that is the farthest from zero count."""
    for sign in (1, -1):
        best = np.zeros_like(places)
        np.maximum.at(best, index, sign * shares)
        places[...] = np.where(best > np.abs(places), sign * best, places)


def wrapped(y, padding, extra):
    """Add what is cut off at the start to the end, where negative indices lead."""
    kept, before = both_ends(y, padding, extra).copy(), int(padding[0])
    np.add.at(kept, (..., np.arange(-before, 0)), y[..., :before])
    return kept


# fmt: off
# Where each can happen: in a prediction by hand, in a function of one signal and one kernel, of
# layers, and of images.
PLACES = {"hand": ("by_hand",), "one": ("scatter",), "line": ("conv_transpose1d",),
          "image": ("conv_transpose2d",),
          "layer": ("conv_transpose1d", "zero_insertion", "conv_transpose2d")}
ALL = "hand one line image"
ROWS = tuple((name, hint, where.split(), step) for name, hint, where, step in (
    ("kernel flipped", "Each copy lies as the kernel is: its first element on the place where the "
     "copy begins. Yours begin with the last.",
     ALL, {"read": lambda weight: np.flip(weight, range(2, weight.ndim))}),
    ("last kernel element lost", "The loop over the kernel ends one element too early: range(k) "
     "goes through all k of them, from 0 to k - 1.",
     "one line", {"read": without_last}),
    ("weight axes swapped", "The weight is (C_in, C_out, kernel), not (C_out, C_in, kernel) as in "
     "a convolution.",
     "line image", {"read": lambda weight: weight.swapaxes(0, 1)}),
    ("overlaps overwritten", "Where copies overlap they add up; you keep the last one. Use += in "
     "place of =. An array of places adds once to each place: np.add.at adds every time.",
     ALL, {"add": overwrite}),
    ("largest share only", "Where copies overlap they add up; you keep the largest.",
     "hand one", {"add": largest}),
    ("stride ignored", "Copies begin a stride apart; yours are one place apart.",
     ALL, {"options": lambda s, p, o: ((1,) * len(s), p, o)}),
    ("stride only in the size", "The result has the right size, but input i must begin at place "
     "i * stride.",
     ALL, {"begin": lambda i, _: i}),
    ("stride counted as places in between", "Stride is the distance from the beginning of one "
     "copy to the next: 1 begins everywhere, and with 2 one place is skipped.",
     ALL, {"options": lambda s, p, o: (tuple(one + (one > 1) for one in s), p, o)}),
    ("padding ignored", "Cut `padding` places off at both ends.",
     ALL, {"trim": lambda y, p, o: both_ends(y, 0 * p, o)}),
    ("padding added", "In a transposed convolution padding is cut off: the result becomes shorter "
     "by 2 * padding.",
     ALL, {"trim": lambda y, p, o: longer(y, p, p + o)}),
    ("padding put around the input", "You put zeros around the input, as a convolution does. Here "
     "padding comes last: it cuts off places of the result.",
     "one line image", {"options": lambda s, p, o: (s, np.multiply(s, p), o),
                        "trim": lambda y, p, o: longer(y, p, p + o)}),
    ("padding only at the start", "You cut at the start only. Padding p takes p places off both "
     "ends.",
     ALL, {"trim": lambda y, p, o: cut(longer(y, 0 * o, o), p, 0 * p)}),
    ("padding only at the end", "You cut at the end only. Padding p takes p places off both ends.",
     ALL, {"trim": lambda y, p, o: cut(longer(y, 0 * o, o), 0 * p, p)}),
    ("all of the padding cut at the start", "The size is right, but you cut 2 * padding at the "
     "start. Padding p takes p places off both ends.",
     "one line image", {"trim": lambda y, p, o: cut(longer(y, 0 * o, o), 2 * p, 0 * p)}),
    ("all of the padding cut at the end", "The size is right, but you cut 2 * padding at the end. "
     "Padding p takes p places off both ends.",
     "one line image", {"trim": lambda y, p, o: cut(longer(y, 0 * o, o), 0 * p, 2 * p)}),
    ("places before the start wrap round", "Places that are cut off at the start have negative "
     "numbers, and Python takes y[-1] for the last place. Lay everything down first, and cut last.",
     "one line", {"trim": wrapped}),
    ("nothing left without padding", "y[0:-0] is empty. Cut up to len(y) - padding instead.",
     "one line image", {"trim": lambda y, p, o: longer(y, 0 * o, o)[
         (..., *(slice(one, -one) for one in p))]}),
    ("output padding ignored", "There are `output_padding` places more at the far end, before the "
     "cut.",
     ALL, {"trim": lambda y, p, _: cut(y, p, p)}),
    ("output padding at the start", "Output padding goes to the far end; yours moves everything.",
     ALL, {"trim": lambda y, p, o: cut(longer(y, o, 0 * o), p, p)}),
    ("output padding at both ends", "Output padding goes to the far end only.",
     "one line image", {"trim": lambda y, p, o: cut(longer(y, o, o), p, p)}),
    ("output padding filled with zeros", "With padding, output padding brings back what was cut "
     "off at the far end. Add the places first and cut last.",
     ALL, {"trim": lambda y, p, o: longer(cut(y, p, p), 0 * o, o)}),
    ("only the first input channel", "All input channels lay down copies; add up over them.",
     "line image", {"mix": lambda shares: shares[:, :, 0]}),
    ("only the last input channel", "Each input channel replaces what the one before it laid down. "
     "Add with +=, and make the zeros once.",
     "line image", {"mix": lambda shares: shares[:, :, -1]}),
    ("mean over the input channels", "What the input channels lay down adds up; do not divide.",
     "line image", {"mix": lambda shares: shares.mean(axis=2)}),
    ("stride and padding exchanged", "Stride tells copies apart, padding is cut off: they stand in "
     "each other's place.",
     "one line image", {"options": lambda s, p, o: (p, s, o)}),
    ("no option used", "Your copies begin one place apart and nothing is cut off or added: stride, "
     "padding and output padding are missing.",
     "one line image", {"options": lambda s, p, o: ((1,) * len(s), 0 * np.array(p),
                                                    0 * np.array(o))}),
    ("all options the other way round", "The first number of each pair is for the rows' axis, the "
     "second for the columns'. You read them as (across, down).",
     "image", {"options": lambda s, p, o: (s[::-1], p[::-1], o[::-1])}),
    ("first number of each option for both axes", "Each option has a number for each axis, and "
     "you use the first one for both.",
     "image", {"options": lambda s, p, o: (s[:1] * 2, p[:1] * 2, o[:1] * 2)}),
    ("kernel flipped down the rows only", "Down the rows you read the kernel from its end. With "
     "zeros in between it is flipped along both axes, in a scatter along none.",
     "image", {"read": lambda weight: weight[:, :, ::-1]}),
    ("kernel flipped across the columns only", "Across the columns you read the kernel from its "
     "end. With zeros in between it is flipped along both axes, in a scatter along none.",
     "image", {"read": lambda weight: weight[..., ::-1]}),
))
SCATTER = bank(1, PLACES, ROWS + tuple(chosen(SHARED, ALIKE)), lay)
IMAGES = bank(1, dict.fromkeys(("layer", "stride"), PLACES["image"]),
              chosen(PER_AXIS, ALIKE_PER_AXIS), lay)

LINES, BOTH = ("scatter", "conv_transpose1d"), ("conv_transpose1d", "conv_transpose2d")
OTHERS = (
    Mistake("first axis of the weight taken for the outputs", "weight.shape is (C_in, C_out, "
            "kernel): unpack it in this order, and use weight[c, o] where you have weight[o, c].",
            BOTH, as_in_a_convolution),
    Mistake("weight read as in a convolution", "weight.shape is (C_in, C_out, kernel): you take "
            "its first number for the outputs, and the bias does not fit then.",
            BOTH, partial(as_in_a_convolution, whole_bias=True)),
    Mistake("input cut to integers", "x.astype(int) drops what is behind the point: leave x as it "
            "is.", ("scatter", *BOTH), lambda x, *more, **how: lay(x.astype(int), *more, **how)),
    Mistake("dtype of the weights", "Your result has the weights' dtype: with whole numbers in "
            "them, the fractions that come from x are lost. Ask np.result_type for both.",
            ("scatter", *BOTH),
            partial(lay, finish=lambda y, _, weight: y.astype(weight.dtype))),
    Mistake("output padding without the bias", "The bias belongs to the places of the output "
            "padding, too. Add it when everything else is done.",
            BOTH, bias_before_output_padding),
    Mistake("bias added with every share", "Your bias is inside the innermost loop, so a place "
            "gets it once for each copy on it. Add it once to each place, after the sum.",
            BOTH, bias_with_every_share),
    Mistake("every share cut to an integer", "You add fractions into an array of integers, which "
            "drops what is behind the point each time: ask for np.result_type(x, w).",
            LINES, partial(in_loops, fill=cut_each, dtype=lambda x, _: x.dtype)),
    Mistake("channels taken for the kernel's size", "len(weight) and weight.shape[0] are the "
            "number of input channels. The kernel's size is the last one, weight.shape[2].",
            ("zero_insertion",), sized_by_channels),
    Mistake("kernel multiplied in place", "share *= x changes the kernel itself, and the next "
            "input meets what is left of it. share * x makes a new array.",
            LINES, partial(in_loops, fill=multiply_in_place, dtype=np.result_type)),
)

INSERTION = bank(1, {"zeros": ("spread_out", "zero_insertion"), "flip": ("zero_insertion",),
                     "spread": ("spread_out",)}, tuple(
    (name, hint, (place,), step) for name, hint, place, step in (
    ("kernel not flipped", "conv1d meets the leftmost input with the kernel's first element, but "
     "that input lays its last one there: flip the kernel along its last axis.",
     "flip", {"turn": lambda weight: weight.swapaxes(0, 1)}),
    ("all axes of the weight flipped", "Only the kernel's own axis is flipped, [:, :, ::-1]; "
     "the channels keep their order.",
     "flip", {"turn": lambda weight: weight.swapaxes(0, 1)[::-1, ::-1, ::-1]}),
    ("bias added twice", "conv1d adds the bias already, if you hand it on.",
     "flip", {"shift": lambda y, bias, _: y + 2 * over_channels(bias, y)}),
    ("channels of the weight not exchanged", "conv1d wants (C_out, C_in, kernel), and your weight "
     "is (C_in, C_out, kernel).",
     "flip", {"turn": lambda weight: weight[:, :, ::-1]}),
    ("weight handed on as it is", "conv1d wants (C_out, C_in, kernel) and meets the first input "
     "with the kernel's first element: exchange the channels, and flip the kernel.",
     "flip", {"turn": lambda weight: weight}),
    ("stride zeros in between", "Neighbours are a stride apart, so there are stride - 1 zeros "
     "between them; with stride 1 none.",
     "zeros", {"between": lambda x, s: spread(x, s + 1)}),
    ("zeros after the last input too", "Zeros come between the inputs; after the last one there "
     "are only those around.",
     "zeros", {"between": lambda x, s: np.pad(spread(x, s), [(0, 0), (0, 0), (0, s - 1)])}),
    ("inputs repeated", "Between the inputs there are zeros; repeating an input is another way to "
     "enlarge.",
     "zeros", {"between": lambda x, s: x.repeat(s, axis=2)[:, :, : (x.shape[2] - 1) * s + 1]}),
    ("each input repeated stride times", "np.repeat writes each input several times. Here it comes "
     "once, and zeros follow, none after the last input.",
     "zeros", {"between": lambda x, s: x.repeat(s, axis=2)}),
    ("no zeros in between", "The stride puts stride - 1 zeros between neighbours.",
     "zeros", {"between": lambda x, _: x}),
    ("stride in the convolution", "The zeros in between are all that the stride does; the "
     "convolution then moves by one.",
     "flip", {"apply": slide_once}),
    ("no zeros around", "The first output hears the first input by the kernel's last place: "
     "kernel - 1 - padding zeros stand before it.",
     "zeros", {"around": lambda zeros, extra, _: (0, extra)}),
    ("padding put on as it is", "There are kernel - 1 - padding zeros around, not padding: each "
     "output that is cut off is one zero less.",
     "zeros", {"around": lambda zeros, extra, padding: (padding, padding + extra)}),
    ("padding ignored in the zeros around", "Each output that is cut off is one zero less around: "
     "kernel - 1 - padding.",
     "zeros", {"around": lambda zeros, extra, padding: (zeros + padding, zeros + padding + extra)}),
    ("padding adds zeros", "Padding makes the result shorter here: kernel - 1 - padding zeros "
     "around, not kernel - 1 + padding.",
     "zeros", {"around": lambda zeros, extra, p: (zeros + 2 * p, zeros + 2 * p + extra)}),
    ("one zero too many at both ends", "Where the kernel begins, its last element is over the "
     "first input: there are kernel - 1 places before that, not kernel.",
     "zeros", {"around": lambda zeros, extra, _: (zeros + 1, zeros + 1 + extra)}),
    ("output padding forgotten", "Output padding is more zeros at the far end.",
     "zeros", {"around": lambda zeros, extra, _: (zeros, zeros)}),
    ("output padding put first", "Output padding is more zeros at the far end, not at the start.",
     "zeros", {"around": lambda zeros, extra, _: (zeros + extra, zeros)}),
    ("output padding put at both ends", "Output padding is more zeros at the far end only.",
     "zeros", {"around": lambda zeros, extra, _: (zeros + extra, zeros + extra)}),
    ("zeros of float64", "np.zeros without a dtype makes float64, whatever x holds. Ask for "
     "dtype=x.dtype.",
     "spread", {"pad": lambda x, *ends: both_sides(x, *ends).astype(float)}),
    ("half a kernel of zeros around", "kernel // 2 keeps the size of a convolution; here there are "
     "kernel - 1 - padding zeros around.",
     "zeros", {"around": lambda zeros, extra, padding: ((zeros + padding + 1) // 2,
                                                        (zeros + padding + 1) // 2 + extra)}),
    ("ends mirrored", "Around the inputs there are zeros: np.pad with mode='constant', its "
     "default.",
     "zeros", {"pad": lambda x, *ends: both_sides(x, *ends, mode="reflect")}),
    ("no option handed on", "spread_out needs stride, padding and output_padding, too: they are "
     "the arguments of your function.",
     "flip", {"between": lambda x, _: x, "around": lambda zeros, _, p: (zeros + p, zeros + p)}),
    ("ends repeated", "Around the inputs there are zeros: np.pad with mode='constant', its "
     "default.",
     "zeros", {"pad": lambda x, *ends: both_sides(x, *ends, mode="edge")}),
    ("zeros on every axis", "np.pad with one pair also pads the batch and the channels. Give a "
     "pair for each axis: (0, 0) for these two.",
     "spread", {"pad": lambda x, *ends: np.pad(x, ends)}),
)), insert)
# fmt: on

MISTAKES = SIZES + DOUBLING + SCATTER + IMAGES + OTHERS + INSERTION + CLAIMS + PICTURES + BOARDS
