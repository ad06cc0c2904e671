"""Ragged lines: land without accounts that lies along another territory more than along its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import networkx as nx

if TYPE_CHECKING:
    from territory.plan import Plan

__all__ = ["strays"]

LEAST_KM = 0.1
"""Kilometres of border that giving it away has to save: less is rounding."""


def strays(plan: Plan) -> list[tuple[str, ...]]:
    """Return the pieces of account-free land that would shorten the border in other hands.

    A piece is a unit without accounts, or all such units of a territory that hang together. It
    strays where another territory has more border with it than its own has, and its own stays in
    one piece without it: an enclave, a tendril or a finger that moves no hour and no dollar.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    list of tuple of str
        Unit ids of each piece, in the order of the alignment; a unit of a piece that strays as a
        whole is not named again.
    """
    owner = dict(zip(plan.alignment["unit_id"], plan.alignment["territory_id"], strict=True))
    served = set(plan.accounts["unit_id"])
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(owner)
    for row in plan.adjacency.to_dict("records"):
        km = float(row["border_km"]) if row["kind"] == "border" else 0.0
        graph.add_edge(str(row["unit_a"]), str(row["unit_b"]), km=km)
    own = nx.Graph((a, b) for a, b in graph.edges if owner[a] == owner[b])
    own.add_nodes_from(owner)
    free = [unit for unit in owner if unit not in served]
    order = {unit: at for at, unit in enumerate(owner)}
    pieces = [
        tuple(sorted(piece, key=order.__getitem__))
        for piece in nx.connected_components(own.subgraph(free))
    ]
    found = [piece for piece in pieces if _strays(piece, graph, own, owner)]
    named = {unit for piece in found for unit in piece}
    found += [(unit,) for unit in free if unit not in named and _strays((unit,), graph, own, owner)]
    return sorted(found, key=lambda piece: order[piece[0]])


def _strays(
    piece: tuple[str, ...], graph: nx.Graph[str], own: nx.Graph[str], owner: Mapping[str, str]
) -> bool:
    """Whether another territory has more border with the piece, and its own does without it."""
    inside, home = set(piece), owner[piece[0]]
    km: dict[str, float] = {}
    around = set()
    for unit in piece:
        for other in graph[unit]:
            if other not in inside:
                km[owner[other]] = km.get(owner[other], 0.0) + graph[unit][other]["km"]
                around |= {other} if owner[other] == home else set()
    own_km = km.pop(home, 0.0)
    if not around or max(km.values(), default=0.0) <= own_km + LEAST_KM:
        return False
    rest = own.subgraph(set(nx.node_connected_component(own, piece[0])) - inside)
    return nx.number_connected_components(rest) == 1
