"""More rows for the two gradients: mistakes of code that is copied and adapted."""

from __future__ import annotations

import numpy as np

from .._bank import only_first_sample
from .._slide import padded
from ._adjoint import cut
from ._slips import overwrite_elements, overwrite_outputs


def first_for_all(array, axis=0):
    """Take what is first along an axis for all."""
    return np.repeat(array.take(range(min(1, array.shape[axis])), axis), array.shape[axis], axis)


def added_into(dtype_of):
    """Return a step that adds into an array with the dtype of the first or the second input."""

    def finish(back, *given):
        made = np.zeros(back.shape, given[dtype_of].dtype)
        made += back
        return made

    return finish


def mixed(asked, met):
    """Lay the batch and the channels out anew, without looking which is which."""
    rows = asked.reshape(asked.shape[1], -1)
    parts = [rows @ met[..., t].reshape(met.shape[1], -1).T for t in range(met.shape[3])]
    return np.stack(parts, axis=-1)


def recut(grad, filters=1):
    """Take grad for (C_out, positions, N); `filters` is the axis that C_out has in it."""
    sizes = grad.shape[filters], *grad.shape[2:], grad.shape[1 - filters]
    return np.moveaxis(grad.reshape(sizes), -1, 0)


def of_filter(one):
    """Return a step that multiplies with one filter alone."""
    return lambda asked, taken: np.einsum("nop,oct->ncpt", asked[:, one], taken[one])


def filled(**how):
    """Return a row's step that pads with other things than zeros."""
    return {"pad": lambda x, p: padded(x, p, p, **how)}


LAST, FIRST = of_filter(slice(-1, None)), of_filter(slice(1))

# fmt: off
BOTH = (
    ("grad of the first sample for all", "You read grad[0] for every sample of the batch: grad[n] "
     "is what the outputs of sample n ask.",
     "all", {"ask": first_for_all}),
    ("first channel of grad for all", "You read channel 0 of grad for every filter: what filter o "
     "is asked is grad[n, o].",
     "all", {"ask": lambda grad: first_for_all(grad, 1)}),
    ("fractions added to integers", "+= cannot put fractions into an array of integers. Create it "
     "with dtype=np.result_type of the two arrays, not with the dtype of the first.",
     "all", {"finish": added_into(0)}),
    ("fractions added to integers of the second array", "+= cannot put fractions into an array of "
     "integers. Create it with dtype=np.result_type of the two arrays.",
     "all", {"finish": added_into(1)}),
)

OF_WEIGHT = (
    ("x of the first sample for all", "You read x[0] for every sample of the batch: what grad[n] "
     "asks is multiplied with x[n].",
     "all", {"pad": lambda x, p: padded(first_for_all(x), p, p)}),
    ("x cut to integers", "x.astype(int) drops what is behind the point: leave x as it is.",
     "all", {"pad": lambda x, p: padded(x.astype(int), p, p)}),
    ("batch and channels mixed by reshape", "grad.reshape(C_out, -1) does not look where the "
     "channels are, and neither does it for x: bring their axis to the front first.",
     "all", {"total": mixed}),
    ("input channels of the gradient in reverse", "Element [o, c, k] met samples of channel c: "
     "your last channel has what belongs to the first.",
     "all", {"finish": lambda back, *_: back[:, ::-1]}),
    ("padded with mirrored values", "You mirror what lies beside the edge. The padding is zeros: "
     "np.pad with mode='constant', its default.",
     "options", filled(mode="reflect")),
    ("padded with mirrored values, edge included", "You mirror what lies at the edge. The padding "
     "is zeros: np.pad with mode='constant', its default.",
     "options", filled(mode="symmetric")),
    ("padded with ones", "The padding is zeros: what asked for them met nothing.",
     "options", filled(constant_values=1)),
)

OF_INPUT = (
    ("every copy replaces what was there", "Copies of several filters and outputs overlap, and "
     "each replaces what others have left: add with +=.",
     "all", {"total": LAST, "put": overwrite_outputs}),
    ("every element replaces what was there", "A sample is reached by every filter and by several "
     "elements of each, and each replaces the one before: add with +=.",
     "all", {"total": LAST, "put": overwrite_elements}),
    ("only the first filter of the first sample", "Is your return indented too far, inside the "
     "loops over the batch and the filters? All other samples are zero.",
     "all", {"total": FIRST, "finish": only_first_sample}),
    ("weight of the first filter for all", "You read weight[0] for every channel of grad: what "
     "grad[n, o] asks goes through weight[o].",
     "all", {"read": first_for_all}),
    ("input channels in reverse", "weight[o, c] leads to input channel c: your last channel has "
     "what belongs to the first.",
     "all", {"read": lambda weight: weight[:, ::-1]}),
    ("all axes of the weight flipped", "np.flip without axes turns filters and channels round as "
     "well as the kernels.",
     "all", {"read": np.flip}),
    ("grad cut into columns as it comes", "grad.reshape(C_out, -1) does not look where the "
     "channels are: bring their axis to the front first, with transpose.",
     "all", {"ask": recut}),
    ("batch before the positions in the columns of grad", "You lay grad out with the batch before "
     "the positions, and take the result apart as if it came after them.",
     "all", {"ask": lambda grad: recut(grad.swapaxes(0, 1), 0)}),
    ("paddings swapped where they are cut off", "You cut the padding of the columns off the rows. "
     "The first number of a padding is for the rows.",
     "2d", {"crop": lambda back, p, *more: cut(back, p[::-1], *more)}),
    ("padding of the columns cut off at the end only", "You keep the first columns of the padded "
     "result: begin at column padding[1].",
     "2d", {"crop": lambda back, p, *more: cut(back, (p[0], 0), *more)}),
)
# fmt: on
