"""All signals of a review: what changed, since when, how sure, why, and the accounts behind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from territory.arrays import Floats
from territory.monitor.facts.baseline import LOOKED_AT, USUAL_MONTHS
from territory.monitor.signals.causes import Cause, cause_of, gone_reps
from territory.monitor.signals.charts import FEWEST_EVENTS, Chart, Risk, chart_of, risk_of
from territory.monitor.signals.scan import Change, Group, Scan, scan, scatter_of
from territory.wording import LIMIT, odds

if TYPE_CHECKING:
    from territory.monitor.facts.facts import Facts

__all__ = ["Judged", "Signal", "judge"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """Something that is surely not chance.

    Attributes
    ----------
    level : str
        territory, system, unit, account or rep.
    id : str
    territory_ids : tuple of str
        Where it shows, most of it first.
    quarter : str
        In which it began, as 2025-Q3.
    cause : Cause
    change : float
        Relative change of the share; NaN for a rep's leaving.
    usd_q : float
        Sales a quarter more or less than expected.
    how_sure : str
    """

    level: str
    id: str
    territory_ids: tuple[str, ...]
    quarter: str
    cause: Cause
    change: float
    usd_q: float
    how_sure: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Judged:
    """Signals, and what they rest on.

    Attributes
    ----------
    signals : tuple of Signal
        By quarter.
    chart : Chart
        CUSUMs of the territories over ``periods``.
    periods : tuple of str
    scan : Scan
    risk : Risk
        Of the chart, for a territory of the field's median events.
    quiet : tuple of str
        Territories with too few events for a verdict.
    words : tuple of str
        What may be false, and what would be missed.
    """

    signals: tuple[Signal, ...]
    chart: Chart
    periods: tuple[str, ...]
    scan: Scan
    risk: Risk
    quiet: tuple[str, ...]
    words: tuple[str, ...]


def judge(facts: Facts, overloaded: frozenset[str] = frozenset()) -> Judged:
    """Find signals and their causes; without sales only what the roster says is one.

    Parameters
    ----------
    facts : Facts
    overloaded : frozenset of str
        Territories whose workload of today is above the band.
    """
    if not facts.panel.known:
        return _without_sales(facts)
    span = facts.span
    start = max(0, span.count - LOOKED_AT // span.step)
    if facts.base_from.startswith("the first"):
        start = max(start, 1, min(span.count // 2, LOOKED_AT // span.step // 2))
    columns = np.arange(start, span.count)
    keys = facts.scenario.monitor if facts.scenario else None
    quarters, of_quarter = _quarters(facts, columns)
    actual = np.column_stack(
        [facts.panel.events[:, columns[of_quarter == q]].sum(axis=1) for q in range(len(quarters))]
    )
    months = np.array([span.step * float((of_quarter == q).sum()) for q in range(len(quarters))])
    found = scan(
        actual,
        facts.base_events / span.step,
        _groups(facts),
        months=months,
        false_alarms=keys.false_alarms if keys else 0.005,
    )
    events = facts.by_territory(facts.panel.events)[:, columns].T
    base = facts.by_territory(facts.base_events)
    share = base / max(float(base.sum()), 1e-300)
    scatter = scatter_of(
        3.0 / span.step * facts.base_events, facts.territory, len(base),
        phi=found.phi, tau=found.tau,
    )  # fmt: skip
    known = USUAL_MONTHS / span.step
    chart = chart_of(events, share, months=span.step, known_from=known, scatter=scatter)
    signals = [_signal(facts, change, found, quarters, overloaded) for change in found.changes]
    signals += _drifts(facts, found, chart, scatter, columns, of_quarter, quarters, overloaded)
    signals += _people(facts, signals)
    order = sorted(signals, key=lambda each: (each.quarter, each.level, each.id))
    rare = base / span.step < FEWEST_EVENTS
    lumps = ~rare & np.isnan(chart.score).all(axis=0)
    risk = risk_of(
        k=max(2, len(base)),
        periods=LOOKED_AT // span.step,
        events=float(np.median(np.where(lumps, 0.0, base))),
        phi=chart.phi,
        loss=keys.loss_seen if keys else 0.15,
        rng=np.random.default_rng(1),
        fewest=FEWEST_EVENTS * span.step,
        known_from=USUAL_MONTHS / span.step,
    )
    quiet, few = (
        tuple(np.array(facts.territory_ids, dtype=object)[which].tolist())
        for which in (rare | lumps, lumps)
    )
    return Judged(
        signals=tuple(order),
        chart=chart,
        periods=tuple(span.names[at] for at in columns),
        scan=found,
        risk=risk,
        quiet=quiet,
        words=_words(facts, risk, found, quiet, few, chart),
    )


def _without_sales(facts: Facts) -> Judged:
    """Return what is known without sales: reps who left; charts are not known."""
    k, n = len(facts.territory_ids), len(facts.accounts)
    none = np.zeros((0, k))
    nobody = np.zeros(k, dtype=np.int64)
    nan = float("nan")
    return Judged(
        signals=tuple(sorted(_people(facts, []), key=lambda each: (each.quarter, each.id))),
        chart=Chart(
            score=none, up=none, down=none, phi=nan, scatter=np.full(k, nan), first=nobody - 1,
            side=nobody,
        ),
        periods=(),
        scan=Scan(
            changes=(), expected=np.zeros((n, 0)), explained=np.zeros((n, 0)), phi=nan, tau=nan,
            tests=0, limit=nan,
        ),
        risk=Risk(false_one=nan, false_any=nan, seen=nan, loss=nan, periods=0),
        quiet=(),
        words=(
            "Sales are not given (--actuals): attainment, shares, charts and their signals, and "
            "customers kept are not known; the rest is judged without them.",
        ),
    )  # fmt: skip


def _quarters(facts: Facts, columns: NDArray[np.intp]) -> tuple[list[str], NDArray[np.intp]]:
    names = [facts.span.quarter_at(int(at)) for at in columns]
    distinct = list(dict.fromkeys(names))
    return distinct, np.array([distinct.index(name) for name in names])


def _groups(facts: Facts) -> list[Group]:
    """Return territories, health systems, units (counties where units are split) and accounts."""
    accounts = facts.accounts
    unit = accounts["unit_id"].astype("str").str.split(":").str[0]
    out = []
    for level, key in (
        ("territory", accounts["territory_id"].astype("str")),
        ("system", accounts["idn"].fillna("").astype("str")),
        ("unit", unit),
    ):
        codes, names = pd.factorize(key, sort=True)
        order = np.argsort(codes, kind="stable")
        edges = np.searchsorted(codes[order], np.arange(len(names) + 1))
        out += [
            Group(level=level, id=str(name), rows=order[edges[at] : edges[at + 1]])
            for at, name in enumerate(names)
            if str(name)
        ]
    large = np.flatnonzero(facts.base_events / facts.span.step >= FEWEST_EVENTS)
    ids = accounts["account_id"].to_numpy(object)
    out += [Group(level="account", id=str(ids[row]), rows=np.array([row])) for row in large]
    return out


def _signal(
    facts: Facts, change: Change, found: Scan, quarters: list[str], overloaded: frozenset[str]
) -> Signal:
    group, quarter = change.group, quarters[change.quarter]
    columns = [at for at in range(facts.span.count) if facts.span.quarter_at(at) == quarter]
    gap = facts.panel.events[:, columns].sum(axis=1) - found.expected[:, change.quarter]
    territories = _territories(facts, group.rows)
    cause = cause_of(
        facts, group, quarter=quarter, down=change.ratio < 1.0, gap=gap,
        overloaded=bool(territories) and territories[0] in overloaded,
    )  # fmt: skip
    return Signal(
        level=group.level,
        id=group.id,
        territory_ids=territories,
        quarter=quarter,
        cause=cause,
        change=change.ratio - 1.0,
        usd_q=_usd(facts, group.rows, gap),
        how_sure=f"chance in a steady field {odds(change.chance)}; told below {odds(found.limit)}",
    )


def _usd(facts: Facts, rows: NDArray[np.intp], gap: Floats) -> float:
    """Return the USD of a gap in events: by each account's own price, else the field's.

    NaN where the actuals tell no money.
    """
    if not facts.panel.priced:
        return float("nan")
    events, money = facts.base_events, facts.base_revenue_usd
    usual = float(money.sum() / max(float(events.sum()), 1e-300))
    price = np.where(events > 0, money / np.where(events > 0, events, 1.0), usual)
    return float((gap * price)[rows].sum())


def _territories(facts: Facts, rows: NDArray[np.intp]) -> tuple[str, ...]:
    names = facts.accounts["territory_id"].astype("str").iloc[rows]
    weight = pd.Series(facts.base_events[rows] + LIMIT, index=names.to_numpy())
    total = weight.groupby(level=0).sum().sort_values(ascending=False, kind="stable")
    return tuple(str(name) for name in total.index)


def _drifts(
    facts: Facts,
    found: Scan,
    chart: Chart,
    scatter: Floats,
    columns: NDArray[np.intp],
    of_quarter: NDArray[np.intp],
    quarters: list[str],
    overloaded: frozenset[str],
) -> list[Signal]:
    """Return alarms of the CUSUMs that no change found explains: what comes slowly."""
    months = np.bincount(of_quarter, minlength=len(quarters))
    explained = facts.by_territory(found.explained)
    share = (explained / np.maximum(explained.sum(axis=0), 1e-300))[:, of_quarter].T
    events = facts.by_territory(facts.panel.events)[:, columns].T
    rest = chart_of(
        events,
        share,
        phi=chart.phi,
        months=facts.span.step,
        known_from=USUAL_MONTHS / facts.span.step,
        scatter=scatter,
    )
    out = []
    for at in np.flatnonzero(rest.first >= 0).tolist():
        seen, side = int(rest.first[at]), int(rest.side[at])
        line = (rest.up if side > 0 else rest.down)[: seen + 1, at]
        zeros = np.flatnonzero(line <= 0)
        began = int(zeros[-1]) + 1 if zeros.size else 0
        rows = np.flatnonzero(facts.territory == at)
        since = np.arange(began, seen + 1)
        mean = (found.explained / np.maximum(months, 1))[:, of_quarter[since]].sum(axis=1)
        gap = facts.panel.events[:, columns[since]].sum(axis=1) - mean
        name = facts.territory_ids[at]
        quarter = quarters[of_quarter[began]]
        cause = cause_of(
            facts, Group(level="territory", id=name, rows=rows), quarter=quarter, down=side < 0,
            gap=gap, overloaded=name in overloaded,
        )  # fmt: skip
        expected = float(mean[rows].sum())
        out.append(
            Signal(
                level="territory", id=name, territory_ids=(name,), quarter=quarter, cause=cause,
                change=float(gap[rows].sum()) / max(expected, 1e-300),
                usd_q=_usd(facts, rows, gap) * 3.0 / (facts.span.step * since.size),
                how_sure=f"CUSUM {line[-1]:.1f} against a limit of 8, first above in "
                f"{facts.span.names[int(columns[seen])]}",
            )
        )  # fmt: skip
    return out


def _people(facts: Facts, signals: list[Signal]) -> list[Signal]:
    """Return reps who left without a change of sales seen: a fact of the roster."""
    told = {each.id for each in signals if each.cause.name == "rep change"}
    out = []
    for row in gone_reps(facts).to_dict("records"):
        if row["territory_id"] in told or row["territory_id"] not in facts.territory_ids:
            continue
        verb = "is on leave" if row["state"] == "on leave" else "left"
        sales = "sales show nothing yet" if facts.panel.known else "sales are not known"
        words = f"{row['name']} ({row['rep_id']}) {verb} in {row['quarter']}; {sales}"
        rows = np.flatnonzero(facts.accounts["territory_id"].to_numpy() == row["territory_id"])
        out.append(
            Signal(
                level="rep",
                id=str(row["rep_id"]),
                territory_ids=(str(row["territory_id"]),),
                quarter=str(row["quarter"]),
                cause=Cause(name="rep change", words=words, rows=tuple(rows.tolist())),
                change=float("nan"),
                usd_q=float("nan"),
                how_sure="said by the roster",
            )
        )
    return out


def _words(
    facts: Facts,
    risk: Risk,
    found: Scan,
    quiet: tuple[str, ...],
    lumps: tuple[str, ...],
    chart: Chart,
) -> tuple[str, ...]:
    periods = "months" if facts.span.step == 1 else "quarters"
    lines = [
        f"Counted: {facts.panel.counted_as} sold. Expected shares rest on {facts.base_from}.",
        f"Counts scatter {chart.phi:.1f} times as much as pure chance; this is in all limits.",
        f"False alarms of the charts in {risk.periods} {periods}: {100 * risk.false_one:.1f} % for "
        f"one territory, {100 * risk.false_any:.1f} % for any of {len(facts.territory_ids)}.",
        f"A lasting loss of {100 * risk.loss:.0f} % would be seen within a year with probability "
        f"{risk.seen:.2f} in a median territory.",
        f"Each quarter {found.tests} accounts, systems, units and territories with at least "
        f"{FEWEST_EVENTS:.0f} events a month are compared; a chance "
        f"below {odds(found.limit)} is told.",
    ]
    rare = [name for name in quiet if name not in lumps]
    if rare:
        lines.append(
            f"No verdict on {', '.join(rare)}: fewer than {FEWEST_EVENTS:.0f} events a month."
        )
    if lumps:
        lines.append(
            f"No verdict of the charts on {', '.join(lumps)}: orders are few and large, worth "
            f"fewer than {FEWEST_EVENTS:.0f} independent events in each of the {periods}; "
            "quarters are compared by their accounts' own scatter only."
        )
    return tuple(lines)
