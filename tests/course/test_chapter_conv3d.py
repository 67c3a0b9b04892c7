"""The chapter on 3D convolution: its code, its clips and scans, and what it claims of them."""

import runpy
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from convlib import conv3d

CHAPTER = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("chapter_text.py"))))
CLIPS, IMAGES, VOLUMES = (
    SimpleNamespace(**runpy.run_path(str(CHAPTER.BOOK / f"_{name}.py")))
    for name in ("clips", "images", "volumes")
)


@pytest.fixture(scope="module")
def told():
    wanted = ("import timeit", "def conv3d_loops", "def slide", "def conv3d_windows")
    return CHAPTER.run("conv3d", *wanted, "def bell", "def heat")


def slide(x, kernel):
    return conv3d(x[None, None], kernel[None, None], padding="same")[0, 0]


# --- The code ---------------------------------------------------------------------------------


def test_the_chapter_computes_what_the_figure_shows(told):
    x, w = CHAPTER.figure("conv3d")
    assert (told["x"].ravel() == x).all()
    assert (told["w"].ravel() == w).all()


def test_the_figure_s_film_moves_right_so_that_its_follower_sees_nothing(told):
    blind = np.zeros((2, 2, 2), int)
    blind[0, 0, 0], blind[1, 0, 1] = -1, 1
    assert not told["slide"](told["x"], blind).any()
    assert told["slide"](told["x"], told["w"]).any()


def test_the_answers_to_what_the_figure_asks_are_right(told):
    ones, kernel = np.ones((4, 4, 4), int), np.ones((2, 2, 2), int)
    assert told["slide"](ones, kernel, stride=2).shape == (2, 2, 2)
    inside = told["slide"](ones, kernel, padding=1) == kernel.size  # no zero of the border
    assert inside.sum() == told["slide"](ones, kernel).size


@pytest.mark.parametrize("name", ["conv3d_loops", "conv3d_windows"])
def test_its_functions_are_the_library_s(told, name):
    rng = np.random.default_rng(0)
    for _ in range(8):
        options = {k: int(rng.integers(low, 3)) for k, low in (("stride", 1), ("padding", 0))}
        volume = rng.integers(-9, 9, rng.integers(5, 8, 3))
        kernel = rng.integers(-9, 9, rng.integers(1, 4, 3))
        expected = conv3d(volume[None, None], kernel[None, None], dilation=2, **options)[0, 0]
        assert np.array_equal(told[name](volume, kernel, dilation=2, **options), expected)


def test_heat_cools_as_its_scheme_says_to_the_last_digits(told):
    n, steps = 9, 20
    wave = np.sin(np.pi * np.arange(1, n + 1) / (n + 1))
    start = VOLUMES.outer(wave, wave, wave)
    factor = 1 - 12 / 8 * np.sin(np.pi / (2 * (n + 1))) ** 2
    assert np.allclose(told["heat"](start, steps), factor**steps * start, rtol=1e-12)


# --- The data ---------------------------------------------------------------------------------


def test_things_move_one_pixel_a_frame_where_the_clip_says():
    clip, rightward, leftward = CLIPS.moving(noise=0)
    assert (np.diff(rightward, axis=1) == [0, 1]).all()
    assert (np.diff(leftward, axis=1) == [0, -1]).all()
    for path in (*rightward, *leftward):
        for frame, (row, column) in zip(clip, path, strict=True):
            near = frame[row - 1 : row + 2, column - 1 : column + 2]
            assert near.argmax() == 4


@pytest.mark.parametrize("seed", range(3))
def test_neighbouring_speeds_are_found_less_and_less_and_reversed_ones_not_at_all(seed):
    clip, rightward, leftward = CLIPS.moving(seed=seed)

    def hits(kernel, paths):
        score = slide(clip, kernel)
        frames = range(2, 14)
        places = [IMAGES.strongest(score[t], len(paths)) for t in frames]
        return sum(IMAGES.found(p, paths[:, t]) for p, t in zip(places, frames, strict=True)) / (
            len(paths) * len(frames)
        )

    one, two, three = (CLIPS.follower(s) - CLIPS.follower(-s) for s in (1, 2, 3))
    assert min(hits(one, rightward), hits(one[::-1], leftward)) > 0.95
    assert hits(one, rightward) > hits(two, rightward) > hits(three, rightward)
    assert hits(two, rightward) > 0.7
    assert hits(one[::-1], rightward) < 0.1


@pytest.mark.parametrize("seed", range(3))
def test_only_in_3d_is_a_nodule_told_from_a_vessel(seed):
    scan, nodules, _ = VOLUMES.chest(seed=seed)
    hits = [
        IMAGES.found(IMAGES.strongest(slide(scan, VOLUMES.round_kernel(a)), 6, 4), nodules)
        for a in (2, 3)
    ]
    assert hits == [0, 6]


def test_the_kernels_for_discs_and_balls_ignore_even_light():
    for axes, shape in (2, (1, 9, 9)), (3, (9, 9, 9)):
        kernel = VOLUMES.round_kernel(axes)
        assert kernel.shape == shape
        assert abs(kernel.sum()) < 1e-12


def test_a_head_s_masks_do_not_overlap_and_have_the_ellipsoids_volumes():
    scan, masks = VOLUMES.head(noise=0)
    assert sum(mask.astype(int) for mask in masks.values()).max() == 1
    for name in ("left ventricle", "tumour"):
        bright, _, radii = VOLUMES.HEAD[name]
        half = np.array(VOLUMES.SIZE) / 2
        assert masks[name].sum() == pytest.approx(4 / 3 * np.pi * np.prod(radii * half), rel=0.05)
        assert (scan[masks[name]] == bright).all()


def test_the_answer_about_the_tumours_is_right(told):
    scan, masks = VOLUMES.head()
    truth = masks["tumour"] | masks["small tumour"]
    brain = np.any([masks[name] for name in masks if name != "skull"], axis=0)
    five = told["bell"](5, 1)
    bright = slide(scan, VOLUMES.outer(five, five, five)) > (0.4 + 0.65) / 2
    inner = slide(brain * 1.0, np.ones((5, 5, 5))) > 124.5
    poor, mended = (VOLUMES.overlap(bright & mask, truth)[0] for mask in (brain, inner))
    assert poor < 0.3
    assert mended == pytest.approx(0.8, abs=0.05)


@pytest.mark.parametrize("seed", range(1, 4))
def test_no_flat_kernel_segments_as_well_as_the_cube(told, seed):
    scan, masks = VOLUMES.head(seed=seed)
    truth = masks["left ventricle"] | masks["right ventricle"]
    brain = np.any([masks[name] for name in masks if name != "skull"], axis=0)
    one, five = np.ones(1), told["bell"](5, 1)
    lines = [told["bell"](k, k / 5) for k in (3, 5, 7, 9, 11)]
    kernels = [VOLUMES.outer(one, line, line) for line in lines]
    *flat, cube = (
        VOLUMES.overlap(brain & (slide(scan, k) < 0.275), truth)[0]
        for k in (*kernels, VOLUMES.outer(five, five, five))
    )
    assert cube > max(flat) + 0.05


def test_overlap_is_dice_and_iou():
    a, b = np.zeros((2, 10), bool)
    a[:6], b[3:9] = True, True
    assert VOLUMES.overlap(a, b) == (6 / 12, 3 / 9)


def test_a_missing_slice_is_replaced_and_said(monkeypatch):
    real, source = VOLUMES.mri_slice()

    def missing(file):
        raise FileNotFoundError(file)

    monkeypatch.setattr(VOLUMES.cbook, "get_sample_data", missing)
    made_up, said = VOLUMES.mri_slice()
    assert "sample data" in source
    assert "made-up" in said
    assert made_up.shape == real.shape == (128, 128)


# --- The page ---------------------------------------------------------------------------------


@pytest.mark.browser
def test_what_the_chapter_says_of_its_code_is_true(book):
    text = CHAPTER.built(book, "conv3d")
    for claim in (
        "the library says the same: True",
        "earlier outputs change without the last frame: False",
        "1x3x3 is 2D, frame by frame: True",
        "3x1x1 is 1D, pixel by pixel: True",
        "in a row they are one 3x3x3: True 12 weights instead of 27",
        "the same numbers: True",
        "2D, the film reversed: same=True, opposite=False",
        "3D, the film reversed: same=False, opposite=True",
    ):
        assert claim in text
    assert CHAPTER.numbers(r"the table was (\d+) times as fast", text)[0] > 20
    forward, backward, weights = CHAPTER.numbers(
        r"&lt;A x, g&gt; (\S+) &lt;x, A\^T g&gt; (\S+) &lt;w, dw&gt; (\S+)", text
    )
    assert forward == pytest.approx(backward) == pytest.approx(weights)


@pytest.mark.browser
def test_what_it_says_the_third_axis_adds_is_true(book):
    text = CHAPTER.built(book, "conv3d")
    few, many, deep = (
        CHAPTER.numbers(rf"{name} named in each frame: precision=(\d+)%, recall=(\d+)%", text)
        for name in ("2D, 4", "2D, 8", "3D, 4")
    )
    assert max(few + many[:1]) < 60 < 95 < min(deep + many[1:])
    flat, solid = (
        CHAPTER.numbers(rf"\({k}\), \d+ weights: (\d+)% of old, (\d+)% of new", text)
        for k in ("1, 9, 9", "3, 5, 5")
    )
    assert flat[0] > 85
    assert flat[1] < 60 < 95 < min(solid)
    order = r": first (\d+) nodules, (\d+) vessels; all nodules after (\d+)"
    assert CHAPTER.numbers(f"slice by slice{order}", text)[:2] == [0, 6]
    assert CHAPTER.numbers(f"slice by slice{order}", text)[2] > 20
    assert CHAPTER.numbers(f"in 3D{order}", text) == [6, 0, 6]
    raw, small, middle, large, cube = (
        CHAPTER.numbers(rf"{k}: Dice ([\d.]+)", text)[0]
        for k in ("1x1x1", "1x5x5", "1x7x7", "1x11x11", "5x5x5")
    )
    assert raw < small < middle > large
    assert cube > middle + 0.05


@pytest.mark.browser
def test_what_it_says_of_heat_is_true(book):
    text = CHAPTER.built(book, "conv3d")
    off = [
        CHAPTER.numbers(rf"3D, {n}\^3 cells, \d+ steps: off by (\S+)%", text)[0]
        for n in (7, 15, 31)
    ]
    assert [off[0] / off[1], off[1] / off[2]] == pytest.approx([4, 4], rel=0.15)
    assert CHAPTER.numbers(r"by slice, 15\^3 cells, \d+ steps: off by (\S+)%", text)[0] > 10
    assert CHAPTER.numbers(r"3D: warmest cell two slices away: (\S+)", text)[0] > 0.05
    assert CHAPTER.numbers(r"by slice: warmest cell two slices away: (\S+)", text) == [0]
    eighth, sixth, fifth = (
        CHAPTER.numbers(rf"rate {r}: after 60 steps, up to (\S+)", text)[0]
        for r in ("1/8", "1/6", "1/5")
    )
    assert max(eighth, sixth) < 1 < 1000 < fifth
