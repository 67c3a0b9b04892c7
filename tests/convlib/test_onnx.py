"""ONNX agrees: every vector of Conv, ConvTranspose and ConvInteger that its package brings along.

Two sets: those of its operator pages, which Python code makes, and layers that PyTorch exported,
which lie in files. Nothing is left out; where an attribute has no counterpart among our options,
the few lines below work out the padding that it stands for.
"""

from importlib import import_module
from itertools import chain
from pathlib import Path

import numpy as np
import onnx
import onnx.backend.test
import pytest
from numpy.testing import assert_allclose

from convlib import conv, conv_transpose

DATA = Path(onnx.backend.test.__file__).parent / "data"
OPERATORS = ("Conv", "ConvTranspose", "ConvInteger")


def of_the_operator_pages():
    """Yield name, node, inputs, expected output."""
    for operator in OPERATORS:
        import_module(f"onnx.backend.test.case.node.{operator.lower()}")
    for case in import_module("onnx.backend.test.case.node")._NodeTestCases:
        (node,) = case.model.graph.node
        if node.op_type in OPERATORS:
            ((inputs, (expected,)),) = case.data_sets
            yield case.name, node, inputs, expected


def of_exported_layers():
    """Yield the same from the files."""
    for path in sorted(DATA.glob("*/*onv*/model.onnx")):
        graph = onnx.load(path).graph
        (node,) = graph.node
        tensors = {t.name: onnx.numpy_helper.to_array(t) for t in graph.initializer}
        (data,) = path.parent.glob("test_data_set_*")
        given = [i.name for i in graph.input if i.name not in tensors]
        tensors |= {name: read(data / f"input_{i}.pb") for i, name in enumerate(given)}
        yield path.parent.name, node, [tensors[n] for n in node.input], read(data / "output_0.pb")


def read(path):
    tensor = onnx.TensorProto()
    tensor.ParseFromString(path.read_bytes())
    return onnx.numpy_helper.to_array(tensor)


VECTORS = list(chain(of_the_operator_pages(), of_exported_layers()))


def compute(node, x, weight, *rest):
    """Call our function as the node says."""
    attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
    attributes.pop("kernel_shape", None)  # the weight has it
    options = {"groups": attributes.pop("group", 1)}
    for theirs, ours in (("strides", "stride"), ("dilations", "dilation")):
        options[ours] = attributes.pop(theirs, [1] * (x.ndim - 2))
    span = [d * (k - 1) + 1 for k, d in zip(weight.shape[2:], options["dilation"], strict=True)]
    if node.op_type == "ConvTranspose":
        options |= cut(attributes, x.shape[2:], span, options["stride"])
        result = conv_transpose(x, weight, *rest, **options)
    else:
        options["padding"] = zeros_around(attributes, x.shape[2:], span, options["stride"])
        if node.op_type == "ConvInteger":
            x, weight = centred(x, weight, *rest)
            rest = ()
        result = conv(x, weight, *rest, **options)
    assert not attributes, "an attribute of the node was not looked at"
    return result


def pairs(pads):
    """Return (before, after) for each axis of what ONNX gives as all before, then all after."""
    return list(zip(pads[: len(pads) // 2], pads[len(pads) // 2 :], strict=True))


def halves(total, auto_pad):
    """Return the zeros before and after: of an odd number, the extra one goes where it says."""
    small, large = total // 2, total - total // 2
    return (large, small) if auto_pad == "SAME_LOWER" else (small, large)


def zeros_around(attributes, size, span, stride):
    """SAME makes ceil(size / stride) positions, for which our "same" has no word at stride 2."""
    auto = attributes.pop("auto_pad", b"NOTSET").decode()
    pads = attributes.pop("pads", [0] * 2 * len(size))
    if not auto.startswith("SAME"):
        return pairs(pads)
    reach = [(-(-n // s) - 1) * s + k for n, k, s in zip(size, span, stride, strict=True)]
    return [halves(max(0, most - n), auto) for n, most in zip(size, reach, strict=True)]


def cut(attributes, size, span, stride):
    """Return padding and output_padding; an output shape decides both, and SAME is one."""
    auto = attributes.pop("auto_pad", b"NOTSET").decode()
    pads = attributes.pop("pads", [0] * 2 * len(size))
    extra = attributes.pop("output_padding", [0] * len(size))
    same = [n * s for n, s in zip(size, stride, strict=True)] if auto.startswith("SAME") else None
    shape = attributes.pop("output_shape", same)
    if shape is None:
        return {"padding": pairs(pads), "output_padding": extra}
    axes = zip(size, span, stride, extra, shape, strict=True)
    total = [(n - 1) * s + k + more - out for n, k, s, more, out in axes]
    missing = [max(0, -zeros) for zeros in total]  # a shape that is too large is padded
    return {
        "padding": [halves(max(0, zeros), auto) for zeros in total],
        "output_padding": [more + lack for more, lack in zip(extra, missing, strict=True)],
    }


def centred(x, weight, x_zero=0, weight_zero=0):
    """Return what 8-bit numbers stand for; each filter may have a zero of its own."""
    weight_zero = np.reshape(weight_zero, (-1, *[1] * (x.ndim - 1))).astype(np.int32)
    return x.astype(np.int32) - x_zero, weight.astype(np.int32) - weight_zero


@pytest.mark.parametrize(
    ("node", "inputs", "expected"), [pytest.param(*rest, id=name) for name, *rest in VECTORS]
)
def test_vector(node, inputs, expected):
    ours = compute(node, *inputs)
    assert ours.dtype == expected.dtype
    assert_allclose(ours, expected, rtol=1e-4, atol=1e-5)


def test_no_vector_is_missing():
    names = [name for name, *_ in VECTORS]
    assert len(names) == len(set(names)) >= 49
    assert {node.op_type for _, node, *_ in VECTORS} == set(OPERATORS)
    attributes = {a.name for _, node, *_ in VECTORS for a in node.attribute}
    assert attributes >= {"auto_pad", "output_shape", "output_padding", "pads", "dilations"}
