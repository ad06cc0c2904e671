"""A plan is called feasible only where the tables that it writes keep every rule."""

from types import SimpleNamespace

import pandas as pd

from territory.encoding.verify import judged_again


def scenario(**rules):
    caps = ("max_moved_accounts", "max_moved_revenue", "max_moved_workload")
    given = {"contiguity": True, **dict.fromkeys(caps)} | rules
    return SimpleNamespace(
        measures={"potential_usd": SimpleNamespace(tolerance=0.1)}, rules=SimpleNamespace(**given)
    )


def tables(loads=(100.0, 100.0), parts=(1, 1), today=("A", "B")):
    accounts = pd.DataFrame(
        {
            "territory_id": ["A", "B"],
            "potential_usd": loads,
            "current_territory_id": today,
            "revenue_usd": [10.0, 10.0],
            "service_h": [3.0, 1.0],
        }
    )
    half = sum(loads) / 2
    territories = pd.DataFrame(
        {"territory_id": ["A", "B"], "potential_usd_goal": [half, half], "n_parts": parts}
    )
    return accounts, territories


def test_tables_that_keep_every_rule_have_nothing_to_tell():
    assert judged_again(scenario(), *tables()) == []


def test_a_load_outside_its_band_is_told_with_both_figures():
    low, high = judged_again(scenario(), *tables(loads=(80.0, 120.0)))
    assert (low["territory_id"], low["value"], low["limit"]) == ("A", 80.0, 90.0)
    assert "expected at most 110.0" in high["text"]


def test_a_load_barely_outside_its_band_does_not_look_like_the_limit():
    low, high = judged_again(scenario(), *tables(loads=(89.99, 110.01)))
    assert low["text"].endswith("is 89.99; expected at least 90.00")
    assert high["text"].endswith("is 110.01; expected at most 110.00")


def test_a_territory_without_land_is_not_in_one_piece():
    (told,) = judged_again(scenario(), *tables(parts=(1, 0)))
    assert told["text"] == "territory B is in 0 pieces"
    assert judged_again(scenario(contiguity=False), *tables(parts=(1, 0))) == []


def test_caps_count_what_the_plan_counts():
    (told,) = judged_again(scenario(max_moved_accounts=0), *tables(today=("B", "")))
    assert told["text"] == "1 accounts change hands; expected at most 0"
    (told,) = judged_again(scenario(max_moved_revenue=0.4), *tables(today=("B", "B")))
    assert told["text"] == "10 USD change hands; expected at most 8"
    (told,) = judged_again(scenario(max_moved_workload=0.5), *tables(today=("B", "B")))
    assert told["text"] == "3 h of service change hands; expected at most 2"


def test_territories_less_compact_than_asked_are_told_as_the_tables_round_them():
    accounts, territories = tables()
    shaped = territories.assign(compactness=[0.15, 0.1499], compactness_limit=[0.15, 0.15])
    (told,) = judged_again(scenario(), accounts, shaped)
    assert (told["rule"], told["territory_id"], told["limit"]) == ("compactness", "B", 0.15)
    assert told["text"] == (
        "compactness of territory B is 0.1499; expected at least 0.1500 (rules.compactness_least)"
    )
    empty = territories.assign(compactness=[0.15, float("nan")], compactness_limit=[0.15, 0.0])
    assert judged_again(scenario(), accounts, empty) == []
