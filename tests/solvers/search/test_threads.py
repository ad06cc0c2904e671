"""Work on several threads: results in the order of the work, none begun once time is spent."""

import os

import numpy as np
import pytest

from solvers.errors import ProblemError
from solvers.problem.evaluate import evaluate
from solvers.search.best import Best
from solvers.search.threads import each, threads_for
from solvers.stop import Budget
from tests.solvers import worlds


def run(threads, **budget):
    problem = worlds.matrix_problem(np.ones((2, 2)), np.ones(2), worlds.path_edges(2))
    assignment = np.arange(2, dtype=np.int32)
    return Best(
        problem=problem,
        observer=lambda _: None,
        budget=Budget(**budget),
        assignment=assignment,
        evaluation=evaluate(problem, assignment),
        threads=threads,
    )


@pytest.mark.parametrize("threads", [1, 3])
def test_results_come_in_the_order_of_the_work(threads):
    work = [lambda at=at: at for at in range(7)]
    assert each(run(threads), "improve", work) == list(range(7))


@pytest.mark.parametrize("threads", [1, 3])
def test_nothing_begins_once_the_budget_is_spent(threads):
    spent = run(threads, rule=lambda: "interrupted")
    spent.budget.spent()
    assert each(spent, "improve", [lambda: 1, lambda: 2]) == []


def test_as_many_threads_as_the_process_may_use_unless_asked():
    assert threads_for(3) == 3
    assert 1 <= threads_for(None) <= (os.cpu_count() or 1)
    with pytest.raises(ProblemError, match="threads is 0"):
        threads_for(0)
