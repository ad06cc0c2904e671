"""What can be wrong with ownership: circles, two parents, two owners, names spelled in two ways."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory.audit import Finding
from territory.inputs.findings.rows import Rows
from territory.market.findings import about_table
from territory.messages import closest, counted, quoted

if TYPE_CHECKING:
    import networkx as nx

    from territory.inputs.scenario.scenario import Scenario

__all__ = ["check_cycles", "check_owner_names", "check_two_owners", "check_two_parents"]

_CLOSE = 0.9
_MOST_NAMES = 3_000
"""Comparing names is quadratic: above this many owners spelling is not judged (and it is said)."""


def _at(scenario: Scenario, rows: Rows | None, row: int, finding: Finding) -> Finding:
    """Return a finding about the affiliations with its file, line and id as far as known."""
    if rows is not None:
        return replace(
            finding,
            file=rows.file,
            line=int(rows.lines[row]),
            id=str(rows.ids[row]),
            repair="",
        )
    return about_table(
        scenario, table="affiliations", kind=finding.kind, severity=finding.severity,
        column=finding.column, repair=finding.repair,
        what=f"{finding.column} {quoted(finding.value)}: {finding.what}",
    )  # fmt: skip


def check_two_owners(scenario: Scenario, owners: pd.DataFrame, rows: Rows | None) -> list[Finding]:
    """Report accounts with two owners; `owners` has account_id, owner, row, each pair once."""
    found = Finding(
        table="affiliations", severity="warning", kind="two_owners", column="idn", what="",
        repair="keep one owner for each account",
    )  # fmt: skip
    return _seconds(scenario, rows, owners, found, whose="account_id")


def check_two_parents(scenario: Scenario, edges: pd.DataFrame, rows: Rows | None) -> list[Finding]:
    """Report owners with two parents; `edges` has child, parent, row, each pair once."""
    found = Finding(
        table="affiliations", severity="warning", kind="two_parents", column="parent", what="",
        repair="keep one parent for each owner",
    )  # fmt: skip
    edges = edges.rename(columns={"parent": "owner"})
    return _seconds(scenario, rows, edges, found, whose="child")


def _seconds(
    scenario: Scenario,
    rows: Rows | None,
    pairs: pd.DataFrame,
    found: Finding,
    *,
    whose: str,
) -> list[Finding]:
    """Report every owner after the first one; `pairs` has the column `whose`, owner and row."""
    findings = []
    again = pairs[pairs[whose].duplicated(keep=False)]
    for name, group in again.groupby(whose, sort=False):
        kept, *others = group["owner"].tolist()
        for owner, row in zip(others, group["row"].iloc[1:].tolist(), strict=True):
            who = f"account {name}" if whose == "account_id" else quoted(str(name))
            what = f"{who} belongs to {quoted(str(kept))} by an earlier row, "
            told = replace(found, value=owner, what=f"{what}which counts")
            findings.append(_at(scenario, rows, int(row), told))
    return findings


def check_cycles(scenario: Scenario, edges: pd.DataFrame, rows: Rows | None) -> list[Finding]:
    """Report circular ownership: one finding a circle, at its first row."""
    import networkx as nx

    row_of = {
        (child, parent): int(row)
        for child, parent, row in zip(
            edges["child"].tolist(), edges["parent"].tolist(), edges["row"].tolist(), strict=True
        )
    }
    findings = []
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_edges_from(row_of)
    for part in nx.strongly_connected_components(graph):
        if len(part) < 2:
            continue
        circle = nx.find_cycle(graph.subgraph(part), source=min(part))
        steps = [(str(edge[0]), str(edge[1])) for edge in circle]
        shown = " → ".join([*(child for child, _ in steps), steps[0][0]])
        child, parent = min(steps, key=lambda step: row_of[step])
        findings.append(
            _at(
                scenario,
                rows,
                row_of[child, parent],
                Finding(
                    table="affiliations",
                    severity="error",
                    kind="ownership_cycle",
                    column="parent",
                    value=parent,
                    what=f"circular ownership: {shown}",
                    repair="empty the parent of the owner at the top",
                ),
            )
        )
    return findings


def check_owner_names(
    scenario: Scenario,
    owner: pd.Series[str],
    tree: nx.DiGraph[str],
    edges: pd.DataFrame,
    ids: pd.Series[str],
) -> list[Finding]:
    """Report accounts' owners that the tree does not know, with the name they may stand for.

    `owner` (n,) is the direct owner of each account, `ids` (n,) the account ids.
    """
    if not len(edges):
        return []
    counts = owner[owner != ""].value_counts()
    unknown = [name for name in counts.index.tolist() if name not in tree]
    if len(unknown) > _MOST_NAMES or len(tree) > _MOST_NAMES:
        return [
            about_table(
                scenario, table="affiliations", kind="unknown_owner",
                what=f"{counted(len(unknown), 'owner')} of accounts have no parent and are taken "
                "as health systems of their own; too many names to compare their spelling",
            )
        ]  # fmt: skip
    known = sorted(str(name) for name in tree.nodes)
    findings = []
    for name in unknown:
        close = closest(name, known, least=_CLOSE)
        if close:
            first = str(ids[np.asarray(owner == name, dtype=bool)].iloc[0])
            findings.append(
                about_table(
                    scenario, table="affiliations", kind="unknown_owner", severity="warning",
                    column="idn",
                    what=f"{quoted(name)}, owner of {counted(int(counts[name]), 'account')} (first "
                    f"{first}), is not in the owner tree and is taken as a system of its own",
                    repair=f"did you mean {quoted(close[0])}?",
                )
            )  # fmt: skip
    return findings
