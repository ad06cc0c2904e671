"""A rep's own quota, pay and guarantee, in words; of nobody else's rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

from territory.currency import short_money

__all__ = ["money_of", "pay_lines"]


def money_of(
    rep: str, pay: pd.DataFrame | None, guarantee: pd.DataFrame | None
) -> dict[str, float]:
    """Return the figures of one rep's own rows."""
    out: dict[str, float] = {}
    for frame in (pay, guarantee):
        if frame is None:
            continue
        row = frame[frame["rep_id"].eq(rep)]
        if len(row):
            first = row.iloc[0].to_dict()
            out |= {str(k): float(v) for k, v in first.items() if isinstance(v, int | float)}
    return out


def pay_lines(money: dict[str, float]) -> tuple[tuple[str, str], ...]:
    """Return quota, pay and guarantee as label and words; nothing without a pay plan."""
    if "plan_pay_usd" not in money:
        return ()
    low, high = money.get("plan_p10_usd"), money.get("plan_p90_usd")
    lines = [
        ("Quota", short_money(money.get("plan_quota_usd"))),
        ("Target pay", short_money(money.get("target_pay_usd"))),
        (
            "Expected pay",
            f"{short_money(money['plan_pay_usd'])} (80 % of years: {short_money(low)} to "
            f"{short_money(high)})",
        ),
        ("Last year", short_money(money.get("last_year_usd"))),
    ]
    if "gross_usd" in money:
        months = int(money["months"])
        lines.append(
            (
                f"Guarantee, {months} months",
                f"last year's earnings of the same months; expected to add "
                f"{short_money(money['gross_usd'])}",
            )
        )
    return tuple(lines)
