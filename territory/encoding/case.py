"""A case: everything that is decided before the solver starts, still in the planner's names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory.arrays import Floats

if TYPE_CHECKING:
    import solvers
    from geo.adjacency import Adjacency
    from territory.inputs.scenario.scenario import Scenario

__all__ = ["Case"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Case:
    """Everything that is decided before the solver starts.

    Attributes
    ----------
    scenario : Scenario
    unit_ids : tuple of str
        Units in the geography's order.
    unit_lonlat, unit_xy : float64 array, shape (units, 2)
        A point inside each unit, in degrees and in metres of the geography's system.
    adjacency : Adjacency
    accounts : DataFrame
        Placed, with complete loads (`workload.account_loads`).
    team : DataFrame
        One row a territory (`team.team_of`).
    current : DataFrame
        ``account_id``-aligned column ``territory_id`` of today, "" where none, as a Series.
    unit_current : Series
        Today's territory of each unit, "" where none.
    apart : frozenset of str
        Accounts that are assigned apart from their unit, besides those that rules name.
    handover : float64, shape (accounts,), or None
        Price of handing each account over, USD; by the scenario's shares where None.
    shapes : Shapes, or None
        Outlines of the units and how compact territories must be; None where no rule asks.
    """

    scenario: Scenario
    unit_ids: tuple[str, ...]
    unit_lonlat: Floats
    unit_xy: Floats
    adjacency: Adjacency
    accounts: pd.DataFrame
    team: pd.DataFrame
    current: pd.Series
    unit_current: pd.Series
    apart: frozenset[str] = frozenset()
    handover: Floats | None = None
    shapes: solvers.Shapes | None = None

    @property
    def measures(self) -> tuple[str, ...]:
        """Names of the balanced measures."""
        return tuple(self.scenario.measures)

    @property
    def shares(self) -> Floats:
        """Share of each measure's total that is each territory's goal, shape (k, m)."""
        k = len(self.team)
        capacity = self.team["capacity"].to_numpy(dtype=np.float64)
        equal = np.full(k, 1.0 / k)
        return np.column_stack(
            [
                capacity / capacity.sum() if options.goal == "capacity" else equal
                for options in self.scenario.measures.values()
            ]
        )

    def service(self) -> Floats:
        """Load of each account without travel, shape (accounts, m)."""
        columns = ["service_h" if name == "workload_h" else name for name in self.measures]
        return self.accounts[columns].to_numpy(dtype=np.float64)
