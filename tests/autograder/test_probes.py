"""Probes catch the detour they are made for, spare honest styles, and tell what was read."""

import io
from functools import partial
from itertools import product

import numpy as np
import pytest
from numpy.lib import format as npy

from autograder._box.counted import Ledger, handed_over, handles
from autograder._box.frames import MalformedFrameError
from autograder.answers import answer_of, decode, encode
from autograder.judge import judge, trials
from autograder.probes import counted, exact, impulses, poisoned
from autograder.reading import reading
from autograder.spec import Case, Task

windows_of = np.lib.stride_tricks.sliding_window_view


def spans(x, weight, dilation):
    return [dilation * (k - 1) + 1 for k in weight.shape[2:]]


def definition(x, weight, *, stride=1, padding=0, dilation=1):
    """Convolve (N, C, *size) with (C_out, C, *kernel), one output after the other."""
    x = np.pad(x, [(0, 0), (0, 0), *[(padding, padding)] * (x.ndim - 2)])
    span = spans(x, weight, dilation)
    out = [(n - s) // stride + 1 for n, s in zip(x.shape[2:], span, strict=True)]
    y = np.zeros((len(x), len(weight), *out), np.result_type(x, weight))
    for n, o, *i in np.ndindex(*y.shape):
        window = tuple(
            slice(a * stride, a * stride + s, dilation) for a, s in zip(i, span, strict=True)
        )
        y[(n, o, *i)] = (x[(n, slice(None), *window)] * weight[o]).sum()
    return y


def by_windows(x, weight, *, stride=1, padding=0, dilation=1):
    axes = range(2, x.ndim)
    x = np.pad(x, [(0, 0), (0, 0), *[(padding, padding)] * len(axes)])
    steps = (slice(None, None, stride),) * len(axes), (slice(None, None, dilation),) * len(axes)
    seen = windows_of(x, spans(x, weight, dilation), tuple(axes))
    seen = seen[(slice(None), slice(None), *steps[0], *steps[1])]
    inner = range(x.ndim, 2 * x.ndim - 2)
    return np.moveaxis(np.tensordot(seen, weight, ([1, *inner], [1, *axes])), -1, 1)


def by_taps(x, weight, *, stride=1, padding=0, dilation=1):
    x = np.pad(x, [(0, 0), (0, 0), *[(padding, padding)] * (x.ndim - 2)])
    out = [
        (n - s) // stride + 1 for n, s in zip(x.shape[2:], spans(x, weight, dilation), strict=True)
    ]
    y = 0
    for tap in product(*map(range, weight.shape[2:])):
        begin = [t * dilation for t in tap]
        seen = tuple(
            slice(b, b + stride * (n - 1) + 1, stride) for b, n in zip(begin, out, strict=True)
        )
        met = np.tensordot(
            weight[(slice(None), slice(None), *tap)], x[(slice(None), slice(None), *seen)], (1, 1)
        )
        y = y + met.swapaxes(0, 1)
    return y


def spread(weight, dilation):
    """Fill a kernel up with zeros."""
    full = np.zeros((*weight.shape[:2], *spans(None, weight, dilation)), weight.dtype)
    full[(..., *(slice(None, None, dilation),) * (weight.ndim - 2))] = weight
    return full


def zero_stuffed(x, weight, *, dilation=1, **options):
    return definition(x, spread(weight, dilation), **options)


def by_fft(x, weight, *, stride=1, padding=0, dilation=1):
    axes = tuple(range(2, x.ndim))
    x = np.pad(x, [(0, 0), (0, 0), *[(padding, padding)] * len(axes)])
    full = spread(weight, dilation)
    size = x.shape[2:]
    one, other = np.fft.rfftn(x, size, axes), np.conj(np.fft.rfftn(full, size, axes))
    y = np.fft.irfftn(np.einsum("nc...,oc...->no...", one, other), size, axes)
    kept = tuple(slice(0, n - s + 1, stride) for n, s in zip(size, full.shape[2:], strict=True))
    y = y[(slice(None), slice(None), *kept)]
    return np.rint(y).astype(x.dtype) if x.dtype.kind == "i" else y


def transposed(x, weight, *, stride=1):
    """Scatter (N, C_in, size) with (C_in, C_out, kernel)."""
    y = np.zeros((len(x), weight.shape[1], stride * (x.shape[2] - 1) + weight.shape[2]), x.dtype)
    for i in range(x.shape[2]):
        y[:, :, i * stride : i * stride + weight.shape[2]] += np.einsum(
            "nc,cok->nok", x[:, :, i], weight
        )
    return y


def transposed_by_zeros(x, weight, *, stride=1):
    """Put zeros between the inputs and convolve with the kernel turned round."""
    wide = np.zeros((*x.shape[:2], stride * (x.shape[2] - 1) + 1), x.dtype)
    wide[:, :, ::stride] = x
    turned = weight.swapaxes(0, 1)[:, :, ::-1]
    return definition(wide, turned, padding=weight.shape[2] - 1)


HONEST = [definition, by_windows, by_taps]
ONE, TWO, THREE = (
    impulses("what is read", size, kernel, {"dilation": 2})
    for size, kernel in (
        ((2, 9), (2, 2, 3)),
        ((2, 7, 5), (2, 2, 3, 2)),
        ((1, 4, 4, 4), (2, 1, 2, 2, 2)),
    )
)


def read(case, wrong, right=definition):
    return reading(case, answer_of(wrong, case), answer_of(right, case))


def judged(task, function):
    drawn = trials(task, np.random.default_rng(0))
    return judge(task, [(trial, answer_of(function, trial.case)) for trial in drawn])


def task(*cases, reference=definition, **options):
    return Task("conv", "Convolve", 4, reference, (), lambda _: cases, **options)


# What is read


@pytest.mark.parametrize("style", [*HONEST, by_fft])
@pytest.mark.parametrize("case", [ONE, TWO, THREE])
def test_whoever_reads_rightly_is_right(style, case):
    assert judged(task(case), style).right


@pytest.mark.parametrize(
    ("case", "said"),
    [
        (ONE, "reads inputs [n, 0, 0], [n, 0, 3], [n, 0, 6], [n, 1, 0], [n, 1, 3], [n, 1, 6];"),
        (TWO, "reads inputs [n, 0, 0, 0], [n, 0, 0, 3], [n, 0, 3, 0], [n, 0, 3, 3], "),
        (THREE, "reads inputs [n, 0, 0, 0, 0], [n, 0, 0, 0, 3], [n, 0, 0, 3, 0], "),
    ],
)
def test_a_dilation_that_is_off_is_read_in_any_number_of_axes(case, said):
    def off(x, weight, dilation=1):
        return definition(x, weight, dilation=dilation + 1)

    zeros = ", ".join("0" * (case.args[0].ndim - 1))
    assert f"your output [n, {zeros}] {said}" in read(case, off)


def test_one_signal_is_numbered_plainly():
    def slide(x, w, dilation, step=1):
        out = len(x) - dilation * (len(w) - 1)
        return np.asarray([x[i : i + step * (len(w) - 1) + 1 : step] @ w for i in range(out)])

    case = impulses("what is read", (7,), (3,), {"dilation": 2}, batch=False)
    right = partial(slide, step=2)
    said = read(case, slide, right)
    assert said == "your output 0 reads inputs 0, 1, 2; it should read 0, 2, 4"


def test_a_kernel_that_is_turned_round_is_met_elsewhere():
    said = read(ONE, lambda x, w, dilation: definition(x, w[..., ::-1], dilation=dilation))
    assert said == (
        "your output [n, 0, 0] multiplies input [n, 0, 0] with kernel element [0, 0, 2];"
        " it should be kernel element [0, 0, 0]"
    )
    minus = read(ONE, lambda x, w, dilation: -definition(x, w, dilation=dilation))
    assert "with minus kernel element [0, 0, 0]" in minus
    twice = read(ONE, lambda x, w, dilation: 2 * definition(x, w, dilation=dilation))
    assert "with twice kernel element [0, 0, 0]" in twice


def test_a_transposed_convolution_is_read_too():
    case = impulses("what is read", (2, 4), (2, 3, 3), {"stride": 2})
    assert judged(task(case, reference=transposed), transposed_by_zeros).right
    said = read(case, lambda x, w, stride: transposed(x, w[..., ::-1], stride=stride), transposed)
    assert "multiplies input [n, 0, 0] with kernel element [0, 0, 2]" in said
    late = read(
        case, lambda x, w, stride: np.roll(transposed(x, w, stride=stride), 1, -1), transposed
    )
    assert "your output [n, 0, 0] reads inputs [n, 0, 3], [n, 1, 3]; it should read" in late


def test_no_input_at_all():
    assert read(ONE, lambda *a, **k: 0 * definition(*a, **k)).startswith(
        "your output [n, 0, 0] reads no input; it should read [n, 0, 0], "
    )


def test_an_answer_of_another_size_is_read_as_far_as_both_go():
    said = read(ONE, lambda x, w, dilation: definition(x, w, dilation=1))
    assert "[n, 0, 0], [n, 0, 1], [n, 0, 2], [n, 1, 0], [n, 1, 1], [n, 1, 2]; it should" in said


@pytest.mark.parametrize(
    "wrong",
    [
        lambda *a, **k: definition(*a, **k) ** 2,
        lambda *a, **k: definition(*a, **k) + 1,
        lambda *a, **k: definition(*a, **k) / 6,
        lambda *a, **k: definition(*a, **k) * np.nan,
        lambda *a, **k: definition(*a, **k).astype(np.float32),
        lambda *a, **k: definition(*a, **k) * 1j,
        lambda *a, **k: definition(*a, **k)[0],
        lambda *a, **k: definition(*a, **k)[:1],
        lambda *a, **k: definition(*a, **k)[:1].repeat(len(a[0]), 0),
        lambda *a, **k: np.pad(definition(*a, **k)[:1], [(0, len(a[0]) - 1), (0, 0), (0, 0)]),
        lambda *a, **k: definition(*a, **k).swapaxes(1, 2),
        lambda *a, **k: definition(*a, **k).ravel(),
        lambda *a, **k: np.random.default_rng(0).integers(0, 2**60, definition(*a, **k).shape),
        lambda *a, **k: definition(*a, **k) > 0,
        lambda *a, **k: 3,
        definition,
    ],
)
def test_what_is_not_sure_is_not_said(wrong):
    assert read(ONE, wrong) is None


def test_the_sentence_says_what_is_read_instead_of_the_first_number():
    plain = Case(
        "numbers", (np.arange(18).reshape(1, 2, 9), np.ones((2, 2, 3), int)), {"dilation": 2}
    )
    result = judged(
        task(plain, ONE), lambda x, w, dilation: definition(x, w[..., ::-1], dilation=dilation)
    )
    assert result.score == 2  # a kernel of ones hides it
    assert result.sentence.startswith(
        "1 of 2 cases is right. Your output [n, 0, 0] multiplies input"
    )


def test_too_long_for_one_sample():
    with pytest.raises(
        ValueError, match="30 inputs of 5 bits each do not fit into 40: at most 8 do"
    ):
        impulses("long", (30,), (3,), batch=False)


# Exact integers


def test_exact_integers_forbid_floats():
    case = exact(np.random.default_rng(0), "large", ((2, 2, 9), (2, 2, 3)), {"dilation": 2})
    assert np.abs(answer_of(definition, case)).max() > 2**53
    for style in HONEST:
        assert judged(task(case), style).right
    assert "values are wrong" in judged(task(case), by_fft).sentence

    def in_floats(x, weight, dilation):
        return definition(x.astype(float), weight, dilation=dilation).astype(x.dtype)

    assert "values are wrong" in judged(task(case), in_floats).sentence
    floats = judged(task(case, dtype="any"), lambda *a, **k: definition(*a, **k).astype(float))
    assert "keeps integers only up to 2**53" in floats.sentence


# Poison


@pytest.mark.parametrize("poison", [np.nan, np.inf])
def test_poison_where_nothing_is_needed(poison):
    rng = np.random.default_rng(0)
    given = Case(
        "sparse",
        (rng.normal(size=(2, 2, 11)), rng.normal(size=(2, 2, 3))),
        {"dilation": 2, "stride": 2},
    )
    case = poisoned(definition, given, poison)
    assert not np.isfinite(case.args[0][..., 1::2]).any()
    for style in HONEST:
        assert judged(task(case), style).right
    with np.errstate(invalid="ignore"):
        said = judged(task(case), zero_stuffed).sentence
    assert "an input that no output needs got into the result" in said


def test_poison_needs_a_place():
    full = Case("full", (np.ones((1, 1, 5)), np.ones((1, 1, 2))))
    with pytest.raises(ValueError, match="full: there must be floats that no output reads"):
        poisoned(definition, full)
    with pytest.raises(ValueError, match="must be linear"):
        poisoned(lambda x: x**2, Case("square", (np.arange(3.0),)))


# Counted multiplications


COUNTED = counted(
    definition,
    Case(
        "counted",
        (np.arange(1, 19).reshape(1, 2, 9), np.arange(1, 13).reshape(2, 2, 3)),
        {"dilation": 2, "padding": 1},
    ),
)


def counting(function):
    """Return a function as the box calls it in a counted case."""

    def answer(*args, **kwargs):
        ledger = Ledger()
        hidden = io.BytesIO(ledger.hide(b"".join(map(encode, args)), len(args)))
        given = [handed_over(npy.read_array(hidden), ledger.calculate) for _ in args]
        names = handles(function(*given, **kwargs), ledger.calculate)
        return decode(ledger.show(encode(names)))

    return answer


def test_the_direct_formula_needs_as_many_as_it_reads():
    assert COUNTED.counted == 6
    for style in HONEST:
        assert judged(task(COUNTED), counting(style)).right, style


def test_a_kernel_filled_up_with_zeros_multiplies_more():
    said = judged(task(COUNTED), counting(zero_stuffed)).sentence
    assert "takes 10 multiplications; 6 are enough: is the kernel filled up with zeros?" in said


def test_who_leaves_the_counting_arrays_is_told():
    def invented(x, weight, **options):
        return definition(*COUNTED.args, **options)  # who knew the numbers would not need these

    said = judged(task(COUNTED), counting(invented)).sentence
    assert "were not multiplied in the arrays that were given" in said
    said = judged(task(COUNTED), counting(by_fft)).sentence
    assert "TypeError" in said


def test_a_number_that_counts_and_an_array_meet_element_by_element():
    def scaled(x, weight, **_):
        return weight[0] * x + x[0] - x

    case = Case("scaled", (np.arange(1, 4), np.asarray([5])), counted=9)
    values, counts = counting(scaled)(*case.args)
    assert values.tolist() == [5, 9, 13]
    assert counts.tolist() == [2, 2, 2]  # a minus is a product too


@pytest.mark.parametrize("look", [bool, lambda one: one == 0, lambda one: one < 9, int, hash, len])
def test_numbers_that_count_cannot_be_looked_at(look):
    (one,) = handed_over(np.asarray([Ledger().enter(7)]), None)
    with pytest.raises(TypeError):
        look(one)


@pytest.mark.parametrize(
    "asked",
    [
        ["multiply", 0, 99],
        ["multiply", -1, 0],
        ["multiply", 0],
        ["divide", 0, 0],
        ["enter", 1.5],
        ["enter", 1 << 5000],
        ["enter", [1]],
        [["add"], 0, 0],
        "enter",
        None,
    ],
)
def test_a_ledger_does_nothing_else(asked):
    ledger = Ledger()
    ledger.enter(7)
    with pytest.raises(MalformedFrameError):
        ledger.calculate(asked)


@pytest.mark.parametrize("names", [[9], [-1], [0.5], [[0], [1]], [True, "x"], [1 << 70]])
def test_a_ledger_shows_only_what_it_knows(names):
    ledger = Ledger()
    ledger.enter(7)
    record = io.BytesIO()
    npy.write_array(record, np.asarray(names, dtype=None))
    with pytest.raises(MalformedFrameError):
        ledger.show(record.getvalue())
    with pytest.raises(MalformedFrameError):
        ledger.show(record.getvalue()[:-1])


def test_wrong_values_are_wrong_whatever_they_took():
    flipped = counting(lambda x, w, **options: definition(x, w[..., ::-1], **options))
    assert "values are wrong" in judged(task(COUNTED), flipped).sentence
    assert "without its counts" in judged(task(COUNTED), definition).sentence
