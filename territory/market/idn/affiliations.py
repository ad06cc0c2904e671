"""Who owns an account, who buys for it, and where people work: the owner tree and its ties."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory.audit import Audit, Finding
from territory.inputs.findings.rows import Rows
from territory.inputs.scenario.market import Affiliation
from territory.market.findings import among
from territory.market.idn.affiliation_checks import (
    check_cycles,
    check_owner_names,
    check_two_owners,
    check_two_parents,
)

if TYPE_CHECKING:
    import networkx as nx

    from territory.inputs.scenario.scenario import Scenario

__all__ = ["Affiliations", "SplitSystems", "idn_split", "read_affiliations", "systems_at_level"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Affiliations:
    """Owners, purchasing groups and people's ties.

    Parameters
    ----------
    tree : networkx.DiGraph
        Owner → the owner above it, one at most; accounts are nodes only where they own something.
    owner : Series of str
        Account id → its direct owner, "" for an independent account.
    memberships : DataFrame
        ``account_id, gpo``, each pair once: an account may buy through several groups.
    ties : DataFrame
        ``hcp_id, hco_id``, each pair once: a person may work at several places.
    audit : Audit
        Cycles (errors), owners with two parents, names that are probably misspelled.
    """

    tree: nx.DiGraph[str]
    owner: pd.Series[str]
    memberships: pd.DataFrame
    ties: pd.DataFrame
    audit: Audit

    def path(self, owner: str) -> tuple[str, ...]:
        """Return the owners from the top down to this one, both included."""
        steps = [owner]
        while self.tree.has_node(steps[-1]):
            above = next(iter(self.tree.successors(steps[-1])), None)
            if above is None or above in steps:
                break
            steps.append(above)
        return tuple(reversed(steps))

    def at_level(self, level: str | int) -> Mapping[str, str]:
        """Return for each direct owner the one at a level: "top", "direct", or 1 for the top.

        A path that ends above the level gives its lowest owner.
        """
        out = {"": ""}
        for owner in self.owner.unique().tolist():
            if owner == "":
                continue
            path = self.path(owner)
            if level == "direct":
                out[owner] = owner
            else:
                at = 1 if level == "top" else int(level)
                out[owner] = path[min(at, len(path)) - 1]
        return out

    def levels(self) -> pd.DataFrame:
        """Return one row an owner: ``owner, level (1 = top), top, parent, n_accounts``.

        ``n_accounts`` counts the accounts that it owns directly.
        """
        names = sorted({*self.tree.nodes, *self.owner.unique().tolist()} - {""})
        paths = [self.path(name) for name in names]
        counts = self.owner.value_counts()
        return pd.DataFrame(
            {
                "owner": names,
                "level": [len(path) for path in paths],
                "top": [path[0] for path in paths],
                "parent": [path[-2] if len(path) > 1 else "" for path in paths],
                "n_accounts": [int(counts.get(name, 0)) for name in names],
            }
        )


def read_affiliations(
    scenario: Scenario,
    affiliations: pd.DataFrame,
    accounts: pd.DataFrame,
    *,
    rows: Rows | None = None,
) -> Affiliations:
    """Build the owner tree, the memberships and the ties of an affiliations table.

    A row says that its account belongs to ``idn`` and that this one belongs to ``parent``; without
    an ``idn``, that the account itself belongs to ``parent`` (another account or an owner). A row
    whose ``account_id`` is the name of an owner says who is above that owner. An owner that is its
    own parent is at the top. Rows of people (types in ``affiliations.hcp_types``) tie a person to
    the ``parent`` at which they work. An account that is not in the table keeps the ``idn`` and
    ``gpo`` of the accounts table.

    Parameters
    ----------
    scenario : Scenario
    affiliations : DataFrame
        ``account_id, idn, gpo, parent`` as text, "" where unknown.
    accounts : DataFrame
        ``account_id, type, idn, gpo``.
    rows : Rows, optional
        File and line of each row of `affiliations`, for findings.

    Notes
    -----
    Where an owner has two parents, or an account two owners, the first in the table counts, and
    the audit says so. Linear in the rows; the tree has owners for nodes, not accounts.
    """
    options = scenario.affiliations or Affiliation()
    table = affiliations[["account_id", "idn", "gpo", "parent"]].astype("str").copy()
    table["row"] = np.arange(len(table))
    ids = accounts["account_id"].astype("str")
    table["known"] = among(table["account_id"], ids)
    people = accounts.loc[accounts["type"].isin(options.hcp_types), "account_id"]
    person = pd.Series(among(table["account_id"], people), index=table.index)
    ties = table.loc[person & (table["parent"] != ""), ["account_id", "parent"]]
    ties = ties.set_axis(["hcp_id", "hco_id"], axis=1).drop_duplicates(ignore_index=True)

    table = table[~person]
    direct = table["idn"].where(table["idn"] != "", table["parent"])
    owned = table.assign(owner=direct)[direct != ""]
    findings: list[Finding] = []
    direct_owner = owned[owned["known"]].drop_duplicates(["account_id", "owner"])
    findings += check_two_owners(scenario, direct_owner, rows)
    first = direct_owner.drop_duplicates("account_id").set_index("account_id")["owner"]

    edges = _edges(table, owned, first, ids)
    findings += check_two_parents(scenario, edges, rows)
    tree = _tree(edges.drop_duplicates("child"))
    findings += check_cycles(scenario, edges, rows)

    in_table = accounts["idn"].astype("str") if "idn" in accounts else ids.map(lambda _: "")
    owner = ids.map(first).fillna("").astype("str")
    owner = owner.where(owner != "", in_table)
    findings += check_owner_names(scenario, owner, tree, edges, ids)
    owner = pd.Series(owner.to_numpy(), index=ids.to_numpy(), dtype="str")
    owner = _through_ties(owner, ties, people)
    return Affiliations(
        tree=tree,
        owner=owner,
        memberships=_memberships(table, accounts),
        ties=ties,
        audit=Audit(findings),
    )


def _edges(
    table: pd.DataFrame, owned: pd.DataFrame, first: pd.Series[str], ids: pd.Series[str]
) -> pd.DataFrame:
    """Return child, parent and row of every distinct ownership between owners."""
    both = (table["idn"] != "") & (table["parent"] != "") & (table["idn"] != table["parent"])
    between = table.loc[both, ["idn", "parent", "row"]].set_axis(["child", "parent", "row"], axis=1)
    names = {*table["idn"].unique().tolist(), *table["parent"].unique().tolist()} - {""}
    # A row about an owner instead of an account, and accounts that own others.
    about = owned[~owned["known"]]
    about = about[about["account_id"].isin(names)]
    about = about[about["account_id"] != about["owner"]]
    about = about[["account_id", "owner", "row"]].set_axis(["child", "parent", "row"], axis=1)
    owning = ids[among(ids, pd.Series(sorted(names), dtype="str"))]
    above = owned[owned["known"] & among(owned["account_id"], owning)]
    above = above[above["account_id"] != above["owner"]]
    above = above[["account_id", "owner", "row"]].set_axis(["child", "parent", "row"], axis=1)
    edges = pd.concat([between, about, above], ignore_index=True).sort_values("row", kind="stable")
    return edges.drop_duplicates(["child", "parent"], ignore_index=True)


def _tree(edges: pd.DataFrame) -> nx.DiGraph[str]:
    import networkx as nx

    tree: nx.DiGraph[str] = nx.DiGraph()
    tree.add_edges_from(zip(edges["child"].tolist(), edges["parent"].tolist(), strict=True))
    return tree


def _memberships(table: pd.DataFrame, accounts: pd.DataFrame) -> pd.DataFrame:
    parts = [table.loc[table["known"] & (table["gpo"] != ""), ["account_id", "gpo"]]]
    if "gpo" in accounts:
        parts.append(accounts.loc[accounts["gpo"] != "", ["account_id", "gpo"]])
    pairs = pd.concat(parts, ignore_index=True).astype("str")
    return pairs.drop_duplicates(ignore_index=True)


def _through_ties(
    owner: pd.Series[str], ties: pd.DataFrame, people: pd.Series[str]
) -> pd.Series[str]:
    """Give people the owner of the place they work at; the first place counts."""
    if not len(ties):
        return owner
    place = ties.drop_duplicates("hcp_id").set_index("hcp_id")["hco_id"]
    people_ids = pd.Series(owner.index, index=owner.index)
    without = owner.index.isin(people) & (owner == "").to_numpy()
    found = people_ids.map(place).map(owner[~owner.index.duplicated()]).fillna("").astype("str")
    return owner.where(~without, found)


def systems_at_level(
    scenario: Scenario,
    affiliations: pd.DataFrame | None,
    accounts: pd.DataFrame,
    *,
    rows: Rows | None = None,
) -> tuple[pd.DataFrame, Audit]:
    """Return the accounts with ``idn`` at the level that the scenario asks for.

    With that, ``rules.keep_idn_whole``, the price of split systems and the scorecard all speak of
    the same systems.

    Parameters
    ----------
    scenario : Scenario
        Without a section ``affiliations`` the accounts' own ``idn`` stays.
    affiliations : DataFrame or None
    accounts : DataFrame
        With ``account_id, type, idn``.
    rows : Rows, optional
        File and line of each row of `affiliations`.

    Returns
    -------
    DataFrame
        A copy; ``idn_owner`` is the direct owner. Where ownership is circular, unchanged.
    Audit
    """
    options = scenario.affiliations
    if options is None or affiliations is None or not len(affiliations):
        return accounts, Audit()
    found = read_affiliations(scenario, affiliations, accounts, rows=rows)
    if found.audit.errors:
        return accounts, found.audit
    out = accounts.copy()
    owner = pd.Series(found.owner.to_numpy(), index=out.index, dtype="str")
    out["idn_owner"] = owner
    out["idn"] = owner.map(found.at_level(options.level)).astype("str")
    return out, found.audit


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SplitSystems:
    """Health systems that have more than one territory.

    Parameters
    ----------
    n_systems, n_split : int
        Systems with an account, and those split.
    revenue_usd : float
        Yearly revenue of the split ones.
    revenue_share : float
        Of the revenue of all systems, 0 to 1.
    table : DataFrame
        ``idn, n_accounts, n_territories, territories, revenue_usd``, the largest revenue first.
    """

    n_systems: int
    n_split: int
    revenue_usd: float
    revenue_share: float
    table: pd.DataFrame


def idn_split(accounts: pd.DataFrame, *, territory: str = "territory_id") -> SplitSystems:
    """Count the health systems that a plan splits, and their revenue.

    Parameters
    ----------
    accounts : DataFrame
        ``idn`` ("" = none), ``revenue_usd``, and the column named by `territory`.
    territory : str
        For instance ``territory_id`` or ``current_territory_id``; "" counts as no territory.
    """
    owned = accounts[(accounts["idn"] != "") & (accounts[territory] != "")]
    groups = owned.assign(revenue=owned["revenue_usd"].fillna(0.0)).groupby("idn")
    table = pd.DataFrame(
        {
            "n_accounts": groups.size(),
            "n_territories": groups[territory].nunique(),
            "territories": groups[territory].agg(lambda ids: ", ".join(sorted(set(ids)))),
            "revenue_usd": groups["revenue"].sum().round(2),
        }
    ).reset_index()
    total = float(table["revenue_usd"].sum()) if len(table) else 0.0
    split = table[table["n_territories"] > 1]
    split = split.sort_values(["revenue_usd", "idn"], ascending=[False, True], ignore_index=True)
    revenue = round(float(split["revenue_usd"].sum()), 2)
    return SplitSystems(
        n_systems=len(table),
        n_split=len(split),
        revenue_usd=revenue,
        revenue_share=revenue / total if total else 0.0,
        table=split,
    )
