"""Fill colours for territories: neighbours differ, and colour-blind readers can tell.

The base palette consists of colours and tints of the Okabe–Ito and Paul Tol palettes. They were
chosen so that *every* pair stays apart by a CIELAB distance of at least `LEAST_DISTANCE`, for
normal vision and for full protanopia, deuteranopia and tritanopia, and so that black labels stay
readable on all of them. Any proper colouring of the neighbour graph is therefore a safe one. They
are light, because they fill large areas and what matters lies on top of them.

References
----------
.. [1] Okabe, M., Ito, K. (2008). Color Universal Design: how to make figures and presentations
   that are friendly to colorblind people.
.. [2] Tol, P. (2021). Colour schemes. SRON technical note SRON/EPS/TN/09-002.
.. [3] Machado, G. M., Oliveira, M. M., Fernandes, L. A. F. (2009). A physiologically-based model
   for simulation of color vision deficiency. IEEE TVCG 15(6). doi:10.1109/TVCG.2009.113
.. [4] Brélaz, D. (1979). New methods to color the vertices of a graph. Communications of the ACM
   22(4). doi:10.1145/359094.359101
"""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["LEAST_DISTANCE", "PALETTE", "colours", "distances", "lab", "simulate"]

PALETTE: tuple[str, ...] = (
    "#F8EBC2",  # cream
    "#56B4E9",  # sky
    "#F8C2C9",  # rose
    "#70AD85",  # green
    "#ADE4FF",  # pale blue
    "#CC85AD",  # mauve
    "#B8B870",  # olive
)
LEAST_DISTANCE = 18.0

# Severity 1.0 of the model, applied to linear RGB.
_DEFICIENCIES: dict[str, tuple[tuple[float, float, float], ...]] = {
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
_RGB_TO_XYZ = (
    (0.4124564, 0.3575761, 0.1804375),
    (0.2126729, 0.7151522, 0.0721750),
    (0.0193339, 0.1191920, 0.9503041),
)
_WHITE_D65 = (0.95047, 1.0, 1.08883)


def colours(k: int, edges: Iterable[tuple[int, int]]) -> list[str]:
    """Return one fill colour for each of k territories so that neighbours never share one.

    Planar maps stay within `PALETTE`. A neighbour graph that needs more colours (many bridges over
    water can make one) gets further colours, each as far as possible from all before it; then
    neighbours still differ, but the distance can fall below `LEAST_DISTANCE`.

    Parameters
    ----------
    k : int
        Number of territories, 0 or more.
    edges : iterable of (int, int)
        Pairs of neighbours, indices in [0, k); order and repetition do not matter, loops are
        ignored.

    Returns
    -------
    list of str
        k colours "#RRGGBB"; the same input gives the same colours.

    Raises
    ------
    ValueError
        When an edge names a territory outside [0, k).

    Notes
    -----
    DSATUR [4]_ with the least used free colour, so that the map looks even; where that runs out of
    colours, smallest-last with the first free one, which needs at most six on a planar map.
    O(k² + e).

    Examples
    --------
    In a row of three, the middle one differs from both ends:

    >>> first, middle, last = colours(3, [(0, 1), (1, 2)])
    >>> middle in (first, last)
    False
    """
    neighbours: list[set[int]] = [set() for _ in range(k)]
    for a, b in edges:
        if not (0 <= a < k and 0 <= b < k):
            raise ValueError(f"edge ({a}, {b}) names a territory outside 0..{k - 1}")
        if a != b:
            neighbours[a].add(b)
            neighbours[b].add(a)
    chosen = _evenly(neighbours)
    if max(chosen, default=0) >= len(PALETTE):
        chosen = _sparingly(neighbours)
    palette = _extended(max(chosen, default=-1) + 1)
    return [palette[index] for index in chosen]


def simulate(linear: NDArray[np.float64], deficiency: str) -> NDArray[np.float64]:
    """Return linear RGB colours as a colour-blind reader sees them.

    Parameters
    ----------
    linear : (n, 3) float64, in [0, 1]
        Linear RGB.
    deficiency : {"protanopia", "deuteranopia", "tritanopia"}
        The missing cone type.

    Returns
    -------
    (n, 3) float64, in [0, 1]
    """
    seen = linear @ np.array(_DEFICIENCIES[deficiency], dtype=np.float64).T
    return np.asarray(np.clip(seen, 0.0, 1.0), dtype=np.float64)


def lab(linear: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return CIELAB (D65) coordinates of linear RGB colours.

    Parameters
    ----------
    linear : (n, 3) float64, in [0, 1]

    Returns
    -------
    (n, 3) float64
        L* in [0, 100], a*, b*.
    """
    ratio = linear @ np.array(_RGB_TO_XYZ).T / np.array(_WHITE_D65)
    knee = (6 / 29) ** 3
    f = np.asarray(np.where(ratio > knee, np.cbrt(ratio), ratio / (3 * (6 / 29) ** 2) + 4 / 29))
    return np.stack(
        [116 * f[:, 1] - 16, 500 * (f[:, 0] - f[:, 1]), 200 * (f[:, 1] - f[:, 2])], axis=1
    )


def distances(palette: Sequence[str]) -> NDArray[np.float64]:
    """Return how far apart colours are for the reader who sees the least difference.

    Parameters
    ----------
    palette : sequence of str, length c
        Colours "#RRGGBB".

    Returns
    -------
    (c, c) float64
        CIELAB distance (ΔE*76), the minimum over normal vision and the three deficiencies.

    Examples
    --------
    Red and green of equal weight are far apart, but not for everybody:

    >>> bool(distances(["#CC0000", "#7A7A00"])[0, 1] < 20)
    True
    """
    return _separation(_linear(palette), _linear(palette))


def _evenly(neighbours: list[set[int]]) -> list[int]:
    """Colour the most constrained territory first, with the least used colour that is free."""
    k = len(neighbours)
    chosen = [-1] * k
    taken: list[set[int]] = [set() for _ in range(k)]
    used = [0] * len(PALETTE)
    waiting = set(range(k))
    while waiting:
        node = max(waiting, key=lambda i: (len(taken[i]), len(neighbours[i]), -i))
        free = [index for index in range(len(used)) if index not in taken[node]]
        if not free:
            free = [len(used)]
            used.append(0)
        index = min(free, key=lambda i: (used[i], i))
        chosen[node] = index
        used[index] += 1
        waiting.remove(node)
        for other in neighbours[node]:
            taken[other].add(index)
    return chosen


def _sparingly(neighbours: list[set[int]]) -> list[int]:
    """Colour smallest-last with the first free colour: at most 6 colours on any planar map."""
    degree = {node: len(others) for node, others in enumerate(neighbours)}
    order: list[int] = []
    while degree:
        node = min(degree, key=lambda i: (degree[i], i))
        order.append(node)
        del degree[node]
        for other in neighbours[node] & degree.keys():
            degree[other] -= 1
    chosen = [-1] * len(neighbours)
    for node in reversed(order):
        taken = {chosen[other] for other in neighbours[node]}
        chosen[node] = min(set(range(len(taken) + 1)) - taken)
    return chosen


def _extended(n_colours: int) -> list[str]:
    """Return at least n_colours colours: the palette, then farthest points of a grid."""
    palette = list(PALETTE)
    if n_colours <= len(palette):
        return palette
    levels = np.arange(16) * 17
    grid = np.stack(np.meshgrid(levels, levels, levels, indexing="ij"), axis=-1).reshape(-1, 3)
    linear = _to_linear(grid / 255.0)
    lightness = lab(linear)[:, 0]
    readable = (lightness >= 45) & (lightness <= 93)
    grid, linear = grid[readable], linear[readable]
    if n_colours - len(palette) > len(grid):
        raise ValueError(f"{n_colours} mutually neighbouring territories cannot be told apart")
    nearest = _separation(linear, _linear(palette)).min(axis=1)
    while len(palette) < n_colours:
        best = int(nearest.argmax())
        palette.append("#{:02X}{:02X}{:02X}".format(*(int(level) for level in grid[best])))
        nearest = np.minimum(nearest, _separation(linear, linear[best : best + 1])[:, 0])
    return palette


def _separation(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    least = np.full((len(a), len(b)), np.inf)
    views = [(a, b)] + [(simulate(a, name), simulate(b, name)) for name in _DEFICIENCIES]
    for left, right in views:
        difference = lab(left)[:, None, :] - lab(right)[None, :, :]
        least = np.minimum(least, np.linalg.norm(difference, axis=2))
    return least


def _linear(palette: Sequence[str]) -> NDArray[np.float64]:
    values = [[int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)] for colour in palette]
    return _to_linear(np.array(values, dtype=np.float64).reshape(-1, 3))


def _to_linear(srgb: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
