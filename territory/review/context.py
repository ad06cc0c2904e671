"""What a plan is judged by beyond its loads: sales, growth areas, competitors, shape, certainty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from territory.currency import code
from territory.errors import InputError
from territory.inputs.flags import is_no, is_yes
from territory.inputs.scenario.workforce import Capacity
from territory.market.tier_order import tier_names
from territory.messages import Message, counted, quoted

if TYPE_CHECKING:
    from territory.inputs.scenario.review import ReviewKeys
    from territory.inputs.scenario.scenario import Scenario
    from territory.inputs.tables.tables import Tables
    from territory.inputs.time.sales import Sales
    from territory.plan import Plan

__all__ = ["check_review", "compactness", "with_review", "with_shape"]


def with_review(plan: Plan, scenario: Scenario, tables: Tables, *, shape: bool = True) -> Plan:
    """Return the plan with what its scorecard needs, so that its tables alone explain it.

    Parameters
    ----------
    plan : Plan
    scenario : Scenario
        Section ``review``.
    tables : Tables
        Accounts with the columns that the section names; the sales history.
    shape : bool
        Whether compactness, strays and chances are found too.

    Returns
    -------
    Plan
        ``accounts`` has, where known, ``sales_usd`` and ``sales_before_usd`` (the last four
        quarters of the history and the four before), ``growth_area`` (bool) and
        ``competitor_usd``; ``territories`` has ``compactness`` (Polsby-Popper) and, where the
        potential has an interval, ``potential_low_usd, potential_high_usd`` (10 and 90 % of the
        simulated sums), ``probability`` (of being inside the band of the potential) and
        ``probability_attainable`` (the same for a territory right on its goal); the record has the
        section as ``review``, with what the simulation says of the whole plan, the territories'
        mean ``compactness``, and as ``strays`` the pieces of land without accounts whose border is
        longer with another territory than with their own.

    Raises
    ------
    InputError
        A column or unit that the section names is not there, or its values cannot be read.
    """
    keys = scenario.review
    known: dict[str, object] = keys.model_dump()
    accounts = plan.accounts.copy()
    sales = _sales(plan, tables)
    if sales is not None:
        columns, spans = sales
        accounts = accounts.assign(**columns)
        known |= spans
    growth = _growth(plan, scenario, tables)
    if growth is not None:
        accounts["growth_area"] = growth
    competitor = _competitor(plan, scenario, tables)
    if competitor is not None:
        accounts["competitor_usd"] = competitor
    known["tier_names"] = list(tier_names(scenario))
    known["top_tier"] = keys.top_tier or next(iter(tier_names(scenario)), "A")
    known["office_share"] = (scenario.capacity or Capacity()).admin_share
    judged = replace(plan, accounts=accounts, record=plan.record.but(review=known))
    return with_shape(judged, scenario) if shape else judged


def with_shape(plan: Plan, scenario: Scenario) -> Plan:
    """Return the plan with what its lines alone decide: compactness, and chances to stay inside."""
    known = dict(plan.record.review or {})
    territories = plan.territories.assign(compactness=compactness(plan))
    known |= _lines(plan, territories["compactness"])
    if "potential_low_usd" in plan.accounts and plan.accounts["potential_low_usd"].notna().any():
        columns, whole = _certainty(plan.accounts, territories, plan.measures, scenario.review)
        territories = territories.assign(**columns)
        known |= whole
    return replace(plan, territories=territories, record=plan.record.but(review=known))


def _lines(plan: Plan, shapes: pd.Series) -> dict[str, object]:
    """Return the mean compactness, and the units of account-free land that strays."""
    from territory.review.questions.ragged import strays

    mean = float(shapes.mean())
    return {
        "compactness": None if np.isnan(mean) else round(mean, 4),
        "strays": [list(piece) for piece in strays(plan)],
    }


def compactness(plan: Plan) -> NDArray[np.float64]:
    """Return (k,) the Polsby-Popper compactness of the territories' outlines; NaN without units."""
    from territory.encoding.outlines.compact import compactness_of

    owner = plan.alignment.set_index("unit_id")["territory_id"]
    return compactness_of(plan.geography, owner, plan.territories["territory_id"].tolist())


def _certainty(
    accounts: pd.DataFrame, territories: pd.DataFrame, measures: Sequence[str], keys: ReviewKeys
) -> tuple[dict[str, NDArray[np.float64]], dict[str, float]]:
    """Return what the simulated markets say of each territory, and of the whole plan."""
    from territory.review.balance_risk import band_risk

    name = "potential_usd"
    frame = territories
    if name not in measures:  # no band: the sums alone are asked for
        load = accounts.groupby("territory_id")[name].sum()
        values = load.reindex(frame["territory_id"]).fillna(0.0).tolist()
        frame = frame.assign(
            **{f"{name}_goal": values, f"{name}_lower": values, f"{name}_upper": values}
        )
    risk = band_risk(
        accounts, frame, draws=keys.draws, seed=keys.seed, correlation=keys.correlation,
        common=keys.correlation_basis,
    )  # fmt: skip
    found = {
        column: risk.table[source].to_numpy(dtype=np.float64)
        for column, source in (("potential_low_usd", "low"), ("potential_high_usd", "high"))
    }
    whole = {
        "potential_low_usd": round(risk.total_low, 2),
        "potential_high_usd": round(risk.total_high, 2),
    }
    if name in measures:
        for column, source in (
            ("probability", "probability"),
            ("probability_attainable", "attainable"),
        ):
            found[column] = risk.table[source].to_numpy(dtype=np.float64).round(4)
        whole["expected_inside"] = round(risk.expected_inside, 4)
        whole["all_inside"] = round(risk.all_inside, 4)
    return found, whole


def check_review(scenario: Scenario, tables: Tables, unit_ids: Sequence[str]) -> None:
    """Refuse what `with_review` would refuse, before the work is done.

    Raises
    ------
    InputError
        A column or unit that the section names is not there, or values of it or periods of the
        history cannot be read.
    """
    ids = [] if tables.accounts is None else tables.accounts["account_id"].tolist()
    _refuse_units(scenario, pd.Series(list(unit_ids), dtype="str"))
    _growing(scenario, tables, ids)
    _rivals(scenario, tables, ids)
    _quarters(tables, ids)


def _quarters(tables: Tables, ids: Sequence[str]) -> Sales | None:
    from territory.inputs.time.sales import sales_of

    rows = tables.rows.get("history")
    return sales_of(
        ids,
        tables.history,
        file=rows.file if rows else "history",
        lines=rows.lines if rows else None,
    )


def _sales(
    plan: Plan, tables: Tables
) -> tuple[dict[str, NDArray[np.float64]], dict[str, str]] | None:
    """Return the last year's sales of each account and those of the year before, and the spans."""
    sales = _quarters(tables, plan.accounts["account_id"].tolist())
    if sales is None or sales.n_years < 1:
        return None
    columns = {"sales_usd": sales.year(0).round(2)}
    spans = {"sales_span": sales.span(0)}
    if sales.n_years > 1:
        columns["sales_before_usd"] = sales.year(1).round(2)
        spans["sales_before_span"] = sales.span(1)
    return columns, spans


def _within(units: pd.Series, unit: str) -> pd.Series:
    """Return which units are a unit or lie in it."""
    return units.eq(unit) | units.str.startswith(f"{unit}:")


def _refuse_units(scenario: Scenario, units: pd.Series) -> None:
    unknown = [
        unit for unit in scenario.review.growth_units if not bool(_within(units, unit).any())
    ]
    if unknown:
        raise InputError(
            Message(
                f"{scenario.display}: review.growth_units names "
                f"{counted(len(unknown), 'unit')} that the plan does not have",
                evidence=tuple(map(quoted, unknown)),
                hint="unit ids are those of alignment.csv; counties are written by FIPS code",
            )
        )


def _growth(plan: Plan, scenario: Scenario, tables: Tables) -> NDArray[np.bool_] | None:
    """Return which accounts lie in growth areas; None where the scenario names none."""
    keys = scenario.review
    if keys.growth_column is None and not keys.growth_units:
        return None
    _refuse_units(scenario, plan.alignment["unit_id"])
    marked = _growing(scenario, tables, plan.accounts["account_id"].tolist())
    found = np.zeros(len(plan.accounts), dtype=bool) if marked is None else marked
    for unit in keys.growth_units:
        found = found | _within(plan.accounts["unit_id"], unit).to_numpy(dtype=bool)
    return found


def _growing(scenario: Scenario, tables: Tables, ids: Sequence[str]) -> NDArray[np.bool_] | None:
    """Return which accounts the growth column marks."""
    keys = scenario.review
    if keys.growth_column is None:
        return None
    texts, lines = _column(scenario, tables, ids, "growth_column", keys.growth_column)
    words = texts.str.strip().str.lower()
    rate = pd.to_numeric(words, errors="coerce")
    said = rate.isna() & is_yes(words)
    wrong = rate.isna() & ~said & ~is_no(words)
    _refuse(wrong, texts, lines, keys.growth_column, "yes, no, or a growth rate as a fraction")
    return np.asarray((said | (rate > keys.growth_above)).to_numpy(dtype=bool))


def _competitor(plan: Plan, scenario: Scenario, tables: Tables) -> NDArray[np.float64] | None:
    """Return competitors' sales of each account, USD; NaN where not known."""
    value = _rivals(scenario, tables, plan.accounts["account_id"].tolist())
    if value is None:
        return None
    if not str(scenario.review.competitor_column).endswith("_usd"):
        value = value * plan.accounts["potential_usd"].to_numpy(dtype=np.float64)
    return np.asarray(value.round(2))


def _rivals(scenario: Scenario, tables: Tables, ids: Sequence[str]) -> NDArray[np.float64] | None:
    """Return the competitors' dollars or shares as the column gives them."""
    name = scenario.review.competitor_column
    if name is None:
        return None
    texts, lines = _column(scenario, tables, ids, "competitor_column", name)
    value = pd.to_numeric(texts.str.strip(), errors="coerce")
    dollars = name.endswith("_usd")
    given = texts.str.strip().ne("")
    wrong = given & ~(value.ge(0) & (value.lt(np.inf) if dollars else value.le(1)))
    expected = f"{code()}, 0 and up" if dollars else "a fraction between 0 and 1 (30 % is 0.3)"
    _refuse(wrong, texts, lines, name, expected)
    return np.asarray(value.to_numpy(dtype=np.float64))


def _column(
    scenario: Scenario, tables: Tables, wanted: Sequence[str], key: str, name: str
) -> tuple[pd.Series, pd.Series]:
    """Return a further column of the accounts as text, by the ids wanted, and its places."""
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
    texts = pd.Series(text.to_numpy(), index=ids).reindex(list(wanted)).fillna("").astype("str")
    lines = pd.Series(places, index=ids).reindex(list(wanted)).fillna("accounts")
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
            hint=f"write {what} there, or leave the cell empty where it is not known",
        )
    )
