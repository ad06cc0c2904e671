"""How compact a plan's territories are by their outlines, and what `compactness_least` asks."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

import solvers
from geo.compactness import polsby_popper
from geo.coverage.measured import measured
from geo.outlines import outlines
from solvers.problem.compactness import compactness
from territory.errors import InputError
from territory.messages import Message

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from geo.adjacency import Adjacency
    from geo.geography import Geography
    from territory.arrays import Floats, Ints
    from territory.encoding.case import Case
    from territory.inputs.scenario.scenario import Scenario

__all__ = ["asked_shapes", "compactness_of", "least_kept", "shapes_of", "with_compactness"]

GAPS = 0.01
"""Most of all border between units that may run along gaps, where the outline has both sides."""

MARGIN = 1e-6
"""Share by which the solver asks for more, so that what the tables round keeps the rule too."""

DIGITS = 4
"""Decimals of a compactness in the tables."""


def shapes_of(
    scenario: Scenario, geography: Geography, adjacency: Adjacency
) -> solvers.Shapes | None:
    """Return the outlines of the units for `rules.compactness_least`, None without that rule.

    Raises
    ------
    InputError
        The units do not touch: a territory's outline would be that of its units one by one.
    """
    least = scenario.rules.compactness_least
    if least is None:
        return None
    found = measured(geography)
    _refuse_gaps(scenario, geography, adjacency, found.pairs, found.shared_km)
    return solvers.Shapes(
        least=least,
        area_km2=found.area_km2,
        outline_km=found.outline_km,
        pairs=found.pairs,
        shared_km=found.shared_km,
    )


def _refuse_gaps(
    scenario: Scenario, geography: Geography, adjacency: Adjacency, pairs: Ints, km: Floats
) -> None:
    n, ids = len(geography), geography.ids
    known = pairs.min(axis=1).astype(np.int64) * n + pairs.max(axis=1)
    asked = adjacency.a.astype(np.int64) * n + adjacency.b
    lookup = pd.Series(km, index=known).reindex(asked).fillna(0.0).to_numpy(dtype=np.float64)
    apart = np.where(adjacency.bridge, 0.0, np.maximum(adjacency.border_km - lookup, 0.0))
    whole = float(adjacency.border_km.sum())
    if apart.sum() <= GAPS * whole:
        return
    worst = np.argsort(-apart, kind="stable")[:5]
    raise InputError(
        Message(
            f"{scenario.display}: rules.compactness_least is "
            f"{scenario.rules.compactness_least:g}, but {100.0 * apart.sum() / whole:.0f} % of the "
            "border between units runs along gaps: an outline has both sides of a gap, so that no "
            "territory would be compact",
            evidence=tuple(
                f"{ids[adjacency.a[at]]} and {ids[adjacency.b[at]]}: {apart[at]:,.1f} km"
                for at in worst.tolist()
                if apart[at] > 0.0
            ),
            hint="give a layer whose units touch, or take rules.compactness_least out",
        )
    )


def asked_shapes(case: Case) -> solvers.Shapes:
    """Return the rule as the solver takes it: a little stricter than as the tables say it."""
    if case.shapes is None:
        return solvers.Shapes()
    return replace(case.shapes, least=case.shapes.least * (1.0 + MARGIN))


def compactness_of(
    geography: Geography, territory: pd.Series, territory_ids: Sequence[str]
) -> Floats:
    """Return the Polsby-Popper compactness of the territories' outlines, as the tables say it.

    Parameters
    ----------
    geography : Geography
    territory : Series
        Territory of each unit, by the unit's id.
    territory_ids : sequence of str, k of them

    Returns
    -------
    float64, shape (k,), 0 to 1
        With four decimals; NaN for a territory without units.
    """
    labels = territory.loc[list(geography.ids)].to_numpy(dtype=object)
    frame = outlines(geography, labels).frame
    found = pd.Series(polsby_popper(frame.geometry.to_numpy()), index=frame.index)
    by_territory = found.reindex(pd.Index(territory_ids))
    return np.asarray(by_territory.to_numpy(dtype=np.float64).round(DIGITS))


def with_compactness(
    case: Case, territories: pd.DataFrame, geography: Geography, assignment: NDArray[np.int32]
) -> pd.DataFrame:
    """Return the territories with how compact they are and what the rule asks, where there is one.

    Parameters
    ----------
    case : Case
    territories : DataFrame
    geography : Geography
    assignment : int32, shape (items,)
        Territory of each item, units first.
    """
    if case.shapes is None:
        return territories
    ids = case.team["territory_id"].to_numpy()
    owner = pd.Series(ids[assignment[: len(case.unit_ids)]], index=list(case.unit_ids))
    _, limit = compactness(case.shapes, assignment, len(ids))
    return territories.assign(
        compactness=compactness_of(geography, owner, ids.tolist()),
        compactness_limit=limit.round(DIGITS),
    )


def least_kept(problem: solvers.Problem, judged: solvers.Evaluation) -> float | None:
    """Return the rule that a plan keeps which breaks no other; None where it breaks another.

    Rounded down to the tables' decimals.
    """
    broken = judged.violations
    if not broken or any(each.rule != "compactness" for each in broken):
        return None
    share = min(each.value / each.limit for each in broken)
    step = 10.0**DIGITS
    return float(np.floor(problem.shapes.least * share * step) / step)
