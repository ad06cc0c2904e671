"""A plan: who serves what, what that comes to, and what is proved; saved and read back whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from territory.audit import Audit

if TYPE_CHECKING:
    import pandas as pd

    from geo.geography import Geography

__all__ = ["SCHEMA_VERSION", "Drawing", "Plan"]

SCHEMA_VERSION = 1
"""Version of the plan folder's layout; a reader refuses one it does not know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Territories with everything needed to explain, draw, load and recompute them.

    Attributes
    ----------
    summary : mapping
        The content of ``plan.json``: scenario, hashes, seed, versions, status, objective and its
        terms in USD a year, bound, gap, seconds, totals, measures, violations, conflict.
    alignment : DataFrame
        ``unit_id, territory_id``: the geography.
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
    """

    summary: Mapping[str, Any]
    alignment: pd.DataFrame
    accounts: pd.DataFrame
    territories: pd.DataFrame
    adjacency: pd.DataFrame
    reps: pd.DataFrame
    geography: Geography
    audit: Audit = field(default_factory=Audit)

    @property
    def status(self) -> str:
        """Solver status: optimal, feasible, infeasible, no_solution or interrupted."""
        return str(self.summary["status"])

    @property
    def measures(self) -> tuple[str, ...]:
        """Names of the balanced measures, in the scenario's order."""
        return tuple(self.summary["measures"])

    def scorecard(self) -> pd.DataFrame:
        """Return one row a territory with loads, deviations and travel, ready to read."""
        from territory.review.scorecard import scorecard

        return scorecard(self)

    def map(self) -> Drawing:
        """Return the map as one self-contained HTML page; notebooks show it."""
        from territory.publish.maps.map import draw_map

        return Drawing(html=draw_map(self))

    def save(self, folder: str | Path) -> Path:
        """Write the plan folder whole or not at all, and return its path.

        An earlier plan in the same place is replaced only when the new one is complete.

        Raises
        ------
        InputError
            The place is a file, or a folder that is no plan folder.
        """
        from territory.publish.folder import save_plan

        return save_plan(self, folder)

    def _repr_html_(self) -> str:
        from territory.review.scorecard import scorecard_html

        return scorecard_html(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A self-contained HTML page that notebooks show and anyone can save."""

    html: str

    def save(self, path: str | Path) -> Path:
        """Write the page to a file, replacing it only when whole."""
        from territory.whole import whole_file

        with whole_file(path) as fresh:
            fresh.write_text(self.html, encoding="utf-8")
        return Path(path)

    def _repr_html_(self) -> str:
        from html import escape

        page = escape(self.html, quote=True)
        return f'<iframe srcdoc="{page}" style="width:100%;height:640px;border:0"></iframe>'
