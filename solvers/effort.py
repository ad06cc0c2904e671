"""How much work an effort is worth, counted so that the same seed gives the same plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["PROFILES", "Effort", "Profile"]

Effort = Literal["quick", "normal", "best"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """How much work an effort is worth: proposals grow more slowly than the units.

    Attributes
    ----------
    steps, growth, cap : proposals at 1,000 units, the power of n by which they grow, and the most
    starts : most plans to start from; small problems get them all, large ones `least_starts`
    reheats : further turns where a rule is still broken
    recuts : integer models of a few territories in each of these turns
    tight : share of the bands' half-width held back while hot
    centerings : turns of allocation and re-centring in a first plan
    exact_s : wall seconds the exact model may take; 0 to leave it out
    exact_pairs : most pairs of unit and column it is asked about
    bound_steps : steps of a bound's multipliers
    """

    steps: float
    growth: float
    cap: float
    starts: int
    least_starts: int
    reheats: int
    recuts: int
    tight: float
    centerings: int
    exact_s: float
    exact_pairs: int
    bound_steps: int

    def starts_for(self, n: int) -> int:
        """Plans to start from for n units."""
        most = self.starts if n < 10_000 else 1
        return max(min(self.least_starts, most), min(self.starts, 3000 // n))

    def steps_for(self, n: int) -> int:
        """Moves to propose for n units from each start."""
        whole = min(self.cap, self.steps * (n / 1000.0) ** self.growth)
        return int(whole / self.starts_for(n))


PROFILES: dict[str, Profile] = {
    "quick": Profile(
        steps=1.5e6,
        growth=0.5,
        cap=20e6,
        starts=4,
        least_starts=1,
        reheats=6,
        recuts=0,
        tight=0.15,
        centerings=20,
        exact_s=0.0,
        exact_pairs=0,
        bound_steps=30,
    ),
    "normal": Profile(
        steps=30e6,
        growth=0.45,
        cap=90e6,
        starts=20,
        least_starts=4,
        reheats=10,
        recuts=4,
        tight=0.05,
        centerings=60,
        exact_s=45.0,
        exact_pairs=15_000,
        bound_steps=150,
    ),
    "best": Profile(
        steps=150e6,
        growth=0.45,
        cap=400e6,
        starts=40,
        least_starts=8,
        reheats=20,
        recuts=12,
        tight=0.05,
        centerings=120,
        exact_s=240.0,
        exact_pairs=60_000,
        bound_steps=400,
    ),
}
