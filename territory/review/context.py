"""What a plan is judged by beyond its loads: sales, growth areas, competitors, shape, certainty."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from territory.errors import InputError
from territory.messages import Message, counted, quoted

if TYPE_CHECKING:
    from territory.inputs.scenario import Scenario
    from territory.inputs.tables import Tables
    from territory.plan import Plan

__all__ = ["compactness", "with_review"]

_YES = frozenset({"yes", "y", "true", "x"})
_NO = frozenset({"", "no", "n", "false"})


def with_review(plan: Plan, scenario: Scenario, tables: Tables) -> Plan:
    """Return the plan with what its scorecard needs, so that its tables alone explain it.

    Parameters
    ----------
    plan : Plan
    scenario : Scenario
        Section ``review``.
    tables : Tables
        Accounts with the columns that the section names; the sales history.

    Returns
    -------
    Plan
        ``accounts`` has, where known, ``sales_usd`` and ``sales_before_usd`` (the last four
        quarters of the history and the four before), ``growth_area`` ("true" or "false") and
        ``competitor_usd``; ``territories`` has ``compactness`` (Polsby-Popper) and, where the
        potential has an interval, ``probability`` (of being inside the band of the potential);
        the summary has the section as ``review``.

    Raises
    ------
    InputError
        A column or unit that the section names is not there, or its values cannot be read.
    """
    keys = scenario.review
    known: dict[str, Any] = keys.model_dump()
    accounts = plan.accounts.copy()
    sales = _sales(plan, tables)
    if sales is not None:
        columns, spans = sales
        accounts = accounts.assign(**columns)
        known |= spans
    growth = _growth(plan, scenario, tables)
    if growth is not None:
        accounts["growth_area"] = np.where(growth, "true", "false")
    competitor = _competitor(plan, scenario, tables)
    if competitor is not None:
        accounts["competitor_usd"] = competitor
    plan = replace(plan, accounts=accounts, summary={**plan.summary, "review": known})
    territories = plan.territories.assign(compactness=compactness(plan))
    if "potential_low_usd" in accounts and "potential_usd" in plan.measures:
        territories["probability"] = _probability(plan, keys.draws, keys.seed)
    return replace(plan, territories=territories)


def compactness(plan: Plan) -> NDArray[np.float64]:
    """Return (k,) the Polsby-Popper compactness of the territories' outlines; NaN without units."""
    from geo.compactness import polsby_popper
    from geo.outlines import outlines

    labels = plan.alignment.set_index("unit_id")["territory_id"].loc[list(plan.geography.ids)]
    frame = outlines(plan.geography, labels.to_numpy(dtype=object)).frame
    found = pd.Series(polsby_popper(frame.geometry.to_numpy()), index=frame.index)
    by_territory = found.reindex(plan.territories["territory_id"])
    return np.asarray(by_territory.to_numpy(dtype=np.float64).round(4))


def _probability(plan: Plan, draws: int, seed: int) -> NDArray[np.float64]:
    from territory.review.balance_risk import band_probability

    found = band_probability(plan.accounts, plan.territories, draws=draws, seed=seed)
    return np.asarray(found["probability"].to_numpy(dtype=np.float64).round(4))


def _sales(
    plan: Plan, tables: Tables
) -> tuple[dict[str, NDArray[np.float64]], dict[str, str]] | None:
    """Return the last year's sales of each account and those of the year before, and the spans."""
    from territory.incentives.sales import sales_of

    rows = tables.rows.get("history")
    sales = sales_of(
        plan.accounts["account_id"].tolist(),
        tables.history,
        file=rows.file if rows else "history",
        lines=rows.lines if rows else None,
    )
    if sales is None or sales.n_years < 1:
        return None
    columns = {"sales_usd": sales.year(0).round(2)}
    spans = {"sales_span": sales.span(0)}
    if sales.n_years > 1:
        columns["sales_before_usd"] = sales.year(1).round(2)
        spans["sales_before_span"] = sales.span(1)
    return columns, spans


def _growth(plan: Plan, scenario: Scenario, tables: Tables) -> NDArray[np.bool_] | None:
    """Return which accounts lie in growth areas; None where the scenario names none."""
    keys = scenario.review
    if keys.growth_column is None and not keys.growth_units:
        return None
    units = plan.accounts["unit_id"]
    found = np.zeros(len(units), dtype=bool)
    unknown = []
    for unit in keys.growth_units:
        within = plan.alignment["unit_id"].eq(unit) | plan.alignment["unit_id"].str.startswith(
            f"{unit}:"
        )
        if not within.any():
            unknown.append(unit)
        found |= (units.eq(unit) | units.str.startswith(f"{unit}:")).to_numpy(dtype=bool)
    if unknown:
        raise InputError(
            Message(
                f"{scenario.display}: review.growth_units names "
                f"{counted(len(unknown), 'unit')} that the plan does not have",
                evidence=tuple(map(quoted, unknown)),
                hint="unit ids are those of alignment.csv; counties are written by FIPS code",
            )
        )
    if keys.growth_column is not None:
        texts, lines = _column(plan, scenario, tables, "growth_column", keys.growth_column)
        words = texts.str.strip().str.lower()
        rate = pd.to_numeric(words, errors="coerce")
        wrong = rate.isna() & ~words.isin(_YES | _NO)
        _refuse(wrong, texts, lines, keys.growth_column, "yes, no, or a growth rate as a fraction")
        found |= (words.isin(_YES) | (rate > keys.growth_above)).to_numpy(dtype=bool)
    return found


def _competitor(plan: Plan, scenario: Scenario, tables: Tables) -> NDArray[np.float64] | None:
    """Return competitors' sales of each account, USD; NaN where not known."""
    name = scenario.review.competitor_column
    if name is None:
        return None
    texts, lines = _column(plan, scenario, tables, "competitor_column", name)
    value = pd.to_numeric(texts.str.strip(), errors="coerce")
    dollars = name.endswith("_usd")
    given = texts.str.strip().ne("")
    wrong = given & ~(value.ge(0) & (value.lt(np.inf) if dollars else value.le(1)))
    expected = "USD, 0 and up" if dollars else "a fraction between 0 and 1"
    _refuse(wrong, texts, lines, name, expected)
    usd = value if dollars else value * plan.accounts["potential_usd"].to_numpy()
    return usd.to_numpy(dtype=np.float64).round(2)


def _column(
    plan: Plan, scenario: Scenario, tables: Tables, key: str, name: str
) -> tuple[pd.Series, pd.Series]:
    """Return a further column of the accounts as text in the plan's order, and its places."""
    source = tables.accounts
    if source is None or name not in source:
        there = "" if source is None else ", ".join(map(str, source.columns))
        raise InputError(
            Message(
                f"{scenario.display}: review.{key} is {quoted(name)}; the accounts table has no "
                "such column",
                evidence=(f"columns there: {there}",) if there else (),
                hint="write the column's header, or name it under [inputs.accounts.columns]",
            )
        )
    first = source.drop_duplicates("account_id")
    raw = first[name]
    text = raw.where(raw.notna(), "").map(_written)
    rows = tables.rows.get("accounts")
    places = (
        [f"{rows.file}:{rows.lines[at]}" for at in first.index]
        if rows
        else ["accounts"] * len(first)
    )
    ids = pd.Index(first["account_id"])
    wanted = plan.accounts["account_id"]
    texts = pd.Series(text.to_numpy(), index=ids).reindex(wanted).fillna("").astype("str")
    lines = pd.Series(places, index=ids).reindex(wanted).fillna("accounts")
    return texts, lines


def _written(value: object) -> str:
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def _refuse(wrong: pd.Series, texts: pd.Series, lines: pd.Series, name: str, what: str) -> None:
    if not wrong.any():
        return
    rows = zip(lines[wrong.to_numpy()], texts[wrong].items(), strict=True)
    raise InputError(
        Message(
            f"{counted(int(wrong.sum()), 'account')} whose {name} cannot be read; expected {what}",
            evidence=tuple((str(line), str(at), quoted(text)) for line, (at, text) in rows),
        )
    )
