"""What is outside its band is brought inside, with as many turns as it takes and no more."""

from dataclasses import replace

import numpy as np
import pytest

from solvers.effort import PROFILES
from solvers.search import anneal, closing
from tests.solvers.search.test_rounds import STRIPES, fixed, run_of

QUICK = PROFILES["quick"]
UNEVEN = np.array([0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2], dtype=np.int32)


def closed(problem, first, *, turns=8, profile=QUICK, stay=True):
    run, told = run_of(problem, first)
    search = anneal.open_search(problem, first, seed=0)
    rng = np.random.default_rng(0)
    took = closing.close(run, profile, search, 2000, rng, turns=turns, stay=stay)
    return run, took, told


def test_a_pocket_is_closed_and_the_turns_end_with_it():
    run, took, told = closed(fixed(tolerance=0.0), UNEVEN)
    assert run.evaluation.feasible
    assert run.evaluation.loads[:, 0].tolist() == [4.0, 4.0, 4.0]
    assert 1 <= took < 8
    assert {event.stage for event in told} == {"balance"}


@pytest.mark.parametrize(("first", "turns"), [(STRIPES, 8), (UNEVEN, 0)], ids=["kept", "no turns"])
def test_a_plan_in_its_bands_and_no_turns_take_none(monkeypatch, first, turns):
    monkeypatch.setattr(closing.anneal, "anneal", lambda *_, **__: pytest.fail("nothing to do"))
    _, took, _ = closed(fixed(), first, turns=turns)
    assert took == 0


def test_what_two_turns_do_not_make_smaller_is_left_to_another_plan_unless_it_is_the_last(
    monkeypatch,
):
    monkeypatch.setattr(closing.anneal, "anneal", lambda *_, **__: None)
    assert closed(fixed(tolerance=0.0), UNEVEN, stay=False)[1] == 2
    assert closed(fixed(tolerance=0.0), UNEVEN, stay=True)[1] == 8


def test_models_of_a_few_territories_close_what_no_annealing_may(monkeypatch):
    monkeypatch.setattr(closing.anneal, "anneal", lambda *_, **__: None)
    run, took, told = closed(fixed(tolerance=0.0), UNEVEN, profile=replace(QUICK, recuts=4))
    assert run.evaluation.feasible
    assert took <= 2
    assert {event.stage for event in told} == {"recombine"}
