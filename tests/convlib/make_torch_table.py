"""Write `torch_table.npz`: convolutions and their gradients by PyTorch, for where it is absent.

Run it where PyTorch is installed: ``python tests/convlib/make_torch_table.py``.
The inputs are small integers in float64, so that every sum is exact in any order.
"""

import json
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional

TABLE = Path(__file__).with_name("torch_table.npz")
SIZES = {1: (11,), 2: (7, 6), 3: (4, 5, 4)}
KERNELS = {1: (3,), 2: (3, 2), 3: (2, 3, 1)}

EITHER = [
    {},
    {"stride": 2},
    {"padding": 1},
    {"dilation": 2},
    {"groups": 2},
    {"groups": 4},
    {"stride": 2, "padding": 1, "dilation": 2, "groups": 2},
    {"stride": 3, "padding": 2},
]
FORWARD = [{"padding": "same"}, {"padding": "same", "dilation": 2}, {"padding": "valid"}]
TRANSPOSED = [
    {"stride": 2, "output_padding": 1},
    {"stride": 3, "padding": 1, "output_padding": 2, "groups": 2},
    {"dilation": 3, "output_padding": 2},
]
PER_AXIS = {
    1: [],
    2: [{"stride": (1, 2), "padding": (2, 0), "dilation": (2, 1)}],
    3: [{"stride": (2, 1, 3), "padding": (0, 1, 1), "dilation": (1, 1, 2)}],
}


def calls():
    """Yield name, spatial axes, shape of the weight, options."""
    for ndim, kernel in KERNELS.items():
        for options in EITHER + FORWARD + PER_AXIS[ndim]:
            yield f"conv{ndim}d", ndim, (4, 4 // options.get("groups", 1), *kernel), options
        for options in EITHER + TRANSPOSED + PER_AXIS[ndim]:
            yield f"conv_transpose{ndim}d", ndim, (4, 2, *kernel), options


def main():
    rng = np.random.default_rng(0)
    index, values = [], []  # one flat array: a file in the archive for each would cost more
    for name, ndim, weight, options in calls():
        outputs = 2 * options.get("groups", 1) if "transpose" in name else 4
        shapes = [(2, 4, *SIZES[ndim]), weight, (outputs,)]
        inputs = [rng.integers(-3, 4, shape).astype(float) for shape in shapes]
        leaves = [torch.from_numpy(array).requires_grad_() for array in inputs]
        y = getattr(functional, name)(*leaves, **options)
        grad = rng.integers(-1, 2, y.shape).astype(float)
        y.backward(torch.from_numpy(grad))
        arrays = [*inputs, y.detach().numpy(), grad, *(leaf.grad.numpy() for leaf in leaves)]
        index.append({"name": name, "options": options, "shapes": [a.shape for a in arrays]})
        values += [array.ravel() for array in arrays]
    exact = np.concatenate(values)
    values = exact.astype(np.int16)
    assert (values == exact).all()
    np.savez_compressed(TABLE, index=json.dumps(index), values=values, torch=torch.__version__)
    print(f"{len(index)} convolutions by PyTorch {torch.__version__}: {TABLE.stat().st_size} bytes")


if __name__ == "__main__":
    main()
