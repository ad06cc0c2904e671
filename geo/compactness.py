"""How compact a shape is: pure measures, each with its formula and its source."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from geo.errors import GeographyError

__all__ = [
    "convex_hull_ratio",
    "moment_of_inertia",
    "polsby_popper",
    "reock",
]


def _shapes(geometries: ArrayLike) -> tuple[NDArray[np.object_], NDArray[np.float64]]:
    """Return the shapes and their areas; refuses shapes without area."""
    shapes = np.atleast_1d(np.asarray(geometries, dtype=object))
    area = np.asarray(shapely.area(shapes), dtype=np.float64)
    flat = np.flatnonzero(~(area > 0.0))
    if flat.size:
        raise GeographyError(
            f"{flat.size:,} of {len(shapes):,} shapes have no area",
            evidence=[f"shape {row}" for row in flat],
        )
    return shapes, area


def polsby_popper(geometries: ArrayLike) -> NDArray[np.float64]:
    """Compare each area with the circle of the same perimeter.

    Parameters
    ----------
    geometries : (n,) polygons in equal-area metres

    Returns
    -------
    (n,) float64 in (0, 1], 1 for a circle

    Notes
    -----
    4 π A / P². Coasts with many vertices lower it: compare plans on the same units only.

    References
    ----------
    Polsby, D. D. and Popper, R. D. (1991) The third criterion: compactness as a procedural
    safeguard against partisan gerrymandering, Yale Law & Policy Review 9(2), 301-353.

    Examples
    --------
    A square scores π / 4:

    >>> polsby_popper([shapely.box(0, 0, 10, 10)]).round(4).tolist()
    [0.7854]
    """
    shapes, area = _shapes(geometries)
    perimeter = np.asarray(shapely.length(shapes), dtype=np.float64)
    return 4.0 * np.pi * area / perimeter**2


def reock(geometries: ArrayLike) -> NDArray[np.float64]:
    """Compare each area with the smallest circle around the shape.

    Parameters
    ----------
    geometries : (n,) polygons in equal-area metres

    Returns
    -------
    (n,) float64 in (0, 1], 1 for a circle

    Notes
    -----
    A / (π R²) with R the radius of the minimum bounding circle. Blind to wiggling borders.

    References
    ----------
    Reock, E. C. (1961) A note: measuring compactness as a requirement of legislative
    apportionment, Midwest Journal of Political Science 5(1), 70-74, doi:10.2307/2109043.
    """
    shapes, area = _shapes(geometries)
    radius = np.asarray(shapely.minimum_bounding_radius(shapes), dtype=np.float64)
    return area / (np.pi * radius**2)


def convex_hull_ratio(geometries: ArrayLike) -> NDArray[np.float64]:
    """Compare each area with its convex hull.

    Parameters
    ----------
    geometries : (n,) polygons in equal-area metres

    Returns
    -------
    (n,) float64 in (0, 1], 1 for a convex shape

    Notes
    -----
    A / A(hull). Blind to elongation: a long rectangle scores 1.

    References
    ----------
    Niemi, R. G., Grofman, B., Carlucci, C. and Hofeller, T. (1990) Measuring compactness and
    the role of a compactness standard in a test for partisan and racial gerrymandering,
    The Journal of Politics 52(4), 1155-1181, doi:10.2307/2131686.
    """
    shapes, area = _shapes(geometries)
    return area / np.asarray(shapely.area(shapely.convex_hull(shapes)), dtype=np.float64)


def moment_of_inertia(xy: ArrayLike, weight: ArrayLike) -> float:
    """Sum the weighted squared distances to the weighted centroid.

    Parameters
    ----------
    xy : (n,2) float64, km or metres
        Points, such as the accounts of one territory.
    weight : (n,) float64, >= 0, with a positive sum

    Returns
    -------
    float, >= 0
        In weight times squared length; the root of it over the total weight is the RMS distance.

    Notes
    -----
    Σ w_i |p_i - c|² with c = Σ w_i p_i / Σ w_i, O(n).

    References
    ----------
    Weaver, J. B. and Hess, S. W. (1963) A procedure for nonpartisan districting: development of
    computer techniques, Yale Law Journal 73(2), 288-308, doi:10.2307/794769.

    Examples
    --------
    Two equal weights, two apart: each is one away from the middle.

    >>> moment_of_inertia([[0.0, 0.0], [2.0, 0.0]], [3.0, 3.0])
    6.0
    """
    points = np.asarray(xy, dtype=np.float64).reshape(-1, 2)
    weights = np.asarray(weight, dtype=np.float64)
    if weights.shape != (len(points),):
        raise GeographyError(f"{len(points):,} points and weights of shape {weights.shape}")
    wrong = np.flatnonzero(~(np.isfinite(weights) & (weights >= 0.0)))
    if wrong.size or not weights.sum() > 0.0:
        raise GeographyError(
            "weights must be 0 or more, with a positive sum",
            evidence=[f"weight {row} is {weights[row]:g}" for row in wrong],
        )
    center = weights @ points / weights.sum()
    return float(weights @ ((points - center) ** 2).sum(axis=1))
