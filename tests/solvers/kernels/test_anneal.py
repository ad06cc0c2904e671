"""Annealing where some units border nobody: every read stays inside its list."""

import os
import subprocess
import sys

import numpy as np

from solvers.portfolio import solve
from solvers.problem.evaluate import evaluate
from tests.solvers import worlds

CHECKED = """
import numpy as np
from solvers.kernels import anneal as kernel
from solvers.search.anneal import open_search
from tests.solvers.kernels.test_anneal import lone_units
search = open_search(lone_units(), np.array([0, 0, 0, 1, 1, 1, 0, 0]), seed=3)
with np.errstate(over="ignore"):
    kernel.anneal(
        search.field, search.state, 5.0, 1.0, 4000, 3, search.best, search.best_assignment
    )
"""


def lone_units():
    """A path of six with two accounts of their own behind it, which border nobody."""
    cost = np.abs(np.arange(8)[:, None] - np.array([1, 4])[None, :]).astype(float)
    return worlds.matrix_problem(
        cost,
        np.array([3.0, 1, 1, 1, 1, 3, 2, 2]),
        worlds.path_edges(6),
        tolerance=0.2,
        exempt=np.arange(8) >= 6,
    )


def test_units_without_borders_are_never_read_past_their_lists():
    """Run as plain Python every index is checked: a chain used to read the list of such a unit."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", CHECKED],
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_named_accounts_alone_are_no_territory():
    problem = lone_units()
    judged = evaluate(problem, np.array([0, 0, 0, 0, 0, 0, 1, 1]))
    assert ("contiguity", 1, 0.0) in {(v.rule, v.territory, v.value) for v in judged.violations}
    found = solve(problem, effort="quick", seed=0)
    assert (found.evaluation.n_parts == 1).all()
