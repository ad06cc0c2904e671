"""The frontier as a chart: running cost over revenue in new hands, or over the worst deviation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from territory.currency import short_money
from territory.publish.charts.points import scatter_chart
from territory.publish.charts.sheet import Axis
from territory.wording import percent

if TYPE_CHECKING:
    from markupsafe import Markup

    from territory.sweep.frontier import Frontier

__all__ = ["frontier_chart"]


def frontier_chart(found: Frontier) -> Markup:
    """Draw the plans on the frontier, the knee in red.

    Across is what is moved, or the worst deviation where nothing of today counts; upwards is what
    the plan costs a year to run.
    """
    rows = found.table[found.table["on_frontier"]]
    moved = "disruption" in found.over
    column, words = (
        ("moved_share", "Revenue in new hands") if moved else ("imbalance", "Worst deviation")
    )
    return scatter_chart(
        Axis(values=rows[column].tolist(), label=words, show=lambda value: percent(value, 0)),
        Axis(values=rows["running_usd"].tolist(), label="Running cost a year", show=short_money),
        [
            f"{point} {percent(worst, 0)}"
            for point, worst in zip(rows["point"], rows["imbalance"], strict=True)
        ],
        label=f"running cost of each plan of the frontier over {words.lower()}",
        alarming=rows["knee"].tolist(),
        named=len(rows),
    )
