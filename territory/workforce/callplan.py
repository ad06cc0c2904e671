"""What each account takes in a year: calls, cases, training, by type and tier, and the way to it.

The call plan turns a type and a tier into hours. Travel is no part of it: it depends on who serves
the account (`workload.travel_hours`), and on how often somebody drives there: ``n_calls``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from territory.arrays import Floats
from territory.audit import Audit, Finding
from territory.inputs.findings.rows import Rows
from territory.inputs.type_names import type_name
from territory.market.findings import about_rows, about_table, numbers_of
from territory.messages import counted
from territory.workforce.callplan_table import FIGURES, call_table

if TYPE_CHECKING:
    from territory.inputs.scenario.scenario import Scenario

__all__ = ["CALL_PLAN_COLUMNS", "PARTS", "with_call_plan"]


PARTS = ("calls_h", "admin_h", "cases_h", "training_h", "credentialing_h")
"""Hours a year that sum to ``service_h``."""

CALL_PLAN_COLUMNS = ("n_calls", "planned_calls", "case_visits", "service_h", *PARTS)
"""What `with_call_plan` adds or replaces."""

QUARTERS = 4.0
MARKET_ROW = "market"
"""Type of the accounts that stand for rows of the units table: their work is given."""


def with_call_plan(
    scenario: Scenario, accounts: pd.DataFrame, *, rows: Rows | None = None
) -> tuple[pd.DataFrame, Audit]:
    """Return the accounts with their calls and service hours a year, and the parts of both.

    Rows of the units table (type ``market``) keep what they came with, and so does every account
    with both ``n_calls`` and ``service_h`` where ``callplan.given`` is ``keep``: all their hours
    are calls; an account that came with one of them keeps it, and has the other from the table. A
    column of an account that is named like one of the table (``calls_q``,
    ``visit_min``, …) goes before the table.

    Parameters
    ----------
    scenario : Scenario
        Without a section ``callplan`` the accounts come back as they are.
    accounts : DataFrame, n rows
        With ``account_id, type, tier`` and the column of procedures.
    rows : Rows, optional
        File and line of each account, for findings.

    Returns
    -------
    DataFrame
        A copy with `CALL_PLAN_COLUMNS`: ``planned_calls`` (sales calls a year), ``case_visits``
        (visits a year to attend cases), ``n_calls`` (their sum: how often somebody drives there),
        ``service_h`` and its parts (hours a year).
    Audit
        Errors for types and tiers that the table does not know (after ``callplan.types`` and
        ``callplan.tiers``) and for values of no use; what was replaced, and procedures that were
        taken from peers.

    Notes
    -----
    ::

        planned_calls = 4 · calls_q
        calls_h       = planned_calls · visit_min / 60
        admin_h       = planned_calls · admin_min / 60
        cases         = procedures · coverage
        cases_h       = cases · case_h
        case_visits   = cases / cases_per_visit

    Vectorised: O(n).
    """
    plan = scenario.callplan
    if plan is None:
        return accounts.copy(), Audit()
    table = call_table(scenario)
    planned = (accounts["type"] != MARKET_ROW).to_numpy(dtype=bool)
    has_both = accounts["n_calls"].notna() & accounts["service_h"].notna()
    if plan.given == "keep":
        planned = planned & ~has_both.to_numpy(dtype=bool)
    served = {type_name(name): row for name, row in plan.types.items()}
    kinds = accounts["type"].map(
        {k: served.get(type_name(k), k) for k in accounts["type"].unique()}
    )
    tiers = accounts["tier"].replace(dict(plan.tiers))
    figures, lacking = table.figures(kinds.where(planned, ""), tiers.where(planned, ""))
    findings: list[Finding] = []
    findings += _own_figures(scenario, accounts, figures, planned, rows)
    for mask, why in lacking:
        without = mask & planned & np.isnan(figures).any(axis=1)
        findings += about_rows(
            scenario, accounts, without, severity="error", kind="no_call_plan",
            column="tier" if "tier" in why else "type", what=why, rows=rows,
            repair='[callplan] types = {"this type" = "hospital"} and tiers = {"Gold" = "A"} say '
            "which row serves it",
        )  # fmt: skip
    procedures, noted = _procedures(scenario, accounts, figures, planned, rows, (kinds, tiers))
    findings += noted
    if any(finding.severity == "error" for finding in findings):
        return accounts.copy(), Audit(findings)
    out = accounts.copy()
    calls_q, visit, admin, coverage, case_h, per_visit, training, credentialing = figures.T
    given_h = accounts["service_h"].to_numpy(dtype=np.float64)
    given_calls = accounts["n_calls"].to_numpy(dtype=np.float64)
    keep = plan.given == "keep"
    own_calls = planned & keep & np.isfinite(given_calls)
    own_hours = planned & keep & np.isfinite(given_h)
    calls = np.where(own_calls, given_calls, QUARTERS * calls_q)
    cases = procedures * coverage
    nothing = np.zeros(len(out))

    def hours(planned_h: Floats, given: Floats = nothing) -> tuple[Floats, Floats]:
        return np.where(own_hours, given, planned_h), given

    values: dict[str, tuple[Floats, Floats]] = {
        "planned_calls": (calls, given_calls),
        "case_visits": (np.where(own_calls, 0.0, cases / per_visit), nothing),
        "calls_h": hours(calls * visit / 60.0, given_h),
        "admin_h": hours(calls * admin / 60.0),
        "cases_h": hours(cases * case_h),
        "training_h": hours(training),
        "credentialing_h": hours(credentialing),
    }
    for name, (new, given) in values.items():
        out[name] = np.where(planned, np.round(new, 4), given)
    # Sums of what is written, so that a reader can recompute them.
    out["n_calls"] = np.where(
        planned, (out["planned_calls"] + out["case_visits"]).round(4), given_calls
    )
    total = sum((out[name].to_numpy(dtype=np.float64) for name in PARTS), np.zeros(len(out)))
    out["service_h"] = np.where(planned, total.round(4), given_h)
    findings += _what_was_done(scenario, planned, has_both.to_numpy(dtype=bool), table.file)
    for mask, kept, made in (
        (own_calls, "n_calls", "hours"), (own_hours, "service_h", "calls"),
    ):  # fmt: skip
        if mask.any():
            what = f"{counted(int(mask.sum()), 'account')} kept the {kept} given; the {made} "
            what += "come from the call plan"
            findings.append(about_table(scenario, kind="kept", column=kept, what=what))
    return out, Audit(findings)


def _own_figures(
    scenario: Scenario,
    accounts: pd.DataFrame,
    figures: Floats,
    planned: NDArray[np.bool_],
    rows: Rows | None,
) -> list[Finding]:
    """Write the accounts' own figures over the table's; say which cannot be used."""
    findings: list[Finding] = []
    for at, name in enumerate(FIGURES):
        if name not in accounts:
            continue
        own = numbers_of(accounts, name)
        text = accounts[name].astype("str").str.strip()
        written = planned & (text != "").to_numpy() & accounts[name].notna().to_numpy()
        findings += about_rows(
            scenario, accounts, written & ~np.isfinite(own), severity="error",
            kind="not_a_number", column=name, what="is no number", rows=rows,
        )  # fmt: skip
        most = 1.0 if name == "coverage" else np.inf
        bad = (own < 0) | (own > most) | ((own == 0) & (name == "cases_per_visit"))
        wanted = "0 to 1" if name == "coverage" else "0 or more"
        findings += about_rows(
            scenario, accounts, written & bad, severity="error", kind="out_of_range",
            column=name, what=f"is out of range; expected {wanted}", rows=rows,
        )  # fmt: skip
        usable = written & np.isfinite(own) & ~bad
        figures[usable, at] = own[usable]
        if usable.any():
            findings.append(
                about_table(
                    scenario, kind="own_call_plan", column=name,
                    what=f"{counted(int(usable.sum()), 'account')} with a {name} of "
                    f"{'its' if usable.sum() == 1 else 'their'} own",
                )
            )  # fmt: skip
    # An account with calls and minutes of its own needs no row; what else it lacks is nothing.
    enough = planned & ~np.isnan(figures[:, :2]).any(axis=1)
    rest = np.array([0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0])
    figures[enough] = np.where(np.isnan(figures[enough]), rest, figures[enough])
    return findings


def _procedures(
    scenario: Scenario,
    accounts: pd.DataFrame,
    figures: Floats,
    planned: NDArray[np.bool_],
    rows: Rows | None,
    served: tuple[pd.Series[str], pd.Series[str]],
) -> tuple[Floats, list[Finding]]:
    """Return (n,) procedures a year; a missing one is the median of its type and tier.

    ``served``: (n,) type and (n,) tier of the row of the call plan that serves each account.
    """
    assert scenario.callplan is not None
    column = scenario.callplan.procedures
    needed = planned & (np.nan_to_num(figures[:, 3] * figures[:, 4]) > 0)
    if not needed.any():
        return np.zeros(len(accounts)), []
    if column not in accounts:
        return np.zeros(len(accounts)), [
            about_table(
                scenario, kind="missing_column", severity="error", column=column,
                what=f'has no column "{column}", which callplan.procedures of '
                f"{scenario.display} names and case coverage needs",
                repair=f"add the column, or attend no cases: {_without_cases(served, needed)}",
            )
        ]  # fmt: skip
    value = _volumes(scenario, accounts, column)
    findings = about_rows(
        scenario, accounts, needed & (value < 0), severity="error", kind="out_of_range",
        column=column, what="is negative; expected 0 or more", rows=rows,
    )  # fmt: skip
    missing = needed & ~np.isfinite(value)
    if missing.any():
        known = pd.Series(np.where(np.isfinite(value), value, np.nan), index=accounts.index)
        peers = known.groupby([accounts["type"], accounts["tier"]]).transform("median")
        peers = peers.fillna(known.groupby(accounts["type"]).transform("median"))
        peers = peers.fillna(known.median())
        value = np.where(missing, peers.to_numpy(dtype=np.float64), value)
        findings.append(
            about_table(
                scenario, kind="estimated", column=column,
                what=f"{counted(int(missing.sum()), 'account')} without {column}: its case "
                "coverage is reckoned with the median of its type and tier",
            )
        )  # fmt: skip
        if not np.isfinite(value[missing]).all():
            findings.append(
                about_table(
                    scenario, kind="no_volume", severity="error", column=column,
                    what=f"no account has a value in {column}, and case coverage needs it",
                    repair=f"fill the column, or attend no cases: "
                    f"{_without_cases(served, needed)}",
                )
            )  # fmt: skip
    return np.nan_to_num(value), findings


def _without_cases(served: tuple[pd.Series[str], pd.Series[str]], needed: NDArray[np.bool_]) -> str:
    """Return the key that takes case coverage off the rows that some accounts are served by."""
    kinds, tiers = served
    pairs = sorted(set(zip(kinds[needed], tiers[needed], strict=True)))
    rows = ", ".join(f'{{type = "{a}", tier = "{b}", coverage = 0}}' for a, b in pairs)
    return f"rows = [{rows}] under [callplan]"


def _volumes(scenario: Scenario, accounts: pd.DataFrame, column: str) -> Floats:
    """Return (n,) the column's numbers, or what [market] has made of them: all payers' procedures.

    Reps attend cases whoever pays for them, so a count of Medicare's alone would be too few.
    """
    value = numbers_of(accounts, column)
    market = scenario.market
    if market is None or market.procedures != column or "procedures_all_payers" not in accounts:
        return value
    modelled = numbers_of(accounts, "procedures_all_payers")
    return np.where(np.isfinite(modelled), modelled, value)


def _what_was_done(
    scenario: Scenario, planned: NDArray[np.bool_], had: NDArray[np.bool_], file: str
) -> list[Finding]:
    replaced, kept = int((planned & had).sum()), int((~planned & had).sum())
    found = [
        about_table(
            scenario, kind="call_plan",
            what=f"calls and hours of {counted(int(planned.sum()), 'account')} come from {file}",
        )
    ]  # fmt: skip
    if replaced:
        found.append(
            about_table(
                scenario, kind="replaced", column="service_h",
                what=f"service_h and n_calls of {counted(replaced, 'account')} were replaced by "
                f'the call plan (callplan.given = "replace")',
            )
        )  # fmt: skip
    if kept:
        found.append(
            about_table(
                scenario, kind="kept", column="service_h",
                what=f"{counted(kept, 'account')} kept the service_h and n_calls given",
            )
        )  # fmt: skip
    return found
