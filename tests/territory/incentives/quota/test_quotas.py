"""Quotas sum to the goal and its over-assignment, keep floor and cap, and can be taken apart."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from territory.errors import InputError
from territory.incentives.quota.quotas import BLEND_PARTS, company_goal, quotas_of, spread_goal
from tests.territory.incentives.worlds import SIZE, K, field, history, quota_plan

PART_COLUMNS = [f"part_{name}_usd" for name in BLEND_PARTS]
SOURCES = ["potential_usd", "headroom_usd", "run_rate_usd", "reachable_usd"]


def basis(rows):
    frame = pd.DataFrame(rows, columns=SOURCES)
    frame["last_usd"] = frame["run_rate_usd"]
    return frame.set_index(pd.Index([f"T{at:03d}" for at in range(len(rows))]))


amounts = st.just(0.0) | st.floats(1, 5e7)
rows = st.tuples(amounts, amounts, amounts, amounts)
bases = st.lists(rows, max_size=25).map(lambda drawn: basis([(9e3, 8e3, 7e3, 6e3), *drawn]))
weights = st.tuples(*[st.integers(0, 20)] * 4).filter(any)


@st.composite
def cases(draw, goals):
    frame = draw(bases)
    parts = draw(weights)
    names = ("potential", "headroom", "run_rate", "sales_cycle")
    blend = {name: part / sum(parts) for name, part in zip(names, parts, strict=True)}
    options = quota_plan(
        blend=blend,
        floor=draw(st.floats(-0.3, 0.1)),
        cap=draw(st.floats(0.15, 2.0)),
        over_assignment=draw(st.floats(0, 0.2)),
    )
    return frame, options, draw(goals(frame, options))


def any_goal(frame, options):
    return st.integers(1, 2 * 10**9)


def reachable_goal(frame, options):
    rate = frame["run_rate_usd"]
    low = (rate * (1 + options.floor)).sum() + 2 * len(frame)
    high = (rate * (1 + options.cap)).sum() - 2 * len(frame)
    over = 1 + options.over_assignment
    return st.floats(0, 1).map(lambda share: round((low + share * (high - low)) / over))


@given(cases(reachable_goal))
def test_quotas_sum_to_the_goal_and_parts_to_the_quotas_to_the_dollar(case):
    frame, options, goal = case
    quotas = spread_goal(frame, options, goal_usd=goal)
    table = quotas.table
    assert quotas.field_usd == round(goal * (1 + options.over_assignment))
    assert int(table["quota_usd"].sum()) == quotas.field_usd
    assert (table[PART_COLUMNS].sum(axis=1) == table["quota_usd"]).all()
    assert table["quota_usd"].dtype == np.int64
    if options.floor is not None:
        assert (table["quota_usd"] >= table["lower_usd"]).all()
    bounded = table[table["run_rate_usd"] > 0]
    assert (bounded["quota_usd"] <= bounded["upper_usd"]).all()


@given(cases(any_goal))
def test_a_goal_is_refused_only_when_the_limits_leave_no_room(case):
    frame, options, goal = case
    field_usd = round(goal * (1 + options.over_assignment))
    low = np.ceil(frame["run_rate_usd"] * (1 + options.floor) - 1e-6).sum()
    high = np.floor(frame["run_rate_usd"] * (1 + options.cap) + 1e-6).sum()
    boundless = (frame["run_rate_usd"] == 0).any()
    try:
        spread_goal(frame, options, goal_usd=goal)
    except InputError:
        assert field_usd < low or (field_usd > high and not boundless)
    else:
        assert field_usd >= low
        assert boundless or field_usd <= high


def test_without_limits_a_quota_is_the_blend_of_shares():
    frame = basis([(100, 50, 300, 10), (300, 50, 100, 30)])
    blend = {"potential": 0.4, "headroom": 0.2, "run_rate": 0.3, "sales_cycle": 0.1}
    options = quota_plan(blend=blend, floor=-0.9, cap=1000.0, over_assignment=0.1)
    table = spread_goal(frame, options, goal_usd=1000).table
    assert table["quota_usd"].tolist() == [495, 605]
    assert table.loc["T000", PART_COLUMNS].tolist() == [100, 100, 225, 25, 45, 0]
    assert table["limit"].tolist() == ["", ""]


def test_floor_and_cap_hold_quotas_and_say_so():
    frame = basis([(0, 0, 100_000, 0), (100, 0, 100_000, 0), (900, 0, 100_000, 0)])
    options = quota_plan(blend={"potential": 1.0}, floor=0.0, cap=0.2, over_assignment=0.0)
    table = spread_goal(frame, options, goal_usd=320_000).table
    assert table["quota_usd"].tolist() == [100_000, 100_000, 120_000]
    assert table["limit"].tolist() == ["floor", "floor", "cap"]
    assert table["growth"].tolist() == pytest.approx([0, 0, 0.2])


def test_a_territory_without_sales_has_neither_floor_nor_cap():
    frame = basis([(500, 0, 0, 0), (500, 0, 100_000, 0)])
    options = quota_plan(blend={"potential": 1.0}, floor=0.0, cap=0.1, over_assignment=0.0)
    table = spread_goal(frame, options, goal_usd=300_000).table
    assert table["quota_usd"].tolist() == [190_000, 110_000]
    assert np.isnan(table["growth"].iloc[0])


def test_a_goal_below_the_floors_is_refused_with_the_numbers():
    frame = basis([(1, 0, 700_000, 0), (1, 0, 300_000, 0)])
    options = quota_plan(blend={"run_rate": 1.0}, floor=0.0, cap=0.2, over_assignment=0.02)
    with pytest.raises(InputError) as caught:
        spread_goal(frame, options, goal_usd=900_000, display="ny.toml")
    assert str(caught.value) == (
        "error: ny.toml: a goal of $900,000 with over_assignment 0.02 makes quotas of $918,000, "
        "$82,000 below the floors of $1,000,000 (quotas.floor 0 on last year's $1,000,000)\n"
        "  T000  floor $700,000\n"
        "  T001  floor $300,000\n"
        "\n"
        "hint: write floor = -0.082, or a goal of at least $980,393"
    )
    spread_goal(frame, options, goal_usd=980_393)
    spread_goal(frame, options.model_copy(update={"floor": -0.082}), goal_usd=900_000)


def test_a_goal_above_the_caps_is_refused_with_the_numbers():
    frame = basis([(1, 0, 1_000_000, 0)])
    options = quota_plan(blend={"run_rate": 1.0}, floor=0.0, cap=0.2, over_assignment=0.0)
    with pytest.raises(InputError, match="above the caps") as caught:
        spread_goal(frame, options, goal_usd=1_234_567)
    assert caught.value.message.hint == "write cap = 0.235, or a goal of at most $1,200,000"
    spread_goal(frame, options, goal_usd=1_200_000)


def test_a_weight_with_nothing_to_weigh_is_refused():
    frame = basis([(1, 0, 0, 0)])
    options = quota_plan(blend={"potential": 0.5, "run_rate": 0.5})
    with pytest.raises(InputError) as caught:
        spread_goal(frame, options, goal_usd=100, display="ny.toml")
    assert str(caught.value) == (
        "error: ny.toml: quotas.blend.run_rate is 0.5, but nothing was sold in the last four "
        "quarters\n\nhint: write run_rate = 0.0 and give its weight to another part"
    )


def test_growth_is_on_last_year_s_company_sales_whatever_the_lines_and_the_trend():
    case = field(quotas=quota_plan(growth=0.06))
    assert company_goal(case) == round(1.06 * sum(SIZE))
    for alignment in ("plan", "today"):
        assert quotas_of(case, alignment).goal_usd == round(1.06 * sum(SIZE))
    rising = field(quotas=quota_plan(growth=0.06), revenue=history([3, 0, 0, 0, 0, 0]))
    assert company_goal(rising) == round(1.06 * sum(SIZE))


def test_the_growth_that_is_shown_is_on_last_year_and_the_cap_holds_it():
    table = quotas_of(field(quotas=quota_plan(growth=0.06, cap=0.10))).table
    assert table["growth"].tolist() == pytest.approx(
        (table["quota_usd"] / np.array(SIZE) - 1).tolist()
    )
    assert table["growth"].max() <= 0.10 + 1e-9


def test_the_default_quota_is_the_share_of_expected_sales():
    quotas = quotas_of(field(quotas=quota_plan(growth=0.05, over_assignment=0.02)))
    expected = quotas.table["expected_usd"]
    assert (quotas.quota_usd / expected).std() < 1e-6
    assert quotas.field_usd == round(1.02 * round(1.05 * sum(SIZE)))


def test_revenue_at_risk_in_moved_accounts_is_not_asked_for():
    table = quotas_of(field()).table
    assert table["relief_usd"].tolist() == [50_000.0, 0, 0, 0, 0, 0]
    assert (table["part_relief_usd"] < 0).tolist() == [True] + [False] * (K - 1)
    asked = quotas_of(field(quotas=quota_plan(relief=0.0)))
    assert asked.quota_usd["T1"] > quotas_of(field()).quota_usd["T1"]


def test_the_share_of_quota_dollars_that_history_explains_is_stated():
    for growth in (0.05, -0.3):  # also where the goal is below what is expected
        quotas = quotas_of(field(quotas=quota_plan(growth=growth)))
        parts = quotas.table.filter(regex="^part_(retained|momentum|relief|captured)_usd").sum()
        new = parts["part_captured_usd"] / parts.sum()
        assert quotas.history_share == pytest.approx(1 - new)
        assert 0 < quotas.history_share <= 1


def test_what_competitors_hold_is_no_headroom_and_unknown_is_not_nothing():
    case = field()
    case.accounts["competitor_usd"] = [1_000_000.0, np.nan] * K
    table = quotas_of(case).table
    # A third of the known accounts' potential, so a third of the unknown ones' too.
    free = (3_000_000 - 1_000_000) + (1_000_000 - 1_000_000 / 3)
    assert table["headroom_usd"].iloc[3] == pytest.approx(free - SIZE[3])


def test_one_year_of_history_has_no_trend_and_says_that_rates_are_defaults():
    case = field(revenue=history(years=1))
    table = quotas_of(case).table
    assert table["trend"].isna().all()
    assert table["retained_usd"].tolist() == pytest.approx([0.92 * size for size in SIZE])


def test_long_sales_cycles_bring_less_within_the_year():
    months = {"hospital": 9.0, "clinic": 3.0, "other": 14.0}
    case = field(quotas=quota_plan(sales_cycle_months=months))
    table = quotas_of(case).table
    size = SIZE[3]
    hospital, clinic = 3_000_000 - size * 2 / 3, 1_000_000 - size / 3
    assert table["headroom_usd"].iloc[3] == pytest.approx(hospital + clinic)
    assert table["reachable_usd"].iloc[3] == pytest.approx(hospital * 0.25 + clinic * 0.75)
    won = replace(case, cycle_months={"hospital": 6.0})
    assert quotas_of(won).table["reachable_usd"].iloc[3] == pytest.approx(
        hospital * 0.5 + clinic * 0.75
    )


def test_today_s_alignment_has_quotas_of_its_own():
    plan, today = quotas_of(field()), quotas_of(field(), "today")
    assert today.table["last_usd"].iloc[0] == pytest.approx(SIZE[0] * 2 / 3)
    assert plan.table["last_usd"].iloc[0] == pytest.approx(SIZE[0])


def test_the_order_of_territories_changes_nothing_but_the_order():
    frame = quotas_of(field()).table
    options = quota_plan(cap=0.5)
    one = spread_goal(frame, options, goal_usd=4_000_000).quota_usd
    other = spread_goal(frame[::-1], options, goal_usd=4_000_000).quota_usd
    assert (one - other.reindex(one.index)).abs().max() <= 1  # a tie may round the other way


def test_a_goal_that_is_given_is_the_goal_to_the_dollar():
    case = field(quotas=quota_plan(growth=None, goal_usd=3_600_000, over_assignment=0.0))
    quotas = quotas_of(case, "plan")
    assert (quotas.goal_usd, int(quotas.quota_usd.sum())) == (3_600_000, 3_600_000)
