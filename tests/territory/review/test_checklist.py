"""The checklist answers with evidence, says when it does not know, and can say no."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from territory.inputs.scenario.review import ReviewKeys
from territory.plan_record import RoutedRecord
from territory.review.checklist import checklist
from tests.territory.plans import balanced_plan, small_plan


def sound_plan(**review):
    """The tiny plan in balance, with systems whole, few moves and no long ways."""
    plan = balanced_plan()
    plan.accounts["idn"] = ""
    plan.accounts["current_territory_id"] = plan.accounts["territory_id"]
    plan.territories["n_moved_accounts"] = 0
    plan = replace(plan, record=plan.record.but(review=ReviewKeys(**review).model_dump()))
    return plan


def check(plan, part):
    return named(checklist(plan), part)


def named(judged, part):
    (found,) = [each for each in judged.checks if part in each.what]
    return found


def test_a_sound_plan_is_a_yes_and_says_what_it_does_not_know():
    judged = checklist(sound_plan())
    assert judged.verdict == "yes"
    assert judged.words == "Yes, roll it out: every check that the data allow is passed."
    balanced, clear, aligned = judged.answers
    assert balanced.words == "Yes: 5 checks passed (4 checks without data)."
    assert clear.passed and aligned.passed
    unknown = [each for each in judged.checks if each.passed is None]
    assert [each.found for each in unknown] == [
        "not known: the plan was not routed: design it at normal effort",
        "not known: the reps have no capacity in hours",
        "not known: there are none",
        "not known: the potential has no interval",
        "not known: no account names a health system",
        "not known: the reps have no capacity in hours",
        *["not known: the scenario names no growth areas"] * 3,
    ]


def test_what_cannot_fail_of_one_territory_is_not_judged():
    plan = sound_plan()
    first = plan.territories["territory_id"].iloc[0]
    accounts = plan.accounts.assign(territory_id=first, current_territory_id=first)
    rows = plan.territories.head(1)
    units = plan.alignment.assign(territory_id=first)
    judged = checklist(replace(plan, accounts=accounts, territories=rows, alignment=units))
    by_mark = {}
    for each in judged.checks:
        by_mark.setdefault(each.mark, []).append(each.what)
    assert not [what for what in by_mark["yes"] if "± " in what or "near their" in what]
    assert [what for what in by_mark["not judged"] if what.startswith("Potential of every")]
    assert "not judged: one territory" in judged.answers[0].words
    assert set(judged.to_frame()["passed"]) >= {"yes", "not judged"}


def test_a_territory_outside_its_band_is_a_no_with_the_binding_rule():
    violation = {
        "rule": "balance",
        "territory_id": "T03",
        "measure": "potential_usd",
        "text": "potential of T03",
        "why": "Workload (h) is already -10.0 % from its goal",
    }
    judged = checklist(small_plan(violations=[violation]))
    assert judged.verdict == "no"
    assert judged.words == (
        "No, do not roll it out. Asked: potential of every territory within ± 10 % of its goal; "
        "found: 1 outside, worst T03, +15.0 %."
    )
    (failed,) = [each for each in judged.answers[0].checks if each.passed is False]
    assert failed.evidence[0] == "T03 +15.0 %: Workload (h) is already -10.0 % from its goal"


def test_a_soft_threshold_is_a_yes_with_a_reservation():
    judged = checklist(sound_plan(travel_share_most=0.1))
    assert judged.verdict == "yes, but"
    assert "Asked: travel at most 10 % of every territory's workload; found: worst T03" in (
        judged.words
    )


def set_first(frame, column, values):
    """Replace the first values of a column, or add it where the values are all there."""
    rest = frame[column].tolist()[len(values) :] if column in frame else []
    frame[column] = [*values, *rest]


@pytest.mark.parametrize(
    ("part", "table", "column", "values", "found"),
    [
        ("of the capacity", "territories", "capacity_h", [400.0, 600.0, 600.0], "to T01 124 %"),
        ("surely inside", "territories", "probability", [0.9, 0.4, 0.8], "least T02, 40 % of 90 %"),
        ("in one piece", "territories", "n_parts", [1, 2], "1 territory is not"),
        ("exactly one", "accounts", "territory_id", ["T99"], "1 account and 0 units are not"),
        ("outside the territory of", "accounts", "territory_id", ["T02"], "1 (8.3 %)"),
        ("systems' revenue", "accounts", "idn", ["Mercy"] * 12, "1 of 1 health system split"),
        ("today's revenue", "accounts", "current_territory_id", ["T09"] * 12, "100.0 %, 12 acc"),
        ("compact", "territories", "compactness", [0.5, 0.04, 0.5], "worst T02, 0.04"),
    ],
)
def test_every_check_can_fail_and_shows_its_figure(part, table, column, values, found):
    plan = sound_plan()
    plan.territories["probability_attainable"] = 0.9
    set_first(getattr(plan, table), column, values)
    failed = check(plan, part)
    assert failed.passed is False
    assert found in failed.found


def test_an_account_that_a_rule_names_lies_outside_only_where_another_territory_serves_its_unit():
    """All accounts of systems that stay whole are assigned by name, most with their unit's rep."""
    plan = sound_plan()
    plan.accounts["exception"] = True
    assert check(plan, "outside the territory of").found == "0 (0.0 %)"


def test_how_even_a_load_is_stands_with_its_band():
    evidence = check(sound_plan(), "Potential of every territory").evidence
    assert evidence[0].startswith("Gini 0.0")
    assert evidence[1].startswith("largest ÷ smallest 1.")


def test_an_unsure_territory_is_judged_by_what_any_plan_could_reach():
    plan = sound_plan()
    plan.territories["probability"] = [0.30, 0.25, 0.28]
    plan.territories["probability_attainable"] = 0.32
    found = check(plan, "surely inside")
    assert found.passed is True  # wide errors are the market's, not the plan's
    assert found.found == "least T02, 25 % of 32 %"
    review = {**plan.record.review, "expected_inside": 0.83, "all_inside": 0.04}
    told = check(replace(plan, record=plan.record.but(review=review)), "surely inside").evidence
    assert told == (
        "0.8 of 3 territories are expected inside, all at once with a probability of 4 %",
    )


def with_capacity(plan):
    """The plan with hours for each rep: a tenth more than the work."""
    plan.territories["capacity_h"] = 1.1 * plan.territories["workload_h"]
    return plan


def crowded(seed=None):
    """Ten like accounts for each of the twelve; with a seed, the same ones dealt by lot."""
    plan = with_capacity(sound_plan())
    own = plan.accounts.assign(
        potential_usd=100_000.0, workload_h=120.0, travel_h=20.0, tier="A", growth_area=True
    )
    many = pd.concat([own] * 10, ignore_index=True)
    many["account_id"] = [f"A{at}" for at in range(len(many))]
    if seed is not None:
        dealt = np.random.default_rng(seed).permutation(many["territory_id"].to_numpy())
        many["territory_id"] = dealt
    rows = plan.territories.assign(n_accounts=40, capacity_h=5_500.0, travel_h=800.0)
    for name, load in (("workload_h", 4_800.0), ("potential_usd", 4_000_000.0)):
        rows = rows.assign(**{name: load, f"{name}_goal": load, f"{name}_deviation": 0.0})
        rows = rows.assign(**{f"{name}_lower": 0.9 * load, f"{name}_upper": 1.1 * load})
    return replace(plan, accounts=many, territories=rows)


STRATEGIC = ("Tier A near", "Growth areas near", "Every growth area")


def test_a_plan_by_geography_passes_the_strategic_checks():
    judged = checklist(crowded())
    for part in (*STRATEGIC, "Tier A covered", "Growth areas covered"):
        assert named(judged, part).passed is True, part


@pytest.mark.parametrize("seed", range(20))
def test_every_balanced_alignment_by_lot_fails_the_strategic_checks(seed):
    judged = checklist(crowded(seed))
    balanced = judged.answers[0].checks
    assert all(each.passed is not False for each in balanced)  # balanced it is, exactly
    for part in STRATEGIC:
        assert named(judged, part).passed is False, part
    assert named(judged, "Tier A near").evidence


def test_areas_of_single_accounts_cannot_have_too_many_reps_and_do_not_pass_for_it():
    plan = crowded(1)
    single = [f"P{at}" for at in range(len(plan.accounts))]
    points = replace(plan, accounts=plan.accounts.assign(unit_id=single))
    judged = check(points, "Every growth area")
    assert (judged.passed, judged.found) == (
        None, "not known: no area has more accounts than reps it may have"
    )  # fmt: skip
    assert check(plan, "Every growth area").passed is False


def test_growth_areas_need_a_rep_with_room_for_their_growth():
    plan = crowded()
    plan.territories["capacity_h"] = 4_850.0
    failed = check(plan, "Growth areas covered")
    assert (failed.passed, failed.found) == (False, "0 %; 3 of 3 territories without room")
    assert failed.evidence[0] == "T01: $4.0 M, slack -190 h"  # 4,850 - 4,800 - 5 % of 4,800
    assert check(plan, "Tier A covered").evidence[0] == "T01: $4.0 M, slack +50 h"


def test_one_account_that_is_half_of_its_territory_is_named():
    plan = sound_plan()
    plan.accounts.loc[0, "potential_usd"] *= 5.0
    failed = check(plan, "No account has more than 40 %")
    assert failed.passed is False
    assert str(plan.accounts["account_id"].iloc[0]) in failed.evidence[0]


def test_another_broken_rule_is_a_no():
    violation = {"rule": "pinned", "territory_id": "T01", "measure": "", "text": "48001 is pinned"}
    plan = sound_plan()
    plan = replace(plan, record=plan.record.but(violations=[violation]))
    judged = checklist(plan)
    assert judged.verdict == "no"
    assert check(plan, "other rule").evidence == ("48001 is pinned",)


def test_the_frame_has_a_row_a_check():
    judged = checklist(sound_plan())
    frame = judged.to_frame()
    assert len(frame) == len(judged.checks)
    assert set(frame["passed"]) == {"yes", "not known"}
    assert list(frame.columns) == ["question", "check", "passed", "found", "must", "evidence"]


def test_a_plan_of_an_earlier_version_is_judged_by_the_defaults():
    plan = sound_plan()
    plan = replace(plan, record=plan.record.but(review={}))
    assert checklist(plan).verdict == "yes"


def routed(deviations):
    plan = sound_plan()
    rows = plan.territories.assign(routed_deviation=deviations)
    return replace(plan, territories=rows)


def on_the_road(plan):
    (check,) = [each for each in checklist(plan).checks if "routed tours" in each.what]
    return check


def test_hours_by_routed_tours_are_judged_by_the_same_band():
    n = len(sound_plan().territories)
    good = on_the_road(routed([0.05] * n))
    assert (good.passed, good.evidence) == (True, ())
    bad = on_the_road(routed([0.05] * (n - 1) + [-0.123]))
    last = sound_plan().territories["territory_id"].iloc[-1]
    assert (bad.passed, bad.hard) == (False, True)
    assert bad.found.startswith(f"1 outside, worst {last}")
    assert bad.evidence == (f"{last} -12.3 %",)


def test_a_territory_outside_by_tours_is_named_with_its_reason():
    n = len(sound_plan().territories)
    plan = routed([0.05] * (n - 1) + [0.123])
    rows = plan.territories.assign(travel_h=400.0, routed_travel_h=640.4, routed_nights=12.0)
    last = rows["territory_id"].iloc[-1]
    (told,) = on_the_road(replace(plan, territories=rows)).evidence
    assert told == f"{last} +12.3 %: 640 h on the road by tours, 400 h planned, 12 nights away"


def test_a_territory_so_near_the_edge_that_other_tours_may_put_it_outside_is_named():
    n = len(sound_plan().territories)
    plan = routed([0.05] * (n - 1) + [-0.095])
    # 8 % of 200 h on the road are 1.6 % of 1,000 h.
    rows = plan.territories.assign(routed_travel_h=200.0, routed_workload_h=1000.0)
    last = rows["territory_id"].iloc[-1]
    check = on_the_road(replace(plan, territories=rows))
    assert check.passed
    assert check.evidence == (
        "inside, but nearer to the edge than tours planned in another way differ (by 8 % of the "
        f"hours on the road): {last} -9.5 %; a narrower tolerance of the workload leaves room for "
        "that",
    )


def test_territories_whose_calls_do_not_fit_into_their_days_are_named():
    plan = routed([0.0] * len(sound_plan().territories))
    days = [f"T{at}: {9 - at} of 10 days on the road are longer than 9 h" for at in range(4)]
    told = RoutedRecord(further={"full_days": days})
    check = on_the_road(replace(plan, record=replace(plan.record, routed=told)))
    assert check.evidence == (
        f"calls do not fit into the week's days everywhere: {'; '.join(days[:3])}, and 1 more",
    )


def test_a_first_estimate_far_off_is_named_with_its_reason():
    plan = routed([0.0] * len(sound_plan().territories))
    named = {"estimate": {"far_off": ["T02: 567 h, 336 h by tours: …"]}}
    told = RoutedRecord(further=named)
    check = on_the_road(replace(plan, record=replace(plan.record, routed=told)))
    assert check.evidence == (
        "when it was searched, before its tours: T02: 567 h, 336 h by tours: …",
    )


def test_a_plan_that_was_not_routed_does_not_say_that_its_routed_hours_hold():
    check = on_the_road(sound_plan())
    assert check.passed is None
    assert check.found == "not known: the plan was not routed: design it at normal effort"
