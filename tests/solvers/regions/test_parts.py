"""Parts get an effort's work, and each search a number of its own."""

from dataclasses import replace
from itertools import count

import numpy as np
import pytest

from solvers.effort import PROFILES
from solvers.regions import parts
from solvers.regions.parts import parts_of
from tests.solvers import worlds
from tests.solvers.regions.test_resite import run_of

K = 24
QUICK = PROFILES["quick"]


def row(k=K):
    """Two cells for each of k territories, in a row."""
    xy = np.array([[float(x), 0.0] for x in range(2 * k)])
    return worlds.planar_problem(xy, np.ones(2 * k), k, worlds.path_edges(2 * k), tolerance=0.1)


@pytest.mark.parametrize("large", [False, True])
def test_each_search_gets_the_efforts_work_and_the_next_number(monkeypatch, large):
    asked = []
    for name in ("anneal_blocks", "redraw", "close_open"):
        monkeypatch.setattr(
            parts, name, lambda run, name=name, **words: asked.append((name, words))
        )
    monkeypatch.setattr(parts, "has_blocks", lambda problem: large)
    after = ((6, 1.0), (12, 0.9))
    made = parts_of(row(), replace(QUICK, after_blocks=after), count(7))
    run = run_of(row(), np.repeat(np.arange(K), 2))
    assert (made.anneal is not None) == large
    for search in (made.anew, made.close, *([made.anneal] if large else [])):
        search(run)
    anew = [(6, 24), (12, 21)] if large else [(6, int(0.8 * K))]
    seeds = count(7)
    blocks = {"passes": QUICK.blocks, "most": QUICK.most_in_blocks}
    expected = [
        *(("redraw", {"territories": few, "regions": times}) for few, times in anew),
        ("close_open", {}),
        *([("anneal_blocks", blocks)] if large else []),
    ]
    assert asked == [(name, words | {"seed": next(seeds)}) for name, words in expected]


def test_few_territories_have_no_parts():
    assert parts_of(row(11), QUICK, count()) is None
    assert parts_of(row(12), QUICK, count()) is not None
