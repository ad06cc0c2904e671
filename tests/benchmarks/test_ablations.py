"""Each part can be left out of a process, and pages show what that costs; runs pair up by name."""

import pytest

from tests.benchmarks import ablations, before, results


@pytest.mark.parametrize(
    ("part", "module", "name"),
    [
        ("merging", "solvers.search.rounds", "_merge_all"),
        ("composite moves", "solvers.search.arrays", "build_field"),
        ("cuts of idle land", "solvers.portfolio", "swap_idle_land"),
    ],
)
def test_a_part_left_out_is_out(part, module, name, monkeypatch):
    import importlib

    home = importlib.import_module(module)
    before_it = getattr(home, name)
    for each in ("anneal", "rounds", "arrays"):
        other = importlib.import_module(f"solvers.search.{each}")
        if hasattr(other, "build_field"):
            monkeypatch.setattr(other, "build_field", other.build_field)
    monkeypatch.setattr(home, name, before_it)
    ablations.PARTS[part]()
    assert getattr(home, name) is not before_it


def test_one_beginning_is_one(monkeypatch):
    from solvers.effort import PROFILES

    for effort, profile in list(PROFILES.items()):
        monkeypatch.setitem(PROFILES, effort, profile)
    ablations.PARTS["diverse beginnings"]()
    assert {profile.starts for profile in PROFILES.values()} == {1}


def _run(without, objective, feasible="True"):
    return {
        "name": "homes_x", "seed": "1", "without": without, "objective": objective,
        "feasible": feasible, "border_km": "90", "effort": "quick", "commit": "a", "versions": "v",
        "machine": "m",
    }  # fmt: skip


def test_the_page_shows_what_is_lost_without_a_part():
    text = "\n".join(results._ablations([_run("", "200"), _run("merging", "210", "False")]))
    assert "| homes_x | 1 | 200 | 90 | +5.00, **broken** |" in text


def test_runs_pair_up_by_instance_effort_and_seed():
    row = {"effort": "quick", "seed": "1", "feasible": "True", "gap": "0.1", "cpu_s": "2"}
    row |= {"commit": "b", "versions": "v", "machine": "m"}
    old = [row | {"name": "a", "objective": "100"}, row | {"name": "b", "objective": "1"}]
    made = before.pairs(old, [row | {"name": "a", "objective": "90"}])
    assert [(each["before_of"], each["before"], each["after"]) for each in made] == [
        ("a", "100", "90")
    ]
    assert "-10.00" in "\n".join(results._before(made))
