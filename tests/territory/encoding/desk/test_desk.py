"""Moves are found by id, and the plan as it would be is judged anew."""

import numpy as np
import pytest

import solvers
from territory.encoding.desk.desk import desk_of
from territory.encoding.desk.named import Move
from territory.errors import InputError


def owners(plan):
    return plan.alignment.set_index("unit_id")["territory_id"]


def other(territory):
    return "T02" if territory == "T01" else "T01"


def test_a_unit_on_the_desk_goes_alone_and_the_rest_stays(pinned_plan):
    to = other(owners(pinned_plan)["U12"])
    desk = desk_of(pinned_plan, [Move(to=to, what=("U12",))])
    ids = desk.opened.case.unit_ids
    assert [ids[item] for item in desk.moved] == ["U12"]
    changed = np.flatnonzero(desk.target != desk.opened.assignment)
    assert changed.tolist() == desk.moved.tolist()
    assert desk.affected == ["T01", "T02"]


def test_an_account_leaves_its_unit_where_it_is(pinned_plan):
    owner = pinned_plan.accounts.set_index("account_id")["territory_id"]
    to = other(owner["A12"])
    judged, after = desk_of(pinned_plan, [Move(to=to, what=("A12",))]).after()
    now = after.accounts.set_index("account_id")
    assert now.at["A12", "territory_id"] == to
    assert now.at["A12", "exception"]
    assert owners(after).equals(owners(pinned_plan))
    assert now["territory_id"].drop("A12").equals(owner.drop("A12"))
    assert judged.loads[:, 1].sum() == pytest.approx(12_000.0)


def test_the_plan_after_has_tables_anew_and_a_bound_that_still_holds(pinned_plan):
    to = other(owners(pinned_plan)["U02"])
    desk = desk_of(pinned_plan, [Move(to=to, what=("U02",))])
    judged, after = desk.after()
    again = solvers.evaluate(desk.encoding.problem, desk.target)
    assert judged.objective == again.objective
    assert owners(after)["U02"] == to
    sums = after.accounts.groupby("territory_id")["potential_usd"].sum()
    rows = after.territories.set_index("territory_id")["potential_usd"]
    assert rows.to_numpy() == pytest.approx(sums.reindex(rows.index).to_numpy())
    assert after.record.objective >= after.record.bound
    assert after.record.routed is None
    assert (after.record.seed, after.record.effort) == (
        pinned_plan.record.seed, pinned_plan.record.effort
    )  # fmt: skip
    # Reasons are those of the plan before, so they go; everything else is there, in its order.
    gone = set(pinned_plan.accounts) - set(after.accounts)
    assert gone == {"reason", "why"}
    assert list(after.accounts) == [each for each in pinned_plan.accounts if each not in gone]


def test_two_territories_can_swap_units_in_one_go(pinned_plan):
    own = owners(pinned_plan)
    west, east = (next(u for u in ("U02", "U12", "U03", "U13") if own[u] == t)
                  for t in ("T01", "T02"))  # fmt: skip
    _, after = desk_of(
        pinned_plan, [Move(to="T02", what=(west,)), Move(to="T01", what=(east,))]
    ).after()
    assert (owners(after)[west], owners(after)[east]) == ("T02", "T01")
    assert after.territories["n_units"].tolist() == pinned_plan.territories["n_units"].tolist()


def test_everything_that_is_not_known_is_said_at_once_with_what_it_is_like(pinned_plan):
    with pytest.raises(InputError) as caught:
        desk_of(
            pinned_plan,
            [Move(to="T2", what=("U02",)), Move(to="T02", what=("U0Z", "nothing like"))],
        )
    told = str(caught.value)
    assert 'no territory "T2"' in told
    assert "did you mean T0" in told
    assert 'no unit or account "U0Z"' in told
    assert 'no unit or account "nothing like"' in told
    assert "it has 24 such as" in told


def test_one_unit_for_two_territories_is_refused_with_both(pinned_plan):
    moves = [Move(to="T02", what=("U02",)), Move(to="T01", what=("U02",))]
    with pytest.raises(InputError, match="U02 is moved twice, to T02 and to T01"):
        desk_of(pinned_plan, moves)


def test_a_move_to_where_it_is_already_is_refused(pinned_plan):
    with pytest.raises(InputError, match="nothing would change: U02 in T0"):
        desk_of(pinned_plan, [Move(to=owners(pinned_plan)["U02"], what=("U02",))])


def test_an_account_that_a_rule_took_out_of_its_unit_stays_when_the_unit_moves(pinned_plan):
    to = other(owners(pinned_plan)["U00"])
    _, after = desk_of(pinned_plan, [Move(to=to, what=("U00",))]).after()
    assert after.accounts.set_index("account_id").at["A00", "territory_id"] == "T02"
