"""Account-free land along another territory is told, what holds a territory together is not."""

from types import SimpleNamespace

import pandas as pd
import pytest

from territory.review.questions.ragged import strays


def plan(rows, free):
    """Unit squares of 1 km named by row and column; a letter is its territory."""
    owner = {f"{r}{c}": letter for r, row in enumerate(rows) for c, letter in enumerate(row)}
    edges = [
        {"unit_a": f"{r}{c}", "unit_b": there, "border_km": 1.0, "kind": "border"}
        for r, row in enumerate(rows)
        for c in range(len(row))
        for there in (f"{r + 1}{c}", f"{r}{c + 1}")
        if there in owner
    ]
    return SimpleNamespace(
        alignment=pd.DataFrame({"unit_id": list(owner), "territory_id": list(owner.values())}),
        accounts=pd.DataFrame({"unit_id": [x for x in owner if x not in free]}),
        adjacency=pd.DataFrame(edges),
    )


@pytest.mark.parametrize(
    ("rows", "free", "found"),
    [
        # A straight line: nothing strays.
        (["AABB", "AABB", "AABB"], ["01", "11", "22"], []),
        # A finger of A into B without accounts.
        (["AABB", "AAAB", "AABB"], ["12"], [("12",)]),
        # The same finger with an account at its tip.
        (["AABB", "AAAB", "AABB"], [], []),
        # Two units long: the piece strays as a whole.
        (["ABBBB", "AAABB", "ABBBB"], ["11", "12"], [("11", "12")]),
        # Land between two parts with accounts holds the territory together.
        (["ABBA", "AAAA", "BBBB"], ["11", "12"], []),
    ],
)
def test_a_finger_without_accounts_is_told(rows, free, found):
    assert strays(plan(rows, free)) == found
