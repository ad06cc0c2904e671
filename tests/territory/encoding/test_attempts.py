"""Several solutions of one command share its effort, seed, threads and time."""

from types import SimpleNamespace

import pytest

from solvers.events import ignore
from solvers.stop import never
from territory.encoding import attempts as module
from territory.encoding.attempts import Attempts


def attempts(**solve):
    options = {"effort": "normal", "seed": 40, "threads": 1, "time_limit_s": None} | solve
    case = SimpleNamespace(scenario=SimpleNamespace(solve=SimpleNamespace(**options)))
    return Attempts(
        case, geography=None, audit=None, observer=ignore, stop=never, started_s=100.0
    )  # fmt: skip


@pytest.fixture
def asked(monkeypatch):
    """What `solvers.solve` is asked; the clock stands at 130 s."""
    calls = []
    monkeypatch.setattr(module.solvers, "solve", lambda problem, **given: calls.append(given))
    monkeypatch.setattr(module.time, "monotonic", lambda: 130.0)
    return calls


def test_every_search_has_the_scenarios_seed_and_effort_unless_another_is_asked(asked):
    some = attempts()
    some.solve(None, None)
    some.solve(None, None, effort="quick")
    assert [(each["effort"], each["seed"]) for each in asked] == [("normal", 40), ("quick", 40)]
    assert {each["time_limit_s"] for each in asked} == {None}
    assert not some.over


def test_what_earlier_searches_took_is_taken_from_the_users_time(asked):
    some = attempts(time_limit_s=50.0)
    some.solve(None, None)
    assert asked[0]["time_limit_s"] == pytest.approx(20.0)
    assert not some.over


def test_when_the_time_is_over_a_hundredth_of_a_second_is_left_and_it_is_said(asked):
    some = attempts(time_limit_s=30.0)
    assert some.left_s() == 0.01
    assert some.over
    later = attempts(time_limit_s=5.0)
    assert later.left_s() == 0.01
    assert later.over
