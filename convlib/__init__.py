"""Convolutions of any number of axes; the kernel is not flipped (this is cross-correlation)."""

from .convolution import conv, conv1d, conv2d, conv3d
from .sizes import conv_output_size, conv_transpose_output_size, receptive_field
from .transposed import conv_transpose, conv_transpose1d, conv_transpose2d, conv_transpose3d

__all__ = [
    "conv",
    "conv1d",
    "conv2d",
    "conv3d",
    "conv_output_size",
    "conv_transpose",
    "conv_transpose1d",
    "conv_transpose2d",
    "conv_transpose3d",
    "conv_transpose_output_size",
    "receptive_field",
]
