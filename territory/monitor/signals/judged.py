"""All signals of a review: what changed, since when, how sure, why, and the accounts behind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from territory.monitor.facts.baseline import LOOKED_AT, USUAL_MONTHS
from territory.monitor.signals.causes import Cause, cause_of, gone_reps
from territory.monitor.signals.charts import FEWEST_EVENTS, Chart, Risk, chart_of, risk_of
from territory.monitor.signals.purchases import Purchases, merged, purchases_of
from territory.monitor.signals.scan import Change, Group, Scan, scan, scatter_of
from territory.monitor.signals.signal import Signal, usd_of
from territory.monitor.signals.slow import Looked, fewer_purchases, slow_changes
from territory.wording import LIMIT, odds

if TYPE_CHECKING:
    from territory.monitor.facts.facts import Facts

__all__ = ["Judged", "judge"]


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
    by_purchases : tuple of str
        Territories whose chart counts purchases, as orders are few and large.
    words : tuple of str
        What may be false, and what would be missed.
    """

    signals: tuple[Signal, ...]
    chart: Chart
    periods: tuple[str, ...]
    scan: Scan
    risk: Risk
    quiet: tuple[str, ...]
    by_purchases: tuple[str, ...] = ()
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
    fewest = FEWEST_EVENTS * span.step
    chart = chart_of(events, share, fewest=fewest, known_from=known, scatter=scatter)
    rare = base / span.step < FEWEST_EVENTS
    lumps = ~rare & np.isnan(chart.score).all(axis=0)
    bought = purchases_of(facts, columns, lumps)
    spoken = bought.spoken if bought else np.zeros(len(base), dtype=bool)
    signals = [_signal(facts, change, found, quarters, overloaded) for change in found.changes]
    looked = Looked(columns=columns, of_quarter=of_quarter, quarters=quarters)
    signals += slow_changes(facts, found, chart, scatter, looked, overloaded)
    if bought is not None:
        signals += fewer_purchases(facts, found, bought, looked, overloaded)
        chart = merged(chart, bought)
    signals += _people(facts, signals)
    order = sorted(signals, key=lambda each: (each.quarter, each.level, each.id))
    loss = keys.loss_seen if keys else 0.15
    risk = risk_of(
        k=max(2, len(base)),
        periods=LOOKED_AT // span.step,
        events=float(np.median(np.where(lumps, 0.0, base))),
        phi=chart.phi,
        loss=loss,
        rng=np.random.default_rng(1),
        fewest=fewest,
        known_from=USUAL_MONTHS / span.step,
    )
    names = np.array(facts.territory_ids, dtype=object)
    quiet = tuple(names[rare | (lumps & ~spoken)].tolist())
    few = tuple(names[lumps & ~spoken].tolist())
    words = _words(facts, risk, found, quiet, few, chart)
    if bought is not None and spoken.any():
        own = bought.risk(len(base), loss=loss)
        words += (_purchase_words(names[spoken].tolist(), own, bought, len(base)),)
        risk = own if spoken.sum() > 0.5 * len(base) else risk
    return Judged(
        signals=tuple(order),
        chart=chart,
        periods=tuple(span.names[at] for at in columns),
        scan=found,
        risk=risk,
        quiet=quiet,
        by_purchases=tuple(names[spoken].tolist()),
        words=words,
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
            # What holds one account is told as that account.
            if str(name) and (level == "territory" or edges[at + 1] - edges[at] > 1)
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
        # Of a quarter of which a month or two have passed.
        usd_q=usd_of(facts, group.rows, gap) * 3.0 / (facts.span.step * len(columns)),
        how_sure=f"chance in a steady field {odds(change.chance)}; told below {odds(found.limit)}",
    )


def _territories(facts: Facts, rows: NDArray[np.intp]) -> tuple[str, ...]:
    names = facts.accounts["territory_id"].astype("str").iloc[rows]
    weight = pd.Series(facts.base_events[rows] + LIMIT, index=names.to_numpy())
    total = weight.groupby(level=0).sum().sort_values(ascending=False, kind="stable")
    return tuple(str(name) for name in total.index)


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
            f"fewer than {FEWEST_EVENTS:.0f} independent events in each of the {periods}, and "
            f"fewer than {FEWEST_EVENTS:.0f} accounts buy in a month; "
            "quarters are compared by their accounts' own scatter only."
        )
    return tuple(lines)


def _purchase_words(names: list[str], risk: Risk, bought: Purchases, k: int) -> str:
    """Say whose charts count purchases, how often these cry wolf, and what they see."""
    block = "month" if bought.step == 1 else "quarter"
    return (
        f"Orders of {', '.join(names)} are few and large: their charts count the accounts that buy "
        f"in a {block}, not pieces. False alarms in {risk.periods} {block}s: "
        f"{100 * risk.false_one:.1f} % for one territory, {100 * risk.false_any:.1f} % for any of "
        f"{k}; a lasting loss of {100 * risk.loss:.0f} % of the purchases would be seen within a "
        f"year with probability {risk.seen:.2f} in a median one of them."
    )
