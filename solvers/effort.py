"""How much work an effort is worth, counted so that the same seed gives the same plan."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

__all__ = [
    "EFFORTS",
    "IN_BLOCK",
    "IN_REGION",
    "LARGE",
    "PROFILES",
    "REGION",
    "Effort",
    "Profile",
    "one_by_one",
]

Effort = Literal["sketch", "quick", "normal", "best"]

EFFORTS: tuple[Effort, ...] = ("quick", "normal", "best")
"""Those of a plan: each does all that those before it do, and more."""


Passes = tuple[tuple[float, float], ...]
"""Two figures of each pass over a plan's territories."""


def one_by_one(effort: Effort) -> tuple[Effort, ...]:
    """Return the efforts that are searched one after the other for one.

    Examples
    --------
    >>> one_by_one("normal"), one_by_one("sketch")
    (('quick', 'normal'), ('sketch',))
    """
    return EFFORTS[: EFFORTS.index(effort) + 1] if effort in EFFORTS else (effort,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """How much work an effort is worth: proposals grow more slowly than the units.

    Attributes
    ----------
    steps, growth, cap : proposals at 1,000 units, the power of n by which they grow, and the most
    starts : most plans to start from
    drawn : plans that are drawn at least where centers are free: proposals grow for it, to `cap`
    each, each_given : proposals a unit that every start gets at least, where centers are free and
        where they are given
    finalists : plans that may be mended where none keeps every rule
    reheats : further turns where a rule is still broken
    recuts : integer models of a few territories in each of these turns
    polishes : most models of neighbouring territories once every rule is kept; none for more
        territories than that, and none where the centers are given (merging finds what they would)
        or regions are drawn anew
    given : share of the proposals that the searches get where the centers are given: nothing is
        to be drawn then, and what is annealed around the best and merged finds more
    free : the same where centers are free
    regions : passes in which regions are drawn anew, where centers are free: most territories of
        a region, and regions a territory
    after_blocks : the same where blocks were annealed before them
    most_regions : most regions of one pass
    begun : quick plans of the whole, of which the best goes on, where it is annealed by blocks
    again : most units of a plan whose regions are drawn anew once more
    before_blocks : turns of allocation and re-centring, and proposals a unit, for the whole of a
        plan that is annealed by blocks then
    blocks : of each pass over all blocks: the first heat and the proposals a unit
    most_in_blocks : most proposals of one pass
    redrawn : plans of different beginnings whose regions are drawn anew before one is mended
    met, met_parts, met_given : plans of the searches that are merged first: where centers are free,
        where such a plan was searched by parts, and where centers are given
    merges : plans that are annealed around the best and merged, in every turn
    merge_effort : deterministic seconds for each merging of two plans
    partition : deterministic seconds for choosing among the territories of all plans met, each turn
    turns : most turns of annealing around the best and merging
    patience : turns without a better plan after which that ends
    around : share of the proposals that each of these annealings gets
    tight : share of the bands' half-width held back while hot
    centerings : turns of allocation and re-centring in a first plan
    waves : plans by recombination, wave by wave, where no search keeps the bands
    around_trees : turns of such plans around the best of them
    exact_s : deterministic seconds the exact model may take
    prove : whether it is asked about every plan, or only where none was found
    exact_pairs : most pairs of unit and column it is asked about
    bound_steps : steps of a bound's multipliers
    bound_pairs : pairs of unit and free center that a bound may price in all
    """

    steps: float
    growth: float
    cap: float
    starts: int
    drawn: int
    each: int
    each_given: int
    finalists: int
    reheats: int
    recuts: int
    polishes: int
    sites: int
    given: float
    free: float
    regions: Passes
    after_blocks: Passes
    most_regions: int
    begun: int
    again: float
    before_blocks: tuple[int, int]
    blocks: Passes
    most_in_blocks: float
    redrawn: int
    met: int
    met_parts: int
    met_given: int
    merges: int
    merge_effort: float
    partition: float
    turns: int
    patience: int
    around: float
    tight: float
    centerings: int
    waves: tuple[int, ...]
    around_trees: int
    exact_s: float
    prove: bool
    exact_pairs: int
    bound_steps: int
    bound_pairs: float

    def steps_for(self, n: int) -> int:
        """Moves to propose for n units in all."""
        return int(
            min(self.cap, self.steps * (n / 1000.0) ** self.growth, _ENOUGH * self.each_given * n)
        )

    def search_steps_for(self, n: int, *, given: bool = False) -> int:
        """Moves to propose in all rounds: enough to draw many plans where centers are free."""
        if given:
            return int(self.steps_for(n) * self.given)
        draws = min(self.cap, self.drawn * _SHARES * self.each * n)
        return int(max(self.steps_for(n) * self.free, draws))

    def rounds_for(self, n: int, *, given: bool = False) -> list[tuple[int, int]]:
        """Plans and proposals for each of them, by rounds; fewer where the centers are given.

        Every round costs the same and keeps a quarter of the plans: many short searches tell which
        arrangement of the territories is worth long ones.
        """
        whole = self.search_steps_for(n, given=given)
        each = self.each_given if given else self.each
        plans = [max(1, min(self.starts, whole // (_SHARES * each * n)))]
        while plans[-1] > 1:
            plans.append(-(-plans[-1] // 4))
        return [(count, whole // len(plans) // count) for count in plans]

    def met_for(self, *, given: bool, parts: bool) -> int:
        """Return how many plans of the searches are merged first."""
        return self.met_given if given else self.met_parts if parts else self.met

    def regions_for(self, k: int, *, blocks: bool) -> list[tuple[int, int]]:
        """Return territories of a region, and regions of k territories, by passes."""
        passes, least = (self.after_blocks, _AFTER_BLOCKS) if blocks else (self.regions, 0)
        most = self.most_regions
        return [(int(few), min(most, max(least, int(each * k)))) for few, each in passes]


LARGE = 20_000
"""Most units of a problem whose whole is annealed for long, and whose centers stand on units in the
end of it: what few proposals a unit of more gets does not bring bands and standing centers together
(zip, k = 500, ±10 % was 3.4 % dearer)."""

IN_REGION = 6
"""Most territories of a small region that is drawn anew; plans of twice as many have regions."""

IN_BLOCK = 24
"""Most territories of a block that is annealed from where it is."""

_ENOUGH = 400
"""Times `each` that a unit is worth: a few units are soon looked at from all sides."""

_AFTER_BLOCKS = 20
"""Least regions of a pass after blocks: where territories are few each of them weighs more."""

_SHARES = 3
"""Rounds that the proposals are thought to be shared by when the starts are counted."""


PROFILES: dict[str, Profile] = {
    "quick": Profile(
        steps=5e6,
        growth=0.2,
        cap=30e6,
        starts=96,
        drawn=12,
        each=200,
        each_given=150,
        finalists=1,
        reheats=12,
        recuts=0,
        polishes=0,
        sites=0,
        given=0.35,
        free=1.8,
        regions=((6, 0.8),),
        after_blocks=((6, 0.04),),
        most_regions=80,
        begun=1,
        again=0,
        before_blocks=(160, 250),
        blocks=((3.0, 500.0), (3.0, 500.0)),
        most_in_blocks=2e8,
        redrawn=1,
        met=64,
        met_parts=0,
        met_given=0,
        merges=3,
        merge_effort=0.05,
        partition=0.1,
        turns=2,
        patience=1,
        around=0.04,
        tight=0.15,
        centerings=40,
        waves=(4, 4),
        around_trees=1,
        exact_s=12.0,
        prove=False,
        exact_pairs=15_000,
        bound_steps=10,
        bound_pairs=6e8,
    ),
    "normal": Profile(
        steps=50e6,
        growth=0.4,
        cap=70e6,
        starts=128,
        drawn=12,
        each=500,
        each_given=1000,
        finalists=4,
        reheats=10,
        recuts=4,
        polishes=60,
        sites=300,
        given=0.7,
        free=1.0,
        regions=((9, 0.6),),
        after_blocks=((6, 0.04),),
        most_regions=500,
        begun=1,
        again=LARGE,
        before_blocks=(160, 250),
        blocks=((3.0, 500.0), (3.0, 500.0)),
        most_in_blocks=2e8,
        redrawn=1,
        met=128,
        met_parts=64,
        met_given=8,
        merges=8,
        merge_effort=0.15,
        partition=0.5,
        turns=3,
        patience=1,
        around=0.02,
        tight=0.15,
        centerings=60,
        waves=(8, 16),
        around_trees=2,
        exact_s=45.0,
        prove=True,
        exact_pairs=15_000,
        bound_steps=60,
        bound_pairs=3e9,
    ),
    "best": Profile(
        steps=200e6,
        growth=0.45,
        cap=400e6,
        starts=128,
        drawn=24,
        each=2000,
        each_given=2000,
        finalists=8,
        reheats=20,
        recuts=12,
        polishes=400,
        sites=3000,
        given=1.0,
        free=1.0,
        regions=((6, 3.0), (12, 2.0)),
        after_blocks=((6, 3.0), (12, 2.0)),
        most_regions=8000,
        begun=4,
        again=float("inf"),
        before_blocks=(160, 1000),
        blocks=((3.0, 4000.0), (3.0, 4000.0), (1.0, 2000.0)),
        most_in_blocks=2e9,
        redrawn=2,
        met=128,
        met_parts=64,
        met_given=24,
        merges=24,
        merge_effort=1.5,
        partition=2.0,
        turns=30,
        patience=4,
        around=0.02,
        tight=0.15,
        centerings=120,
        waves=(32, 64),
        around_trees=12,
        exact_s=200.0,
        prove=True,
        exact_pairs=1_500_000,
        bound_steps=400,
        bound_pairs=8e10,
    ),
}

PROFILES["sketch"] = replace(
    PROFILES["quick"], starts=12, drawn=4, free=0.9, reheats=0, merges=0, waves=()
)
"""Where centers come to lie is wanted, and another search closes the bands from there. A third of
the proposals found as good centers (us_counties, seeds 0–6, once placed anew on the road), and so
did plans that were not merged; bands closed in the plane are open on the road."""

REGION = replace(
    PROFILES["quick"],
    steps=1.5e6,
    growth=1.0,
    starts=16,
    free=1.0,
    drawn=0,
    each=50,
    centerings=20,
    reheats=3,
    met=0,
    partition=0.0,
    turns=1,
)
"""The search of one region: many plans of few territories, each annealed for a short time. Merged,
they find 0.2 % more in twice the CPU (us k = 50 ±5 %, normal)."""
