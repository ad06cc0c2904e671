"""A score that can be taken apart: named factors, scaled to 0–1, weighted, and cut into tiers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from territory.arrays import Floats
from territory.audit import Audit, Finding
from territory.inputs.findings.rows import Rows
from territory.inputs.scenario.market import Factor, Tiers
from territory.market.customers.history import ACCOUNT_FIGURES, with_figures
from territory.market.findings import about_rows, about_table, file_of, numbers_of, texts_of
from territory.market.value.potential import MARKET_ROW
from territory.messages import closest, counted, quoted
from territory.wording import NONZERO

if TYPE_CHECKING:
    from territory.inputs.scenario.scenario import Scenario

__all__ = ["Explanation", "explain_score", "with_tiers"]


_AGAINST = -0.3
"""Rank correlation of two factors from which on they work against each other."""

_FEWEST_TO_COMPARE = 20
"""Fewest accounts for which a correlation of factors is told."""

_SCALES = {
    "rank": "share of accounts with a lower value",
    "min_max": "place between the lowest and the highest value",
    "log": "place between the lowest and the highest logarithm of 1 + value",
    "values": "number written for the text",
}


def with_tiers(
    scenario: Scenario,
    accounts: pd.DataFrame,
    history: pd.DataFrame | None = None,
    *,
    rows: Rows | None = None,
) -> tuple[pd.DataFrame, Audit]:
    """Return the accounts with their score, its parts and their tier.

    Rows of the units table (type ``market``) are not ranked: their score is missing.

    Parameters
    ----------
    scenario : Scenario
        Without a section ``tiers`` the given tiers are used as they are.
    accounts : DataFrame, n rows
        With the columns that the factors name.
    history : DataFrame, optional
        ``account_id, period, revenue_usd``: for the columns ``trend``, ``penetration`` and
        ``profile`` (see `territory.market.customers.history`).
    rows : Rows, optional
        File and line of each account, for findings.

    Returns
    -------
    DataFrame
        A copy with ``score`` (0 to 1), one ``score_NAME`` a factor (its points; they sum to the
        score) and ``tier``; and the columns derived from history that factors use.
    Audit
        Columns that are absent, texts without a number, tiers replaced.

    Notes
    -----
    Tiers by share: accounts are ordered by score, and an account is in the first tier whose share
    is above the share of the accounts (or of the column) before it, so that the account across the
    limit still belongs to the better tier, and with it all that have the same score: a tier can be
    larger than its share. O(n log n).
    """
    options = scenario.tiers
    if options is None:
        return accounts, Audit()
    ranked = (accounts["type"] != MARKET_ROW).to_numpy(dtype=bool)
    out, findings = with_figures(scenario, accounts, history)
    findings += _check_columns(scenario, options, out)
    if any(finding.severity == "error" for finding in findings):
        return accounts, Audit(findings)
    score = np.zeros(len(out))
    for factor in options.factors:
        scaled, found = _scaled(scenario, factor, out, ranked, rows)
        findings += found
        points = np.where(ranked, factor.weight * scaled, np.nan)
        out[f"score_{factor.name}"] = points
        score += points
    out["score"] = score
    findings += _pulling_apart(scenario, options, out, ranked)
    tier = _tiers(options, out, ranked)
    given = out["tier"].fillna("") if "tier" in out else pd.Series("", index=out.index)
    replaced = int(((given != "") & ranked).sum())
    if replaced:
        findings.append(
            about_table(
                scenario, kind="replaced", column="tier",
                what=f"tier of {counted(replaced, 'account')} was replaced by [tiers] in "
                f"{scenario.display}",
            )
        )  # fmt: skip
    out["tier"] = pd.Series(np.where(ranked, tier, given.to_numpy()), index=out.index, dtype="str")
    return out, Audit(findings)


def _pulling_apart(
    scenario: Scenario, options: Tiers, accounts: pd.DataFrame, ranked: NDArray[np.bool_]
) -> list[Finding]:
    """Say which factors rank the accounts against each other: the score hides their dispute.

    A profile of who buys finds customers, headroom finds those who do not buy yet: with both, the
    points of one take back those of the other.
    """
    from itertools import combinations

    own = accounts.loc[ranked, [f"score_{each.name}" for each in options.factors]]
    if len(own) < _FEWEST_TO_COMPARE:
        return []
    place = own.rank()
    differ = {name for name, n in own.nunique().items() if n > 1}
    findings = []
    for a, b in combinations(options.factors, 2):
        pair = [f"score_{a.name}", f"score_{b.name}"]
        if not differ.issuperset(pair):
            continue
        rank = float(place[pair].corr().to_numpy(dtype=np.float64)[0, 1])
        if rank > _AGAINST:
            continue
        half = own[pair] > own[pair].median()
        split = int((half.iloc[:, 0] != half.iloc[:, 1]).sum())
        findings.append(
            about_table(
                scenario, kind="factors_disagree", severity="warning", column="score",
                what=f"the factors {a.name} (weight {a.weight:g}) and {b.name} (weight "
                f"{b.weight:g}) pull apart: rank correlation {rank:.2f}; {split:,} of "
                f"{counted(len(own), 'account')} are in the upper half by one and in the lower by "
                "the other",
                repair="take one of them out, or tier customers and prospects apart",
            )
        )  # fmt: skip
    return findings


def _check_columns(scenario: Scenario, options: Tiers, accounts: pd.DataFrame) -> list[Finding]:
    names = [str(name) for name in accounts]
    wanted = [
        (f"tiers.factors entry {at} column", factor.column)
        for at, factor in enumerate(options.factors, start=1)
    ]
    if options.thresholds is None and options.share_of != "accounts":
        wanted.append(("tiers.share_of", options.share_of))
    findings = []
    for key, column in wanted:
        if column not in accounts:
            close = closest(column, [*names, *ACCOUNT_FIGURES])
            findings.append(
                about_table(
                    scenario, kind="missing_column", severity="error", column=column,
                    what=f"has no column {quoted(column)}, which {key} of {scenario.display} names",
                    repair=f"did you mean {quoted(close[0])}?" if close
                    else "add the column, or take the factor out",
                )
            )  # fmt: skip
    return findings


def _scaled(
    scenario: Scenario,
    factor: Factor,
    accounts: pd.DataFrame,
    ranked: NDArray[np.bool_],
    rows: Rows | None,
) -> tuple[Floats, list[Finding]]:
    """Return a factor's value of each account on the scale 0 to 1, the better the higher."""
    findings: list[Finding] = []
    if factor.scale == "values":
        text = texts_of(accounts, factor.column)
        scaled = text.map(dict(factor.values)).to_numpy(dtype=np.float64)
        other = np.isnan(scaled) & (text != "").to_numpy(dtype=bool) & ranked
        findings += about_rows(
            scenario, accounts, other, severity="info", kind="no_points", column=factor.column,
            what=f"has no number in tiers.factors {factor.name} values and counts "
            f"{factor.missing:g}", rows=rows,
        )  # fmt: skip
    else:
        values = np.where(ranked, numbers_of(accounts, factor.column), np.nan)
        if len(values) and np.isnan(values[ranked]).all() and ranked.any():
            findings.append(
                about_table(
                    scenario, kind="no_points", severity="warning", column=factor.column,
                    what=f"{factor.column} has no number: every account counts "
                    f"{factor.missing:g} in the factor {factor.name}",
                    repair='write scale = "values" for texts',
                )
            )  # fmt: skip
        scaled = _on_scale(values, factor.scale)
    if factor.lower_is_better:
        scaled = 1.0 - scaled
    return np.where(np.isnan(scaled), factor.missing, scaled), findings


def _on_scale(values: Floats, scale: str) -> Floats:
    known = values[np.isfinite(values)]
    if not len(known):
        return values
    if scale == "rank":
        rank = pd.Series(values).rank(method="average").to_numpy(dtype=np.float64)
        # The middle of the account's own place: the lowest of n is 0.5/n, equal ones share.
        return (rank - 0.5) / len(known)
    if scale == "log":
        values, known = (np.sign(part) * np.log1p(np.abs(part)) for part in (values, known))
    low, high = float(known.min()), float(known.max())
    if high == low:
        return np.where(np.isfinite(values), 0.5, values)
    return (values - low) / (high - low)


def _tiers(
    options: Tiers, accounts: pd.DataFrame, ranked: NDArray[np.bool_]
) -> NDArray[np.object_]:
    names = np.asarray(options.names, dtype=object)
    score = accounts["score"].to_numpy(dtype=np.float64)
    out = np.full(len(accounts), "", dtype=object)
    rows = np.flatnonzero(ranked)
    if options.thresholds is not None:
        at = (score[rows][:, None] < np.asarray(options.thresholds)).sum(axis=1)
        out[rows] = names[at]
        return out
    # Rounded, so that sums that differ in the last bit are equal.
    ids = accounts["account_id"].to_numpy()[rows]
    order = rows[np.lexsort((pd.factorize(ids, sort=True)[0], -score[rows].round(12)))]
    amount = np.ones(len(order))
    if options.share_of != "accounts":
        amount = np.nan_to_num(numbers_of(accounts, options.share_of)[order])
    before = np.cumsum(amount) - amount
    share = before / max(float(amount.sum()), 1e-300)
    at = np.searchsorted(np.asarray(options.limits()), share + NONZERO, side="right")
    # Equal scores share the tier of the first of them, whatever their ids are.
    level = score[order].round(12)
    first = np.concatenate([[True], level[1:] != level[:-1]]) if len(level) else np.zeros(0, bool)
    out[order] = names[at[np.maximum.accumulate(np.where(first, np.arange(len(at)), 0))]]
    return out


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Explanation:
    """Why an account has its score.

    Parameters
    ----------
    account_id, name, tier : str
    score : float
        0 to 1, the sum of the points.
    parts : DataFrame
        ``factor, column, value, scale, scaled, weight, points``, most points first.
    """

    account_id: str
    name: str
    tier: str
    score: float
    parts: pd.DataFrame

    def text(self) -> str:
        """Return the explanation for a person."""
        lines = [f"{self.account_id} {self.name}: score {self.score:.3f}, tier {self.tier}"]
        lines += [
            f"  {row['points']:.3f} = {row['weight']:g} × {row['scaled']:.3f}  {row['factor']}: "
            f"{row['column']} {row['value']} ({row['scale']})"
            for row in self.parts.to_dict("records")
        ]
        return "\n".join(lines)


def explain_score(scenario: Scenario, accounts: pd.DataFrame, account_id: str) -> Explanation:
    """Take one account's score apart.

    Parameters
    ----------
    scenario : Scenario
        With the section ``tiers`` that `accounts` were ranked by.
    accounts : DataFrame
        From `with_tiers`.
    account_id : str

    Raises
    ------
    InputError
        No account has this id, or it was not ranked.
    """
    from territory.errors import InputError
    from territory.messages import Message

    options = scenario.tiers or Tiers()
    found = accounts[accounts["account_id"] == account_id]
    if not len(found) or "score" not in accounts or np.isnan(found["score"].iloc[0]):
        ids = accounts["account_id"].astype(str).tolist()
        close = closest(account_id, ids)
        reason = "has no score" if len(found) else "is no account"
        raise InputError(
            Message(
                f"{file_of(scenario)}: {quoted(account_id)} {reason}",
                hint=f"did you mean {quoted(close[0])}?" if close and not len(found)
                else "write a section [tiers], or name another account",
            )
        )  # fmt: skip
    row = found.iloc[0]
    parts = pd.DataFrame(
        [
            {
                "factor": factor.name,
                "column": factor.column,
                "value": _shown(row[factor.column]),
                "scale": ("1 − " if factor.lower_is_better else "") + _SCALES[factor.scale],
                "scaled": row[f"score_{factor.name}"] / factor.weight if factor.weight else 0.0,
                "weight": factor.weight,
                "points": row[f"score_{factor.name}"],
            }
            for factor in options.factors
        ]
    ).sort_values(["points", "factor"], ascending=[False, True], ignore_index=True)
    return Explanation(
        account_id=account_id,
        name=str(row["name"]) if "name" in accounts else "",
        tier=str(row["tier"]),
        score=float(row["score"]),
        parts=parts,
    )


def _shown(value: object) -> str:
    if isinstance(value, float | np.floating):
        return (
            "unknown" if np.isnan(value) else f"{value:,.4g}" if value < 1000 else f"{value:,.0f}"
        )
    return quoted(str(value)) if str(value) else "unknown"
