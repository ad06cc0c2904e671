"""Periods that overlap: a year beside its quarters would be counted twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from territory.audit import Finding
from territory.inputs.findings.rows import Rows
from territory.inputs.time.periods import months_of
from territory.messages import counted

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["overlapping_periods"]


def overlapping_periods(history: pd.DataFrame, rows: Rows) -> list[Finding]:
    """Refuse a history whose accounts have sales of a period and of a part of it.

    Parameters
    ----------
    history : DataFrame
        ``account_id, period, product``; periods in one spelling.
    rows : Rows
    """
    spans = {name: span for name in history["period"].unique() if (span := months_of(str(name)))}
    if len({length for _, length in spans.values()}) < 2:
        return []
    held = {
        str(period): set(zip(part["account_id"], part["product"], strict=True))
        for period, part in history.groupby("period")
    }
    found: list[tuple[int, str, str]] = []
    for whole, (start, length) in spans.items():
        for part, (first, shorter) in spans.items():
            if shorter < length and start < first + shorter and first < start + length:
                both = held[str(whole)] & held[str(part)]
                if both:
                    found.append((len({account for account, _ in both}), str(whole), str(part)))
    if not found:
        return []
    count, whole, part = max(found)
    what = (
        f"periods overlap, so sales of {counted(count, 'account')} would count twice: there are "
        f"those of {whole} and those of {part}, which is a part of it"
    )
    if len(found) > 1:
        what += f"; {counted(len(found) - 1, 'pair')} of periods more"
    wholes = ", ".join(f"'{name}'" for name in sorted({name for _, name, _ in found}))
    hint = f'leave the sums out: where = "period not in ({wholes})" for history under [inputs]'
    return [rows.whole(severity="error", kind="overlap", what=what, repair=hint)]
