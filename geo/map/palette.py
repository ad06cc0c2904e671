"""Fill colours for territories: neighbours differ, and a territory keeps its colour.

The palette begins with colours and tints of the Okabe–Ito and Paul Tol palettes, of which *every*
pair stays apart by a CIELAB distance of at least `LEAST_DISTANCE` for normal vision and for full
protanopia, deuteranopia and tritanopia. Behind them stand muted colours, each as far as possible
from all others, at least `LEAST_STEP`; black labels stay readable on all of them. Up to
`len(PALETTE)` territories each have a colour of their own, so neighbours differ in *every* plan.
They are light, because they fill large areas and what matters lies on top of them.

References
----------
.. [1] Okabe, M., Ito, K. (2008). Color Universal Design: how to make figures and presentations
   that are friendly to colorblind people.
.. [2] Tol, P. (2021). Colour schemes. SRON technical note SRON/EPS/TN/09-002.
.. [3] Machado, G. M., Oliveira, M. M., Fernandes, L. A. F. (2009). A physiologically-based model
   for simulation of color vision deficiency. IEEE TVCG 15(6). doi:10.1109/TVCG.2009.113
"""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["LEAST_DISTANCE", "LEAST_STEP", "PALETTE", "colours", "distances", "lab", "simulate"]

PALETTE: tuple[str, ...] = (
    "#F8EBC2",  # cream
    "#56B4E9",  # sky
    "#F8C2C9",  # rose
    "#70AD85",  # green
    "#ADE4FF",  # pale blue
    "#CC85AD",  # mauve
    "#B8B870",  # olive
    # Farthest points of the readable colours with a chroma of at most 55, farthest first.
    *("#96871E", "#5A87E1", "#9678B4", "#D2F087", "#87FFF0", "#87964B", "#A5B4D2", "#C37869"),
    *("#A5E196", "#87A5FF", "#B4A53C", "#2D9696", "#69D296", "#789687", "#D2C35A", "#D2A5B4"),
    "#69D2FF",
)
LEAST_DISTANCE = 18.0
"""Between the first seven, and between neighbours where there is a choice."""

LEAST_STEP = 10.0
"""Between any two colours of the palette."""

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
_TINTS = 10 * len(PALETTE)
_RGB_TO_XYZ = (
    (0.4124564, 0.3575761, 0.1804375),
    (0.2126729, 0.7151522, 0.0721750),
    (0.0193339, 0.1191920, 0.9503041),
)
_WHITE_D65 = (0.95047, 1.0, 1.08883)


def colours(
    ids: Sequence[str],
    edges: Iterable[tuple[str, str]] = (),
    *,
    today: Iterable[tuple[str, str]] = (),
) -> dict[str, str]:
    """Return one fill colour for each territory so that neighbours never share one.

    A colour follows from the ids and from who meets today, not from the plan: two plans of the
    same territories look alike. Only where there are more territories than colours can a plan
    whose neighbours would share a colour give one of the two another.

    Parameters
    ----------
    ids : sequence of str
        Territory ids, in any order.
    edges : iterable of (str, str)
        Neighbours in the plan (or in all plans that are looked at side by side); ids that are not
        in `ids` and loops are ignored.
    today : iterable of (str, str)
        Neighbours today. Territories of today that the plan has given up keep their place in the
        order, so that the others keep their colours.

    Returns
    -------
    dict of str to str
        "#RRGGBB" by id, of the territories of today as well; the same input gives the same colours.

    Notes
    -----
    In the order of the ids each territory takes the least used colour, among those the one that
    is farthest from the colours of its neighbours of today as soon as they are closer than
    `LEAST_DISTANCE`. O(k c + e) for c colours.

    Examples
    --------
    >>> first = colours(["T1", "T2", "T3"], [("T1", "T2")])
    >>> second = colours(["T3", "T2", "T1"], [("T1", "T3")])
    >>> first == second
    True
    """
    now, then = list(edges), list(today)
    members = sorted({*map(str, ids), *(each for edge in then for each in edge)})
    position = {name: at for at, name in enumerate(members)}
    around = _neighbour_sets(position, then)
    near = distances(PALETTE)
    chosen: list[int] = []
    used = np.zeros(len(PALETTE), dtype=np.int64)
    for node in range(len(members)):
        taken = [chosen[other] for other in around[node] if other < node]
        chosen.append(_best(used, near[:, taken].min(axis=1) if taken else None))
        used[chosen[-1]] += 1
    around = [a | b for a, b in zip(around, _neighbour_sets(position, now), strict=True)]
    for node in range(len(members)):  # only where there are more territories than colours
        taken = [chosen[other] for other in sorted(around[node])]
        if chosen[node] in [chosen[other] for other in around[node] if other < node]:
            free = near[: len(PALETTE), [each % len(PALETTE) for each in taken]].min(axis=1)
            best = int(free.argmax())
            if free[best] <= 0:  # a territory with neighbours of every colour gets a tint
                best = next(at for at in range(len(PALETTE), _TINTS) if at not in taken)
            chosen[node] = best
    return {name: _tint(chosen[at]) for name, at in position.items()}


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


def _neighbour_sets(
    position: Mapping[str, int], edges: Iterable[tuple[str, str]]
) -> list[set[int]]:
    around: list[set[int]] = [set() for _ in position]
    for a, b in edges:
        if a != b and a in position and b in position:
            around[position[a]].add(position[b])
            around[position[b]].add(position[a])
    return around


def _tint(index: int) -> str:
    """Return a colour of the palette; indices beyond it are ever lighter tints of its colours."""
    step, at = divmod(index, len(PALETTE))
    share = 1.0 - 1.0 / (1.0 + 0.4 * step)
    levels = (int(PALETTE[at][i : i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{round(level + share * (255 - level)):02X}" for level in levels)


def _best(used: NDArray[np.int64], apart: NDArray[np.float64] | None) -> int:
    """Return the least used colour, far enough from those around it where that is possible."""
    free = np.flatnonzero(used == used.min())
    if apart is None:
        return int(free[0])
    far = free[apart[free] >= LEAST_DISTANCE]
    return int(far[0]) if far.size else int(free[apart[free].argmax()])


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
