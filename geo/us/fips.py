"""County codes through time: which are embedded 2016 counties, and what became of the others."""

from __future__ import annotations

from functools import cache

from geo.us.files import COUNTIES, layer

__all__ = ["STATES", "fips_successors", "fips_vintage"]

STATES = {
    "AL": "01", "AK": "02", "AZ": "04", "AR": "05", "CA": "06", "CO": "08", "CT": "09", "DE": "10",
    "DC": "11", "FL": "12", "GA": "13", "HI": "15", "ID": "16", "IL": "17", "IN": "18", "IA": "19",
    "KS": "20", "KY": "21", "LA": "22", "ME": "23", "MD": "24", "MA": "25", "MI": "26", "MN": "27",
    "MS": "28", "MO": "29", "MT": "30", "NE": "31", "NV": "32", "NH": "33", "NJ": "34", "NM": "35",
    "NY": "36", "NC": "37", "ND": "38", "OH": "39", "OK": "40", "OR": "41", "PA": "42", "RI": "44",
    "SC": "45", "SD": "46", "TN": "47", "TX": "48", "UT": "49", "VT": "50", "VA": "51", "WA": "53",
    "WV": "54", "WI": "55", "WY": "56", "AS": "60", "GU": "66", "MP": "69", "PR": "72", "VI": "78",
}  # fmt: skip
"""USPS code → state FIPS."""

# code → (what happened, the embedded counties that took its land)
_CHANGES: dict[str, tuple[str, tuple[str, ...]]] = {
    "02063": ("Chugach Census Area, split from Valdez-Cordova in 2019", ("02261",)),
    "02066": ("Copper River Census Area, split from Valdez-Cordova in 2019", ("02261",)),
    "02201": ("Prince of Wales-Outer Ketchikan, dissolved in 2008", ("02130", "02198", "02275")),
    "02232": ("Skagway-Hoonah-Angoon, split in 2007", ("02105", "02230")),
    "02270": ("Wade Hampton Census Area, renamed Kusilvak in 2015", ("02158",)),
    "02280": ("Wrangell-Petersburg, dissolved in 2008", ("02195", "02275")),
    "12025": ("Dade County, renamed Miami-Dade in 1997", ("12086",)),
    "29193": ("Ste. Genevieve County, recoded in 1979", ("29186",)),
    "30113": ("Yellowstone National Park, joined Gallatin and Park in 1997", ("30031", "30067")),
    "46113": ("Shannon County, renamed Oglala Lakota in 2015", ("46102",)),
    "51515": ("Bedford city, joined Bedford County in 2013", ("51019",)),
    "51560": ("Clifton Forge city, joined Alleghany County in 2001", ("51005",)),
    "51780": ("South Boston city, joined Halifax County in 1995", ("51083",)),
}

_CONNECTICUT = {
    "09110": "Capitol",
    "09120": "Greater Bridgeport",
    "09130": "Lower Connecticut River Valley",
    "09140": "Naugatuck Valley",
    "09150": "Northeastern Connecticut",
    "09160": "Northwest Hills",
    "09170": "South Central Connecticut",
    "09180": "Southeastern Connecticut",
    "09190": "Western Connecticut",
}


@cache
def _embedded() -> frozenset[str]:
    return frozenset(layer(COUNTIES)["GEOID"])


def fips_vintage(fips: str) -> str | None:
    """Say why a county code is none of the embedded 2016 counties; None if it is one.

    Parameters
    ----------
    fips : str
        Five digits as text.

    Returns
    -------
    str or None
        A reason for people: an older or newer code with its 2016 counties, a Connecticut
        planning region, a lost leading zero, or unknown.

    Examples
    --------
    A county of 2016, and one that was renamed:

    >>> fips_vintage("48201") is None
    True
    >>> fips_vintage("46113")
    'Shannon County, renamed Oglala Lakota in 2015: now 46102'
    """
    if fips in _embedded():
        return None
    if fips in _CHANGES:
        what, counties = _CHANGES[fips]
        return f"{what}: {'now' if len(counties) == 1 else 'in'} {', '.join(counties)}"
    if fips in _CONNECTICUT:
        return (
            f"{_CONNECTICUT[fips]} Planning Region, Connecticut since 2022: the embedded counties "
            "are the eight old ones (09001 to 09015), whose borders differ; place it by its point"
        )
    if len(fips) == 4 and fips.isdigit() and f"0{fips}" in _embedded():
        return f'lost its leading zero: "0{fips}"'
    if len(fips) != 5 or not fips.isdigit():
        return "is no county code: five digits as text"
    if fips[:2] not in STATES.values():
        return f"unknown county: no state has the code {fips[:2]}"
    return "unknown county"


def fips_successors(fips: str) -> tuple[str, ...]:
    """Give the one embedded county that a code stands for; empty if its point must decide.

    Examples
    --------
    A renamed county has one successor, a Connecticut planning region none:

    >>> fips_successors("02270"), fips_successors("09110")
    (('02158',), ())
    """
    if fips in _embedded():
        return (fips,)
    counties = _CHANGES.get(fips, ("", ()))[1]
    return counties if len(counties) == 1 else ()
