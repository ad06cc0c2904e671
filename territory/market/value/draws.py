"""Simulated markets: sums of potentials whose errors are partly common, partly an account's own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from territory.arrays import Floats
from territory.wording import NONZERO, Z80

if TYPE_CHECKING:
    from numpy.typing import ArrayLike
    from scipy.sparse import csr_array

__all__ = ["DRAWS", "drawn_sums", "sum_intervals"]

_Part = tuple[float, NDArray[np.intp], int]
"""Weight of a part of an error, which draw of it each account has, and how many draws it has."""

DRAWS = 2_000
"""Simulated markets where nothing else is asked for."""

_BLOCK = 4_000_000
"""Most account × draw pairs that are held in memory at once; which draws come depends on it."""

_MOST = 100_000_000
"""Account × draw pairs beyond which fewer markets are drawn, in layers."""

_LEAST = 100
"""Markets that are drawn in layers at least."""


def drawn_sums(
    accounts: pd.DataFrame,
    groups: ArrayLike,
    names: Sequence[str],
    *,
    draws: int = DRAWS,
    seed: int = 1,
    in_common: tuple[float, float] = (0.3, 0.2),
    region: ArrayLike | None = None,
    measure: str = "potential_usd",
) -> Floats:
    """Return the groups' sums in each simulated market.

    Parameters
    ----------
    accounts : DataFrame, n rows
        ``account_id``, the measure and, where known, its low and high values (its name with
        ``_low`` and ``_high`` before ``_usd``), which hold 80 of 100 accounts.
    groups : (n,) str
        Group of each account; one that `names` does not have is left out.
    names : sequence of str, length k
    draws : int, at least 1
        Of more than 100 million pairs of accounts and markets fewer are drawn, at least 100.
    seed : int
        Same seed, same sums, in whatever order the accounts stand.
    in_common : (float, float), 0 to 1 each and together
        `correlation`, the part of an error's variance that accounts of one region have in common,
        and `common`, the part of all accounts valued in the same way: the share of a payer, a law
        of peers, a price.
    region : (n,) labels, optional
        The part of ``unit_id`` before a colon (county or ZIP) when not given.
    measure : str

    Returns
    -------
    float64 array, shape (at most draws, k)

    Raises
    ------
    ValueError
        `draws` is below 1, or the two parts of the variance are not from 0 to 1 together.

    Notes
    -----
    An account's potential is its median × exp(s z), s from the low end where z < 0 and from the
    high end where z > 0, with z = √common · draw of its basis (``potential_basis``; without the
    column one for all) + √correlation · its region's draw + √(rest) · its own draw, all standard
    normal. O(draws · n), in blocks. Where fewer markets are drawn, what accounts have in common
    comes from as many equally likely layers (McKay, Beckman and Conover 1979,
    doi:10.1080/00401706.1979.10489755): of sums of so many accounts little else is uncertain.
    """
    correlation, common = in_common
    rest = 1.0 - correlation - common
    if draws < 1 or not (0.0 <= correlation <= 1.0 and 0.0 <= common <= 1.0 and rest >= -NONZERO):
        raise ValueError(
            f"draws is {draws}, correlation {correlation:g} and common {common:g}; expected at "
            "least 1 draw, and parts from 0 to 1 that are at most 1 together"
        )
    from scipy.sparse import csr_array

    # Sorted by account, so that the draws do not depend on the order of the rows.
    by_id = np.argsort(accounts["account_id"].to_numpy().astype(str), kind="stable")
    regions = _codes(_regions(accounts) if region is None else np.asarray(region), by_id)
    basis = (
        _codes(accounts["potential_basis"].to_numpy(dtype=object), by_id)
        if "potential_basis" in accounts
        else np.zeros(len(by_id), dtype=np.intp)
    )
    at = pd.Index(names).get_indexer(pd.Index(np.asarray(groups)[by_id].astype(str)))
    kept = at >= 0
    frame, regions, basis, at = accounts.iloc[by_id][kept], regions[kept], basis[kept], at[kept]
    value = np.nan_to_num(frame[measure].to_numpy(dtype=np.float64))
    down, up = _spreads(frame, value, measure)
    n = len(value)
    into = csr_array((np.ones(n), (np.arange(n), at)), shape=(n, len(names)))
    sums = np.empty((draws, len(names)))
    if not (down > 0).any() and not (up > 0).any():
        sums[:] = value @ into
        return sums
    rng = np.random.default_rng(seed)
    parts = (
        (np.sqrt(correlation), regions, int(regions.max(initial=-1)) + 1),
        (np.sqrt(common), basis, int(basis.max(initial=-1)) + 1),
        (np.sqrt(max(rest, 0.0)), np.arange(n), n),
    )
    if draws * n > _MOST:
        return _in_layers(rng, max(_LEAST, _MOST // n), value, (down, up), parts, into)
    step = max(1, _BLOCK // max(n, 1))
    for start in range(0, draws, step):
        block = min(step, draws - start)
        z = np.zeros((block, n))
        for weight, of, many in parts:
            if weight > 0:
                z += weight * rng.standard_normal((block, many))[:, of]
        z *= np.where(z < 0, down, up)
        sums[start : start + block] = (value * np.exp(z)) @ into
    return sums


def _in_layers(
    rng: np.random.Generator,
    draws: int,
    value: Floats,
    spreads: tuple[Floats, Floats],
    parts: tuple[_Part, _Part, _Part],
    into: csr_array,
) -> Floats:
    """Return the groups' sums of a few markets, (draws, k): of each layer of what is common one.

    Four-byte numbers do for an account's own error, which is one of very many.
    """
    down, up = (each.astype(np.float32) for each in spreads)
    common = [(w, of, _layers(rng, draws, many)) for w, of, many in parts[:2] if w > 0]
    own = np.float32(parts[2][0])
    sums = np.empty((draws, into.shape[1]))
    for draw in range(draws):
        z = own * rng.standard_normal(len(value), dtype=np.float32)
        for weight, of, layers in common:
            z += (weight * layers[draw]).astype(np.float32)[of]
        z *= np.where(z < 0, down, up)
        sums[draw] = (value * np.exp(z)) @ into
    return sums


def _layers(rng: np.random.Generator, draws: int, many: int) -> Floats:
    """Return standard normal draws, (draws, many), one of each column from each equal layer."""
    from scipy.special import ndtri

    place = rng.permuted(np.tile(np.arange(draws), (many, 1)), axis=1).T
    return np.asarray(ndtri((place + rng.random((draws, many))) / draws), dtype=np.float64)


def sum_intervals(
    accounts: pd.DataFrame,
    groups: ArrayLike,
    names: Sequence[str],
    *,
    draws: int = DRAWS,
    seed: int = 1,
    correlation: float = 0.3,
    common: float = 0.2,
) -> tuple[Floats, Floats]:
    """Return what 10 and 90 of 100 simulated markets stay below, for each group's sum.

    The sum of the accounts' low ends is no low end of the sum: errors average out as far as they
    are not common. Parameters as in `drawn_sums`; returns two float64 arrays of shape (k,).
    """
    sums = drawn_sums(
        accounts, groups, names, draws=draws, seed=seed, in_common=(correlation, common)
    )
    low, high = np.quantile(sums, [0.1, 0.9], axis=0)
    return np.asarray(low), np.asarray(high)


def _codes(labels: NDArray[np.object_], order: NDArray[np.intp]) -> NDArray[np.intp]:
    at, different = pd.factorize(labels, use_na_sentinel=False)
    number = np.unique(np.asarray(different).astype(str), return_inverse=True)[1]
    return np.asarray(number[at[order]], dtype=np.intp)


def _regions(accounts: pd.DataFrame) -> NDArray[np.object_]:
    if "unit_id" not in accounts:
        return np.full(len(accounts), "", dtype=object)
    units = accounts["unit_id"].astype("str").str.partition(":")[0]
    return units.to_numpy(dtype=object)


def _spreads(frame: pd.DataFrame, value: Floats, measure: str) -> tuple[Floats, Floats]:
    """Return (n,) the standard deviations of the logarithm below and above the median."""
    stem = measure.removesuffix("_usd")
    ends = []
    for end in ("low", "high"):
        name = f"{stem}_{end}_usd"
        given = frame[name].to_numpy(dtype=np.float64) if name in frame else value
        ends.append(np.where(np.isfinite(given), given, value))
    with np.errstate(invalid="ignore", divide="ignore"):
        down = np.log(value / np.minimum(ends[0], value)) / Z80
        up = np.log(np.maximum(ends[1], value) / value) / Z80
    # No interval where there is no potential; one that reaches down to 0 counts as a factor of e³.
    down = np.where(value > 0, np.minimum(down, 3.0), 0.0)
    return down, np.where(value > 0, up, 0.0)
