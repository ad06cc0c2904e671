"""A plan as the arrays that judging a move needs: nothing is read or worked out twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from geo.roads.trips import Trips
from solvers import Shapes
from territory.arrays import Floats, Ints, Longs
from territory.currency import DEFAULT
from territory.encoding.verify import Caps
from territory.incentives.payout.prepared import Money
from territory.workforce.tour_year import TourKeys

__all__ = [
    "MINUTE",
    "Before",
    "Held",
    "Land",
    "MeasureKeys",
    "Prepared",
    "Prices",
    "Radius",
    "Team",
    "Texts",
    "Toured",
]

Toured = tuple[float, float]
"""A territory's hours on the road and nights away, a year."""

MINUTE = 10_000
"""Steps of a minute in which a company's own minutes are kept: as many as a plan says."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Texts:
    """Many texts in one block of bytes, so that only those that are asked for are made.

    Attributes
    ----------
    block : uint8, shape (bytes,)
        All of them in UTF-8, one behind the other.
    ends : int64, shape (n,)
        Where each ends.
    """

    block: NDArray[np.uint8]
    ends: Longs

    @classmethod
    def of(cls, texts: Sequence[str]) -> Texts:
        """Return the texts, packed."""
        parts = [each.encode("utf-8", "surrogatepass") for each in texts]
        ends = np.cumsum([len(each) for each in parts], dtype=np.int64)
        return cls(block=np.frombuffer(b"".join(parts), dtype=np.uint8), ends=ends)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.ends)

    def __getitem__(self, at: int) -> str:
        """Return one of them."""
        start = int(self.ends[at - 1]) if at else 0
        return self.block[start : int(self.ends[at])].tobytes().decode("utf-8", "surrogatepass")

    def found(self, name: str, *, parts: bool = False) -> list[int]:
        """Return where a text is; with `parts` also what it was split into: a colon behind it.

        Examples
        --------
        >>> texts = Texts.of(["48201:77030", "48201:77021", "48453", ""])
        >>> texts.found("48201", parts=True), texts.found("48201"), texts.found("48453")
        ([0, 1], [], [2])
        """
        look = np.frombuffer(name.encode("utf-8", "surrogatepass"), dtype=np.uint8)
        starts = np.concatenate([[0], self.ends[:-1]]).astype(np.int64)[: len(self.ends)]
        more = self.ends - starts - look.size
        at = np.flatnonzero(more >= 0)
        for place, byte in enumerate(look.tolist()):
            at = at[self.block[starts[at] + place] == byte]
        same = at[more[at] == 0]
        if not (parts and look.size):
            return [int(each) for each in same] if look.size else []
        split = at[more[at] > 0]
        split = split[self.block[starts[split] + look.size] == ord(":")]
        return [int(each) for each in np.sort(np.concatenate([same, split]))]

    def all(self) -> list[str]:
        """Return all of them, in order."""
        whole, ends = self.block.tobytes(), self.ends.tolist()
        starts = [0, *ends[:-1]] if ends else []
        return [
            whole[a:b].decode("utf-8", "surrogatepass") for a, b in zip(starts, ends, strict=True)
        ]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Held:
    """The accounts, in the plan's order; every array has one entry an account.

    Attributes
    ----------
    ids, names, today_ids : Texts
        ``today_ids`` is the territory of today, "" where none.
    territory, item, idn : int
        Positions; ``idn`` is -1 without a health system.
    today : int
        Position of the territory of today; -1 where none, -2 where it is none of the team's.
    travel_h, nights, service_h, workload_h, potential_usd, revenue_usd, handover_usd : float
        As the plan says them; NaN is not known.
    pipeline_usd : float, or without entries
        Open deals, where the company gave them.
    n_calls, minutes, hop_min, on_site_min, on_site_h : float
    lonlat : float64, shape (accounts, 2)
    urban : float
        1 where one drives there at urban speed, else 0.
    measures : float64, shape (accounts, m)
    given : uint32, shape (accounts, k), or (0, 0)
        The company's own ways from each territory's home, one way, in 1/10,000 minutes; none
        where all ways are estimated.
    """

    ids: Texts
    names: Texts
    today_ids: Texts
    territory: Ints
    item: Longs
    idn: Ints
    today: Ints
    travel_h: Floats
    nights: Floats
    service_h: Floats
    workload_h: Floats
    potential_usd: Floats
    revenue_usd: Floats
    handover_usd: Floats
    pipeline_usd: Floats
    n_calls: Floats
    minutes: Floats
    hop_min: Floats
    on_site_min: Floats
    on_site_h: Floats
    lonlat: Floats
    urban: Floats
    measures: Floats
    given: NDArray[np.uint32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Land:
    """The problem's items and rules, as `solvers.Problem` has them, and the borders.

    Attributes
    ----------
    unit_ids, account_ids : Texts
        Units, and the accounts that are assigned by name.
    territory : int32, shape (items,)
        Units, then accounts assigned by name.
    activity, goal, lower, upper, travel_share, indptr, indices, exempt, pinned, forbidden,
    together, current, moved_weight, moved_cap
        See `solvers.Problem`.
    edge_a, edge_b, edge_km
        Borders between units, bridges excluded.
    unit_lonlat, unit_urban : float64, shape (units, 2) and (units,), or without entries
        Each unit's own point, and 1 where one drives there at urban speed; for a radius alone.
    """

    unit_ids: Texts
    account_ids: Texts
    territory: Ints
    activity: Floats
    goal: Floats
    lower: Floats
    upper: Floats
    travel_share: Floats
    indptr: Longs
    indices: Ints
    exempt: NDArray[np.bool_]
    pinned: Ints
    forbidden: Ints
    together: Ints
    current: Ints
    moved_weight: Floats
    moved_cap: Floats
    edge_a: Ints
    edge_b: Ints
    edge_km: Floats
    unit_lonlat: Floats
    unit_urban: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Team:
    """The territories, in the plan's order.

    Attributes
    ----------
    ids : Texts
    origins : float64, shape (k, 2)
    urban : float64, shape (k,)
    shares : float64, shape (k, m)
        Of each measure's total.
    week_days : int64, shape (k,)
    deviations : float64, shape (k, m)
        Before any move.
    routed_travel_h, routed_nights : float64, shape (k,), or without entries
        By the plan's own tours, where it has any.
    factor : float64, shape (k, classes), or without entries
        What tours multiply the hours with.
    nights_per_h : float64, shape (k,), or without entries
        What they make of nights: see `Roads`.
    """

    ids: Texts
    origins: Floats
    urban: Floats
    shares: Floats
    week_days: Longs
    deviations: Floats
    routed_travel_h: Floats
    routed_nights: Floats
    factor: Floats
    nights_per_h: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureKeys:
    """A balanced measure."""

    name: str
    tolerance: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """Prices, speeds and limits of the plan's scenario."""

    travel_usd_h: float
    night_usd: float
    idn_split_usd: float
    border_usd_km: float
    circuity: float
    urban_kmh: float
    rural_kmh: float
    urban_km: float
    contiguity: bool
    currency: str = DEFAULT


@dataclass(frozen=True, slots=True, kw_only=True)
class Radius:
    """How far from home anything may lie; None where that is no rule (keys of [rules])."""

    radius_km: float | None
    radius_min: float | None

    @property
    def asked(self) -> bool:
        """Whether there is one."""
        return self.radius_km is not None or self.radius_min is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What ``plan.json`` says of the plan.

    Attributes
    ----------
    figures : mapping of str to float
        Cost, its terms, worst deviations, what is in new hands against today.
    broken : sequence of (rule, territory, measure, words)
    """

    figures: Mapping[str, float]
    broken: Sequence[tuple[str, str, str, str]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Prepared:
    """A plan, prepared for judging moves of its units and accounts.

    `quotas` is whether its scenario sets quotas, `money` what they and pay are worked out from:
    None where it was not asked for, cannot be prepared, or the scenario's own files are others now.
    `shapes` is None where no rule asks how compact territories are.
    `toured` is what routing has found so far, by territory, of a plan without tours of its own.
    """

    held: Held
    land: Land
    team: Team
    measures: tuple[MeasureKeys, ...]
    prices: Prices
    caps: Caps
    radius: Radius
    trips: Trips
    tours: TourKeys
    quotas: bool
    before: Before
    shapes: Shapes | None = None
    money: Money | None = None
    toured: dict[int, Toured] = field(default_factory=dict)
