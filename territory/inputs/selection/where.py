"""The condition of ``where = "…"``: which rows of a table are kept.

Comparisons of a column with texts and numbers, joined by ``and``, ``or``, ``not`` and brackets:
``state in ('MA', 'CT') and not (status = 'Closed' or beds < 25)``. Nothing is evaluated but that.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

import numpy as np
from numpy.typing import NDArray

from territory.arrays import Bools
from territory.inputs.sources.names import plain_name
from territory.messages import closest, quoted

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ConditionError", "rows_where"]


_TOKEN = re.compile(
    r"""\s*(?:(?P<op><>|!=|==|<=|>=|=|<|>|\(|\)|,)"""
    r"""|'(?P<single>(?:[^']|'')*)'|"(?P<double>[^"]*)"|`(?P<tick>[^`]*)`|\[(?P<square>[^\]]*)\]"""
    r"""|(?P<number>[+-]?\d+(?:\.\d+)?(?![\w.]))|(?P<word>[^\W\d][\w.]*))"""
)
_LONGEST = 5_000
_ORDERED: Mapping[str, Callable[[NDArray[np.float64], float], Bools]] = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
}


class ConditionError(Exception):
    """A condition that cannot be used; the text continues "where …"."""

    def __init__(self, what: str, hint: str = "") -> None:
        self.what, self.hint = what, hint
        super().__init__(what)


@dataclass(frozen=True, slots=True)
class _Token:
    """A word, sign or value of the condition; `kind` is op, word, text or number."""

    kind: str
    text: str


def rows_where(condition: str, columns: Mapping[str, pd.Series[str]]) -> Bools:
    """Return (n,) which rows a condition keeps.

    Parameters
    ----------
    condition : str
        See the module; texts are compared without case and blanks around them, numbers as numbers.
    columns : mapping of str to (n,) Series of str
        By our names and by the file's headers.

    Raises
    ------
    ConditionError
        It cannot be understood, or names a column that is not there.

    Examples
    --------
    >>> import pandas as pd
    >>> columns = {"state": pd.Series(["MA", "ct ", "NY"]), "beds": pd.Series(["1,200", "9", ""])}
    >>> rows_where("state in ('MA', 'CT') and beds > 9", columns).tolist()
    [True, False, False]
    """
    if len(condition) > _LONGEST:
        raise ConditionError(f"has {len(condition):,} characters; at most {_LONGEST:,} are read")
    parser = _Parser(_tokens(condition), columns)
    found = parser.either(0)
    if parser.at < len(parser.tokens):
        parser.fail("the end")
    return found


def _tokens(condition: str) -> list[_Token]:
    tokens: list[_Token] = []
    at = 0
    while condition[at:].strip():
        match = _TOKEN.match(condition, at)
        if match is None:
            raise ConditionError(
                f"cannot be understood at {quoted(condition[at : at + 20].strip())}"
            )
        at = match.end()
        kind, value = next((k, v) for k, v in match.groupdict().items() if v is not None)
        if kind in {"single", "double"}:
            tokens.append(_Token("text", value.replace("''", "'") if kind == "single" else value))
        elif kind in {"tick", "square"}:
            tokens.append(_Token("column", value))
        else:
            tokens.append(_Token(kind, value))
    return tokens


class _Parser:
    """Recursive descent over the tokens; each step returns the rows it keeps."""

    def __init__(self, tokens: list[_Token], columns: Mapping[str, pd.Series[str]]) -> None:
        self.tokens, self.columns, self.at = tokens, columns, 0

    def word(self) -> str:
        """Return the next token as a lower-case word, "" at the end and for values."""
        if self.at >= len(self.tokens) or self.tokens[self.at].kind in {"text", "number", "column"}:
            return ""
        return self.tokens[self.at].text.lower()

    def fail(self, expected: str) -> NoReturn:
        """Say what stands where something else was expected."""
        given = quoted(self.tokens[self.at].text) if self.at < len(self.tokens) else "the end"
        raise ConditionError(
            f"has {given} where {expected} was expected",
            "write it as in \"state in ('MA', 'CT') and status != 'Closed'\"",
        )

    def take(self, *words: str) -> bool:
        """Step over the next token if it is one of some words."""
        if self.word() in words:
            self.at += 1
            return True
        return False

    def either(self, depth: int) -> Bools:
        """Read conditions joined by ``or``."""
        if depth > 50:
            raise ConditionError("has more than 50 brackets in each other")
        found = self.both(depth)
        while self.take("or"):
            found = found | self.both(depth)
        return found

    def both(self, depth: int) -> Bools:
        """Read conditions joined by ``and``."""
        found = self.single(depth)
        while self.take("and"):
            found = found & self.single(depth)
        return found

    def single(self, depth: int) -> Bools:
        """Read one comparison, a bracket or a ``not``."""
        negated = False
        while self.take("not"):
            negated = not negated
        if self.take("("):
            found = self.either(depth + 1)
            if not self.take(")"):
                self.fail('")"')
            return ~found if negated else found
        found = self.comparison(self.column())
        return ~found if negated else found

    def column(self) -> pd.Series[str]:
        """Read the name of a column."""
        if self.at >= len(self.tokens) or self.tokens[self.at].kind not in {
            "word",
            "column",
            "text",
        }:
            self.fail("a column")
        name = self.tokens[self.at].text
        self.at += 1
        if name in self.columns:
            return self.columns[name].str.strip()
        plain = {plain_name(known): known for known in self.columns}
        if plain_name(name) in plain:
            return self.columns[plain[plain_name(name)]].str.strip()
        close = closest(name, list(self.columns))
        raise ConditionError(
            f"names the column {quoted(name)}, which the table does not have",
            f"did you mean {quoted(close[0])}?" if close else "",
        )

    def comparison(self, cells: pd.Series[str]) -> Bools:
        """Read what a column is compared with."""
        negated = self.take("not")
        if self.take("in"):
            found = self.among(cells)
        elif self.take("is"):
            negated = self.take("not") or negated
            if not self.take("empty", "null", "missing"):
                self.fail('"empty"')
            found = (cells == "").to_numpy(dtype=bool)
        elif self.take("contains"):
            text = self.value()
            found = cells.str.contains(text, case=False, regex=False).to_numpy(dtype=bool)
        elif self.take("=", "=="):
            found = _same(cells, self.value())
        elif self.take("!=", "<>"):
            found = ~_same(cells, self.value())
        elif self.word() in _ORDERED:
            compare = _ORDERED[self.word()]
            self.at += 1
            text = self.value()
            try:
                found = compare(_numbers(cells), float(text))
            except ValueError:
                raise ConditionError(f"compares with {quoted(text)}, which is no number") from None
        else:
            self.fail("a comparison (=, !=, <, >, in, contains, is empty)")
        return ~found if negated else found

    def among(self, cells: pd.Series[str]) -> Bools:
        """Read the list behind ``in``."""
        if not self.take("("):
            self.fail('"("')
        found = _same(cells, self.value())
        while self.take(","):
            found = found | _same(cells, self.value())
        if not self.take(")"):
            self.fail('")"')
        return found

    def value(self) -> str:
        """Read a text or a number."""
        if self.at >= len(self.tokens) or self.tokens[self.at].kind not in {"text", "number"}:
            self.fail("a text in quotes or a number")
        self.at += 1
        return self.tokens[self.at - 1].text


def _same(cells: pd.Series[str], value: str) -> Bools:
    text: Bools = (cells.str.casefold() == value.strip().casefold()).to_numpy(dtype=bool)
    try:
        number = float(value)
    except ValueError:
        return text
    return np.asarray(text | (_numbers(cells) == number), dtype=bool)


def _numbers(cells: pd.Series[str]) -> NDArray[np.float64]:
    import pandas as pd

    plain = cells.str.replace(r"[$€£,\s]", "", regex=True)
    return pd.to_numeric(plain, errors="coerce").to_numpy(dtype=np.float64)
