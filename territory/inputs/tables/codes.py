"""Read ZIP, county, CCN and NPI codes: text with its leading zeros, each checked."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from territory.inputs.findings.rows import Issue, issue_of
from territory.inputs.numbers.values import MISSING_MARKS
from territory.messages import Severity

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["CODE_READERS", "Verdict", "is_american", "known_zips", "luhn_valid", "read_codes"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a cell means: the code to use ("" for none) and what there is to say."""

    code: str
    severity: Severity | None = None
    kind: str = ""
    what: str = ""
    repair: str = ""


_CCN = r"\d{2}[0-9A-Z]\d{2}[0-9A-Z]|\d{2}[A-Z]\d{7}"
_NPI = r"[12]\d{9}"

_UNITED_STATES = frozenset(
    {"us", "usa", "united states", "united states of america", "u s", "u s a", "pr", "puerto rico"}
)

_Reader = Callable[[str, bool, bool], Verdict]


def is_american(country: pd.Series[str], *, at_home: bool) -> NDArray[np.bool_]:
    """Tell the rows, (n,), of the United States: by their country, else by `at_home`."""
    plain = country.fillna("").str.lower().str.replace(r"[^a-z]+", " ", regex=True).str.strip()
    return np.where(plain == "", at_home, plain.isin(_UNITED_STATES)).astype(bool)


@cache
def known_zips() -> Mapping[str, tuple[str, str]]:
    """Return state and trouble ("" for a usable point) by ZIP code."""
    from geo.us.zips import zip_points

    points = zip_points()
    pairs = zip(points["state"].tolist(), points["trouble"].tolist(), strict=True)
    return MappingProxyType(dict(zip(points.index.tolist(), pairs, strict=True)))


@cache
def _usable_zips() -> NDArray[np.int64]:
    """Return the numbers of the ZIP codes that have a usable point, ascending."""
    from geo.us.zips import zip_points

    points = zip_points()
    return np.sort(points.index[points["trouble"] == ""].to_numpy(dtype=object).astype(np.int64))


def _lost_zeros(text: str, width: int, noun: str, *, stored: bool, repair: bool) -> Verdict:
    """Return the verdict on a code that is too short and all digits."""
    full = text.zfill(width)
    if stored or repair:
        return Verdict(full, "warning", "lost_zeros", f"restored to {full}")
    return Verdict(
        "",
        "error",
        "lost_zeros",
        f"{noun} have {_WORDS[width]} digits; Excel drops leading zeros",
        full,
    )


_WORDS = {5: "five", 6: "six"}


def _zip(text: str, stored: bool, repair: bool) -> Verdict:
    if re.fullmatch(r"\d{5}-?\d{4}", text):
        code, plus = text[:5], True
    elif re.fullmatch(r"\d{7,8}|\d{3,4}-\d{4}", text):
        verdict = _lost_zeros(text[:-4].rstrip("-"), 5, "ZIP codes", stored=stored, repair=repair)
        return verdict if not verdict.code else _zip_known(verdict.code, verdict)
    elif re.fullmatch(r"\d{3,4}", text):
        verdict = _lost_zeros(text, 5, "ZIP codes", stored=stored, repair=repair)
        return verdict if not verdict.code else _zip_known(verdict.code, verdict)
    elif re.fullmatch(r"\d{5}", text):
        code, plus = text, False
    else:
        return Verdict("", "error", "bad_code", "ZIP codes have five digits")
    said = Verdict(code, "info", "zip_plus_4", "the first five digits of ZIP+4 are used")
    return _zip_known(code, said if plus else Verdict(code))


def _zip_known(code: str, verdict: Verdict) -> Verdict:
    if code not in known_zips():
        return Verdict("", "error", "unknown_zip", "unknown ZIP")
    trouble = known_zips()[code][1]
    if trouble:
        return Verdict("", "error", "unknown_zip", f"ZIP without a usable point: {trouble}")
    return verdict


def _fips(text: str, stored: bool, repair: bool) -> Verdict:
    from geo.us.fips import fips_successors, fips_vintage

    verdict = Verdict(text)
    if re.fullmatch(r"\d{4}", text):
        verdict = _lost_zeros(text, 5, "county codes", stored=stored, repair=repair)
        if not verdict.code:
            return verdict
    elif not re.fullmatch(r"\d{5}", text):
        return Verdict("", "error", "bad_code", "county codes have five digits")
    reason = fips_vintage(verdict.code)
    if reason is None:
        return verdict
    successors = fips_successors(verdict.code)
    if len(successors) == 1:
        return Verdict(
            successors[0], "warning", "fips_vintage", f"{reason}; read as {successors[0]}"
        )
    known = "unknown" not in reason
    return Verdict("", "error", "fips_vintage" if known else "unknown_fips", reason)


def _ccn(text: str, stored: bool, repair: bool) -> Verdict:
    if re.fullmatch(r"\d{5}", text):
        verdict = _lost_zeros(text, 6, "CCNs", stored=stored, repair=repair)
        # A code that places nothing never stops the work.
        return verdict if verdict.code else Verdict(text, "warning", verdict.kind, verdict.what)
    if re.fullmatch(_CCN, text):
        return Verdict(text)
    what = "a CCN has six characters (or ten, for a supplier): two digits of the state first"
    return Verdict(text, "warning", "bad_code", what)


def _npi(text: str, stored: bool, repair: bool) -> Verdict:
    del stored, repair
    what = "an NPI has ten digits, the first 1 or 2"
    return Verdict(text, "warning", "bad_code", what)


CODE_READERS: Mapping[str, _Reader] = MappingProxyType(
    {"zip": _zip, "fips": _fips, "ccn": _ccn, "npi": _npi}
)


def luhn_valid(digits: str) -> bool:
    """Return whether the last of some digits is their Luhn check digit.

    An NPI is checked with 80840 in front of it.

    Examples
    --------
    >>> luhn_valid("80840" + "1234567893"), luhn_valid("80840" + "1234567890")
    (True, False)
    """
    total = 0
    for at, digit in enumerate(reversed(digits)):
        number = int(digit) * (2 if at % 2 else 1)
        total += number - 9 if number > 9 else number
    return total % 10 == 0


def read_codes(
    text: pd.Series[str],
    column: str,
    kind: str,
    *,
    stored: NDArray[np.bool_] | None = None,
    repair: bool = False,
) -> tuple[pd.Series[str], list[Issue]]:
    """Read a column of codes; each distinct text is judged once.

    Parameters
    ----------
    text : (n,) Series of str
        Cells as they stand in the file.
    column : str
        Our name.
    kind : {"zip", "fips", "ccn", "npi"}
        Which code.
    stored : (n,) bool, optional
        Cells that the file stores as numbers: their leading zeros are restored and reported.
    repair : bool
        Whether to restore the leading zeros of text too.

    Returns
    -------
    codes : (n,) Series of str
        Usable codes, "" elsewhere.
    issues : list of Issue
        What there is to say; errors may weigh less where there is another place.
    """
    import pandas as pd

    bare = text.str.strip()
    as_number = np.zeros(len(bare), dtype=bool) if stored is None else stored
    # Codes that differ in every row are judged in bulk; only the odd ones one by one.
    good, issues = _in_bulk(text, bare, column, kind)
    groups, distinct = pd.factorize(bare.where(~as_number, "\x00" + bare).where(~good, ""))
    verdicts = [_judged(str(value), CODE_READERS[kind], repair) for value in distinct]
    found = np.asarray([*(verdict.code for verdict in verdicts), ""], dtype=object)[groups]
    codes = pd.Series(np.where(good, bare, found), index=text.index, dtype="str")
    kinds = sorted({(v.severity, v.kind) for v in verdicts if v.severity is not None})
    for severity, problem in kinds:
        told = np.asarray([(v.severity, v.kind) == (severity, problem) for v in verdicts])
        rows = np.flatnonzero(told[groups])
        chosen = [verdicts[group] for group in groups[rows]]
        issues.append(
            Issue(
                severity=severity,
                kind=problem,
                column=column,
                rows=rows,
                values=[str(value) for value in text.iloc[rows].tolist()],
                whats=[verdict.what for verdict in chosen],
                repairs=[verdict.repair for verdict in chosen],
            )
        )
    return codes, issues


def _in_bulk(
    text: pd.Series[str], bare: pd.Series[str], column: str, kind: str
) -> tuple[NDArray[np.bool_], list[Issue]]:
    """Return (n,) the codes that need no word, and the NPIs whose check digit is wrong."""
    if kind == "zip":
        return _plain_zips(bare), []
    if kind not in {"ccn", "npi"}:
        return np.zeros(len(bare), dtype=bool), []
    formed = bare.str.fullmatch(_CCN if kind == "ccn" else _NPI).to_numpy(dtype=bool)
    if kind == "ccn":
        return formed, []
    digits = bare.to_numpy(dtype=object)[formed].astype("S10").view(np.uint8).reshape(-1, 10)
    doubled = (digits.astype(np.int64) - ord("0")) * np.array([2, 1] * 5)
    wrong = formed.copy()
    # The prefix 80840 adds 24 to the sum of the digits.
    wrong[formed] = ((doubled - 9 * (doubled > 9)).sum(axis=1) + 24) % 10 != 0
    what = "its last digit contradicts the others"
    issue = issue_of(wrong, text, severity="warning", kind="check_digit", column=column, what=what)
    return formed, [issue] if len(issue.rows) else []


def _plain_zips(bare: pd.Series[str]) -> NDArray[np.bool_]:
    """Return (n,) the cells that are five digits of a ZIP code with a usable point."""
    good = np.array(bare.str.fullmatch("[0-9]{5}"), dtype=bool)
    if good.any():
        codes = bare.to_numpy(dtype=object)[good].astype(np.int64)
        known = _usable_zips()
        at = np.minimum(np.searchsorted(known, codes), known.size - 1)
        good[good] = known[at] == codes
    return good


def _judged(value: str, reader: _Reader, repair: bool) -> Verdict:
    stored = value.startswith("\x00")
    text = value.removeprefix("\x00").translate(_INVISIBLE).translate(_DASHES).strip()
    if not text:
        return Verdict("")
    if text.lower() in MISSING_MARKS:
        return Verdict("", "warning", "missing_marker", "read as missing")
    for pattern, numeric, what in _WRAPPED:
        match = pattern.fullmatch(text)
        if match is not None:
            verdict = reader("".join(match.groups()), stored or numeric, repair)
            if verdict.severity is None:
                return Verdict(verdict.code, "info", "wrapped_code", what)
            return verdict
    return reader(text, stored, repair)


_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212"), "-")

_WRAPPED = (
    (
        re.compile(r"(\d{1,2})[.,](\d{3})"),
        True,
        "the mark of thousands in a code was left out",
    ),
    (
        re.compile(r"(\d+)[.,]0+"),
        True,
        "the decimals of a code that was stored as a number were left out",
    ),
    (re.compile(r"\d{3}[0-9A-Z]{0,4}US(\d{5})"), False, "the prefix of a census code was left out"),
    (re.compile(r"G(\d{2})0(\d{3})0"), False, "the zeros of an NHGIS code were left out"),
    (re.compile(r"(?i)ZCTA5?\s*(\d{5})"), False, "the word ZCTA was left out"),
    (
        re.compile(r"(?i)(?:USA?|[A-Z]{2})[-\s]+(\d{5}(?:-\d{4})?)"),
        False,
        "letters in front of a code were left out",
    ),
    (
        re.compile(r"(\d{5})(?:\s*\+\s*|\s+-?\s*|\s*-\s+)\d{4}"),
        False,
        "the first five digits of ZIP+4 are used",
    ),
    (re.compile(r"(\d{5})\s*-"), False, "a hyphen behind a code was left out"),
    (re.compile(r"[\"'`\u2019](\d+)[\"']?"), False, "quotes around a code were left out"),
)
