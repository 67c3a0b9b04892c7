"""More rows for a bank, as in `_bank.SHARED`: mistakes of code that is copied and adapted."""

from __future__ import annotations

import numpy as np

from ._bank import without_last
from ._slide import both_sides, padded


def filled(**how):
    """Return a step that pads with other things than zeros."""
    return lambda x, padding, _: padded(x, padding, padding, **how)


@np.errstate(invalid="ignore")  # of a poisoned input
def cut_to_integers(x, *how):
    """Drop what is behind the point, and pad."""
    return both_sides(x.astype(int), *how)


def only_first_filter(y, *_):
    """Leave the loops over the batch and the filters after their first turn."""
    kept = np.zeros_like(y)
    kept[:1, :1] = y[:1, :1]
    return kept if len(y) else None


def channels_moved(y, *_):
    """Give numbers with the channels last the shape that they should have."""
    return np.moveaxis(y, 1, -1).reshape(y.shape)


def batch_moved(y, *_):
    """Give numbers with the batch second the shape that they should have."""
    return y.swapaxes(0, 1).reshape(y.shape)


MIXED = "reshape leaves the numbers in their order and only cuts them otherwise. "
ZEROS = "Here the padding is zeros: np.pad with mode='constant', its default."

# fmt: off
RARER = tuple((name, hint, where.split(), step) for name, hint, where, step in (
    ("last position left at zero", "The result is large enough, but the loops end one position "
     "too early: go through range of its own size.",
     "one layer", {"finish": lambda y, *_: without_last(y)}),
    ("only the first filter", "All results but those of the first filter are zero: is your return "
     "indented too far, inside the loop over the filters?",
     "layer", {"finish": only_first_filter}),
    ("channels moved by reshape", f"{MIXED}To bring an axis to another place use transpose or "
     "np.moveaxis.",
     "layer", {"finish": channels_moved}),
    ("channels moved by reshape before the bias", f"{MIXED}To bring an axis to another place use "
     "transpose or np.moveaxis.",
     "layer", {"total": lambda products, _: channels_moved(products.sum(axis=(2, 4)))}),
    ("batch moved by reshape", f"{MIXED}Your product has the filters before the batch: keep that "
     "order in reshape, and swap the two after it.",
     "layer", {"finish": batch_moved}),
    ("input channels in reverse", "weight[o, 0] meets channel 0, the last weight the last channel.",
     "layer", {"read": lambda weight: weight[:, ::-1]}),
    ("all axes of the weight flipped", "np.flip without axes turns filters and channels round, "
     "too. And here not even the kernel is flipped.",
     "layer", {"read": np.flip}),
    ("filters flipped, channels and all", "You read each filter from its end, along its channels "
     "too. Here nothing is flipped: the first element meets the first one under the kernel.",
     "layer", {"read": lambda weight: np.flip(weight, range(1, weight.ndim))}),
    ("filters and channels in reverse", "np.rot90 turns the first two axes unless you name "
     "others: here those are filters and channels. And no kernel has to be turned.",
     "layer", {"read": lambda weight: weight[::-1, ::-1]}),
    ("dtype of the weights", "Your result has the weights' dtype: with whole numbers in them, the "
     "fractions that come from x are lost. Ask np.result_type for both.",
     "one layer", {"finish": lambda y, _, weight: y.astype(weight.dtype)}),
    ("sums cut to integers", "The result has the dtype of x, and an array of integers keeps no "
     "fractions. Create it with dtype=np.result_type(x, weight).",
     "layer", {"total": lambda products, x: products.sum(axis=(2, 4)).astype(x.dtype),
               "finish": lambda y, x, _: y.astype(x.dtype)}),
    ("input cut to integers", "x.astype(int) drops what is behind the point: leave x as it is.",
     "one layer", {"pad": cut_to_integers}),
    ("padded with mirrored values", f"You mirror what lies beside the edge. {ZEROS}",
     "stride", {"pad": filled(mode="reflect")}),
    ("padded with mirrored values, edge included", f"You mirror what lies at the edge. {ZEROS}",
     "stride", {"pad": filled(mode="symmetric")}),
    ("padded from the opposite side", "What leaves at one side comes in at the other. "
     f"{ZEROS}",
     "stride", {"pad": filled(mode="wrap")}),
    ("padded with ones", "The padding is zeros: they add nothing to any sum.",
     "stride", {"pad": filled(constant_values=1)}),
    ("rounded up in place of + 1", "There is one stop more than there are whole steps: "
     "(room - span) // stride + 1. Rounding up is right only if something is left over.",
     "stride", {"count": lambda room, k, s, d: -(-(room - d * (k - 1) - 1) // s)}),
))
# fmt: on
