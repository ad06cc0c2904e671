"""Watch a plan after go-live: facts, indicators, signals, and what they come to in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory.arrays import Floats
from territory.currency import speaks
from territory.inputs.once import once
from territory.monitor.drift import drift_words
from territory.monitor.facts.facts import Facts, facts_of
from territory.monitor.indicators.figures import quotas_known
from territory.monitor.indicators.now import Now, now_of
from territory.monitor.indicators.table import indicator_table
from territory.monitor.signals.judged import Judged, judge

if TYPE_CHECKING:
    from territory.inputs.scenario.scenario import Scenario
    from territory.plan import Plan

__all__ = ["Monitoring", "monitor"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Monitoring:
    """What a review looks at.

    Attributes
    ----------
    facts : Facts
    now : Now or None
        Loads of today; None where today's accounts were not given.
    indicators : DataFrame
        See `indicator_table`.
    judged : Judged
        Signals with causes.
    no_quotas : str
        Why quotas are not known, where they were asked for.
    """

    facts: Facts
    now: Now | None
    indicators: pd.DataFrame
    judged: Judged
    no_quotas: str = ""

    def signals(self) -> pd.DataFrame:
        """Return one row a signal, accounts behind it counted."""
        rows = [
            {
                "quarter": each.quarter,
                "level": each.level,
                "id": each.id,
                "territory_ids": ", ".join(each.territory_ids),
                "cause": each.cause.name,
                "what": each.cause.words,
                "change": each.change,
                "usd_q": each.usd_q,
                "n_accounts": len(each.cause.rows),
                "how_sure": each.how_sure,
            }
            for each in self.judged.signals
        ]
        columns = ["quarter", "level", "id", "territory_ids", "cause", "what", "change"]
        found = pd.DataFrame(rows, columns=[*columns, "usd_q", "n_accounts", "how_sure"])
        # Of a quiet quarter too, so that quarters put together can be reckoned with.
        return found.astype({"change": float, "usd_q": float})

    def _sold(self, values: Floats) -> Floats:
        """Return figures of sales, NaN where sales were not given."""
        return values if self.facts.panel.known else np.full_like(values, np.nan)

    def accounts_behind(self) -> pd.DataFrame:
        """Return the accounts behind each signal with what they bought before and since."""
        names = [self.facts.span.quarter_at(at) for at in range(self.facts.span.count)]
        rows = []
        for each in self.judged.signals:
            first = names.index(each.quarter) if each.quarter in names else 0
            since = self._sold(self.facts.panel.events[:, first:].mean(axis=1))
            for row in each.cause.rows:
                account = self.facts.accounts.iloc[row]
                rows.append(
                    {
                        "quarter": each.quarter,
                        "signal": each.id,
                        "cause": each.cause.name,
                        "account_id": str(account["account_id"]),
                        "name": str(account["name"]),
                        "territory_id": str(account["territory_id"]),
                        "idn": str(account["idn"]),
                        "state": str(account["state"]),
                        "events_before": float(self._sold(self.facts.base_events)[row]),
                        "events_since": float(since[row]),
                    }
                )
        columns = ["quarter", "signal", "cause", "account_id", "name", "territory_id", "idn"]
        return pd.DataFrame(rows, columns=[*columns, "state", "events_before", "events_since"])

    def changed_accounts(self) -> pd.DataFrame:
        """Return accounts that opened, closed, moved or were merged since the plan."""
        frame = self.facts.accounts
        mask = frame["state"].isin(["opened", "closed", "merged", "moved"])
        columns = ["account_id", "name", "state", "merged_into", "territory_id", "unit_id"]
        return frame.loc[mask, columns].reset_index(drop=True)

    def territories(self) -> pd.DataFrame:
        """Return one row a territory: events, shares, CUSUM, loads of today."""
        facts, judged = self.facts, self.judged
        base = facts.by_territory(self._sold(facts.base_events))
        total = facts.by_territory(self._sold(facts.panel.events))
        known = facts.panel.known
        quarter = facts.span.in_quarter()
        low, high = self.funnel_limits()
        out = pd.DataFrame(
            {
                "territory_id": facts.territory_ids,
                "rep_id": facts.plan.territories["rep_id"].astype("str").to_numpy(),
                "events_before_m": base / facts.span.step,
                "events_quarter": total[:, quarter].sum(axis=1),
                "share_before": base / max(float(base.sum()), 1e-300),
                "share_quarter": total[:, quarter].sum(axis=1)
                / max(float(total[:, quarter].sum()), 1e-300),
                "revenue_quarter_usd": facts.by_territory(
                    facts.panel.revenue_usd[:, quarter].sum(axis=1)
                )
                if facts.panel.priced
                else np.nan,
                "funnel_low": low,
                "funnel_high": high,
                "cusum_up": judged.chart.up[-1] if known else np.nan,
                "cusum_down": judged.chart.down[-1] if known else np.nan,
                "alarm": [
                    judged.periods[at] if at >= 0 else "" for at in judged.chart.first.tolist()
                ],
            }
        )
        if self.now is not None:
            out["workload_now_h"] = self.now.workload_h
            out["workload_now_deviation"] = self.now.workload_h / self.now.workload_goal_h - 1.0
            out["potential_now_usd"] = self.now.potential_usd
            out["potential_now_deviation"] = (
                self.now.potential_usd / self.now.potential_goal_usd - 1.0
            )
        return out

    def calm(self) -> str:
        """Say why there is no signal."""
        if self.facts.panel.known:
            return "nothing differs from before by more than chance"
        return "no change of sales can be seen, as they are not given"

    def funnel_limits(self) -> tuple[Floats, Floats]:
        """Return the 99.8 % limits of sold ÷ expected of the day's quarter, (k,) each."""
        from territory.monitor.signals.charts import funnel

        facts = self.facts
        if not facts.panel.known:
            nothing = np.full(len(facts.territory_ids), np.nan)
            return nothing, nothing
        events = facts.by_territory(facts.panel.events)[:, facts.span.in_quarter()].sum(axis=1)
        base = facts.by_territory(facts.base_events)
        judged = funnel(events, base / max(float(base.sum()), 1e-300) * events.sum())
        return judged.low[:, 1], judged.high[:, 1]

    def words(self) -> list[str]:
        """Say what a review needs to know, in sentences."""
        facts, signals = self.facts, self.judged.signals
        new = [each for each in signals if each.quarter == facts.span.quarter]
        lines = [
            f"{facts.span.quarter}: {len(new)} new of {len(signals)} signals since go-live."
            if signals
            else f"{facts.span.quarter}: {self.calm()}."
        ]
        lines += self.judged.words
        if self.now is not None:
            lines.append(drift_words(self.now, facts.plan))
        if self.no_quotas:
            lines.append(f"Quotas are not known: {self.no_quotas}.")
        if facts.not_known:
            given = ", ".join(f"--{name}" for name in facts.not_known)
            lines.append(f"Not given, so not known: {given}.")
        return lines

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return what is written, by the names of files."""
        notes = pd.DataFrame({"note": np.array(self.words(), dtype=object)}, dtype="str")
        return {
            "indicators": self.indicators,
            "signals": self.signals(),
            "accounts_behind": self.accounts_behind(),
            "territories_now": self.territories(),
            "changed_accounts": self.changed_accounts(),
            "notes": notes,
        }


@speaks
def monitor(
    plan: Plan,
    files: Mapping[str, Path | None],
    *,
    as_of: str,
    scenario: Scenario | None = None,
    go_live: str | None = None,
    routed: bool = False,
) -> Monitoring:
    """Read the facts since go-live and judge them.

    Parameters
    ----------
    plan : Plan
    files : mapping of str to Path or None
        What is known, one at least: actuals, opportunities, calls, accounts, roster, satisfaction.
    as_of : str
        Last day that counts, as in 2025-12-31.
    scenario : Scenario, optional
        For history, quotas and the keys of [monitor].
    go_live : str, optional
        First day of the plan.
    routed : bool
        Whether tours of today are routed (slow).
    """
    # Facts and quotas ask for the same tables.
    with once():
        return _monitored(plan, files, as_of, scenario, go_live, routed=routed)


def _monitored(
    plan: Plan,
    files: Mapping[str, Path | None],
    as_of: str,
    scenario: Scenario | None,
    go_live: str | None,
    *,
    routed: bool,
) -> Monitoring:
    facts = facts_of(plan, files, as_of=as_of, scenario=scenario, go_live=go_live)
    now = now_of(facts, routed=routed)
    overloaded = frozenset[str]()
    if now is not None and "workload_h" in plan.measures:
        tolerance = plan.record.measures["workload_h"].tolerance
        above = now.outside("workload_h", tolerance) & (now.workload_h > now.workload_goal_h)
        overloaded = frozenset(
            name for name, is_above in zip(facts.territory_ids, above, strict=True) if is_above
        )
    judged = judge(facts, overloaded)
    quotas, no_quotas = quotas_known(facts)
    return Monitoring(
        facts=facts,
        now=now,
        indicators=indicator_table(facts, now, phi=judged.chart.scatter, quotas=quotas),
        judged=judged,
        no_quotas=no_quotas,
    )
