"""Waves: which territories go live together, so that none is ever half moved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from territory.currency import money
from territory.errors import InputError
from territory.messages import Message, counted, quoted

if TYPE_CHECKING:
    from territory.inputs.scenario.rollout import RolloutKeys
    from territory.rollout.change_set import ChangeSet

__all__ = ["Waves", "waves_of"]


LAST = "accounts that change their area"
"""Name of the wave of those that wait until all areas are live."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Waves:
    """The waves of a rollout.

    Attributes
    ----------
    of : mapping of str to int
        Wave, from 1, by territory of today or of the plan. Territories between which an account
        moves or a rep changes always share one.
    table : DataFrame
        One row a wave: ``wave, name, territories, n_territories, n_accounts_moved,
        moved_revenue_usd``.
    ties : DataFrame
        Moves between areas that would else be waves of their own: ``area_a, area_b, n_accounts,
        revenue_usd``, most accounts first: what to leave for later to make smaller waves.
    of_account : Series
        Wave of each row of `ChangeSet.accounts`; missing where the account has no territory.
    n_without_ties : int
        How many waves there were if these moves were left for one of their own.
    with_pilot : tuple of str
        Territories that go with the pilot though nobody named them.
    """

    of: Mapping[str, int]
    table: pd.DataFrame
    ties: pd.DataFrame = field(repr=False)
    of_account: pd.Series = field(repr=False)
    n_without_ties: int = 0
    with_pilot: tuple[str, ...] = ()

    @property
    def numbers(self) -> list[int]:
        """Numbers of the waves, in their order."""
        return [int(each) for each in self.table["wave"]]

    @property
    def notes(self) -> list[str]:
        """What a reader of the waves asks: why the pilot is larger, and what makes more of them."""
        n = len(self.with_pilot)
        named = ", ".join(self.with_pilot[:5]) + (" …" if n > 5 else "")
        along = (
            f"the pilot takes {counted(n, 'territory', 'territories')} along, as accounts or reps "
            f"go between them: {named} (change_set.csv)"
        )
        told = self.instead and f"{self.instead} (wave_ties.csv)"
        return [each for each in (along if n else "", told) if each]

    @property
    def instead(self) -> str:
        """What makes more waves of these, in a sentence; "" where nothing of it would.

        Territories share a wave only where an account or a rep goes from one to the other, directly
        or over others, so no finer waves leave every territory whole.
        """
        if not len(self.ties) or self.n_without_ties <= len(self.table):
            return ""
        n, usd = int(self.ties["n_accounts"].sum()), float(self.ties["revenue_usd"].sum())
        waves, more = counted(len(self.table), "wave"), self.n_without_ties
        verb = "changes its area" if n == 1 else "change their area"
        return (
            f"no more than {waves}: {counted(n, 'account')} ({money(usd)}) {verb}; with the rep of "
            f"today until all areas are live, there are {more} waves and one for that: "
            'rollout.area_changes = "last"'
        )


def waves_of(
    change: ChangeSet, keys: RolloutKeys, *, more_moves: Iterable[tuple[str, str, str]] = ()
) -> Waves:
    """Put territories into waves: the pilot with all that hangs on it, then area by area.

    An area in which nothing changes is no wave of its own and counts with the first. Accounts that
    change their area may wait for a last wave (``keys.area_changes``): those of a territory whose
    rep serves it before and after, so that somebody has them until then.

    Parameters
    ----------
    change : ChangeSet
    keys : RolloutKeys
        ``pilot`` and ``waves``.
    more_moves : iterable of (account, territory, territory)
        Where the CRM has each account today, and where it goes: those must go together too.

    Raises
    ------
    InputError
        A pilot that is neither territory, district nor region.
    """
    territories = change.territories
    ids = territories["territory_id"].tolist()
    areas = _areas(change, keys)
    late = _waiting(change, keys, areas)
    moves = change.moved[~late[change.moved.index]]
    pairs = list(
        moves.loc[moves["from"].ne(""), ["from", "to"]]
        .drop_duplicates()
        .itertuples(index=False, name=None)
    )
    waits = change.accounts[late].set_index("account_id")["from"].to_dict()
    more = list(dict.fromkeys((a, b) for name, a, b in more_moves if waits.get(name) != a))
    groups = _components(ids, [*pairs, *_rep_pairs(territories), *more])
    busy = _busy(moves, territories) | {
        name for pair in more if pair[0] != pair[1] for name in pair
    }
    pilot = _pilot(change, keys)
    placed: dict[str, int] = {}
    names: list[str] = []
    held = [group for group in groups if pilot & set(group)]
    if held:
        names.append("pilot")
        placed |= {name: 1 for group in held for name in group}
    rest = [group for group in groups if not pilot & set(group)]
    by_area: dict[str, list[list[str]]] = {}
    for group in rest:
        first = min(areas[name] for name in group)
        by_area.setdefault(first, []).append(group)
    idle = [area for area, held in by_area.items() if not busy & {t for g in held for t in g}]
    for area in idle if len(idle) < len(by_area) or names else []:
        placed |= {name: 1 for group in by_area.pop(area) for name in group}
    for area in sorted(by_area):
        inside = [name for group in by_area[area] for name in group]
        held_areas = sorted({areas[name] for name in inside} - {""})
        names.append(", ".join(held_areas) or "all territories")
        placed |= dict.fromkeys(inside, len(names))
    of_account = change.accounts["to"].map(placed)
    if late.any():
        of_account = of_account.mask(late, len(names) + 1)
        names.append(LAST)
    near = [(a, b) for a, b in [*pairs, *more] if areas.get(a) == areas.get(b)]
    apart = _components(ids, [*near, *_rep_pairs(territories)])
    return Waves(
        of=placed,
        table=_table(change, placed, names, of_account),
        ties=_ties(moves, areas),
        of_account=of_account,
        n_without_ties=_n_waves(apart, areas, busy, pilot),
        with_pilot=tuple(name for group in held for name in group if name not in pilot),
    )


def _n_waves(
    groups: list[list[str]], areas: Mapping[str, str], busy: set[str], pilot: set[str]
) -> int:
    """Return how many waves groups make: the pilot's, and each area's in which anything changes."""
    held = any(pilot & set(group) for group in groups)
    first = {
        min(areas[name] for name in group)
        for group in groups
        if busy & set(group) and not pilot & set(group)
    }
    return held + len(first)


def _waiting(change: ChangeSet, keys: RolloutKeys, areas: Mapping[str, str]) -> pd.Series:
    """Return which accounts wait until all areas are live."""
    accounts, frame = change.accounts, change.territories
    none = pd.Series(False, index=accounts.index)
    if keys.area_changes != "last" or keys.waves == "together":
        return none
    same = frame["rep_from"].eq(frame["rep_to"]) & frame["rep_from"].ne("")
    steady = set(frame.loc[same & frame["status"].eq("kept"), "territory_id"])
    before, after = accounts["from"].map(areas).fillna(""), accounts["to"].map(areas).fillna("")
    crosses = accounts["change"].eq("moves") & before.ne(after) & accounts["from"].isin(steady)
    return none | crosses


def _busy(moved: pd.DataFrame, frame: pd.DataFrame) -> set[str]:
    """Return the territories in which anything changes, by the accounts that move."""
    other = frame["rep_from"].ne(frame["rep_to"]) | frame["status"].ne("kept")
    return set(moved["from"]) | set(moved["to"]) | set(frame.loc[other, "territory_id"])


def _areas(change: ChangeSet, keys: RolloutKeys) -> dict[str, str]:
    column = {"districts": "district_id", "regions": "region_id", "together": ""}[keys.waves]
    frame = change.territories
    values = frame[column] if column else [""] * len(frame)
    own = dict(zip(frame["territory_id"], values, strict=True))
    heirs = dict(zip(frame["territory_id"], frame["merged_into"], strict=True))
    return {name: area or own.get(heirs[name], "") for name, area in own.items()}


def _rep_pairs(territories: pd.DataFrame) -> list[tuple[str, str]]:
    """Return pairs of territories between which a rep goes."""
    before = {
        rep: name
        for rep, name in zip(territories["rep_from"], territories["territory_id"], strict=True)
        if rep
    }
    pairs = zip(territories["rep_to"], territories["territory_id"], strict=True)
    return [(before[rep], name) for rep, name in pairs if before.get(rep, name) != name]


def _components(ids: list[str], pairs: Iterable[tuple[str, str]]) -> list[list[str]]:
    """Return groups of territories that pairs tie together, in the order of ids."""
    parent = {name: name for name in ids}

    def root(name: str) -> str:
        while parent[name] != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    for one, other in pairs:
        if one in parent and other in parent:
            parent[root(one)] = root(other)
    groups: dict[str, list[str]] = {}
    for name in ids:
        groups.setdefault(root(name), []).append(name)
    return list(groups.values())


def _pilot(change: ChangeSet, keys: RolloutKeys) -> set[str]:
    frame = change.territories
    chosen: set[str] = set()
    for name in keys.pilot:
        columns = ("territory_id", "district_id", "region_id")
        hits = [set(frame.loc[frame[column].eq(name), "territory_id"]) for column in columns]
        found = set().union(*hits)
        if not found:
            known = ", ".join(frame["territory_id"].head(8))
            raise InputError(
                Message(
                    f"rollout.pilot names {quoted(name)}, no territory, district or region",
                    evidence=(f"territories: {known}",),
                )
            )
        chosen |= found
    return chosen


def _table(
    change: ChangeSet, placed: Mapping[str, int], names: list[str], of_account: pd.Series
) -> pd.DataFrame:
    moved = change.moved
    wave = of_account[moved.index]
    rows: list[dict[str, object]] = []
    for number, name in enumerate(names, start=1):
        here = moved[wave.eq(number)]
        inside = [each for each, at in placed.items() if at == number]
        if not inside:  # the last one is of accounts, which go between these
            both = {*here["from"], *here["to"]}
            inside = [each for each in change.territories["territory_id"] if each in both]
        rows.append(
            {
                "wave": number,
                "name": name,
                "team": change.team,
                "territories": "; ".join(inside),
                "n_territories": len(inside),
                "n_accounts_moved": len(here),
                "moved_revenue_usd": round(float(here["revenue_usd"].fillna(0.0).sum()), 2),
            }
        )
    return pd.DataFrame(rows)


def _ties(moves: pd.DataFrame, areas: Mapping[str, str]) -> pd.DataFrame:
    known = moves[moves["from"].ne("")]
    one, other = known["from"].map(areas).fillna(""), known["to"].map(areas).fillna("")
    crossing = one.ne(other)
    frame = pd.DataFrame(
        {
            "area_a": one.where(one < other, other)[crossing],
            "area_b": other.where(one < other, one)[crossing],
            "revenue_usd": known.loc[crossing, "revenue_usd"].fillna(0.0),
        }
    )
    ties = frame.groupby(["area_a", "area_b"], as_index=False).agg(
        n_accounts=("revenue_usd", "size"), revenue_usd=("revenue_usd", "sum")
    )
    order = ["n_accounts", "area_a", "area_b"]
    return ties.sort_values(order, ascending=[False, True, True], ignore_index=True)
