"""The ideal customer: what won accounts have in common, as a calibrated model that says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from territory.arrays import Floats
from territory.errors import InputError
from territory.inputs.flags import STATES, is_no, is_yes
from territory.market.customers.won import won_accounts
from territory.market.findings import file_of, numbers_of, texts_of
from territory.market.value.potential import MARKET_ROW
from territory.messages import Message, quoted
from territory.wording import LIMIT

if TYPE_CHECKING:
    from sklearn.calibration import CalibratedClassifierCV

    from territory.inputs.scenario.scenario import Scenario

__all__ = ["FEWEST", "FEWEST_PER_COLUMN", "Profile", "fit_profile"]


FEWEST = 40
"""Fewest won and fewest lost accounts: fewer give an AUC whose interval says nothing."""

FEWEST_PER_COLUMN = 10
"""Fewest accounts of the rarer outcome for each column of the model."""

THIN = 20
"""Accounts of a group below which what it says comes last, and says so."""

TOP = 0.2
"""Share of the accounts, the likeliest first, whose lift is told."""

_FOLDS = 5
_TOLD = ("feature", "words", "odds_ratio", "odds_low", "odds_high", "n")
_MOST_TEXTS = 8
_WON, _LOST = frozenset({"won", "customer"}), frozenset({"lost"})
_KNOWN_AFTERWARDS = {
    *("revenue_usd", "tenure_y", "penetration", "trend", "profile", "score", "tier", "segment"),
    *("current_territory_id", "territory_id", "rep_id"),
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Profile:
    """What won accounts have in common, or why that cannot be said.

    Parameters
    ----------
    n_won, n_lost : int
        Accounts with each outcome.
    asked : bool
        Whether an outcome column says who was lost; else the others are non-customers.
    refused : str or None
        Why there is no model; all that follows is empty then.
    auc, auc_low, auc_high : float
        Area under the curve of predictions for accounts that the model had not seen (5 folds),
        with a 95 % interval.
    lift : float
        Share of won among the likeliest fifth ÷ share of won among all, not seen either.
    brier : float
        Mean squared error of those probabilities; lower is better.
    calibration : DataFrame
        By fifths of the predictions: ``predicted, observed, n``.
    coefficients : DataFrame
        ``feature, words, odds_ratio, odds_low, odds_high`` (95 % interval), ``n`` (accounts of the
        group, of its smaller side): those whose interval leaves 1 out first, the strongest first;
        groups of fewer than `THIN` accounts last.
    probability : (n,) float64
        Of each account, also of those without an outcome; missing for rows of the units table.
    """

    n_won: int
    n_lost: int
    asked: bool
    refused: str | None
    auc: float
    auc_low: float
    auc_high: float
    lift: float
    brier: float
    calibration: pd.DataFrame
    coefficients: pd.DataFrame
    probability: Floats

    def text(self) -> str:
        """Return the profile for a person."""
        if self.refused is not None:
            return f"no customer profile: {self.refused}"
        others = "lost" if self.asked else "not customers (they may never have been asked)"
        won = "won" if self.asked else "customers"
        lines = [
            f"{self.n_won:,} {won}, {self.n_lost:,} {others}; AUC {self.auc:.2f} "
            f"({self.auc_low:.2f} to {self.auc_high:.2f}), lift of the best fifth {self.lift:.2f}, "
            "from 5-fold cross-validation"
        ]
        if self.auc_low <= 0.5:
            apart = "won from lost" if self.asked else "customers from others"
            lines.append(f"the interval reaches 0.5: these features do not tell {apart}")
        return "\n".join([*lines, *(f"  {words}" for words in self.coefficients["words"])])


def fit_profile(
    scenario: Scenario, accounts: pd.DataFrame, history: pd.DataFrame | None
) -> Profile:
    """Fit the ideal customer's model of ``tiers.profile``.

    Won are the accounts that the outcome column says so of, or, without one, those with revenue
    in the history; the others are lost (they may never have been asked: then the model tells
    customers from others, not wins from losses). Refused with a reason where either outcome has
    fewer than `FEWEST` accounts, or fewer than `FEWEST_PER_COLUMN` for each column of the model.

    Parameters
    ----------
    scenario : Scenario
        Its seed (``solve.seed``) deals the folds.
    accounts : DataFrame, n rows
        With the features' columns: numbers are standardised (missing ones take the median and a
        column of their own says so), texts become columns for the eight commonest.
    history : DataFrame or None

    Raises
    ------
    InputError
        There is no [tiers.profile], a feature is absent or known only after a sale.

    Notes
    -----
    Logistic regression, calibrated by Platt's method on the folds' held-out predictions. The
    interval of the AUC is Hanley and McNeil's.

    References
    ----------
    Peduzzi et al. 1996, events per variable in logistic regression,
    doi:10.1016/S0895-4356(96)00236-3. Hanley and McNeil 1982, the area under a ROC curve,
    doi:10.1148/radiology.143.1.7063747.
    """
    options = scenario.tiers.profile if scenario.tiers else None
    if options is None:
        raise InputError(
            Message(
                f"{scenario.display}: there is no [tiers.profile]",
                hint='write features = ["type", "gpo"] under [tiers.profile]',
            )
        )
    _refuse_features(scenario, accounts, options.features, options.outcome)
    own = (accounts["type"] != MARKET_ROW).to_numpy(dtype=bool)
    won, judged = _outcomes(accounts, history, options.outcome)
    judged = judged & own
    n_won, n_lost = int((won & judged).sum()), int((~won & judged).sum())
    matrix, names, words = _matrix(accounts, options.features, judged)
    least = max(FEWEST, FEWEST_PER_COLUMN * matrix.shape[1])
    if min(n_won, n_lost) < least:
        return _refusal(
            len(accounts), n_won, n_lost,
            f"history is too thin: {n_won:,} {'won' if options.outcome else 'customers'} and "
            f"{n_lost:,} {'lost' if options.outcome else 'that buy nothing'}; "
            f"{matrix.shape[1]} columns of the model need at least {least} of each "
            f"({FEWEST}, and {FEWEST_PER_COLUMN} a column)",
        )  # fmt: skip
    fitted = _fitted(
        scenario, matrix, names, words, won, judged, own,
        event="won" if options.outcome is not None else "a customer",
    )  # fmt: skip
    return replace(fitted, asked=options.outcome is not None)


def _fitted(
    scenario: Scenario,
    matrix: Floats,
    names: Sequence[str],
    words: Sequence[str],
    won: NDArray[np.bool_],
    judged: NDArray[np.bool_],
    own: NDArray[np.bool_],
    *,
    event: str,
) -> Profile:
    try:
        from sklearn.calibration import CalibratedClassifierCV
        from sklearn.linear_model import LogisticRegression
        from sklearn.metrics import brier_score_loss, roc_auc_score
        from sklearn.model_selection import StratifiedKFold, cross_val_predict
    except ImportError:
        raise InputError(
            Message(
                "[tiers.profile] learns from history with scikit-learn, which is not installed",
                hint="pip install 'territory-design[profile]', or take [tiers.profile] out",
            )
        ) from None
    x, y = matrix[judged], won[judged].astype(int)
    seed = int(scenario.solve.seed) % 2**32
    folds = StratifiedKFold(_FOLDS, shuffle=True, random_state=seed)
    plain = LogisticRegression(max_iter=2_000)
    model = CalibratedClassifierCV(plain, method="sigmoid", cv=folds, ensemble=False)
    unseen = cross_val_predict(model, x, y, cv=folds, method="predict_proba")[:, 1]
    auc = float(roc_auc_score(y, unseen))
    n_won, n_lost = int(y.sum()), int((1 - y).sum())
    low, high = _auc_interval(auc, n_won, n_lost)
    order = np.argsort(-unseen, kind="stable")
    top = order[: max(1, round(TOP * len(y)))]
    plain = LogisticRegression(max_iter=2_000).fit(x, y)
    probability = np.full(len(matrix), np.nan)
    probability[own] = model.fit(x, y).predict_proba(matrix[own])[:, 1]
    return Profile(
        n_won=n_won,
        n_lost=n_lost,
        asked=True,
        refused=None,
        auc=auc,
        auc_low=low,
        auc_high=high,
        lift=float(y[top].mean() / y.mean()),
        brier=float(brier_score_loss(y, unseen)),
        calibration=_calibration(unseen, y),
        coefficients=_coefficients(
            plain.coef_[0], _errors(plain, x), names, words, _smaller(x), event
        ),
        probability=probability,
    )


def _refuse_features(
    scenario: Scenario, accounts: pd.DataFrame, features: Sequence[str], outcome: str | None
) -> None:
    messages = []
    for at, name in enumerate(features, start=1):
        where = f"{scenario.display}: tiers.profile.features entry {at} is {quoted(name)}"
        if name in _KNOWN_AFTERWARDS or name == outcome:
            messages.append(
                Message(f"{where}, which is known only after a sale: it would tell the outcome",
                        hint="name what is known of a prospect, such as type, beds, gpo")
            )  # fmt: skip
        elif name not in accounts:
            messages.append(
                Message(f"{where}, and {file_of(scenario)} has no such column",
                        hint="name a column of the accounts table")
            )  # fmt: skip
    if outcome is not None and outcome not in accounts:
        messages.append(
            Message(
                f"{scenario.display}: tiers.profile.outcome is {quoted(outcome)}, and "
                f"{file_of(scenario)} has no such column",
                hint="name a column of won and lost, or leave it out: the history decides",
            )
        )
    if messages:
        raise InputError(*messages)


def _outcomes(
    accounts: pd.DataFrame, history: pd.DataFrame | None, outcome: str | None
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return (n,) who was won, and (n,) whose outcome is known."""
    if outcome is not None:
        said = texts_of(accounts, outcome).str.lower()
        plain = ~said.isin(STATES) & said.ne("")
        won = said.isin(_WON) | (plain & is_yes(said))
        lost = said.isin(_LOST) | (plain & is_no(said))
        return won.to_numpy(dtype=bool), (won | lost).to_numpy(dtype=bool)
    if history is None or not len(history):
        nobody = np.zeros(len(accounts), dtype=bool)
        return nobody, nobody.copy()
    return won_accounts(accounts, history), np.ones(len(accounts), dtype=bool)


def _matrix(
    accounts: pd.DataFrame, features: Sequence[str], judged: NDArray[np.bool_]
) -> tuple[Floats, list[str], list[str]]:
    """Return the model's (n, c) columns, their features, and what each compares in words."""
    columns: list[Floats] = []
    names: list[str] = []
    words: list[str] = []
    for name in features:
        values = numbers_of(accounts, name)
        text = texts_of(accounts, name)
        numeric = np.isfinite(values[judged]).sum() > 0.5 * (text[judged] != "").sum()
        if numeric and np.isfinite(values[judged]).any():
            known = values[judged & np.isfinite(values)]
            middle, spread = float(np.median(known)), float(known.std())
            if spread > 0:
                columns.append((np.where(np.isfinite(values), values, middle) - middle) / spread)
                names.append(name)
                words.append(f"each {spread:,.3g} more {name}")
            missing = ~np.isfinite(values)
            if 0 < missing[judged].sum() < judged.sum():
                columns.append(missing.astype(np.float64))
                names.append(name)
                words.append(f"{name} unknown rather than known")
            continue
        counts = text[judged].value_counts()
        levels = sorted(counts.index.tolist(), key=lambda level: (-counts[level], level))
        base, others = levels[0], levels[1:_MOST_TEXTS]
        shown = {level: level or "unknown" for level in levels}
        for level in others:
            columns.append((text == level).to_numpy(dtype=np.float64))
            names.append(name)
            words.append(f"{name} {shown[level]} rather than {shown[base]}")
        if len(levels) > _MOST_TEXTS:
            rest = ~text.isin([base, *others]).to_numpy(dtype=bool)
            columns.append(rest.astype(np.float64))
            names.append(name)
            words.append(f"another {name} rather than {shown[base]}")
    matrix = np.column_stack(columns) if columns else np.zeros((len(accounts), 0))
    return matrix, names, words


def _errors(model: CalibratedClassifierCV, x: Floats) -> Floats:
    """Return (c,) standard errors of the weights: the inverse of the penalised information."""
    chance = model.predict_proba(x)[:, 1]
    full = np.column_stack([x, np.ones(len(x))])
    information = (full * (chance * (1.0 - chance))[:, None]).T @ full
    information += np.diag([*np.ones(x.shape[1]), LIMIT])
    return np.asarray(np.sqrt(np.diag(np.linalg.inv(information)))[:-1])


def _smaller(x: Floats) -> NDArray[np.int_]:
    """Return (c,) accounts on the smaller side of each yes-or-no column; all of a number's."""
    yes = ((x == 0.0) | (x == 1.0)).all(axis=0)
    ones = (x == 1.0).sum(axis=0)
    return np.asarray(np.where(yes, np.minimum(ones, len(x) - ones), len(x)), dtype=np.int_)


def _coefficients(
    weights: Floats,
    errors: Floats,
    names: Sequence[str],
    words: Sequence[str],
    sizes: NDArray[np.int_],
    event: str,
) -> pd.DataFrame:
    """Return odds ratios with 95 % intervals: those that leave 1 out first, the strongest first.

    What rests on few accounts comes last, whatever its strength.
    """
    rows = []
    for weight, error, name, word, size in zip(
        weights.tolist(), errors.tolist(), names, words, sizes.tolist(), strict=True
    ):
        ratio = float(np.exp(weight))
        low, high = float(np.exp(weight - 1.96 * error)), float(np.exp(weight + 1.96 * error))
        if abs(weight) < 0.02:
            said = f"{word}: no difference"
        elif ratio >= 2.0:
            said = f"{word}: the odds of being {event} are {ratio:.1f} times as high"
        else:
            change = "rise" if weight > 0 else "fall"
            said = f"{word}: the odds of being {event} {change} by {100 * abs(ratio - 1):.0f} %"
        shown = not low <= 1.0 <= high
        said += f" (95 % interval of the odds ratio {low:.2f} to {high:.2f}"
        thin = size < THIN
        said += ")" if shown else "; not shown)"
        said += f"; rests on {size:,} accounts only" if thin else ""
        rows.append((name, said, ratio, low, high, size, thin, not shown, abs(weight)))
    columns = [*_TOLD, "thin", "unsure", "strength"]
    frame = pd.DataFrame(rows, columns=pd.Index(columns))
    order = ["thin", "unsure", "strength", "words"]
    frame = frame.sort_values(order, ascending=[True, True, False, True], ignore_index=True)
    return frame.drop(columns=["thin", "unsure", "strength"])


def _calibration(predicted: Floats, y: NDArray[np.int_]) -> pd.DataFrame:
    order = np.argsort(predicted, kind="stable")
    parts = np.array_split(order, 5)
    return pd.DataFrame(
        {
            "predicted": [float(predicted[part].mean()) for part in parts],
            "observed": [float(y[part].mean()) for part in parts],
            "n": [len(part) for part in parts],
        }
    )


def _auc_interval(auc: float, n_won: int, n_lost: int) -> tuple[float, float]:
    """Return the 95 % interval of an AUC."""
    q1, q2 = auc / (2 - auc), 2 * auc**2 / (1 + auc)
    variance = (
        auc * (1 - auc) + (n_won - 1) * (q1 - auc**2) + (n_lost - 1) * (q2 - auc**2)
    ) / (n_won * n_lost)  # fmt: skip
    wide = 1.96 * float(np.sqrt(max(variance, 0.0)))
    return max(0.0, auc - wide), min(1.0, auc + wide)


def _refusal(n: int, n_won: int, n_lost: int, reason: str) -> Profile:
    nothing = float("nan")
    return Profile(
        n_won=n_won, n_lost=n_lost, asked=True, refused=reason, auc=nothing, auc_low=nothing,
        auc_high=nothing, lift=nothing, brier=nothing,
        calibration=pd.DataFrame(columns=pd.Index(["predicted", "observed", "n"])),
        coefficients=pd.DataFrame(columns=pd.Index([*_TOLD])),
        probability=np.full(n, np.nan),
    )  # fmt: skip
