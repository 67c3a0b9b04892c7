"""Volumes whose answer is known: two made-up scans with exact masks, and one real slice.

Axes are depth (slice), row and column. The slice is Matplotlib's sample data, read where it is
installed; without it a slice of our own scan stands in, and its name says so.
"""

from typing import Any

import numpy as np
from matplotlib import cbook
from numpy.typing import NDArray

Array = NDArray[Any]

SIZE = (40, 48, 48)
# Brightness, centre and radii as parts of half the size, as in L. Shepp and B. Logan, The Fourier
# Reconstruction of a Head Section, 1974, but with a contrast that can be seen; later ones cover.
HEAD = {
    "skull": (1.0, (0, 0, 0), (0.92, 0.92, 0.72)),
    "brain": (0.4, (0, 0, 0), (0.86, 0.86, 0.66)),
    "left ventricle": (0.15, (0.05, -0.1, -0.22), (0.42, 0.36, 0.12)),
    "right ventricle": (0.15, (0.05, -0.1, 0.22), (0.36, 0.3, 0.12)),
    "tumour": (0.65, (0.1, 0.42, 0.15), (0.18, 0.16, 0.2)),
    "small tumour": (0.65, (-0.35, 0.35, -0.25), (0.14, 0.12, 0.12)),
}
RADIUS = 2.5  # voxels, of nodules and vessels alike


def ellipsoid(centre: Array, radii: Array, size: tuple[int, ...] = SIZE) -> Array:
    """Return the mask of an ellipsoid given in parts of half the size, the centre being 0."""
    axes = np.ogrid[tuple(slice(-1 + 1 / n, 1, 2 / n) for n in size)]
    parts = zip(axes, centre, radii, strict=True)
    return sum(((axis - c) / r) ** 2 for axis, c, r in parts) <= 1


def head(noise: float = 0.25, seed: int = 0) -> tuple[Array, dict[str, Array]]:
    """Scan a head of ellipsoids.

    Returns
    -------
    scan : array (40, 48, 48)
    masks : dict of name to array of bool
        What each voxel belongs to; every voxel to one name at most.
    """
    names, owner = list(HEAD), np.full(SIZE, -1)
    for number, (_, centre, radii) in enumerate(HEAD.values()):
        owner[ellipsoid(centre, radii)] = number
    bright = np.array([value for value, *_ in HEAD.values()] + [0])  # the last is for -1, the air
    scan = bright[owner] + np.random.default_rng(seed).normal(0, noise, SIZE)
    return scan, {name: owner == number for number, name in enumerate(names)}


def chest(
    nodules: int = 6, vessels: int = 6, noise: float = 0.3, seed: int = 0
) -> tuple[Array, Array, Array]:
    """Scan a lung with round nodules, and with vessels that run across the slices.

    Returns
    -------
    scan : array (40, 48, 48)
    centres : array (nodules, 3) of int
    vessels : array (vessels, 2) of int
        Row and column of each; in a slice it is the same disc as the middle of a nodule.
    """
    rng = np.random.default_rng(seed)
    spots = rng.permutation([(r, c) for r in range(6, 44, 9) for c in range(6, 44, 9)])
    depths = rng.integers(6, 34, nodules)
    centres = np.column_stack([depths, spots[:nodules]])
    tubes = spots[nodules : nodules + vessels]
    z, y, x = np.ogrid[tuple(map(slice, SIZE))]
    scan = rng.normal(0, noise, SIZE)
    for d, r, c in centres:
        scan += (z - d) ** 2 + (y - r) ** 2 + (x - c) ** 2 <= RADIUS**2
    for r, c in tubes:
        scan += (y - r) ** 2 + (x - c) ** 2 <= RADIUS**2
    return scan, centres, tubes


def round_kernel(axes: int) -> Array:
    """Return a ball, or a disc on one slice, in a shell that makes the sum of the weights 0."""
    distance = np.linalg.norm(np.indices((9,) * axes) - 4, axis=0)
    inside, shell = distance <= RADIUS, (distance > RADIUS + 0.5) & (distance <= 4.5)
    kernel = inside / inside.sum() - shell / shell.sum()
    return kernel.reshape((1,) * (3 - axes) + kernel.shape)


def outer(depth: Array, height: Array, width: Array) -> Array:
    """Return the volume that is the product of one factor for each axis."""
    return np.multiply.outer(np.multiply.outer(depth, height), width)


def overlap(found: Array, truth: Array) -> tuple[float, float]:
    """Return how well two masks agree: Dice, and intersection over union."""
    both = (found & truth).sum()
    return 2 * both / (found.sum() + truth.sum()), both / (found | truth).sum()


def mri_slice() -> tuple[Array, str]:
    """Return one slice of a scan (128, 128), and where it comes from."""
    try:
        with cbook.get_sample_data("s1045.ima.gz") as file:
            voxels = np.frombuffer(file.read(), ">u2").reshape(256, 256).astype(float)
    except OSError:
        scan, _ = head(noise=0.05)
        return np.kron(scan[len(scan) // 2], np.ones((3, 3)))[8:-8, 8:-8], "a made-up scan"
    return voxels.reshape(128, 2, 128, 2).mean(axis=(1, 3)), "a head, Matplotlib's sample data"
