"""What a design came to, in short: one object for machines, a table and a line for people."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from territory.currency import code, money, speaks
from territory.messages import counted, visible
from territory.review.scorecard import figures, scorecard
from territory.wording import amount, beside_band, measure_label, percent, status_words, term_label

if TYPE_CHECKING:
    from territory.plan import Plan

__all__ = [
    "cost_line",
    "outcome",
    "places_of",
    "plan_lines",
    "scorecard_table",
    "summary_rows",
]

_FILES = {
    "plan": "",
    "map": "map.html",
    "report": "report.html",
    "scorecard": "scorecard.xlsx",
}


def outcome(plan: Plan) -> dict[str, object]:
    """Return status, objective, measures, violations and the scorecard for machines.

    Returns
    -------
    dict
        Deviations, imbalances, shares and gaps are fractions; a missing bound is None.
    """
    record, told = plan.record, plan.record.to_dict()
    return {
        "scenario": record.scenario,
        "status": record.status,
        "stop_reason": record.stop_reason,
        "objective_usd": record.objective,
        "terms": dict(record.terms),
        "bound_usd": record.bound,
        "gap": record.gap,
        "imbalance": record.imbalance,
        "measures": told["measures"],
        "violations": told["violations"],
        "conflict": record.conflict,
        "figures": dict(figures(plan)),
        "territories": scorecard(plan).to_dict("records"),
        "effort": record.effort,
        "seed": record.seed,
        "wall_s": record.wall_s,
        "scenario_hash": record.scenario_hash,
    }


def places_of(folder: Path) -> Mapping[str, str]:
    """Return the folder and the files for people that are in it."""
    return {
        label: str(folder / name if name else folder)
        for label, name in _FILES.items()
        if (folder / name).exists()
    }


def cost_line(plan: Plan) -> str:
    """Return the yearly cost and its parts, largest first, and whether travel was routed.

    Tours cost more or less than what was estimated: costs of two plans only compare by the same.

    Returns
    -------
    str
        For instance ``cost $1,234,000 a year, travel as estimated: travel $1,200,000, …``.
    """
    terms = sorted(plan.record.terms.items(), key=lambda term: -term[1])
    parts = [f"{term_label(name).lower()} {money(value)}" for name, value in terms if value]
    how = "travel as estimated" if plan.record.routed is None else "travel by tours"
    total = f"cost {money(plan.record.objective)} a year, {how}"
    return f"{total}: {', '.join(parts)}" if parts else total


@speaks
def plan_lines(plan: Plan) -> list[str]:
    """Return five lines about a plan: what it is, its status, its loads, its cost, what moves."""
    known = figures(plan)
    loads = [
        f"{measure_label(name)} {amount(name, plan.territories[name].sum())} "
        f"(worst {percent(worst)} off its goal)"
        for name, worst in known["imbalance"].items()
    ]
    moved, share = known["moved_accounts"], known["moved_accounts_share"]
    return [
        visible(
            f"Plan {plan.record.scenario}: "
            f"{counted(known['territories'], 'territory', 'territories')}, "
            f"{counted(known['units'], 'unit')}, {counted(known['accounts'], 'account')}"
        ),
        f"  {visible(status_words(plan.record))}",
        f"  {'; '.join(loads)}",
        f"  {cost_line(plan)}",
        f"  {counted(moved, 'account')} of those with a territory today move ({percent(share)})"
        if known["has_current"]
        else "  today's alignment is not known",
    ]


@speaks
def scorecard_table(plan: Plan) -> tuple[list[str], list[list[tuple[str, bool]]]]:
    """Return the scorecard as text: header, and rows of cells with whether each is alarming."""
    header = ["ID", "Rep", "Accounts"]
    for measure in plan.measures:
        header += [measure_label(measure), "to goal"]
    header += ["Travel (h)", "Share"]
    current = figures(plan)["has_current"]
    if current:
        header.append("Moved")
    rows = []
    for row in scorecard(plan).to_dict("records"):
        breaches = row["outside"].split(", ")
        cells = [
            (str(row["territory_id"]), False),
            (str(row["rep"]), False),
            (f"{row['n_accounts']:,}", False),
        ]
        for measure in plan.measures:
            cells.append((amount(measure, row[measure]), False))
            tolerance = plan.record.measures[measure].tolerance
            deviation = beside_band(row[f"{measure}_deviation"], tolerance)
            cells.append((deviation, measure in breaches))
        cells.append((amount("travel_h", row["travel_h"]), False))
        cells.append((percent(row["travel_share"], 0), False))
        if current:
            cells.append((f"{row['n_moved_accounts']:,}", False))
        rows.append(cells)
    if any(parts > 1 for parts in plan.territories["n_parts"]):
        header.append("Parts")
        for cells, parts in zip(rows, plan.territories["n_parts"], strict=True):
            cells.append((f"{parts:,}", bool(parts > 1)))
    return header, rows


def summary_rows(plan: Plan) -> Iterator[tuple[str, str | None]]:
    """Yield the plan's summary as labels and texts; a text of None makes the label a heading."""
    record, known = plan.record, figures(plan)
    yield "About", str(record.description)
    if record.synthetic:
        yield "Data", "synthetic: a made-up company for demonstration"
    yield "Status", status_words(plan.record)
    yield "Figures", None
    yield "Accounts", f"{known['accounts']:,}"
    yield "Units", f"{known['units']:,}"
    yield "Territories", f"{known['territories']:,}, {known['outside']:,} outside a band"
    yield "Workload (h a year)", f"{known['workload_h']:,.0f}"
    yield "of it travel (h a year)", f"{known['travel_h']:,.0f} ({percent(known['travel_share'])})"
    yield f"Potential ({code()} a year)", f"{known['potential_usd']:,.0f}"
    if known["potential_mean_usd"] is not None:
        yield (
            f"Potential to be expected: sum of means, not of medians ({code()} a year)",
            f"{known['potential_mean_usd']:,.0f}",
        )
    if known["has_current"]:
        share, revenue = known["moved_accounts_share"], known["moved_revenue_share"]
        yield "Accounts that change territory", f"{known['moved_accounts']:,} ({percent(share)})"
        usd = known["moved_revenue_usd"]
        yield (
            f"Revenue that changes territory ({code()})",
            "not known" if math.isnan(usd) else f"{usd:,.0f} ({percent(revenue)})",
        )
    yield "Balance", None
    for name, options in record.measures.items():
        yield (
            measure_label(name),
            f"worst deviation {percent(options.imbalance)}, allowed ± {percent(options.tolerance)}",
        )
    if record.routed is not None:
        worst = percent(record.routed.worst_deviation)
        beyond = ", ".join(record.routed.outside)
        yield (
            "Workload by routed hours",
            f"worst deviation {worst}, outside the band: {beyond or 'none'}",
        )
    else:
        yield "Workload by routed hours", "not routed at this effort"
    for each in record.violations:
        yield "Broken rule", str(each.text)
    yield f"Cost ({code()} a year)", None
    for name, value in record.terms.items():
        yield term_label(name), f"{value:,.0f}"
    yield "Together", f"{record.objective:,.0f}"
    bound = record.bound
    yield "Proven bound", "none" if bound is None else f"{bound:,.0f}"
    if not record.violations:  # a plan that breaks rules may cost less than any that does not
        yield "Gap to the bound", percent(record.gap)
    yield "How it was made", None
    yield "Effort, seed", f"{record.effort}, {record.seed}"
    yield "Stopped because", str(record.stop_reason).replace("_", " ")
    yield "Scenario and inputs (SHA-256)", str(record.scenario_hash)
    versions = record.versions.items()
    yield "Versions", ", ".join(f"{name} {version}" for name, version in versions)
    for note in record.notes:
        yield "Note", str(note)
