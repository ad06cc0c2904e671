"""The scorecard: one row a territory, and the figures of the whole plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from territory.currency import speaks
from territory.wording import amount, measure_label, percent, signed_percent, status_words

if TYPE_CHECKING:
    import pandas as pd

    from territory.plan import Plan

__all__ = ["WholeFigures", "figures", "moved_mask", "outside", "scorecard", "scorecard_html"]

_ROUNDING = 1e-6
"""Relative slack of a band: territories.csv is rounded, the referee is not."""


class WholeFigures(TypedDict):
    """The figures of a whole plan, see `figures`."""

    accounts: int
    units: int
    territories: int
    potential_usd: float
    potential_mean_usd: float | None
    workload_h: float
    travel_h: float
    travel_share: float
    imbalance: dict[str, float]
    outside: int
    routed_outside: int | None
    has_current: bool
    moved_accounts: int
    moved_accounts_share: float | None
    moved_revenue_usd: float
    moved_revenue_share: float | None


@speaks
def scorecard(plan: Plan) -> pd.DataFrame:
    """Return one row a territory with loads, deviations and travel.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    DataFrame
        ``territory_id, rep, n_accounts, n_units``, then for each measure M ``M, M_goal,
        M_deviation`` (fraction: 0.031 is 3.1 % above the goal), then ``travel_h, travel_share``
        (fraction of the workload), where the plan was routed ``routed_travel_h`` (hours of its
        tours) and ``routed_deviation`` (of the workload by tours), ``utilisation`` (fraction of
        the capacity, where one is given), ``n_moved_accounts, n_parts, outside`` (names of the
        measures outside their band).
    """
    import pandas as pd

    source = plan.territories
    columns: dict[str, object] = {
        "territory_id": source["territory_id"],
        "rep": source["rep_name"].where(source["rep_name"].ne(""), source["rep_id"]),
        "n_accounts": source["n_accounts"],
        "n_units": source["n_units"],
    }
    for measure in plan.measures:
        columns |= {
            name: source[name] for name in (measure, f"{measure}_goal", f"{measure}_deviation")
        }
    columns["travel_h"] = source["travel_h"]
    workload = _workload(plan)
    columns["travel_share"] = (source["travel_h"] / workload.where(workload > 0)).fillna(0.0)
    for name in ("routed_travel_h", "routed_deviation"):
        if name in source:
            columns[name] = source[name]
    if "capacity_h" in source:
        columns["utilisation"] = workload / source["capacity_h"].where(source["capacity_h"] > 0)
    columns["n_moved_accounts"] = source["n_moved_accounts"]
    columns["n_parts"] = source["n_parts"]
    columns["outside"] = outside(plan)
    return pd.DataFrame(columns)


def _workload(plan: Plan) -> pd.Series:
    """Hours of each territory, from the accounts where workload is no measure of the plan."""
    if "workload_h" in plan.territories:
        return plan.territories["workload_h"]
    hours = plan.accounts.groupby("territory_id")["workload_h"].sum()
    return plan.territories["territory_id"].map(hours).fillna(0.0)


def outside(plan: Plan) -> pd.Series:
    """Return for each territory the measures outside their band, joined by a comma.

    Returns
    -------
    Series of str
        Aligned with ``plan.territories``; ``""`` for a territory inside every band.
    """
    import pandas as pd

    source = plan.territories
    names = pd.Series("", index=source.index, dtype="str")
    for measure in plan.measures:
        load, goal = source[measure], source[f"{measure}_goal"].abs()
        low = source[f"{measure}_lower"] - _ROUNDING * goal
        high = source[f"{measure}_upper"] + _ROUNDING * goal
        breach = (load < low) | (load > high)
        names = names.where(~breach, names + f", {measure}")
    return names.str.removeprefix(", ")


def moved_mask(accounts: pd.DataFrame) -> pd.Series:
    """Return which accounts have a territory today and get another."""
    current = accounts["current_territory_id"].fillna("")
    return current.ne("") & current.ne(accounts["territory_id"])


def figures(plan: Plan) -> WholeFigures:
    """Return the figures of the whole plan, recomputed from its tables.

    Returns
    -------
    WholeFigures
        ``accounts, units, territories``; ``potential_usd, workload_h, travel_h``;
        ``potential_mean_usd`` (sum of the accounts' means; None where there is no market model);
        ``travel_share`` (fraction of the workload); ``imbalance`` by measure (worst absolute
        deviation); ``outside`` (territories outside a band); ``routed_outside`` (outside the
        workload's band by routed hours; None where nothing was routed); ``has_current`` (whether
        today's alignment is known); ``moved_accounts``, ``moved_accounts_share``,
        ``moved_revenue_usd`` (NaN where no account's revenue is known), ``moved_revenue_share``
        (fractions of what has a territory today; None where that is 0).
    """
    accounts = plan.accounts
    moved = moved_mask(accounts)
    known = accounts["current_territory_id"].fillna("").ne("")
    revenue = accounts["revenue_usd"].fillna(0.0)
    workload, travel = float(accounts["workload_h"].sum()), float(accounts["travel_h"].sum())
    revenue_known = float(revenue[known].sum())
    return {
        "accounts": len(accounts),
        "units": len(plan.alignment),
        "territories": len(plan.territories),
        "potential_usd": float(accounts["potential_usd"].sum()),
        # An account without a mean counts with its potential, as in figures by territory.
        "potential_mean_usd": float(
            accounts["potential_mean_usd"].fillna(accounts["potential_usd"]).sum()
        )
        if "potential_mean_usd" in accounts
        else None,
        "workload_h": workload,
        "travel_h": travel,
        "travel_share": travel / workload if workload > 0 else 0.0,
        "imbalance": {
            measure: float(plan.territories[f"{measure}_deviation"].abs().max())
            for measure in plan.measures
        },
        "outside": int(outside(plan).ne("").sum()),
        "routed_outside": len(plan.record.routed.outside) if plan.record.routed else None,
        "has_current": bool(known.any()),
        "moved_accounts": int(moved.sum()),
        "moved_accounts_share": float(moved.sum() / known.sum()) if known.any() else None,
        "moved_revenue_usd": float(revenue[moved].sum())
        if accounts["revenue_usd"].notna().any()
        else float("nan"),
        "moved_revenue_share": (
            float(revenue[moved].sum()) / revenue_known if revenue_known > 0 else None
        ),
    }


@speaks
def scorecard_html(plan: Plan) -> str:
    """Return the scorecard as an HTML fragment for notebooks; all of the user's text is escaped."""
    from html import escape

    from territory.messages import visible

    def text(value: object) -> str:
        return escape(visible(str(value)), quote=True)

    frame = scorecard(plan)
    head = ["Territory", "Rep", "Accounts"]
    for measure in plan.measures:
        head += [measure_label(measure), "± goal"]
    head += ["Travel (h)", "Travel share", "Moved", "Parts"]
    rows = []
    for row in frame.to_dict("records"):
        flag = row["outside"].split(", ")
        cells = [f"<td>{text(row['territory_id'])}</td>", f"<td>{text(row['rep'])}</td>"]
        cells.append(_number(f"{row['n_accounts']:,}"))
        for measure in plan.measures:
            style = ";color:#b00020;font-weight:600" if measure in flag else ""
            cells.append(_number(amount(measure, row[measure])))
            cells.append(_number(signed_percent(row[f"{measure}_deviation"]), style))
        cells.append(_number(amount("travel_h", row["travel_h"])))
        cells.append(_number(percent(row["travel_share"])))
        cells.append(_number(f"{row['n_moved_accounts']:,}"))
        cells.append(_number(f"{row['n_parts']:,}"))
        rows.append(f"<tr>{''.join(cells)}</tr>")
    header = "".join(f"<th>{text(name)}</th>" for name in head)
    return (
        '<div class="territory-plan">'
        f"<p><b>{text(plan.record.scenario)}</b>: {text(status_words(plan.record))}</p>"
        f"<table><thead><tr>{header}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def _number(text: str, style: str = "") -> str:
    return f'<td style="text-align:right{style}">{text}</td>'
