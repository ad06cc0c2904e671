"""A prepared plan gives the ledger that opening the whole plan gives, under every rule."""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import territory
from territory.encoding.desk.desk import Desk
from territory.encoding.desk.named import Move
from territory.encoding.desk.preparing import prepared_of
from territory.encoding.reopen import scenario_of
from territory.errors import InputError
from territory.incentives.payout.prepared import money_of
from territory.inputs.scenario.scenario import read_scenario
from territory.publish.folder import read_plan
from territory.review.ledger import quick as quick_module
from territory.review.ledger.ledger import ledger_of
from territory.review.ledger.quick import quick_ledger
from territory.workforce.tour_year import year_on_road
from tests.territory.review.ledger.test_ledger import EXTRA, TODAY
from tests.territory.worlds import grid_scenario

pytestmark = pytest.mark.usefixtures("read_once")

MONEY = """
[quotas]
growth = 0.1
floor = -0.5
[pay]
base_usd = 80000.0
target_incentive_usd = 60000.0
team = {weight = 0.2, level = "company"}
new_logo = {usd = 500.0, by_tier = {B = 700.0}, idn_usd = 900.0}
strategic = {share = 0.02, tiers = ["B"], cap_usd = 4000.0}
[pay.simulation]
draws = 200
company_attainment = 1.02
[pay.roles.hunter]
new_logo = {usd = 4000.0}
strategic = {share = 0.01, accounts = ["A03"]}
"""
BLEND = """
[quotas]
goal_usd = 3000
blend = {potential = 0.25, headroom = 0.25, run_rate = 0.25, sales_cycle = 0.25}
cap = 3.0
[pay]
base_usd = 80000.0
target_incentive_usd = 60000.0
[pay.simulation]
draws = 200
"""
RULES = {
    "all": EXTRA + MONEY,
    "caps": """
[rules]
together = [{name = "west", units = ["U01", "U02"]}]
max_moved_revenue = 0.2
max_moved_workload = 0.3
[travel]
rounds = 1
overnight_min = 30
night_usd = 5
"""
    + BLEND,
    "radius": """
[rules]
radius_km = 75
radius_min = 80
[travel]
matrix = "ways.csv"
""",
}


@pytest.fixture(scope="module", params=list(RULES))
def desk(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("grid")
    path = grid_scenario(folder, columns=6, alignment=TODAY, extra=RULES[request.param])
    rng = np.random.default_rng(3)
    ways = [
        f"A{r}{c},R{t},{rng.uniform(5, 60):.5f}" for r in (0, 1) for c in range(6) for t in (1, 2)
    ]
    (folder / "ways.csv").write_text("\n".join(["account_id,rep_id,minutes", *ways]) + "\n")
    text = (folder / "accounts.csv").read_text().splitlines()
    for at in (1, 2, 3, 8):
        text[at] = text[at].replace(",,B", ",North,B")
    (folder / "accounts.csv").write_text("\n".join(text) + "\n")
    _with_history(path, rng)
    made = territory.design(read_scenario(path).with_overrides(effort="quick"))
    return Desk(read_plan(made.save(folder / "plan")))


def _with_history(path, rng):
    """Three years of sales, some accounts won or lost in them, and a rep of another role."""
    rows = [
        f"A{r}{c},{year}-Q{quarter},{rng.uniform(20, 90):.2f}"
        for r in (0, 1)
        for c in range(6)
        for year in (2023, 2024, 2025)
        for quarter in (1, 2, 3, 4)
        if (r, c, year) not in {(0, 1, 2024), (1, 4, 2024), (1, 5, 2025)}
    ]
    folder = path.parent
    (folder / "sales.csv").write_text("\n".join(["account_id,period,revenue_usd", *rows]) + "\n")
    reps = (folder / "reps.csv").read_text().splitlines()
    reps = [
        f"{row},{end}"
        for row, end in zip(reps, ("role,territory_id", "hunter,T01", ",T02"), strict=True)
    ]
    (folder / "reps.csv").write_text("\n".join(reps) + "\n")
    text = path.read_text().replace("[inputs]", '[inputs]\nhistory = "sales.csv"')
    path.write_text(text)


def same(one, other):
    """Rows with the same words and the same numbers, to the rounding of their sums."""
    assert len(one) == len(other)
    for a, b in zip(one, other, strict=True):
        assert list(a) == list(b)
        for name, value in a.items():
            if isinstance(value, float):
                assert value == pytest.approx(b[name], abs=2e-6, nan_ok=True), (name, a)
            else:
                assert value == b[name], (name, a)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_moves_have_the_ledger_of_the_whole_plan(desk, data):
    owner = pd.concat(
        [
            desk.plan.alignment.set_index("unit_id")["territory_id"],
            desk.plan.accounts.set_index("account_id")["territory_id"],
        ]
    )
    chosen = data.draw(
        st.lists(st.sampled_from(list(owner.index)), min_size=1, max_size=4, unique=True)
    )
    moves = [Move(to="T02" if owner[each] == "T01" else "T01", what=(each,)) for each in chosen]
    if data.draw(st.booleans()):  # one that stays behind when its unit goes
        unit = owner[owner.index.isin(desk.plan.accounts["account_id"])]
        moves.append(Move(to=unit.iloc[0], what=(unit.index[0],)))
    quick = quick_ledger(prepared_of(desk), moves, tours=False)
    try:
        whole = ledger_of(desk, moves, tours=False).told()
    except InputError:
        assert quick is None
        return
    same(quick.territories, whole.territories)
    same(quick.plan, whole.plan)
    same(quick.accounts, whole.accounts)
    assert (quick.broken, quick.mended) == (whole.broken, whole.mended)
    assert quick.tolerances == whole.tolerances


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_quotas_and_pay_are_those_of_the_whole_plan(desk, data):
    owner = desk.plan.alignment.set_index("unit_id")["territory_id"]
    chosen = data.draw(
        st.lists(st.sampled_from(list(owner.index)), min_size=1, max_size=3, unique=True)
    )
    moves = [Move(to="T02" if owner[each] == "T01" else "T01", what=(each,)) for each in chosen]
    prepared = prepared_of(desk)
    if prepared.quotas:
        prepared = replace(prepared, money=money_of(desk.plan, scenario_of(desk.plan)))
    whole = ledger_of(desk, moves, tours=False, pay=True).told()
    quick = quick_ledger(prepared, moves, tours=False, pay=True)
    same(quick.territories, whole.territories)
    figures = {row["figure"] for row in quick.territories}
    assert ({"quota_usd", "pay_usd", "pay_held_harmless_usd"} <= figures) == prepared.quotas


def test_tours_are_those_of_the_whole_plan(desk):
    owner = desk.plan.alignment.set_index("unit_id")["territory_id"]
    moves = [Move(to="T02" if owner["U03"] == "T01" else "T01", what=("U03",))]
    quick = quick_ledger(prepared_of(desk), moves)
    same(quick.territories, ledger_of(desk, moves).told().territories)
    assert {"routed_travel_h", "routed_nights"} <= {row["figure"] for row in quick.territories}


def test_a_territory_is_routed_once_as_it_is(desk, monkeypatch):
    owner = desk.plan.alignment.set_index("unit_id")["territory_id"]
    moves = [Move(to="T02" if owner["U03"] == "T01" else "T01", what=("U03",))]
    prepared = prepared_of(desk)
    first, n = quick_ledger(prepared, moves), []
    monkeypatch.setattr(
        quick_module, "year_on_road", lambda *a, **k: n.append(a) or year_on_road(*a, **k)
    )
    again = quick_ledger(prepared, moves)
    same(again.territories, first.territories)
    assert len(n) == 2  # as they would be; as they are is known


def test_what_is_no_unit_or_stays_where_it_is_is_left_to_the_whole_plan(desk):
    owner = desk.plan.alignment.set_index("unit_id")["territory_id"]
    prepared = prepared_of(desk)
    for move in (
        Move(to="T02", what=("A99",)),
        Move(to="T09", what=("U03",)),
        Move(to=owner["U03"], what=("U03",)),
    ):
        assert quick_ledger(prepared, [move]) is None
    twice = [Move(to="T01", what=("U03",)), Move(to="T02", what=("U03",))]
    assert quick_ledger(prepared, twice) is None


def test_revenue_that_nobody_knows_is_not_known(desk):
    prepared = prepared_of(desk)
    none = replace(
        prepared, held=replace(prepared.held, revenue_usd=prepared.held.revenue_usd * math.nan)
    )
    owner = desk.plan.alignment.set_index("unit_id")["territory_id"]
    moves = [Move(to="T02" if owner["U03"] == "T01" else "T01", what=("U03",))]
    rows = quick_ledger(none, moves, tours=False).to_dict()["territories"]
    assert {row["after"] for row in rows if row["figure"] == "revenue_usd"} == {None}
