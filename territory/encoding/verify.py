"""The plan judged once more, from the very tables that it writes."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, cast

import numpy as np

from territory.arrays import Bools, Floats
from territory.currency import code
from territory.wording import told_apart

if TYPE_CHECKING:
    import pandas as pd

    import solvers
    from territory.encoding.case import Case
    from territory.encoding.encode import Encoding
    from territory.inputs.scenario.scenario import Scenario

__all__ = [
    "Caps",
    "Names",
    "beyond_bands",
    "beyond_caps",
    "in_pieces",
    "judged_again",
    "less_compact",
    "rule_by_rule",
    "rules_in_words",
    "untold",
]


ROUNDING = 5e-4
"""Most that a load may differ from its limit in the tables, which have four decimals."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """What may change hands at most; None where there is no cap (keys of [rules])."""

    max_moved_accounts: int | None
    max_moved_revenue: float | None
    max_moved_workload: float | None


def judged_again(
    scenario: Scenario, accounts: pd.DataFrame, territories: pd.DataFrame
) -> list[dict[str, object]]:
    """Return what the plan's own tables break: bands, pieces, caps on changes; none is right.

    The solver judges arrays, the planner reads tables. A rule that one of them keeps and the other
    does not would be a fault of this program, so a plan is called feasible only where both agree.

    Parameters
    ----------
    scenario : Scenario
    accounts, territories : DataFrame
        As they will be written.

    Returns
    -------
    list of dict
        One entry a rule broken, as in ``plan.json``.
    """
    sums = accounts.groupby("territory_id")[list(scenario.measures)].sum()
    ids = territories["territory_id"]
    told: list[dict[str, object]] = []
    for name, options in scenario.measures.items():
        load = sums[name].reindex(ids).fillna(0.0).to_numpy(dtype=np.float64)
        goal = territories[f"{name}_goal"].to_numpy(dtype=np.float64)
        told += beyond_bands(ids.tolist(), name, load, goal, options.tolerance)
    if scenario.rules.contiguity:
        told += in_pieces(ids.tolist(), territories["n_parts"].tolist())
    if "compactness_limit" in territories:
        columns = (territories[name].tolist() for name in ("compactness", "compactness_limit"))
        told += less_compact(ids.tolist(), *columns)
    today = accounts["current_territory_id"]
    rules = scenario.rules
    caps = Caps(
        max_moved_accounts=rules.max_moved_accounts,
        max_moved_revenue=rules.max_moved_revenue,
        max_moved_workload=rules.max_moved_workload,
    )
    known = (today != "").to_numpy(dtype=bool)
    return told + beyond_caps(
        caps,
        known,
        known & (today != accounts["territory_id"]).to_numpy(dtype=bool),
        accounts["revenue_usd"].to_numpy(dtype=np.float64),
        accounts["service_h"].to_numpy(dtype=np.float64),
    )


def untold(
    told: Sequence[dict[str, object]], known: Sequence[Mapping[str, object]]
) -> list[dict[str, object]]:
    """Return the entries that are not known: a plan cut short is judged by problem and tables."""
    names = ("rule", "territory_id", "measure")
    before = {tuple(each[name] for name in names) for each in known}
    return [each for each in told if tuple(each[name] for name in names) not in before]


def _entry(rule: str, text: str, **more: object) -> dict[str, object]:
    entry = {"rule": rule, "territory_id": "", "measure": "", "value": 0.0, "limit": 0.0}
    return {**entry, "units": [], "text": text, **more}


def beyond_bands(
    ids: Sequence[str], name: str, load: Floats, goal: Floats, tolerance: float
) -> list[dict[str, object]]:
    """Return an entry for each territory whose load of a measure lies outside its band.

    Parameters
    ----------
    ids : sequence of str
    name : str
        Of the measure.
    load, goal : float64, shape (k,)
        In the measure's unit, as the tables say them.
    tolerance : float, 0 to 1
    """
    low, high = goal * (1.0 - tolerance), goal * (1.0 + tolerance)
    out = []
    for t in np.flatnonzero(~((low - ROUNDING <= load) & (load <= high + ROUNDING))).tolist():
        limit = float(high[t] if load[t] > high[t] else low[t])
        side = "at most" if load[t] > high[t] else "at least"
        is_, allowed = told_apart(float(load[t]), limit)
        out.append(
            _entry(
                "balance",
                f"{name} of territory {ids[t]} is {is_}; expected {side} {allowed}",
                territory_id=str(ids[t]),
                measure=name,
                value=round(float(load[t]), 4),
                limit=round(limit, 4),
            )
        )
    return out


def in_pieces(ids: Sequence[str], n_parts: Sequence[int]) -> list[dict[str, object]]:
    """Return an entry for each territory that is not in one piece."""
    return [
        _entry(
            "contiguity",
            f"territory {territory} is in {parts} pieces",
            territory_id=str(territory),
            value=float(parts),
            limit=1.0,
        )
        for territory, parts in zip(ids, n_parts, strict=True)
        if parts != 1
    ]


def less_compact(
    ids: Sequence[str], values: Sequence[float], limits: Sequence[float]
) -> list[dict[str, object]]:
    """Return an entry for each territory less compact than is asked, as the tables round both."""
    return [
        _entry(
            "compactness",
            f"compactness of territory {territory} is {value:.4f}; "
            f"expected at least {limit:.4f} (rules.compactness_least)",
            territory_id=str(territory),
            value=value,
            limit=limit,
        )
        for territory, value, limit in zip(ids, values, limits, strict=True)
        if value < limit
    ]


def beyond_caps(
    caps: Caps, known: Bools, moved: Bools, revenue: Floats, service: Floats
) -> list[dict[str, object]]:
    """Return an entry for each cap on changes that is passed.

    Parameters
    ----------
    caps : Caps
    known, moved : bool, shape (accounts,)
        Whether somebody serves the account today, and whether another will.
    revenue, service : float64, shape (accounts,)
        USD and hours a year; NaN is not known.
    """
    told = []
    n = int(moved.sum())
    most = caps.max_moved_accounts
    if most is not None and n > most:
        told.append(_entry("moves", f"{n:,} accounts change hands; expected at most {most:,}"))
    share = caps.max_moved_revenue
    if share is not None:
        paid = np.maximum(np.nan_to_num(revenue), 0.0)
        limit, value = share * float(paid[known].sum()), float(paid[moved].sum())
        if value > limit + 0.01 * (1 + n):
            told.append(
                _entry(
                    "moves",
                    f"{value:,.0f} {code()} change hands; expected at most {limit:,.0f}",
                )
            )
    share = caps.max_moved_workload
    if share is not None:
        limit, value = share * float(service[known].sum()), float(service[moved].sum())
        if value > limit + 1e-4 * (1 + n):
            told.append(
                _entry(
                    "moves",
                    f"{value:,.0f} h of service change hands; expected at most {limit:,.0f}",
                )
            )
    return told


def rules_in_words(
    case: Case, encoding: Encoding, judged: solvers.Evaluation, territories: pd.DataFrame
) -> list[dict[str, object]]:
    """Return `rule_by_rule` of a case's plan, its territories as they will be written."""
    if not judged.violations:
        return []
    named = case.accounts["account_id"].iloc[encoding.named].tolist()
    rows = territories.to_dict("records")
    return rule_by_rule(case.unit_ids, named, case.measures, judged, rows)


class Names(Protocol):
    """Texts by their number; `desk.prepared.Texts` makes only those that are asked for."""

    def __len__(self) -> int:
        """Return how many there are."""
        ...

    def __getitem__(self, at: int, /) -> str:
        """Return one of them."""
        ...


def rule_by_rule(
    unit_ids: Names,
    account_ids: Names,
    measures: Sequence[str],
    judged: solvers.Evaluation,
    rows: Sequence[Mapping[Hashable, object]],
) -> list[dict[str, object]]:
    """Name each broken rule with the planner's ids, bands as in the plan's own tables.

    Parameters
    ----------
    unit_ids, account_ids : Names
    measures : sequence of str
        In the problem's order: accounts are those that are assigned by name, behind the units.
    judged : Evaluation
    rows : sequence of mapping
        The territories' own: ``territory_id``, and of each measure load, lower and upper.
    """
    out = []
    for each in judged.violations:
        row = rows[each.territory] if each.territory >= 0 else None
        territory = "" if row is None else str(row["territory_id"])
        measure = measures[each.measure] if each.rule == "balance" else ""
        units = [unit_ids[unit] for unit in each.units if unit < len(unit_ids)]
        named = [account_ids[at - len(unit_ids)] for at in each.units if at >= len(unit_ids)]
        value, limit = each.value, each.limit
        text = f"{each.rule}: territory {territory}"
        if measure and row is not None:
            value, low, high = (
                float(cast("float", row[f"{measure}{end}"])) for end in ("", "_lower", "_upper")
            )
            if low <= value <= high:
                continue  # inside the scenario's band, outside the solver's narrower one
            limit = high if value > high else low
            is_, allowed = told_apart(value, limit)
            text = (
                f"{measure} of territory {territory} is {is_}; "
                f"expected {'at most' if value > high else 'at least'} {allowed}"
            )
        elif each.rule == "compactness":
            out += less_compact([territory], [round(value, 4)], [round(limit, 4)])
            continue  # none where the tables' decimals keep it
        elif each.rule == "contiguity" and value == 0.0:
            text = f"territory {territory} has no unit, only accounts that rules give to it"
        else:
            text += f", units {', '.join(units[:5])}" if units else ""
            text += f", accounts {', '.join(named[:5])}" if named else ""
        out.append(
            {
                "rule": each.rule,
                "territory_id": territory,
                "measure": measure,
                "value": round(value, 4),
                "limit": round(limit, 4),
                "units": units,
                "text": text,
            }
        )
    return out
