"""Invented names and well-formed identifiers of the synthetic demo company.

Facility names are made of syllables that no US hospital chain uses; NPIs begin with 2, a range
that is valid by its check digit and that no provider has been given.
"""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["GPOS", "REP_NAMES", "SYSTEMS", "account_ids", "facility_names", "luhn_digit", "npis"]

_FIRST = [
    "Tarn",
    "Quill",
    "Verd",
    "Halv",
    "Brind",
    "Ostr",
    "Ferr",
    "Zeph",
    "Orl",
    "Nym",
    "Drav",
    "Skel",
    "Plov",
    "Ulm",
    "Vex",
    "Yar",
    "Thess",
    "Crom",
    "Jarr",
    "Wend",
    "Lorv",
    "Gris",
    "Pell",
    "Murn",
    "Eskl",
    "Dorn",
    "Fenn",
    "Ilv",
    "Kest",
    "Rusk",
]
_LAST = [
    "avane",
    "imere",
    "ocote",
    "uwick",
    "adale",
    "inmoor",
    "oveth",
    "ystone",
    "arrow",
    "elcroft",
    "umbra",
    "istead",
    "orwyn",
    "aquill",
    "evander",
    "onlea",
    "ikhurst",
    "asund",
    "enthal",
    "obay",
]
_KINDS = {
    "hospital": ("General Hospital", "Medical Center", "Regional Hospital", "Orthopedic Hospital"),
    "critical_access": ("County Hospital", "District Hospital", "Memorial Clinic Hospital"),
    "asc": ("Surgery Center", "Day Surgery", "Joint & Spine Surgery", "Outpatient Surgery"),
    "clinic": ("Orthopedics", "Bone & Joint Clinic", "Sports Medicine", "Hand & Shoulder Clinic"),
}

# Invented health systems: (system, area of its home, divisions by area).
SYSTEMS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Quillavane Health", ("Houston", "Beaumont", "College Station")),
    ("Tarnimere Care", ("Houston", "San Antonio", "Corpus Christi")),
    ("Verdocote Medical", ("Dallas", "Fort Worth", "Tyler")),
    ("Halvystone Health", ("Dallas", "Waco", "Wichita Falls")),
    ("Brindorwyn Clinics", ("Austin", "Killeen", "San Antonio")),
    ("Ferrinmoor Partners", ("San Antonio", "Laredo", "Rio Grande Valley")),
    ("Zephelcroft Surgical", ("Houston", "Dallas", "Austin", "Fort Worth")),
    ("Nymaquill Health", ("Rio Grande Valley", "Corpus Christi")),
    ("Dravoveth Network", ("Lubbock", "Amarillo", "Abilene")),
    ("Skelarrow Health", ("Midland-Odessa", "San Angelo", "El Paso")),
    ("Thessenthal Care", ("El Paso",)),
    ("Cromuwick Regional", ("Tyler", "Beaumont", "Texarkana")),
)

# Invented group purchasing organisations and the share of accounts that buy through each.
GPOS: tuple[tuple[str, float], ...] = (
    ("Corvane Purchasing Group", 0.30),
    ("Treskby Supply Alliance", 0.24),
    ("Ondrell Sourcing", 0.16),
)

REP_NAMES = [
    "Amara Whitlock",
    "Benito Carranza",
    "Celeste Okafor",
    "Dmitri Halvorsen",
    "Elena Prusak",
    "Farid Nazari",
    "Grace Limbrick",
    "Hector Avelar",
    "Imogen Tadlock",
    "Jonah Brightwater",
    "Keiko Marsden",
    "Luis Ferreyra",
    "Marguerite Dunmore",
    "Nasir Belhaven",
    "Odalys Quiroga",
    "Priya Raghunath",
    "Quentin Ashgrove",
    "Rosalind Teague",
    "Samuel Oyelaran",
    "Thea Lindqvist",
]


def account_ids(n: int) -> list[str]:
    """Return `n` account ids, A-10001 and up."""
    return [f"A-{10_001 + number}" for number in range(n)]


def luhn_digit(digits: str) -> int:
    """Return the check digit that makes ``80840`` + `digits` + it pass the Luhn test of an NPI.

    The prefix 80840 stands for health industry numbers of the United States.

    >>> luhn_digit("123456789")  # the example of the NPI standard: 1234567893
    3
    """
    total = 0
    for place, digit in enumerate(reversed("80840" + digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return -total % 10


def npis(n: int) -> list[str]:
    """Return `n` synthetic NPIs: ten digits, first digit 2, valid check digit.

    >>> npis(1)
    ['2000100000']
    """
    stems = [f"2{10_000 + 37 * number:08d}" for number in range(n)]
    return [f"{stem}{luhn_digit(stem)}" for stem in stems]


def facility_names(types: Sequence[str], cities: Sequence[str]) -> list[str]:
    """Name each account: invented word, kind of facility, city; no name occurs twice.

    Raises
    ------
    ValueError
        If a city has more facilities of a type than there are names.
    """
    words = [first + last for last in _LAST for first in _FIRST]
    names: list[str] = []
    used: set[str] = set()
    for number, (kind, city) in enumerate(zip(types, cities, strict=True)):
        choices = _KINDS[kind]
        for step in range(number, number + len(words) * len(choices)):
            # 7 and the number of words have no common divisor: every word comes once a round,
            # and each round pairs it with another kind.
            word = words[step * 7 % len(words)]
            name = f"{word} {choices[(step + step // len(words)) % len(choices)]} {city}"
            if name not in used:
                break
        else:
            raise ValueError(f"no name is left for a {kind} in {city}")
        used.add(name)
        names.append(name)
    return names
