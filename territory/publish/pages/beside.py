"""What other commands have left in a plan's folder, which report and deck show when it is there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Beside", "beside_of"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Beside:
    """Tables of other commands, None where they have not been run.

    Attributes
    ----------
    forecast, business_case : DataFrame or None
        ``forecast.csv`` and ``business_case.csv`` of ``territory forecast``.
    company : DataFrame or None
        ``forecast_company.csv`` of the same: the company's year and quarters.
    outlook : DataFrame or None
        ``outlook_territories.csv`` of ``territory outlook``.
    timeline : DataFrame or None
        ``rollout/timeline.csv`` of ``territory rollout``.
    resources : DataFrame or None
        ``resources.csv`` of ``territory resources``.
    """

    forecast: pd.DataFrame | None = None
    business_case: pd.DataFrame | None = None
    company: pd.DataFrame | None = None
    outlook: pd.DataFrame | None = None
    timeline: pd.DataFrame | None = None
    resources: pd.DataFrame | None = None


def beside_of(folder: Path) -> Beside:
    """Read what lies in a plan's folder beside the plan."""
    return Beside(
        forecast=_table(folder / "forecast.csv", ("territory_id", "expected_usd", "p10_usd")),
        business_case=_table(folder / "business_case.csv", ("item", "expected_usd", "p10_usd")),
        company=_table(folder / "forecast_company.csv", ("period", "expected_usd", "p10_usd")),
        outlook=_table(folder / "outlook_territories.csv", ("territory_id",)),
        timeline=_table(folder / "rollout" / "timeline.csv", ("step", "date", "who", "what")),
        resources=_table(folder / "resources.csv", ("territory_id", "clinical_h", "budget_usd")),
    )


def _table(path: Path, needed: tuple[str, ...]) -> pd.DataFrame | None:
    """Return a table, None where there is none or where it is another program's."""
    import pandas as pd

    from territory.inputs.cells import plain_cell

    if not path.is_file():
        return None
    texts = dict.fromkeys(
        ("territory_id", "rep_id", "rep_name", "period", "item", "step", "date", "who", "what"),
        "str",
    )
    frame = pd.read_csv(path, keep_default_na=False, na_values={}, dtype=texts)
    if frame.empty or not set(needed) <= set(frame.columns):
        return None
    for name in frame.columns:
        if name in texts:
            frame[name] = frame[name].map(plain_cell)
        else:
            frame[name] = pd.to_numeric(frame[name], errors="coerce")
    return frame
