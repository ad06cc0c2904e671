"""Contiguity questions on a CSR graph: pieces, cut edges, articulation units, separators."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from solvers.arrays import Bools, Ints, Longs

__all__ = [
    "boundary",
    "components",
    "cut_edges",
    "edges_of",
    "n_parts",
    "owners",
    "parts",
    "pieces_without",
    "separator",
]


def owners(indptr: Longs) -> Ints:
    """Return the row of every CSR entry, shape (indices.size,)."""
    return np.repeat(np.arange(indptr.size - 1, dtype=np.int32), np.diff(indptr))


def edges_of(indptr: Longs, indices: Ints) -> Ints:
    """Return every undirected edge once, lower unit first, shape (e, 2), in ascending order.

    Examples
    --------
    The edges of a path of three units:

    >>> edges_of(np.array([0, 1, 3, 4]), np.array([1, 0, 2, 1], dtype=np.int32)).tolist()
    [[0, 1], [1, 2]]
    """
    owner = owners(indptr)
    once = owner < indices
    return np.column_stack([owner[once], indices[once]])


def _pieces(n: int, a: Ints, b: Ints) -> Ints:
    """Label the connected components of the edges ``(a, b)`` in order of their lowest unit.

    Every label hooks on to the lowest that an edge leads to, then skips to the end of its chain,
    until no edge joins two labels (Shiloach and Vishkin 1982, doi:10.1016/0196-6774(82)90008-6).
    On a map that is as fast as SciPy's search, and nothing has to be loaded for it.
    """
    label = np.arange(n)
    while a.size:
        one, other = label[a], label[b]
        low = np.minimum(one, other)
        np.minimum.at(label, one, low)
        np.minimum.at(label, other, low)
        while not np.array_equal(end := label[label], label):
            label = end
        apart = label[a] != label[b]
        a, b = a[apart], b[apart]
    # Every piece is led by its lowest unit: their ranks are the numbers.
    return (np.cumsum(label == np.arange(n), dtype=np.int32) - np.int32(1))[label]


def components(indptr: Longs, indices: Ints, mask: Bools | None = None) -> Ints:
    """Label the connected components, shape (n,); -1 for units outside the mask.

    Parameters
    ----------
    indptr, indices : CSR adjacency, symmetric, shapes (n + 1,) and (e,)
    mask : bool, shape (n,), optional
        Units to look at; edges to others are ignored. All units where missing.

    Returns
    -------
    int32, shape (n,)
        0, 1, … ascending by each component's lowest unit.

    Examples
    --------
    A path of three units whose middle is left out falls in two:

    >>> path = np.array([0, 1, 3, 4]), np.array([1, 0, 2, 1], dtype=np.int32)
    >>> components(*path, np.array([True, False, True])).tolist()
    [0, -1, 1]
    """
    piece = np.zeros(indptr.size - 1, dtype=np.int32) if mask is None else mask.astype(np.int32) - 1
    return _relabel(parts(indptr, indices, piece), piece >= 0)


def _relabel(piece: Ints, mask: Bools) -> Ints:
    out = np.full(piece.size, -1, dtype=np.int32)
    first, place, inverse = np.unique(piece[mask], return_index=True, return_inverse=True)
    rank = np.empty(first.size, dtype=np.int32)
    rank[np.argsort(place)] = np.arange(first.size, dtype=np.int32)
    out[mask] = rank[inverse]
    return out


def parts(
    indptr: Longs, indices: Ints, assignment: NDArray[np.integer], exempt: Bools | None = None
) -> Ints:
    """Label the pieces that are left when every edge between two territories is cut.

    Parameters
    ----------
    indptr, indices : CSR adjacency, symmetric, shapes (n + 1,) and (e,)
    assignment : int, shape (n,)
    exempt : bool, shape (n,), optional
        Units that carry no connection; each becomes a piece of its own.

    Returns
    -------
    int32, shape (n,)
        Piece of each unit, any numbering. O(n + e).
    """
    owner = owners(indptr)
    kept = (owner < indices) & (assignment[owner] == assignment[indices])
    if exempt is not None and exempt.any():
        kept &= ~(exempt[owner] | exempt[indices])
    return _pieces(indptr.size - 1, owner[kept], indices[kept])


def n_parts(
    indptr: Longs,
    indices: Ints,
    assignment: NDArray[np.integer],
    k: int,
    exempt: Bools | None = None,
) -> Ints:
    """Count the pieces of each territory, shape (k,); 0 where it has no unit that is asked about.

    Units outside 0 to k - 1 belong to no territory.

    Examples
    --------
    A path of three units: the ends belong to territory 0, the middle to territory 1.

    >>> path = np.array([0, 1, 3, 4]), np.array([1, 0, 2, 1], dtype=np.int32)
    >>> n_parts(*path, np.array([0, 1, 0]), 2).tolist()
    [2, 1]
    """
    piece = parts(indptr, indices, assignment, exempt)
    asked = (assignment >= 0) & (assignment < k)
    if exempt is not None:
        asked &= ~exempt
    units = np.flatnonzero(asked)
    of_piece = np.full(int(piece.max(initial=-1)) + 1, -1, dtype=np.int64)
    of_piece[piece[units]] = assignment[units]
    return np.bincount(of_piece[of_piece >= 0], minlength=k).astype(np.int32)


def cut_edges(indptr: Longs, indices: Ints, assignment: NDArray[np.integer]) -> Ints:
    """Return the edges between two territories, lower unit first, shape (c, 2)."""
    edges = edges_of(indptr, indices)
    cut: Ints = edges[assignment[edges[:, 0]] != assignment[edges[:, 1]]]
    return cut


def boundary(indptr: Longs, indices: Ints, assignment: NDArray[np.integer]) -> Bools:
    """Tell which units have a neighbour in another territory, shape (n,)."""
    out = np.zeros(indptr.size - 1, dtype=np.bool_)
    out[cut_edges(indptr, indices, assignment).ravel()] = True
    return out


def pieces_without(
    indptr: Longs, indices: Ints, assignment: NDArray[np.integer], exempt: Bools | None = None
) -> Ints:
    """Return into how many pieces each unit's piece falls without the unit, shape (n,).

    Parameters
    ----------
    indptr, indices : CSR adjacency, symmetric, shapes (n + 1,) and (e,)
    assignment : int, shape (n,)
        Edges between two territories are cut.
    exempt : bool, shape (n,), optional
        Units that carry no connection; each is a piece of its own.

    Returns
    -------
    int32, shape (n,)
        0 for a unit that is a piece by itself; above 1 for articulation units.

    Notes
    -----
    Depth-first search with low points, iterative, O(n + e).

    References
    ----------
    Hopcroft, Tarjan: Algorithm 447, Communications of the ACM 16 (1973),
    https://doi.org/10.1145/362248.362272

    Examples
    --------
    >>> path = np.array([0, 1, 3, 4]), np.array([1, 0, 2, 1], dtype=np.int32)
    >>> pieces_without(*path, np.array([0, 0, 0])).tolist()
    [1, 2, 1]
    """
    owner = owners(indptr)
    kept = assignment[owner] == assignment[indices]
    if exempt is not None:
        kept &= ~(exempt[owner] | exempt[indices])
    neighbours: list[list[int]] = [[] for _ in range(indptr.size - 1)]
    for unit, other in zip(owner[kept].tolist(), indices[kept].tolist(), strict=True):
        neighbours[unit].append(other)
    order = [-1] * len(neighbours)
    left = [0] * len(neighbours)
    count = 0
    for root in range(len(neighbours)):
        if order[root] < 0:
            count = _low_points(root, neighbours, order, left, count)
    return np.array(left, dtype=np.int32)


def _low_points(
    root: int, neighbours: list[list[int]], order: list[int], left: list[int], count: int
) -> int:
    """Search one piece depth first from its root; count what each unit's leaving parts."""
    order[root] = count
    low = {root: count}
    count += 1
    stack = [(root, -1, iter(neighbours[root]))]
    while stack:
        unit, parent, others = stack[-1]
        for other in others:
            if order[other] < 0:
                order[other] = low[other] = count
                left[other] = 1  # the side of its parent
                count += 1
                stack.append((other, unit, iter(neighbours[other])))
                break
            if other != parent:
                low[unit] = min(low[unit], order[other])
        else:
            stack.pop()
            if parent >= 0:
                low[parent] = min(low[parent], low[unit])
                left[parent] += low[unit] >= order[parent]
    return count


def _reach(indptr: Longs, indices: Ints, start: Sequence[int], closed: Bools) -> Bools:
    """Return what is reached from the start without entering closed units."""
    seen = np.zeros(closed.size, dtype=np.bool_)
    stack = [u for u in start if not closed[u]]
    seen[stack] = True
    while stack:
        unit = stack.pop()
        around = indices[indptr[unit] : indptr[unit + 1]]
        fresh = around[~(seen[around] | closed[around])]
        seen[fresh] = True
        stack.extend(fresh.tolist())
    return seen


def separator(
    indptr: Longs,
    indices: Ints,
    piece: NDArray[np.integer],
    root: int,
    allowed: Bools | None = None,
) -> Ints:
    """Return a minimal set of units that parts a piece from a root, the one next to the piece.

    Whoever joins any unit of the connected `piece` to `root` needs one of these units.

    Parameters
    ----------
    indptr, indices : CSR adjacency, symmetric, shapes (n + 1,) and (e,)
    piece : int, shape (p,)
        Connected units, neither containing the root nor next to it.
    root : int
    allowed : bool, shape (n,), optional
        Units that may be used at all; the separator names no other.

    Returns
    -------
    int32, shape (s,), ascending
        Empty where `allowed` alone keeps them apart.

    Notes
    -----
    Of the piece's neighbours, those that touch what the root reaches without them: each has a way
    to both sides, so none can be spared. O(n + e).

    References
    ----------
    Fischetti et al.: Thinning out Steiner trees, Mathematical Programming Computation 9 (2017),
    https://doi.org/10.1007/s12532-016-0111-0
    """
    n = indptr.size - 1
    closed = np.zeros(n, dtype=np.bool_) if allowed is None else ~allowed
    closed[root] = False
    rim = np.zeros(n, dtype=np.bool_)
    for unit in piece.tolist():
        rim[indices[indptr[unit] : indptr[unit + 1]]] = True
    rim[piece] = False
    rim &= ~closed
    seen = _reach(indptr, indices, [root], closed | rim)
    near = [
        u for u in np.flatnonzero(rim).tolist() if seen[indices[indptr[u] : indptr[u + 1]]].any()
    ]
    return np.array(near, dtype=np.int32)
