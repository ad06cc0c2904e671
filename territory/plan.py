"""A plan: who serves what, what that comes to, and what is proved. Data only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from territory.audit import Audit

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from geo.geography import Geography
    from territory.plan_record import PlanRecord

__all__ = ["Plan"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Territories with everything needed to explain, draw, load and recompute them.

    What one does with a plan (save it, draw it, judge it) stands in the rooms above; the door's
    own plan (`territory.door.Plan`) has all of it as methods.

    Attributes
    ----------
    record : PlanRecord
        The content of ``plan.json``: scenario, hashes, seed, versions, status, objective and its
        terms in USD a year, bound, gap, seconds, totals, measures, violations, conflict.
    alignment : DataFrame
        ``unit_id, territory_id, team``: the geography.
    accounts : DataFrame
        One row an account, columns of the plan folder's ``accounts.csv``.
    territories : DataFrame
        One row a territory, columns of ``territories.csv``.
    adjacency : DataFrame
        ``unit_a, unit_b, border_km, kind``: what contiguity was judged on.
    reps : DataFrame
        ``territory_id, rep_id, name, lon, lat, kind``; kind is ``home`` or ``center`` (located).
    geography : Geography
        The units that were assigned, with polygons.
    audit : Audit
        What was found in the inputs and done about it.
    folder : Path, or None
        The plan folder that it was read from: its scenario's path may be meant from above it.
    """

    record: PlanRecord
    alignment: pd.DataFrame
    accounts: pd.DataFrame
    territories: pd.DataFrame
    adjacency: pd.DataFrame
    reps: pd.DataFrame
    geography: Geography
    audit: Audit = field(default_factory=Audit)
    folder: Path | None = None

    @property
    def status(self) -> str:
        """Solver status: optimal, feasible, infeasible, no_solution or interrupted."""
        return self.record.status

    @property
    def interrupted(self) -> bool:
        """Whether the user broke the search off, within the rules or not."""
        return "interrupted" in (self.record.status, self.record.stop_reason)

    @property
    def team(self) -> str:
        """Name of the team whose territories these are, as every row of the tables has it."""
        known = "team" in self.accounts and len(self.accounts)
        return str(self.accounts["team"].iloc[0]) if known else "core"

    @property
    def measures(self) -> tuple[str, ...]:
        """Names of the balanced measures, in the scenario's order."""
        return tuple(self.record.measures)

    @property
    def apart(self) -> pd.Series:
        """Whether each account is served by another territory than its unit.

        An account that a rule assigns by name (`exception`) often is served by the same.
        """
        owner = self.alignment.set_index("unit_id")["territory_id"]
        own = self.accounts["unit_id"].map(owner)
        return own.notna() & own.ne(self.accounts["territory_id"])
