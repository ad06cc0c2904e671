"""The record of a review, ``reviews/2027Q1.toml``: people decide in it, programs read it."""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from territory.errors import InputError
from territory.messages import Message, counted, quoted

__all__ = [
    "Item",
    "Review",
    "closed_text",
    "names_of",
    "read_review",
    "read_reviews",
    "review_name",
    "still_open",
    "text_of",
]

_NAME = re.compile(r"(\d{4})-?[Qq]([1-4])")
_ENDINGS = ("decision", "action", "escalation")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One red item and how it ends.

    Attributes
    ----------
    key : str
        Under which the next review finds it.
    kind : {"figure", "signal"}
    indicator, level, place : str
    answers : str
        Level that answers: rep, district, region, company.
    value, noise : float
        The figure, and half its interval.
    evidence : tuple of str
    decision, action, escalation : str
        How it ends; one of them must be written before the review closes.
    owner, due : str
        Of the action.
    done : bool
    """

    key: str
    kind: str
    indicator: str
    level: str
    place: str
    answers: str
    value: float
    noise: float
    evidence: tuple[str, ...]
    decision: str = ""
    action: str = ""
    escalation: str = ""
    owner: str = ""
    due: str = ""
    done: bool = False

    @property
    def words(self) -> str:
        """How it ended, in words."""
        return str(getattr(self, self.ending)) if self.ending else ""

    @property
    def ending(self) -> str:
        """Which of decision, action and escalation it ended in; "" while in none."""
        return next((name for name in _ENDINGS if getattr(self, name).strip()), "")

    def missing(self) -> str:
        """Say what an item lacks to be closed; "" when nothing."""
        if not self.ending:
            return "ends in nothing: write decision, action or escalation"
        if self.action.strip():
            if not self.owner.strip():
                return "its action has no owner"
            if not _is_day(self.due):
                return f"its action is due {quoted(self.due)}; expected a day as in 2027-05-15"
        if self.escalation.strip() and self.answers == "company":
            return "the company is the highest level: it decides or acts"
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """One review: its quarter, the day it looks at, open or closed, its items.

    ``opened_with`` are level and key of the items that it was opened with, () in older files.
    """

    quarter: str
    as_of: str
    closed_on: str
    items: tuple[Item, ...]
    opened_with: tuple[str, ...] = ()

    @property
    def closed(self) -> bool:
        """Whether it has been closed."""
        return bool(self.closed_on)


def review_name(text: str) -> str:
    """Return a quarter as files are called.

    Raises
    ------
    InputError
        It is no quarter.

    Examples
    --------
    >>> review_name("2027-Q1"), review_name("2027q1")
    ('2027Q1', '2027Q1')
    """
    match = _NAME.fullmatch(text.strip())
    if match is None:
        raise InputError(Message(f"{quoted(text)} is no quarter", hint="write 2027Q1"))
    return f"{match[1]}Q{match[2]}"


def text_of(review: Review) -> str:
    """Return a review as TOML that a person fills in."""
    lines = [
        f"# Review {review.quarter}. Every item ends in a decision, an action (owner, due) or an",
        "# escalation; `territory review PLAN --close` refuses while one ends in nothing.",
        f"quarter = {_quote(review.quarter)}",
        f"as_of = {_quote(review.as_of)}",
        f"closed_on = {_quote(review.closed_on)}",
        "# What it was opened with: none of it may be missing when it is closed.",
        "opened_with = [",
        *(f"    {_quote(name)}," for name in review.opened_with),
        "]",
    ]
    for item in review.items:
        lines += ["", "[[item]]"]
        names = ("key", "kind", "indicator", "level", "place", "answers")
        lines += [f"{name} = {_quote(getattr(item, name))}" for name in names]
        lines += [f"value = {_number(item.value)}", f"noise = {_number(item.noise)}"]
        lines.append(f"evidence = [{', '.join(_quote(each) for each in item.evidence)}]")
        lines += [f"{name} = {_quote(getattr(item, name))}" for name in (*_ENDINGS, "owner", "due")]
        lines.append(f"done = {'true' if item.done else 'false'}")
    return "\n".join(lines) + "\n"


def names_of(items: Iterable[Item]) -> tuple[str, ...]:
    """Return level and key of items, by which none can be lost."""
    return tuple(f"{item.level} {item.key}" for item in items)


def _quote(text: str) -> str:
    """Return a TOML string: control characters and quotes are escaped."""
    out = []
    for character in text:
        if character in {'"', "\\"}:
            out.append(f"\\{character}")
        elif ord(character) < 32 or ord(character) == 127:
            out.append(f"\\u{ord(character):04x}")
        else:
            out.append(character)
    return f'"{"".join(out)}"'


def _number(value: float) -> str:
    return "nan" if value != value else f"{float(value)!r}"  # noqa: PLR0124 - NaN only


def read_review(path: Path) -> Review:
    """Read a review that people wrote into.

    Raises
    ------
    InputError
        It is no TOML, or keys are missing, unknown or of the wrong type; all are named.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(
            Message(
                f"there is no review {path}",
                hint=f"open it first: territory review PLAN --open {path.stem} …",
            )
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(
            Message(f"{path}: {error}", hint="texts stand in quotes, one key a line")
        ) from error
    wrong: list[tuple[str, ...]] = []
    items = tuple(
        item
        for at, row in enumerate(data.get("item", []))
        if (item := _item(row, f"item {at + 1}", wrong)) is not None
    )
    names = [(item.key, item.level) for item in items]
    wrong += [
        (f"item {at + 1}", name[0], "stands there twice: one item ends once")
        for at, name in enumerate(names)
        if name in names[:at]
    ]
    needed = ("quarter", "as_of")
    wrong += [(str(path), f"{n} is missing") for n in needed if not isinstance(data.get(n), str)]
    closed, begun = data.get("closed_on", ""), data.get("opened_with", [])
    if not isinstance(begun, list) or not all(isinstance(each, str) for each in begun):
        wrong.append((str(path), "opened_with is no list of texts"))
    if wrong:
        raise InputError(
            Message(f"{path}: {counted(len(wrong), 'key')} cannot be read", evidence=tuple(wrong))
        )
    return Review(
        quarter=str(data["quarter"]),
        as_of=str(data["as_of"]),
        closed_on=str(closed),
        items=items,
        opened_with=tuple(begun),
    )


def _item(row: object, where: str, wrong: list[tuple[str, ...]]) -> Item | None:
    if not isinstance(row, dict):
        wrong.append((where, "is no table"))
        return None
    kinds: dict[str, type | tuple[type, ...]] = {
        **dict.fromkeys(("key", "kind", "indicator", "level", "place", "answers"), str),
        **dict.fromkeys((*_ENDINGS, "owner"), str),
        "due": (str, datetime.date),
        "value": (float, int),
        "noise": (float, int),
        "evidence": list,
        "done": bool,
    }
    count = len(wrong)
    for name, value in row.items():
        if name not in kinds:
            wrong.append((where, str(row.get("key", "")), f"unknown key {quoted(str(name))}"))
        elif not isinstance(value, kinds[name]):
            wrong.append((where, str(row.get("key", "")), f"{name} is {quoted(value)}"))
    needed = ("key", "kind", "indicator", "level", "place", "answers", "value")
    wrong += [(where, f"{name} is missing") for name in needed if name not in row]
    if len(wrong) > count:
        return None
    key = ":".join((row["kind"], row["indicator"], row["place"]))
    if row["key"] != key:
        wrong.append((where, row["key"], f"key of no item; kind, indicator and place say {key}"))
        return None
    return Item(
        **{
            **row,
            "value": float(row["value"]),
            "noise": float(row.get("noise", 0.0)),
            "evidence": tuple(str(each) for each in row.get("evidence", [])),
            "due": str(row.get("due", "")),
        }
    )


def still_open(folder: Path, *, before: str) -> list[str]:
    """Return the quarters before one whose reviews are not closed, oldest first."""
    paths = sorted(folder.glob("[0-9][0-9][0-9][0-9]Q[1-4].toml"))
    return [path.stem for path in paths if path.stem < before and not read_review(path).closed]


def read_reviews(folder: Path, *, before: str, also_open: bool = False) -> list[Review]:
    """Return the closed reviews before a quarter, oldest first; with ``also_open`` all of them."""
    out = []
    for path in sorted(folder.glob("[0-9][0-9][0-9][0-9]Q[1-4].toml")):
        if path.stem < before:
            review = read_review(path)
            if review.closed or also_open:
                out.append(review)
    return out


def closed_text(review: Review, path: Path, today: datetime.date) -> str:
    """Return the file's text as closed; refuse while an item ends in nothing, or a second time.

    Only the day of closing is written: what people wrote beside, comments too, stays as it is.

    Raises
    ------
    InputError
        Items are listed with what they lack.
    """
    if review.closed:
        raise InputError(
            Message(
                f"{path} was closed on {review.closed_on}",
                hint="open the next quarter; what was decided is not decided again",
            )
        )
    if _is_day(review.as_of) and today < datetime.date.fromisoformat(review.as_of):
        raise InputError(
            Message(
                f"{path} looks at {review.as_of} and cannot be closed on {today}, before that",
                hint="write the day of the review: --on",
            )
        )
    there = set(names_of(review.items))
    gone = [(name,) for name in review.opened_with if name not in there]
    if gone:
        raise InputError(
            Message(
                f"{path} cannot be closed: {counted(len(gone), 'item')} that it was opened with "
                f"{'is' if len(gone) == 1 else 'are'} not there any more",
                evidence=tuple(gone),
                hint="put them back; what nothing is to be done about ends in a decision that "
                "says so",
            )
        )
    open_items = [(item.key, lack) for item in review.items if (lack := item.missing())]
    if open_items:
        raise InputError(
            Message(
                f"{path} cannot be closed: {counted(len(open_items), 'item')} of "
                f"{len(review.items)} not ended",
                evidence=tuple(open_items),
                hint="write decision, action with owner and due, or escalation for each",
            )
        )
    head, mark, items = path.read_text(encoding="utf-8").partition("[[item]]")
    line = f"closed_on = {_quote(today.isoformat())}"
    head, found = re.subn(r"(?m)^[ \t]*closed_on[ \t]*=.*$", line, head, count=1)
    return (head if found else f"{line}\n{head}") + mark + items


def _is_day(text: str) -> bool:
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return True
