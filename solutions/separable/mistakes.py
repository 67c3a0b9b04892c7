"""Named ways to get `separable` wrong, each as code that answers as the mistaken code would."""

from __future__ import annotations

import numpy as np

from autograder.spec import Mistake

from .._bank import PER_AXIS, SHARED
from .._rarer import RARER
from .._slide import both_sides
from . import _steps as steps
from ._counts import COUNTS
from ._photo import PHOTOS

HAND, POINT, GROUP, BOTH = ("by_hand",), ("pointwise",), ("grouped",), ("separable",)
ONE, MORE = ("depthwise",), ("depthwise_options",)
DEPTH = ONE + MORE

# The tasks that have what a row of the bank is about.
PLACES = {"hand": HAND, "layer": DEPTH + POINT + GROUP + BOTH, "stride": MORE + GROUP + BOTH}
KERNEL = {  # of no effect with a kernel of one element
    "kernel flipped", "kernel transposed", "kernel flipped along its last axis",
    "kernel flipped along its first axis", "last kernel element lost", "last position lost",
    "every element on the same sample",
}  # fmt: skip
TURNED = {"filters flipped, channels and all", "filters and channels in reverse"}
FLIPS = {"input channels in reverse", "all axes of the weight flipped", *TURNED}
PER_CHANNEL = {"every kernel on the first channel", "the first kernel on every channel"}
OVER_CHANNELS = {  # a depthwise kernel has but one to read
    "only the first input channel", "only the last input channel", "input channels not summed",
    "bias added once per input channel", *PER_CHANNEL, *FLIPS,
}  # fmt: skip
SAME = {"only the last product counts", "bias added with every product"}  # as of one channel
COPIED = {  # from depthwise, where it has a name: the lines on stride and padding are the same
    name
    for name, _, places, _ in (*PER_AXIS, *SHARED, *RARER)
    if "stride" in places and not name.endswith(("ignored", "swapped"))
}
UNFIT = dict.fromkeys(DEPTH, OVER_CHANNELS) | {
    "pointwise": KERNEL | SAME | TURNED, "grouped": COPIED,
    "separable": SAME | COPIED | PER_CHANNEL | FLIPS,
}  # fmt: skip


def fitting(name, places):
    """Return the tasks that a row can happen in, and be told from others."""
    tasks = [task for place in places for task in PLACES.get(place, ())]
    return tuple(
        task
        for task in dict.fromkeys(tasks)
        if name not in UNFIT.get(task, ())
        and name != "weight axes swapped"
        and (task != "by_hand" or name in KERNEL)
    )


# fmt: off
OWN = (
    ("every kernel reads the first channel", "All kernels meet channel 0. Output channel o has a "
     "kernel of its own, weight[o], and a channel of its own to read.",
     HAND + DEPTH + BOTH, {"which": steps.always_first}),
    ("every kernel reads all channels", "A depthwise kernel meets one channel. You add up what it "
     "gives in all of them, as a full layer does.",
     HAND + DEPTH + BOTH, {"which": steps.every_channel}),
    ("the first kernel for every channel", "You use weight[0] everywhere. Each output channel has "
     "a kernel of its own.",
     HAND + DEPTH + BOTH, {"read": lambda w: np.repeat(w[:1], len(w), axis=0)}),
    ("empty batch reshaped with -1", "With no samples there is nothing to divide, so reshape "
     "cannot work out a -1. Write all sizes: len(weight), x.shape[1] and so on.",
     DEPTH + POINT + GROUP + BOTH, {"finish": steps.nothing_to_divide}),
    ("kernels in reverse", "The first kernel belongs to the first channel, the last to the last.",
     HAND + DEPTH + BOTH, {"read": lambda w: w[::-1]}),
    ("kernels dealt out in turn", "You let kernel o read channel o % C. The first m kernels belong "
     "to channel 0, the next m to channel 1: a whole division, o // m, says that.",
     MORE + BOTH, {"which": steps.dealt_out}),
    ("divided by the number of channels", "You let kernel o read channel o // C. The first m "
     "kernels belong to channel 0: divide by m, the number of kernels for each channel.",
     MORE, {"which": steps.by_channels}),
    ("kernel o on channel o", "With several kernels for each channel there are more of them than "
     "channels: the first m read channel 0, the next m channel 1.",
     MORE, {"which": steps.one_each}),
    ("as many kernels as channels", "Only the first C output channels are filled. There are C * m "
     "of them: loop over len(weight).",
     MORE, {"finish": steps.only_one_each}),
    ("input channels read in reverse", "The first kernel reads the first channel, the last the "
     "last.",
     DEPTH + BOTH, {"pad": lambda x, *how: both_sides(x[:, ::-1], *how)}),
    ("channels sorted by kernel", "You give first the first kernel of every channel. The result "
     "begins with all kernels of channel 0.",
     MORE, {"finish": steps.by_filter}),
    ("only the first kernel of each channel", "With several kernels for each channel there are "
     "C * m output channels, one for each kernel.",
     MORE, {"finish": lambda y, *given: steps.parts(y, *given)[:, :, 0]}),
    ("kernels of a channel added up", "Each kernel gives an output channel of its own; nothing is "
     "added up in a depthwise step but the products under one kernel.",
     MORE, {"finish": lambda y, *given: steps.parts(y, *given).sum(axis=2)}),
    ("every filter reads the first group", "All filters read the channels of group 0. Where do the "
     "channels of the group of filter o begin?",
     GROUP, {"which": steps.always_first}),
    ("filters dealt out to the groups in turn", "You let filter o be in group o % groups. The "
     "first C_out // groups filters are group 0, the next ones group 1.",
     GROUP, {"which": steps.dealt_out}),
    ("channels dealt out to the groups in turn", "With 3 groups you give a group every third "
     "channel. The first C_in // groups channels are group 0, the next ones group 1.",
     GROUP, {"which": steps.spread}),
    ("groups in reverse", "The first filters belong to the first channels.",
     GROUP, {"which": steps.backwards}),
    ("only the first group", "All results but those of the first group are zero: is your return "
     "indented too far, inside the loop over the groups?",
     GROUP, {"finish": steps.first_part}),
    ("groups added up", "Each group has output channels of its own: put the results one after the "
     "other, np.concatenate(..., axis=1), do not add them.",
     GROUP, {"finish": lambda y, *given: steps.parts(y, *given).sum(axis=1)}),
    ("filters of the groups mixed", "You give first the first filter of every group. The result "
     "begins with all filters of group 0.",
     GROUP, {"finish": steps.by_filter}),
    ("divided by the number of groups", "You let filter o be in group o // groups. The first "
     "C_out // groups filters are group 0: divide by that number.",
     GROUP, {"which": steps.by_channels}),
    ("filters taken in turn", "With 3 groups you give a group every third filter. The first "
     "C_out // groups filters are group 0, the next ones group 1.",
     GROUP, {"which": steps.dealt_out, "total": steps.in_turn}),
    ("channels and filters taken in turn", "With 3 groups you give a group every third channel "
     "and filter. The first C_in // groups channels and C_out // groups filters are group 0.",
     GROUP, {"which": steps.every_third, "total": steps.in_turn}),
    ("filters of the groups mixed before the bias", "You give first the first filter of every "
     "group. The result begins with all filters of group 0.",
     GROUP, {"total": steps.by_filter_before_the_bias}),
    ("groups put side by side", "You join the groups' results along the columns, or stack them. "
     "They are channels: np.concatenate(..., axis=1).",
     GROUP, {"finish": lambda y, *given: np.concatenate(
         list(steps.parts(y, *given).swapaxes(0, 1)), axis=-1)}),
    ("output channels in reverse", "Your channels come out from the last to the first.",
     POINT + GROUP, {"finish": lambda y, *_: y[:, ::-1]}),
    ("channels begin where the filters do", "You count the channels of a group in filters. Group g "
     "begins at channel g * (C_in // groups), whatever the number of filters.",
     GROUP, {"which": steps.begun_by_filters}),
    ("channels left at the end", "The channels come last in your result. Bring the axes into the "
     "order (N, C_out, rows, columns): np.moveaxis(y, -1, 1).",
     POINT + BOTH, {"finish": lambda y, *_: np.moveaxis(y, 1, -1)}),
    ("rows and columns swapped", "The last two axes are rows and columns, in this order.",
     POINT, {"finish": lambda y, *_: y.swapaxes(2, 3)}),
    ("columns in reverse", "The pixels of a row come out from the last to the first.",
     POINT, {"finish": lambda y, *_: y[..., ::-1]}),
    ("stride in both steps", "The stride belongs to the depthwise step. The pointwise one looks at "
     "every pixel that is left.",
     BOTH, {"between": steps.stopped_again}),
    ("padding in both steps", "The padding belongs to the depthwise step. A pointwise step needs "
     "none.",
     BOTH, {"between": steps.padded_again}),
    ("negative numbers cut off between the steps", "Some networks have max(0, z) between the two "
     "steps. Here there is nothing.",
     BOTH, {"between": lambda z, *_: np.maximum(z, 0)}),
    ("cut to integers between the steps", "What the depthwise step gives is put into an array of "
     "x's integers. Give it the dtype np.result_type(x, depthwise_weight).",
     BOTH, {"between": lambda z, x, _: z.astype(x.dtype)}),
    ("mean of the kernel", "A depthwise output is the sum of its products. Do not divide by the "
     "number of the kernel's elements.",
     BOTH, {"read": lambda w: w / w[0].size}),
)
# fmt: on

LAYERS = tuple(
    Mistake(name, hint, tasks, steps.layers(step))
    for name, hint, tasks, step in (
        *((name, hint, fitting(name, where), step) for name, hint, where, step in PER_AXIS),
        *((name, hint, fitting(name, where), step) for name, hint, where, step in SHARED),
        *((name, hint, fitting(name, where), step) for name, hint, where, step in RARER),
        *OWN,
    )
    if tasks
)
# fmt: off
OTHERS = tuple(Mistake(name, hint, tasks, function) for name, hint, tasks, function in (
    ("mix transposed", "Row o of mix holds what goes into channel o: the first channel is 3 times "
     "the one minus 1 times the other.",
     HAND, steps.mix_by_columns),
    ("batch and channels mixed", "x.reshape(C_in, -1) does not look where the channels are: they "
     "are the second axis. Keep the batch in front: (N, C_in, rows * columns).",
     POINT, steps.mixed_batch),
    ("pixels cut into lots", "x.reshape(-1, C_in) does not look where the channels are: bring "
     "their axis to the end first, and back again after the product.",
     POINT, steps.pixels_cut),
    ("window of the padded image multiplied in place", "A slice is a view: window *= w changes the "
     "image that you slide over. window * w makes a new array.",
     ONE, lambda x, *more: steps.in_place(x.copy(), *more)),
    ("filters before the batch", "np.tensordot(weight, x, ...) puts the filters' axis first and "
     "the batch second. Swap the two before you add the bias.",
     POINT, steps.filters_first),
    ("window multiplied in place", "A slice is a view: window *= w changes the image itself, and "
     "the next window sees it. window * w makes a new array.",
     ONE, steps.in_place),
))
# fmt: on

MISTAKES = LAYERS + OTHERS + COUNTS + PHOTOS
