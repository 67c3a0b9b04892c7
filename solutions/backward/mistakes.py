"""Named ways to get `backward` wrong, each as code that answers as the mistaken code would."""

from __future__ import annotations

from functools import partial

import numpy as np

from autograder.spec import Mistake

from .._bank import only_first_sample, turned, without_last
from .._slide import padded
from . import _copied
from ._adjoint import divided, gather, scatter
from ._others import OTHERS
from ._predicted import PREDICTED
from ._slips import (
    as_many_as_fit,
    cut_each,
    flipped,
    folded,
    mean_of_readers,
    multiplied_kernels,
    multiplied_windows,
    overwrite_elements,
    overwrite_outputs,
    spread,
    thrown,
    unpadded,
    wrapped,
)

# Where each can happen: in a step of the 1D function and in 2D.
WEIGHT = {
    "plain": ("weight_grad",),
    "all": ("weight_grad", "weight_grad_options", "weight_grad2d"),
    "options": ("weight_grad_options", "weight_grad2d"),
    "1d": ("weight_grad_options",),
    "2d": ("weight_grad2d",),
}
INPUT = {
    place: tuple(task.replace("weight", "input") for task in tasks)
    for place, tasks in WEIGHT.items()
}


def bank(engine, tasks, table, prefix=""):
    """Return rows of a table as mistakes."""
    return tuple(
        Mistake(prefix + name, hint, tasks[place], partial(engine, **step))
        for name, hint, place, step in table
    )


# fmt: off
# What goes wrong in both gradients.
BOTH = (
    ("cotangent of ones", "Your result does not depend on grad: it is the gradient of y.sum(). "
     "Multiply with what each output asks.",
     "all", {"ask": np.ones_like}),
    ("sign turned", "Every number has the wrong sign. The gradient says which way the loss grows; "
     "the minus comes in when somebody goes downhill.",
     "all", {"ask": np.negative}),
    ("outputs in reverse order", "You read grad from its end: the first output has to get the "
     "first number of grad.",
     "all", {"ask": flipped}),
    ("last output lost", "The loop over the outputs ends one too early: range(out) goes through "
     "all of them.",
     "all", {"ask": without_last}),
    ("result always float64", "np.zeros without a dtype makes float64, whatever came in. Ask for "
     "dtype=np.result_type of the two arrays.",
     "all", {"finish": lambda back, *_: back.astype(float)}),
    ("results cut to integers", "An array of integers keeps no fractions. Create the result with "
     "dtype=np.result_type of the two arrays, not with the dtype of the first.",
     "all", {"finish": lambda back, first, _: back.astype(first.dtype)}),
    ("results cut to integers of the second array", "An array of integers keeps no fractions. "
     "Create the result with dtype=np.result_type of the two arrays, not with that of the second.",
     "all", {"finish": lambda back, _, second: back.astype(second.dtype)}),
    ("stride ignored", "You treat the outputs as if they were one sample apart. With stride s, "
     "output i looked at what begins at the padded sample i * s.",
     "options", {"steps": lambda stride, dilation: ((1,) * len(stride), dilation)}),
    ("dilation ignored", "You treat the kernel as if it had no gaps. Element k is k * dilation "
     "samples after the first.",
     "options", {"steps": lambda stride, _: (stride, (1,) * len(stride))}),
    ("dilation off by one", "Dilation is the distance from one element to the next: element k is "
     "k * dilation samples after the first, and 1 is the ordinary kernel.",
     "1d", {"steps": spread}),
    ("dilation off by one in slices", "Dilation is the distance from one element to the next: the "
     "slice of element k begins k * dilation samples after the first. Yours come out too short.",
     "options", {"steps": spread, "outside": ValueError}),
    ("stride and dilation swapped", "In this gradient too, output i and element k meet at the "
     "padded sample i * stride + k * dilation.",
     "options", {"steps": lambda stride, dilation: (dilation, stride)}),
    ("no room for the padding", "Outputs near the edges looked at the padding, and there your "
     "places lie outside the array. Make room for it on both sides before you count places.",
     "1d", {"options": unpadded}),
    ("no room for the padding in slices", "Outputs near the edges looked at the padding. Without "
     "room for it on both sides, slices come out too short.",
     "options", {"options": unpadded, "outside": ValueError}),
    ("strides of the axes swapped", "The first number of a stride is for the rows, the second for "
     "the columns.",
     "2d", {"options": lambda s, p, d: (s[::-1], p, d), "outside": ValueError}),
    ("paddings of the axes swapped", "The first number of a padding is for the rows, the second "
     "for the columns.",
     "2d", {"options": lambda s, p, d: (s, p[::-1], d), "outside": ValueError}),
    ("dilations of the axes swapped", "The first number of a dilation is for the rows, the second "
     "for the columns.",
     "2d", {"options": lambda s, p, d: (s, p, d[::-1]), "outside": ValueError}),
    ("first stride for both axes", "Each axis has a stride of its own, and you use the one of the "
     "rows for both.",
     "2d", {"options": lambda s, p, d: (s[:1] * 2, p, d), "outside": ValueError}),
    ("first dilation for both axes", "Each axis has a dilation of its own, and you use the one of "
     "the rows for both.",
     "2d", {"options": lambda s, p, d: (s, p, d[:1] * 2), "outside": ValueError}),
)

OF_WEIGHT = (
    ("gradient of the weight flipped", "Your kernels come out back to front. On the way forward "
     "nothing is flipped: element 0 met the first sample under the kernel.",
     "all", {"finish": lambda back, *_: flipped(back)}),
    ("axes of the gradient swapped", "The gradient has the shape of the weight, (C_out, C_in, "
     "...): the outputs' channels come first.",
     "all", {"finish": lambda back, *_: back.swapaxes(0, 1)}),
    ("only the last sample of the batch", "The weight is shared by all samples of the batch: add "
     "up over them, with += instead of =.",
     "all", {"total": lambda asked, met: np.einsum(
         "nop,ncpt->oct", thrown(asked, 0, -1), thrown(met, 0, -1))}),
    ("only the first sample of the batch counts", "The weight is shared by all samples of the "
     "batch: is your return indented too far, inside the loop over them?",
     "all", {"total": lambda asked, met: np.einsum("nop,ncpt->oct", asked[:1], met[:1]),
             "finish": lambda back, x, _: back if len(x) else None}),
    ("sample 0 in place of the batch", "You read x[0] and grad[0] alone. The weight is shared by "
     "all samples of the batch: add up over them.",
     "all", {"total": lambda asked, met: np.einsum("op,cpt->oct", asked[0], met[0])}),
    ("mean over the batch", "You divide by the size of the batch. If the loss is a mean, that is "
     "in grad already; the gradient itself is a sum.",
     "all", {"finish": lambda back, x, _: divided(back, len(x))}),
    ("one gradient for each sample of the batch", "The weight is shared by all samples of the "
     "batch, so the result has no axis for them: add up over it.",
     "all", {"total": lambda asked, met: np.einsum("nop,ncpt->noct", asked, met)}),
    ("only the last output", "Every product replaces the one before it: start from zeros and add "
     "with +=.",
     "all", {"total": lambda asked, met: np.einsum(
         "op,cpt->oct", asked[-1, :, -1:], met[-1, :, -1:])}),
    ("each output replaces the one before", "The loop over the outputs leaves what its last turn "
     "made: start from zeros and add with +=.",
     "all", {"total": lambda asked, met: np.einsum("no,nct->oct", asked[..., -1], met[:, :, -1])}),
    ("last element of the gradient lost", "The loop over the kernel ends one element too early: "
     "range(kernel_size) goes through all of them.",
     "all", {"finish": lambda back, *_: without_last(back)}),
    ("mean over the outputs", "You divide by the number of outputs. The gradient is the sum of "
     "their products.",
     "all", {"total": lambda asked, met: np.einsum("nop,ncpt->oct", asked, met) / asked.shape[2]}),
    ("input channels not kept apart", "Each input channel has kernels of its own: element "
     "[o, c, k] met samples of channel c alone.",
     "all", {"total": lambda asked, met: np.einsum(
         "nop,ncpt->oct", asked, met).sum(axis=1, keepdims=True).repeat(
             met.shape[1], axis=1)}),
    ("output channels not kept apart", "Each filter is asked by its own output channel: element "
     "[o, c, k] gets products with grad[n, o] alone.",
     "all", {"total": lambda asked, met: np.einsum("nop,ncpt->oct", asked, met).sum(
         axis=0, keepdims=True).repeat(asked.shape[1], axis=0)}),
    ("every product cut to an integer", "You add fractions into an array of integers, which drops "
     "what is behind the point each time. Create it with dtype=np.result_type(x, grad).",
     "plain", {"total": cut_each, "finish": lambda back, x, _: back.astype(x.dtype)}),
    ("zeros all behind the input", "The padding is on both sides: padding zeros come before the "
     "first sample, so all places move by as many.",
     "options", {"pad": lambda x, p: padded(x, [0] * len(p), [2 * one for one in p])}),
    ("places before the first sample wrap around", "x[-1] is the last sample: NumPy counts "
     "negative places from the end. What lies before the signal is 0.",
     "options", {"pad": wrapped}),
    ("padded with the edge values", "You repeat what lies at the edge. The padding is zeros: "
     "np.pad with mode='constant', its default.",
     "options", {"pad": lambda x, p: padded(x, p, p, mode="edge")}),
    ("elements that the kernel does not have", "Samples left over make room for more elements "
     "than the kernel has. Keep the first kernel_size of them.",
     "options", {"elements": as_many_as_fit}),
    ("padding taken as before and after", "A padding (a, b) means a on both sides of the rows and "
     "b on both sides of the columns. You put a before and b after.",
     "2d", {"pad": lambda x, p: padded(x, p[:1] * 2, p[1:] * 2), "outside": ValueError}),
    ("gradient of the weight transposed", "Your kernels have their columns first. The rows come "
     "first, as in kernel_size.",
     "2d", {"finish": lambda back, *_: turned(back)}),
    ("gradient flipped along the rows", "Your kernels are upside down: u counts from the upper "
     "row.",
     "2d", {"finish": lambda back, *_: back[:, :, ::-1]}),
    ("gradient flipped along the columns", "Your kernels are mirrored: v counts from the left "
     "column.",
     "2d", {"finish": lambda back, *_: back[..., ::-1]}),
)

OF_INPUT = (
    ("kernel flipped", "You lay the kernel down back to front. Scattering does not flip it; only "
     "if you slide it over grad, gathering, it has to be turned round.",
     "all", {"read": flipped}),
    ("copies overwrite each other", "Where the copies of two outputs overlap, the later one "
     "replaces the earlier: add with +=.",
     "all", {"put": overwrite_outputs}),
    ("kernel elements overwrite each other", "A sample is reached by several elements of the "
     "kernel, and each replaces the one before: add with +=.",
     "all", {"put": overwrite_elements}),
    ("mean over the outputs that see a sample", "You divide by how many outputs see a sample. "
     "All that they ask is added up, nothing is averaged.",
     "all", {"put": mean_of_readers}),
    ("only the last filter", "A sample reaches every filter: add up over all output channels, "
     "with +=.",
     "all", {"total": lambda asked, taken: np.einsum(
         "nop,oct->ncpt", asked[:, -1:], taken[-1:])}),
    ("only the first filter", "A sample reaches every filter: add up over all output channels, "
     "not only over the first.",
     "all", {"total": lambda asked, taken: np.einsum(
         "nop,oct->ncpt", asked[:, :1], taken[:1])}),
    ("mean over the filters", "You divide by the number of filters. What they ask is added up.",
     "all", {"finish": lambda back, grad, _: back / grad.shape[1]}),
    ("filters not summed", "The result has the shape of the input, with no axis for the output "
     "channels: add up over them.",
     "all", {"total": lambda asked, taken: np.einsum("nop,oct->nocpt", asked, taken)}),
    ("summed over the batch", "Each sample of the batch has a gradient of its own; only the "
     "weight and the bias are shared.",
     "all", {"total": lambda asked, taken: np.einsum("nop,oct->cpt", asked, taken)}),
    ("divided by the size of the batch", "You divide by the size of the batch. If the loss is a "
     "mean, that is in grad already.",
     "all", {"finish": lambda back, *_: divided(back, len(back))}),
    ("only the first sample of the batch", "All samples but the first are zero: is your return "
     "indented too far, inside the loop over the batch?",
     "all", {"finish": only_first_sample}),
    ("last kernel element lost", "The loop over the kernel ends one element too early: range(k) "
     "goes through all k of them.",
     "all", {"read": without_last}),
    ("padding not cut off", "The result has the size of the padded input. What falls on the "
     "padding is lost: cut it off on both sides.",
     "options", {"crop": lambda back, *_: back}),
    ("padding cut off at the end only", "You keep the first samples of the padded result, but "
     "the padding lies on both sides: begin at sample padding.",
     "options", {"crop": lambda back, _, size, __: back[(..., *map(slice, size))]}),
    ("padding cut off in front only", "The padding lies on both sides: what falls on the zeros "
     "behind the last sample has to go as well.",
     "options", {"crop": lambda back, p, *_: back[(..., *(slice(one, None) for one in p))]}),
    ("padding cut off with a minus sign", "With padding 0, the slice 0:-0 is empty. Say where it "
     "ends without a minus: you know input_size.",
     "all", {"crop": lambda back, p, *_: back[(..., *(slice(one, -one) for one in p))]}),
    ("what falls before the first sample wraps around", "back[-1] is the last sample: NumPy counts "
     "negative places from the end. What falls on the padding is lost.",
     "options", {"crop": folded}),
    ("samples left over are missing", "Samples that no output has seen belong to the input too: "
     "their gradient is 0. Create the result with the full size.",
     "options", {"crop": lambda back, p, _, covered: back[
         (..., *(slice(one, end - one) for one, end in zip(p, covered, strict=True)))]}),
    ("gradient of the input transposed", "Your images have their columns first. The rows come "
     "first, as in input_size.",
     "2d", {"finish": lambda back, *_: turned(back)}),
    ("kernel transposed", "Your kernels' columns lie along the rows: the first axis of a kernel "
     "goes with the rows of the image.",
     "2d", {"read": turned}),
    ("kernel flipped along the rows", "You lay the kernels down upside down: u counts from the "
     "upper row.",
     "2d", {"read": lambda weight: weight[:, :, ::-1]}),
    ("kernel flipped along the columns", "You lay the kernels down mirrored: v counts from the "
     "left column.",
     "2d", {"read": lambda weight: weight[..., ::-1]}),
)

IN_PLACE = (
    Mistake("window multiplied in place", "A slice is a view: window *= ... changes the signal "
            "itself, and the next window sees it. window * ... makes a new array.",
            WEIGHT["plain"], multiplied_windows),
    Mistake("kernel multiplied in place", "weight[o] is a view: kernel *= ... changes the weight "
            "itself, for all outputs to come. kernel * ... makes a new array.",
            INPUT["plain"], multiplied_kernels),
)
# fmt: on


GATHERED = bank(gather, WEIGHT, BOTH + _copied.BOTH, "weight: ")
GATHERED += bank(gather, WEIGHT, OF_WEIGHT + _copied.OF_WEIGHT)
SCATTERED = bank(scatter, INPUT, BOTH + _copied.BOTH, "input: ")
SCATTERED += bank(scatter, INPUT, OF_INPUT + _copied.OF_INPUT)

MISTAKES = GATHERED + SCATTERED + IN_PLACE + PREDICTED + OTHERS
