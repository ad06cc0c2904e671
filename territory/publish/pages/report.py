"""The report for leadership: one self-contained page that says what is proved and what is not."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from territory.currency import code, short_money, speaks
from territory.messages import counted, visible
from territory.publish.maps.outline_map import outline_maps
from territory.publish.pages.beside import Beside
from territory.publish.pages.earnings import earnings
from territory.publish.pages.method import method_of
from territory.publish.pages.next_steps import next_steps
from territory.publish.pages.outside import foremost, outside_lines
from territory.publish.pages.reach import reach_of
from territory.publish.pages.report_charts import (
    balance_charts,
    case_chart,
    company_year,
    cost_chart,
    flow_of,
    forecast_chart,
    forecast_quarters,
    map_pair,
    outlook_chart,
)
from territory.review.checklist import QUESTIONS, Check, checklist
from territory.review.figures import territory_figures
from territory.review.moves import flows, moves, today_imbalance
from territory.review.scorecard import WholeFigures, figures, scorecard
from territory.wording import (
    LIMIT,
    amount,
    beside_band,
    duration,
    measure_label,
    percent,
    plan_title,
    sources_of,
    status_words,
)

if TYPE_CHECKING:
    from territory.plan import Plan
    from territory.plan_record import PlanRecord

__all__ = ["draw_report"]

_TEMPLATE = "report.html.j2"
_MOVES_SHOWN = 12
_FINDINGS_SHOWN = 10
_EVIDENCE_SHOWN = 6
_TONES = {"optimal": "good", "feasible": "good", "interrupted": "careful"}


@speaks
def draw_report(plan: Plan, *, beside: Beside | None = None, go_live: date | None = None) -> str:
    """Return the report as one HTML page without scripts, which needs nothing beside itself.

    Parameters
    ----------
    plan : Plan
    beside : Beside, optional
        Forecast, business case, outlook and timeline, where they have been made.
    go_live : date, optional
        Dates the next steps where no timeline is written.

    Returns
    -------
    str
        HTML; the same plan gives the same text. Everything the user wrote is escaped, control
        characters in it are written out.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("territory.publish", "."),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_readable,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return (
        environment.get_template(_TEMPLATE).render(_content(plan, beside or Beside(), go_live))
        + "\n"
    )


def _readable(value: object) -> object:
    """Write out control characters of the user's text; leave the charts' markup alone."""
    return visible(value) if isinstance(value, str) and not hasattr(value, "__html__") else value


def _content(plan: Plan, beside: Beside, go_live: date | None) -> Mapping[str, object]:
    record, known = plan.record, figures(plan)
    beyond = list(outside_lines(plan))
    words = status_words(record)
    return {
        "title": plan_title(record),
        "currency": code(),
        "description": record.description,
        "synthetic": record.synthetic,
        "tone": "bad" if record.violations else _TONES.get(plan.status, "bad"),
        "headline": words[:1].upper() + words[1:],
        "proof": _proof(record),
        "tiles": list(_tiles(plan, known)),
        "measures": [
            {"label": measure_label(name), "tolerance": percent(options.tolerance, 0)}
            for name, options in plan.record.measures.items()
        ],
        "rows": list(_rows(plan)),
        "reach": reach_of(plan),
        "has_current": known["has_current"],
        "broken": foremost(beyond),
        "checklist": _checklist(plan, [each["why"] for each in beyond if each["why"]]),
        "maps": map_pair(outline_maps(plan)),
        "balance": list(balance_charts(plan)),
        "tie": flow_of(plan) if known["has_current"] else None,
        "earns": earnings(plan, beside),
        "case": case_chart(beside),
        "forecast": forecast_chart(beside),
        "quarters": forecast_quarters(beside),
        "company": company_year(beside),
        "outlook": outlook_chart(beside),
        "resources": _resources(beside),
        "steps": next_steps(beside, go_live),
        "folder": str(record.further.get("folder") or "PLAN"),
        "changes": _changes(plan, known) if known["has_current"] else None,
        "costs": cost_chart(plan),
        "objective": short_money(record.objective),
        "method": list(method_of(plan)),
        "notes": list(record.notes),
        "audit": _audit(plan),
        "making": list(_making(record)),
        "command": (
            f"territory design {record.scenario_path or record.scenario + '.toml'} "
            f"--effort {record.effort} --seed {record.seed}"
        ),
        "hashes": {
            "Scenario and inputs": record.scenario_hash,
            "Input files alone": record.input_hash,
        },
    }


def _resources(beside: Beside) -> list[tuple[str, str, str, str, str]]:
    """Return territory, rep, hours of support, sets and budget, where they have been spread."""
    if beside.resources is None:
        return []
    return [
        (
            visible(str(row["territory_id"])),
            visible(str(row.get("rep_name", ""))),
            f"{float(row['clinical_h']):,.0f}",
            f"{float(row.get('collateral_sets', 0)):,.0f}",
            f"{float(row['budget_usd']):,.0f}",
        )
        for row in beside.resources.to_dict("records")
    ]


def _short(check: Check, told: Sequence[str]) -> list[str]:
    """Return the evidence without what the page has already told: reasons, and what was found."""
    lines = []
    found = set(check.found.replace(",", "").split())
    for line in check.evidence[:_EVIDENCE_SHOWN]:
        short = line
        for why in told:
            short = short.replace(why, "").rstrip(" :;,(-")
        if not set(short.replace(",", "").split()) <= found:
            lines.append(short)
    return lines


_VERDICTS = {
    "yes": "Yes, roll it out: every check that the data allow is passed.",
    "yes, but": "Not as it stands, unless what is marked ✕ below is accepted first.",
    "no": "No, do not roll it out before what is marked ✕ below is settled.",
}


def _checklist(plan: Plan, told: Sequence[str]) -> Mapping[str, object]:
    """Return the verdict and the answers; of a passed check the evidence is left out."""
    judged = checklist(plan)
    tones = {True: "", False: "error", None: "warning"}
    signs = {True: "✓", False: "✕", None: "?"}
    return {
        "words": _VERDICTS[judged.verdict],
        "tone": {"yes": "good", "yes, but": "careful", "no": "bad"}[judged.verdict],
        "answers": [
            {
                "question": QUESTIONS[answer.question],
                "words": answer.words,
                "tone": {True: "good", False: "bad", None: "careful"}[answer.passed],
                "sign": signs[answer.passed],
                "checks": [
                    {
                        "mark": check.mark,
                        "sign": signs[check.passed],
                        "tone": tones[check.passed],
                        "what": check.what,
                        "found": check.found,
                        "evidence": [] if check.passed else _short(check, told),
                    }
                    for check in answer.checks
                ],
            }
            for answer in judged.answers
        ],
    }


def _proof(record: PlanRecord) -> str:
    if record.violations:
        return (
            "The figures below are those of the plan shown. It must not be rolled out before the "
            "broken rules are settled."
        )
    if record.bound is None:
        return "No lower bound on the cost was proved, so a cheaper plan may exist."
    base = f" (for {record.bound_for})" if record.bound_for else ""
    return (
        f"Proved{base}: no plan that keeps these rules can cost less than "
        f"{short_money(record.bound)} a year. This one costs "
        f"{short_money(record.objective)}."
    )


def _tiles(plan: Plan, known: WholeFigures) -> Iterator[Mapping[str, object]]:
    k = known["territories"]
    yield {"value": f"{k:,}", "label": "territories", "more": f"{known['units']:,} units"}
    yield {
        "value": f"{known['accounts']:,}",
        "label": "accounts",
        "more": f"{known['accounts'] / k:,.0f} for each rep",
    }
    for name, options in plan.record.measures.items():
        yield {
            "value": percent(options.imbalance),
            "label": f"worst in {measure_label(name).partition(' (')[0].lower()}",
            "more": f"± {percent(options.tolerance, 0)} allowed",
            "alarming": options.imbalance > options.tolerance + 1e-6,
        }
    yield {
        "value": percent(known["travel_share"], 0),
        "label": "of the work is travel",
        "more": f"{amount('travel_h', known['travel_h'])} h a year",
    }
    routed = plan.record.routed
    if known["routed_outside"] is not None and routed is not None:
        yield {
            "value": f"{known['routed_outside']:,} of {k:,}",
            "label": "outside by routed tours",
            "more": f"worst {percent(routed.worst_deviation)}",
            "alarming": known["routed_outside"] > 0,
        }
    if known["has_current"]:
        yield {
            "value": percent(known["moved_accounts_share"], 0),
            "label": "of accounts change territory",
            "more": f"{percent(known['moved_revenue_share'])} of revenue",
        }


def _rows(plan: Plan) -> Iterator[Mapping[str, object]]:
    full = territory_figures(plan)
    sold = dict(zip(full["territory_id"], full["selling_share"], strict=True))
    allowed = plan.record.measures["workload_h"].tolerance if _is_routed(plan) else 0.0
    for row in scorecard(plan).to_dict("records"):
        breaches = row["outside"].split(", ")
        yield {
            "territory": str(row["territory_id"]),
            "rep": str(row["rep"]),
            "n_accounts": f"{row['n_accounts']:,}",
            "measures": [
                {
                    "value": amount(name, row[name]),
                    "deviation": beside_band(row[f"{name}_deviation"], options.tolerance),
                    "alarming": name in breaches,
                }
                for name, options in plan.record.measures.items()
            ],
            "travel": amount("travel_h", row["travel_h"]),
            "routed": beside_band(row["routed_deviation"], allowed) if _is_routed(plan) else "",
            "off_tours": _is_routed(plan) and abs(row["routed_deviation"]) > allowed + LIMIT,
            "selling": percent(sold[row["territory_id"]], 0),
            "utilised": percent(row["utilisation"], 0) if "utilisation" in row else "",
            "moved": f"{row['n_moved_accounts']:,}",
            "parts": row["n_parts"],
        }


def _is_routed(plan: Plan) -> bool:
    return "routed_deviation" in plan.territories and "workload_h" in plan.record.measures


def _changes(plan: Plan, known: WholeFigures) -> Mapping[str, object]:
    found = moves(plan)
    listed = [
        {
            "what": row["account_id"] or f"unit {row['unit_id']}",
            "name": row["name"],
            "from": row["from"],
            "to": row["to"],
            "n_accounts": row["n_accounts"],
            "revenue": short_money(row["revenue_usd"]),
        }
        for row in found.head(_MOVES_SHOWN).to_dict("records")
    ]
    by_territory = [
        {
            "territory": row["territory_id"],
            "kept": f"{row['n_kept']:,}",
            "gained": f"{row['n_gained']:,}",
            "lost": f"{row['n_lost']:,}",
            "gained_usd": short_money(row["gained_usd"]),
            "lost_usd": short_money(row["lost_usd"]),
        }
        for row in flows(plan).to_dict("records")
    ]
    return {
        "accounts": f"{known['moved_accounts']:,}",
        "accounts_share": percent(known["moved_accounts_share"]),
        "revenue_known": not math.isnan(known["moved_revenue_usd"]),
        "revenue": short_money(known["moved_revenue_usd"]),
        "revenue_share": percent(known["moved_revenue_share"]),
        "balance": [
            {
                "label": measure_label(name).partition(" (")[0],
                "today": percent(worst),
                "plan": percent(known["imbalance"][name]),
            }
            for name, worst in today_imbalance(plan).items()
        ],
        "flows": by_territory,
        "moves": listed,
        "more": len(found) - len(listed),
    }


def _audit(plan: Plan) -> Mapping[str, object]:
    found = plan.audit
    messages = found.messages()
    return {
        "counts": ", ".join(
            (
                counted(len(found.errors), "error"),
                counted(len(found.warnings), "warning"),
                counted(len(found.infos), "note"),
            )
        ),
        "messages": [
            {"severity": each.severity, "fact": each.fact} for each in messages[:_FINDINGS_SHOWN]
        ],
        "more": max(0, len(messages) - _FINDINGS_SHOWN),
    }


def _making(record: PlanRecord) -> Iterator[tuple[str, str]]:
    yield "Effort", record.effort
    yield "Seed", str(record.seed)
    yield "Stopped because", record.stop_reason.replace("_", " ")
    yield "Computing time", f"{duration(record.wall_s)} ({duration(record.cpu_s)} CPU)"
    if sources_of(record):
        yield "Boundaries", sources_of(record)
    for name, version in record.versions.items():
        yield str(name), str(version)
