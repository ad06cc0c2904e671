"""What users hold in their hands: `design`, `read_plan`, and a plan with all one does with it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

# `territory` loads this file: everything heavy is imported where it is used.
from territory import design as composition
from territory.garbage import seldom_searched
from territory.plan import Plan as PlanData

if TYPE_CHECKING:
    import folium
    import pandas as pd
    from geopandas import GeoDataFrame

    from solvers.events import Observer
    from solvers.stop import StopRule
    from territory.inputs.scenario.scenario import Scenario
    from territory.review.checklist import Checklist

__all__ = ["Plan", "design", "opened", "read_plan", "today"]


@dataclass(frozen=True, kw_only=True, repr=False)
class Plan(PlanData):
    """A plan at the door: its tables, and everything that one does with them.

    ``territories`` is a GeoDataFrame of the outlines (EPSG:4326), so that ``.explore()`` and
    ``.plot()`` work; the other tables are DataFrames. Attributes are those of
    `territory.plan.Plan`.
    """

    territories: GeoDataFrame

    def scorecard(self) -> pd.DataFrame:
        """Return one row a territory with loads, deviations and travel, ready to read."""
        from territory.review.scorecard import scorecard

        return scorecard(self)

    def checklist(self) -> Checklist:
        """Answer: is the plan balanced, is it clear, is it aligned, and may it be rolled out."""
        from territory.review.checklist import checklist

        return checklist(self)

    def moves(self) -> pd.DataFrame:
        """Return which units and accounts change territory against today, largest revenue first."""
        from territory.review.moves import moves

        return moves(self)

    def map(self) -> folium.Map:
        """Return the plan as a folium map of its own, to which layers can be added.

        The full page with search, panel and figures is ``map.html`` of a saved plan, or
        `territory.publish.write_map`.
        """
        from territory.publish.maps.map import folium_map

        return folium_map(self)

    @seldom_searched()
    def save(self, folder: str | Path) -> Path:
        """Write the plan folder whole or not at all, and return its path.

        An earlier plan in the same place is replaced only when the new one is complete.

        Raises
        ------
        InputError
            The place is a file, or a folder that is no plan folder.
        """
        from territory.publish.folder import save_plan

        return save_plan(self.data(), folder)

    def data(self) -> PlanData:
        """Return the bare tables, as the rooms hand them to each other."""
        parts = {part.name: getattr(self, part.name) for part in fields(PlanData)}
        return PlanData(**{**parts, "territories": _plain(self.territories)})

    def __repr__(self) -> str:
        """Return the plan in five lines: what it is, status, loads, cost and what moves."""
        from territory.review.outcome import plan_lines

        return "\n".join(plan_lines(self))

    def _repr_html_(self) -> str:
        from territory.review.scorecard import scorecard_html

        return scorecard_html(self)


@seldom_searched()
def design(
    scenario: Scenario,
    *,
    observer: Observer | None = None,
    stop: StopRule | None = None,
    **tables: pd.DataFrame,
) -> Plan:
    """Return the best plan found within the scenario's effort, with what is proved about it.

    Parameters
    ----------
    scenario : Scenario
        From `read_scenario`, changed at will by `Scenario.but`.
    observer : Observer, optional
        Called with an `solvers.Event` at every step forward.
    stop : StopRule, optional
        Asked between pieces of work; a reason ends the search with the best plan so far.
    **tables : DataFrame
        Tables to take instead of the scenario's files: ``accounts=frame``.

    Raises
    ------
    InputError
        The inputs cannot be used; every problem is named.
    TravelError
        A given travel matrix is incomplete.
    InfeasibleError
        Proved: no plan keeps all rules; the message names those that conflict.
    """
    if tables:
        scenario = scenario.but(out=None, **tables)
    return opened(composition.design(scenario, observer=observer, stop=stop))


def today(scenario: Scenario) -> Plan:
    """Return today's alignment as a plan: the same figures, hours, rules and outputs.

    Raises
    ------
    InputError
        The inputs cannot be used, or there is no alignment of today.
    """
    return opened(composition.today(scenario))


def read_plan(folder: str | Path) -> Plan:
    """Read a plan folder back.

    Raises
    ------
    InputError
        No plan there, a file of it missing, or one of a later version.
    """
    from territory.publish.folder import read_plan as read

    return opened(read(folder))


def opened(plan: PlanData) -> Plan:
    """Return a plan as users hold it: with outlines and methods."""
    from territory.publish.gis import territory_layer

    if isinstance(plan, Plan):
        return plan
    parts = {part.name: getattr(plan, part.name) for part in fields(PlanData)}
    return Plan(**{**parts, "territories": territory_layer(plan)})


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(frame.drop(columns="geometry", errors="ignore"))
