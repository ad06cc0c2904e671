"""One check of a plan: what is asked, what was found, and whether it is enough."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from territory.wording import percent

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Check", "Question", "extreme", "named", "unknown", "upper", "worst"]

Question = Literal["balanced", "clear", "aligned"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was looked at.

    Attributes
    ----------
    question : Question
    what : str
        What is asked for, with its threshold.
    passed : bool or None
        None: the plan has no data to tell.
    found : str
        The figure that decides, with the territory it is about.
    evidence : tuple of str
        What else a reader needs, such as the binding rule of a territory that is outside.
    hard : bool
        Whether a plan that fails it must not be rolled out.
    compares : bool
        Whether it holds territories against each other: of one alone it cannot fail.
    """

    question: Question
    what: str
    passed: bool | None
    found: str
    evidence: tuple[str, ...] = ()
    hard: bool = False
    compares: bool = False

    @property
    def mark(self) -> str:
        """The answer in a word or two: yes, no, not known, not judged."""
        if self.passed is None:
            return "not judged" if self.found == _ALONE else "not known"
        return "yes" if self.passed else "no"

    def of(self, n_territories: int) -> Check:
        """Return the check of a plan with so many territories: unjudged where it cannot fail."""
        if n_territories > 1 or not self.compares or self.passed is None:
            return self
        return replace(self, passed=None, found=_ALONE, evidence=())


_ALONE = "not judged: there is one territory, which has all of it"


def worst(
    question: Question,
    what: str,
    frame: pd.DataFrame,
    name: str,
    *,
    least: float = -math.inf,
    most: float = math.inf,
) -> Check:
    """Judge every territory's figure by a limit; the worst one is named."""
    value = frame[name].astype(float)
    if value.isna().all():
        return unknown(question, what, "it cannot be measured here")
    wrong = frame[(value < least) | (value > most)]
    at, value_there = extreme(frame, name, lowest=math.isfinite(least))
    shown = percent(value_there) if name.endswith("_share") else f"{value_there:.2f}"
    return Check(
        question=question,
        what=what,
        passed=wrong.empty,
        found=f"worst {at}, {shown}",
        evidence=named(wrong, name),
    )


def extreme(frame: pd.DataFrame, name: str, *, lowest: bool) -> tuple[str, float]:
    """Return the territory with the lowest or highest value, and the value."""
    value = frame[name].to_numpy(dtype=np.float64)
    at = int(np.nanargmin(value) if lowest else np.nanargmax(value))
    return str(frame["territory_id"].iloc[at]), float(value[at])


def named(wrong: pd.DataFrame, name: str) -> tuple[str, ...]:
    """Return the territories of some rows with their figure, as evidence."""
    shares: Sequence[str] = ("utilisation", "travel_share", "probability")
    return tuple(
        f"{row['territory_id']} "
        + (percent(row[name], 0) if name in shares else f"{row[name]:.2f}")
        for row in wrong.to_dict("records")
    )


def unknown(question: Question, what: str, why: str) -> Check:
    """Return the check of a plan that has no data to tell."""
    return Check(question=question, what=upper(what), passed=None, found=f"not known: {why}")


def upper(text: str) -> str:
    """Return a text that begins with a capital."""
    return text[:1].upper() + text[1:]
