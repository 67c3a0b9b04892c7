"""What NumPy and CuPy both have, as far as a pretended GPU offers it."""

from __future__ import annotations

__all__ = ["CONSTANTS", "FUNCTIONS", "METHODS", "ONE_SIDED", "OPERATORS", "PLAIN"]

# Of a Python operator: NumPy's name for it.
OPERATORS = {
    "add": "add", "sub": "subtract", "mul": "multiply", "truediv": "divide",
    "floordiv": "floor_divide", "mod": "remainder", "pow": "power", "matmul": "matmul",
    "and": "bitwise_and", "or": "bitwise_or", "xor": "bitwise_xor", "neg": "negative",
    "pos": "positive", "abs": "absolute", "invert": "invert", "lt": "less", "le": "less_equal",
    "gt": "greater", "ge": "greater_equal", "eq": "equal", "ne": "not_equal",
}  # fmt: skip
# There is no ``__rneg__`` and no ``__ilt__``.
ONE_SIDED = set("neg pos abs invert lt le gt ge eq ne".split())
# Answers about shapes and dtypes need no copy from a GPU.
PLAIN = {"ndim", "shape", "size", "result_type", "broadcast_shapes", "can_cast"}
FUNCTIONS = (
    PLAIN
    | set(OPERATORS.values())
    | set(
        """
    abs all allclose amax amin any apply_along_axis arange argmax argmin argsort argwhere
    array_equal array_split ascontiguousarray atleast_1d atleast_2d average broadcast_arrays
    broadcast_to ceil choose clip column_stack concatenate conj convolve copy correlate cos
    count_nonzero cumprod cumsum diff dot dstack einsum empty empty_like exp expand_dims expm1
    eye fabs flatnonzero flip fliplr flipud floor full full_like hstack hypot identity imag
    inner isclose isfinite isinf isnan kron linspace log log10 log1p log2 logical_and
    logical_not logical_or logical_xor max maximum mean median meshgrid min minimum moveaxis
    nan_to_num nanmax nanmin nonzero ones ones_like outer pad prod ravel real repeat reshape
    rint roll rollaxis round select sign sin sort split sqrt square squeeze stack std sum
    swapaxes take take_along_axis tanh tensordot tile transpose tril triu trunc unique var vdot
    vstack where zeros zeros_like
""".split()
    )
)
CONSTANTS = set(
    """
    bool_ complex64 complex128 dtype e finfo float16 float32 float64 iinfo inf int8 int16 int32
    int64 intp issubdtype floating integer nan newaxis pi uint8 uint16 uint32 uint64
""".split()
)
METHODS = set(
    """
    T all any argmax argmin argsort astype clip conj copy cumsum diagonal dot dtype fill flatten
    imag itemsize max mean min nbytes ndim nonzero prod ravel real repeat reshape round shape
    size sort squeeze std strides sum swapaxes take trace transpose var
""".split()
)
