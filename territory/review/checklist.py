"""The checklist: is a plan balanced, is it clear, is it aligned, and may it be rolled out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from territory.currency import speaks
from territory.messages import counted
from territory.review.figures import plan_figures, territory_figures
from territory.review.questions.aligned import aligned_checks
from territory.review.questions.balanced import balanced_checks
from territory.review.questions.check import Check, Question
from territory.review.questions.clear import clear_checks

if TYPE_CHECKING:
    import pandas as pd

    from territory.plan import Plan

__all__ = ["QUESTIONS", "Answer", "Check", "Checklist", "checklist"]

Verdict = Literal["yes", "yes, but", "no"]

QUESTIONS: Mapping[Question, str] = {
    "balanced": "Is it balanced?",
    "clear": "Is it clear?",
    "aligned": "Is it aligned?",
}
"""The questions in their order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The answer to one question."""

    question: Question
    passed: bool | None
    checks: tuple[Check, ...]

    @property
    def words(self) -> str:
        """The answer in a sentence."""
        failed = [check for check in self.checks if check.passed is False]
        known = [check for check in self.checks if check.passed is not None]
        if failed:
            return f"No: {len(failed)} of {counted(len(known), 'check')} failed."
        if not known:
            if any(check.mark == "not judged" for check in self.checks):
                return "Not judged: there is one territory."
            return "Not known: the plan has no data to tell."
        marks = [check.mark for check in self.checks]
        unknown, alone = marks.count("not known"), marks.count("not judged")
        less = [f"{counted(unknown, 'check')} without data"] if unknown else []
        less += [f"{alone:,} not judged: one territory"] if alone else []
        rest = f" ({', '.join(less)})" if less else ""
        return f"Yes: {counted(len(known), 'check')} passed{rest}."


@dataclass(frozen=True, slots=True, kw_only=True)
class Checklist:
    """All answers and the verdict.

    Attributes
    ----------
    answers : tuple of Answer
        In the order of `QUESTIONS`.
    verdict : {"yes", "yes, but", "no"}
        ``no`` where a hard check fails, ``yes, but`` where another one does.
    """

    answers: tuple[Answer, ...]
    verdict: Verdict

    @property
    def checks(self) -> tuple[Check, ...]:
        """All checks."""
        return tuple(check for answer in self.answers for check in answer.checks)

    @property
    def words(self) -> str:
        """The verdict in a sentence or two."""
        failed = [check for check in self.checks if check.passed is False]
        if self.verdict == "yes":
            return "Yes, roll it out: every check that the data allow is passed."
        if self.verdict == "no":
            return f"No, do not roll it out. {_listed(c for c in failed if c.hard)}"
        return f"Not as it stands, unless this is accepted first. {_listed(failed)}"

    def to_frame(self) -> pd.DataFrame:
        """Return one row a check: question, what, passed (in words), found, evidence."""
        import pandas as pd

        return pd.DataFrame(
            [
                {
                    "question": QUESTIONS[check.question],
                    "check": check.what,
                    "passed": check.mark,
                    "found": check.found,
                    "must": "must" if check.hard else "should",
                    "evidence": "; ".join(check.evidence),
                }
                for check in self.checks
            ]
        )


@speaks
def checklist(plan: Plan) -> Checklist:
    """Judge a plan by the thresholds of its scenario's section ``review``.

    Parameters
    ----------
    plan : Plan
        Where it was read from a folder of an earlier version, the default thresholds are taken.

    Returns
    -------
    Checklist
    """
    from territory.inputs.scenario.review import ReviewKeys

    fields = ReviewKeys.model_fields
    given = plan.record.review
    keys = ReviewKeys.model_validate({name: given[name] for name in fields if name in given})
    frame, whole = territory_figures(plan), plan_figures(plan).set_index("figure")
    asked = [
        *balanced_checks(plan, frame, keys),
        *clear_checks(plan, frame, whole, keys),
        *aligned_checks(plan, frame, keys),
    ]
    checks = [check.of(len(plan.territories)) for check in asked]
    answers = []
    for question in QUESTIONS:
        own = tuple(check for check in checks if check.question == question)
        known = [check.passed for check in own if check.passed is not None]
        answers.append(Answer(question=question, passed=all(known) if known else None, checks=own))
    failed = [check for check in checks if check.passed is False]
    verdict: Verdict = "no" if any(c.hard for c in failed) else "yes, but" if failed else "yes"
    return Checklist(answers=tuple(answers), verdict=verdict)


def _listed(checks: Iterable[Check]) -> str:
    return " ".join(f"Asked: {_lower(check.what)}; found: {check.found}." for check in checks)


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
