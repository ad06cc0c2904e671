"""Codes of the states of the United States."""

from __future__ import annotations

from collections.abc import Sequence

from geo.errors import GeographyError
from geo.us.fips import STATES

__all__ = ["CONTERMINOUS", "state_codes"]

CONTERMINOUS = tuple(
    code for code in STATES if code not in {"AK", "HI", "PR", "AS", "GU", "MP", "VI"}
)
"""USPS codes of the 48 states and DC."""


def state_codes(states: Sequence[str] | None) -> tuple[str, ...]:
    """Give the USPS codes meant, in the order of `STATES`; None means the conterminous ones.

    Raises
    ------
    GeographyError
        If a code is unknown or the list is empty.
    """
    if states is None:
        return CONTERMINOUS
    wanted = {str(code).strip().upper() for code in states}
    unknown = sorted(wanted - STATES.keys())
    if unknown or not wanted:
        raise GeographyError(
            f"{', '.join(unknown)}: no USPS state code" if unknown else "no state is named",
            hint='write two-letter codes such as "TX"; leave the list out for the 48 states and DC',
        )
    return tuple(code for code in STATES if code in wanted)
