"""Convolutions of any number of axes; the kernel is not flipped (this is cross-correlation).

An input has the shape ``(N, C, *size)``: examples, channels, then one axis or more of space.
Arrays come from NumPy, CuPy or another library that follows the array API standard, and results
stay in it. Names, layouts and the meaning of the options are PyTorch's.

`conv` and `conv_transpose` do all the work; the names with a number fix how many axes there are.
`depthwise_conv`, `pointwise_conv` and both in a row, `depthwise_separable_conv`, are `conv` with
certain weights. The names with ``_grad`` are the exact gradients, with which a layer learns.
Sizes, receptive fields and costs are worked out from integers alone.
"""

from .convolution import conv, conv1d, conv2d, conv3d
from .counts import count_macs, count_parameters
from .gradients import (
    conv_bias_grad,
    conv_input_grad,
    conv_transpose_input_grad,
    conv_transpose_weight_grad,
    conv_weight_grad,
)
from .methods import choose_method
from .separable import depthwise_conv, depthwise_separable_conv, pointwise_conv
from .sizes import conv_output_size, conv_transpose_output_size, receptive_field
from .threads import get_num_threads, set_num_threads
from .transposed import conv_transpose, conv_transpose1d, conv_transpose2d, conv_transpose3d

__all__ = [
    "choose_method",
    "conv",
    "conv1d",
    "conv2d",
    "conv3d",
    "conv_bias_grad",
    "conv_input_grad",
    "conv_output_size",
    "conv_transpose",
    "conv_transpose1d",
    "conv_transpose2d",
    "conv_transpose3d",
    "conv_transpose_input_grad",
    "conv_transpose_output_size",
    "conv_transpose_weight_grad",
    "conv_weight_grad",
    "count_macs",
    "count_parameters",
    "depthwise_conv",
    "depthwise_separable_conv",
    "get_num_threads",
    "pointwise_conv",
    "receptive_field",
    "set_num_threads",
]
