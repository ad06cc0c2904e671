"""Turn public hospital and surgery-center files, as published, into an accounts table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from territory.audit import Audit, Finding
from territory.errors import InputError
from territory.inputs.public_files import asc, hifld, hospitals, opps
from territory.inputs.public_files.facilities import Facilities, joined
from territory.inputs.sources.raw import SourceError
from territory.messages import Message, closest, quoted

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["IMPORTERS", "Imported", "import_public"]

IMPORTERS: Mapping[str, Callable[[Path], Facilities]] = MappingProxyType(
    {
        "hifld-hospitals": hifld.read,
        "cms-asc": asc.read,
        "cms-hospitals": hospitals.read,
        "cms-opps": opps.read,
    }
)
"""Reader of one file by kind."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Imported:
    """An accounts table made of public files.

    Attributes
    ----------
    accounts : DataFrame
        Columns account_id, name, type, address, city, state, zip, county_fips, lon, lat, beds,
        owner, trauma, ccn, npi, procedures, place, source. Missing text is "", missing numbers NaN.
    audit : Audit
        What was restored, left out, resolved, guessed.
    counts : mapping of str to int
        The same as totals, in the order of the work.
    """

    accounts: pd.DataFrame
    audit: Audit
    counts: Mapping[str, int]

    def report(self) -> tuple[str, ...]:
        """Return the counts as lines for a person."""
        width = max(len(f"{count:,}") for count in self.counts.values())
        return tuple(f"{count:>{width},}  {what}" for what, count in self.counts.items())


def import_public(
    kind: str,
    files: Sequence[str | Path],
    *,
    state: str | None = None,
    types: Sequence[str] | None = None,
) -> Imported:
    """Read public files of one kind as accounts.

    When an account is in several files, the file named last wins.

    Parameters
    ----------
    kind : {"hifld-hospitals", "cms-asc", "cms-hospitals", "cms-opps"}
        Which publication.
    files : sequence of path
        As published: CSV or Excel.
    state : str, optional
        Keep only facilities of this USPS state code.
    types : sequence of str, optional
        Keep only facilities of these types, for instance ``hospital``.

    Returns
    -------
    Imported
        Accounts, audit, counts.

    Raises
    ------
    InputError
        If a file is no such publication, or nothing is left.
    """
    from geo.us.fips import STATES

    if kind not in IMPORTERS:
        close = closest(kind, IMPORTERS)
        raise InputError(
            Message(
                f"{quoted(kind)} is no public file; expected one of {', '.join(IMPORTERS)}",
                hint=f"did you mean {close[0]}?" if close else "",
            )
        )
    code = state.strip().upper() if state else None
    if code is not None and code not in STATES:
        close = closest(code, STATES, most=3)
        raise InputError(
            Message(
                f"--state is {quoted(state)}; expected a USPS state code",
                hint=f"did you mean {' or '.join(close)}?" if close else "write it as in TX",
            )
        )
    if not files:
        raise InputError(Message(f"no file for {kind}", hint=f"territory import {kind} FILE"))
    read: list[Facilities] = []
    problems: list[Finding] = []
    for file in files:
        try:
            read.append(IMPORTERS[kind](Path(file)))
        except SourceError as error:
            problems.append(
                Finding(
                    severity="error",
                    kind=error.kind,
                    table=kind,
                    file=str(file),
                    what=error.what,
                    repair=error.hint,
                )
            )
    Audit(problems).raise_if_errors()
    accounts, findings, counts = joined(read, state=code, types=types)
    if not len(accounts):
        what = " ".join([*(types or ()), "facilities"])
        raise InputError(Message(f"there are no {what}{f' in {code}' if code else ''} in {kind}"))
    return Imported(
        accounts=accounts,
        audit=Audit(findings, rows={"accounts": len(accounts)}, source=f"import {kind}"),
        counts=MappingProxyType(counts),
    )
