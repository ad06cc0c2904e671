"""The scenario's rules as arrays over the items that the solver assigns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import solvers
from solvers.arrays import Floats, Ints
from territory.encoding.case import Case
from territory.encoding.items.hands import GONE, NONE, Capped, capped, most_of_today
from territory.errors import InfeasibleError, InputError
from territory.messages import Message, closest, counted

if TYPE_CHECKING:
    from territory.inputs.scenario.keys import KeepRule

__all__ = [
    "Items",
    "caps_of",
    "changes_of",
    "distance_in_radii",
    "groups_of",
    "item_name",
    "items_of",
    "keeping",
    "named_accounts",
    "rules_of",
    "whole_idns",
]

_MOVED = {"accounts": "accounts", "revenue": "revenue", "service": "workload"}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Items:
    """Units, then named accounts."""

    n: int
    of_account: NDArray[np.int64]
    named: NDArray[np.int64]


def items_of(case: Case) -> Items:
    """Number the units and, behind them, the accounts that a rule takes out of their unit."""
    unit = pd.Index(case.unit_ids).get_indexer(pd.Index(case.accounts["unit_id"]))
    apart = named_accounts(case) | case.apart
    named = np.flatnonzero(case.accounts["account_id"].isin(apart).to_numpy())
    of_account = unit.astype(np.int64)
    of_account[named] = len(case.unit_ids) + np.arange(named.size)
    return Items(n=len(case.unit_ids) + named.size, of_account=of_account, named=named)


def rules_of(case: Case, items: Items) -> solvers.Rules:
    """Return all rules that need no travel.

    Raises
    ------
    InfeasibleError
        Two rules contradict each other: something is pinned where it is forbidden, or pinned apart
        and to be kept together.
    """
    rules = solvers.Rules(
        contiguity=case.scenario.rules.contiguity,
        pinned=_pinned(case, items),
        forbidden=_forbidden(case, items),
        together=_together(case, items),
    )
    _refuse_contradictions(case, items, rules)
    return rules


def _refuse_contradictions(case: Case, items: Items, rules: solvers.Rules) -> None:
    """Raise with both rules where one unit or account cannot keep them."""
    ids = case.team["territory_id"].to_numpy()

    def named(item: int) -> str:
        return item_name(case, items, item)

    for item, t in rules.forbidden.tolist():
        if rules.pinned[item] == t:
            raise _contradiction(
                case,
                ("pinned", f"{named(item)} to territory {ids[t]}"),
                ("forbidden", f"{named(item)} not to territory {ids[t]}"),
                hint=f"take {named(item)} out of one of the two rules",
            )
    first: dict[int, int] = {}
    for item in np.flatnonzero((rules.together >= 0) & (rules.pinned >= 0)).tolist():
        other = first.setdefault(int(rules.together[item]), item)
        here, there = rules.pinned[item], rules.pinned[other]
        if here != there:
            raise _contradiction(
                case,
                (
                    "pinned",
                    f"{named(other)} to territory {ids[there]}, {named(item)} to territory "
                    f"{ids[here]}",
                ),
                ("together", f"{named(other)} and {named(item)} in one territory"),
                hint=f"pin both to one territory, or take {named(item)} out of one of the rules",
            )


def _contradiction(case: Case, *rules: tuple[str, str], hint: str) -> InfeasibleError:
    return InfeasibleError(
        Message(
            f"{case.scenario.display}: no alignment can satisfy all rules: 2 of them contradict "
            "each other",
            evidence=rules,
            hint=hint,
        )
    )


def whole_idns(case: Case) -> list[tuple[str, pd.Index]]:
    """Health systems that must stay whole, with the rows of their accounts (two or more)."""
    wanted = case.scenario.rules.keep_idn_whole
    if wanted is False or wanted == ():
        return []
    systems = case.accounts.loc[case.accounts["idn"] != ""].groupby("idn").groups
    if wanted is not True:
        unknown = [name for name in wanted if name not in systems]
        if unknown:
            raise InputError(
                _unknown(case, "rules.keep_idn_whole", unknown, systems, "health system")
            )
        systems = {name: systems[name] for name in wanted}
    return [(str(name), rows) for name, rows in systems.items() if len(rows) > 1]


def named_accounts(case: Case) -> set[str]:
    """Accounts that a rule assigns on their own, apart from their unit."""
    rules = case.scenario.rules
    named: set[str] = set()
    for lists in (rules.pinned, rules.forbidden, rules.together):
        named.update(account for rule in lists for account in rule.accounts)
    unknown = named - set(case.accounts["account_id"].tolist()) if named else named
    if unknown:
        raise InputError(
            _unknown(case, "rules", sorted(unknown), case.accounts["account_id"], "account")
        )
    for _, rows in whole_idns(case):
        named |= set(case.accounts.loc[rows, "account_id"])
    return named | set(_kept(case))


def keeping(case: Case) -> dict[str, KeepRule]:
    """Return the first rule that keeps each account with its territory of today at the go-live."""
    live = case.scenario.rollout.go_live
    rules = [r for r in case.scenario.rules.keep if not (r.until and live and live > r.until)]
    return {account: rule for rule in reversed(rules) for account in rule.accounts}


def _kept(case: Case) -> dict[str, str]:
    """Return the territory of today of each account that has to stay, as of the go-live."""
    wanted = sorted(keeping(case))
    if not wanted:
        return {}
    today = dict(zip(case.accounts["account_id"], case.current, strict=True))
    unknown = [account for account in wanted if account not in today]
    if unknown:
        raise InputError(_unknown(case, "rules.keep", unknown, today, "account"))
    team = set(case.team["territory_id"])
    lost = [account for account in wanted if today[account] not in team]
    if lost:
        raise InputError(
            Message(
                f"{case.scenario.display}: rules.keep names {counted(len(lost), 'account')} "
                "without a territory of this team today",
                evidence=tuple(f'"{each}" has "{today[each]}"' for each in lost),
                hint="pin them with rules.pinned, or take them out",
            )
        )
    return {account: str(today[account]) for account in wanted}


def _unknown(case: Case, key: str, names: list[str], known: Iterable[object], what: str) -> Message:
    choices = [str(name) for name in known]
    near = closest(names[0], choices)
    return Message(
        f"{case.scenario.display}: {key} names {counted(len(names), f'unknown {what}')}",
        evidence=tuple(f'"{name}"' for name in names),
        hint=f'did you mean "{near[0]}"?' if near else f"ids of {what}s are compared as text",
    )


def _territories(case: Case, key: str, names: list[str]) -> NDArray[np.int64]:
    ids = pd.Index(case.team["territory_id"])
    at = ids.get_indexer(pd.Index(names, dtype="str"))
    if (at < 0).any():
        unknown = [names[int(row)] for row in np.flatnonzero(at < 0)]
        raise InputError(_unknown(case, key, unknown, ids, "territory"))
    return np.asarray(at, dtype=np.int64)


def _rule_items(
    case: Case, items: Items, key: str, units: tuple[str, ...], accounts: tuple[str, ...]
) -> NDArray[np.int64]:
    """Items of a rule's units (a split unit stands for all its children) and accounts."""
    ids = pd.Series(case.unit_ids)
    found = []
    for unit in units:
        here = np.flatnonzero(((ids == unit) | ids.str.startswith(f"{unit}:")).to_numpy())
        if here.size == 0:
            raise InputError(_unknown(case, key, [unit], case.unit_ids, "unit"))
        found.append(here)
    rows = np.flatnonzero(case.accounts["account_id"].isin(accounts).to_numpy())
    return np.concatenate([*found, items.of_account[rows]]).astype(np.int64)


def _pinned(case: Case, items: Items) -> Ints:
    pinned = np.full(items.n, -1, dtype=np.int32)
    rules = case.scenario.rules.pinned
    at = _territories(case, "rules.pinned", [rule.territory for rule in rules])
    for rule, t in zip(rules, at.tolist(), strict=True):
        here = _rule_items(case, items, "rules.pinned", rule.units, rule.accounts)
        clash = here[(pinned[here] >= 0) & (pinned[here] != t)]
        if clash.size:
            other = case.team["territory_id"].iloc[int(pinned[clash[0]])]
            what = item_name(case, items, int(clash[0]))
            raise InputError(
                Message(
                    f"{case.scenario.display}: rules.pinned gives {what} to both {other} and "
                    f"{rule.territory}",
                    hint="pin it to one territory",
                )
            )
        pinned[here] = t
    number = {name: t for t, name in enumerate(case.team["territory_id"])}
    kept = _kept(case)
    for row in np.flatnonzero(case.accounts["account_id"].isin(kept).to_numpy()).tolist():
        account, item = str(case.accounts["account_id"].iloc[row]), int(items.of_account[row])
        stays = number[kept[account]]
        if pinned[item] not in (-1, stays):
            other = case.team["territory_id"].iloc[int(pinned[item])]
            raise InputError(
                Message(
                    f"{case.scenario.display}: rules.keep leaves account {account} with "
                    f"{kept[account]}, rules.pinned gives it to {other}",
                    hint="take it out of one of the two",
                )
            )
        pinned[item] = stays
    return pinned


def item_name(case: Case, items: Items, item: int) -> str:
    """Name an item as the planner does."""
    if item < len(case.unit_ids):
        return f"unit {case.unit_ids[item]}"
    row = int(items.named[item - len(case.unit_ids)])
    return f"account {case.accounts['account_id'].iloc[row]}"


def _forbidden(case: Case, items: Items) -> Ints:
    rules = case.scenario.rules.forbidden
    at = _territories(case, "rules.forbidden", [rule.territory for rule in rules])
    pairs = [np.zeros((0, 2), dtype=np.int64)]
    for rule, t in zip(rules, at.tolist(), strict=True):
        here = _rule_items(case, items, "rules.forbidden", rule.units, rule.accounts)
        pairs.append(np.column_stack([here, np.full(here.size, t)]))
    return np.unique(np.concatenate(pairs), axis=0).astype(np.int32)


def _together(case: Case, items: Items) -> Ints:
    """Labels of groups; groups that share a member become one."""
    groups = [
        _rule_items(case, items, "rules.together", rule.units, rule.accounts)
        for rule in case.scenario.rules.together
    ]
    groups += [items.of_account[rows.to_numpy()] for _, rows in whole_idns(case)]
    label = np.full(items.n, -1, dtype=np.int32)
    if groups:
        import scipy.sparse as sp

        first = np.concatenate([np.full(each.size - 1, each[0]) for each in groups])
        other = np.concatenate([each[1:] for each in groups])
        graph = sp.csr_array((np.ones(first.size), (first, other)), shape=(items.n, items.n))
        _, piece = sp.csgraph.connected_components(graph, directed=False)
        member = np.unique(np.concatenate(groups))
        label[member] = np.unique(piece[member], return_inverse=True)[1]
    return label


def groups_of(case: Case, items: Items) -> solvers.Groups:
    """Return the health systems whose split has a price, as lists of the items that hold them."""
    price = case.scenario.objective.idn_split_usd
    idn = case.accounts["idn"].to_numpy()
    rows = np.flatnonzero(idn != "")
    if price <= 0 or rows.size == 0:
        return solvers.Groups()
    pairs = pd.DataFrame({"idn": idn[rows], "item": items.of_account[rows]}).drop_duplicates()
    lists = [each.to_numpy() for _, each in pairs.groupby("idn")["item"] if len(each) > 1]
    return solvers.Groups(
        indptr=np.concatenate([[0], np.cumsum([each.size for each in lists])]).astype(np.int64),
        units=np.concatenate([*lists, np.zeros(0)]).astype(np.int32),
        price=np.full(len(lists), price),
    )


def changes_of(case: Case, items: Items) -> solvers.Changes:
    """Return today's territory of each item and the caps on what may change (`items.hands`)."""
    current, caps = caps_of(case, items)
    for each in caps:
        if each.forced > each.cap:
            raise InputError(
                Message(
                    f"{case.scenario.display}: at most {each.cap:,.0f} {each.what} may move; "
                    f"{each.forced:,.0f} must, because units hold accounts of several reps today, "
                    "or of territories that the team does not have",
                    hint=f"raise rules.max_moved_{_MOVED[each.what.split()[-1]]}, "
                    "or take smaller units",
                )
            )
    return solvers.Changes(
        current=current,
        moved_weight=np.column_stack([*(e.weight for e in caps), np.zeros((items.n, 0))]),
        moved_cap=np.array([e.cap - e.forced for e in caps], dtype=np.float64),
    )


def caps_of(case: Case, items: Items) -> tuple[Ints, list[Capped]]:
    """Return today's territory of each item, and the caps on what may change in its own amounts."""
    territory = {name: t for t, name in enumerate(case.team["territory_id"])}
    today = case.current.map(territory).fillna(NONE).to_numpy().astype(np.int64)
    today[(case.current != "").to_numpy() & (today < 0)] = GONE
    start = np.full(items.n, -1, dtype=np.int32)
    unit_today = case.unit_current.map(territory).fillna(-1).to_numpy().astype(np.int32)
    start[: len(case.unit_ids)] = unit_today
    revenue = case.accounts["revenue_usd"].fillna(0.0).clip(lower=0.0).to_numpy(dtype=np.float64)
    current = most_of_today(items.of_account, today, revenue, start=start, k=len(case.team))
    rules = case.scenario.rules
    caps = capped(
        items.of_account,
        today,
        current,
        revenue_usd=revenue,
        service_h=case.accounts["service_h"].to_numpy(dtype=np.float64),
        caps=(rules.max_moved_accounts, rules.max_moved_revenue, rules.max_moved_workload),
    )
    return current, caps


def distance_in_radii(
    case: Case,
    items: Items,
    minutes: Floats,
    unit_minutes: Floats,
    origins: Floats,
) -> Floats | None:
    """Return how far each item is at most from each home, in radii; None without a radius.

    An item's distance is that of its farthest account, or of the unit's own point where it has
    none.

    Parameters
    ----------
    case : Case
    items : Items
    minutes : float64, shape (accounts, columns)
    unit_minutes : float64, shape (units, columns)
    origins : float64, shape (columns, 2)
        Lon, lat of the homes or possible centers.

    Returns
    -------
    float64, shape (items, columns), or None
    """
    rules = case.scenario.rules
    if rules.radius_km is None and rules.radius_min is None:
        return None
    from geo.travel import great_circle_km

    account = np.zeros_like(minutes)
    unit = np.zeros_like(unit_minutes)
    if rules.radius_km is not None:
        lonlat = case.accounts[["lon", "lat"]].to_numpy(dtype=np.float64)
        account = np.maximum(account, great_circle_km(lonlat, origins) / rules.radius_km)
        unit = np.maximum(unit, great_circle_km(case.unit_lonlat, origins) / rules.radius_km)
    if rules.radius_min is not None:
        account = np.maximum(account, minutes / rules.radius_min)
        unit = np.maximum(unit, unit_minutes / rules.radius_min)
    far = np.full((items.n, len(origins)), -np.inf)
    np.maximum.at(far, items.of_account, account)
    empty = np.flatnonzero(~np.isfinite(far[:, 0]))
    far[empty] = unit[empty]
    return far
