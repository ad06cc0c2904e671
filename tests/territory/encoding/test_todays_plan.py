"""Today's alignment is a plan: nothing moved, every account with its own rep, every fault told."""

import numpy as np
import pytest

from territory.design import design, today
from territory.errors import InputError
from territory.inputs.scenario.scenario import read_scenario
from territory.publish.folder import save_plan
from tests.check_plan import check, read
from tests.territory.worlds import grid_scenario

WEST = {"U00", "U01", "U10", "U11"}


def rows(**other):
    """Today as the halves of the grid, but for the accounts named."""
    table = []
    for r in (0, 1):
        for c in range(4):
            name = f"A{r}{c}"
            owner = other.get(name, "T01" if c < 2 else "T02")
            if owner:
                table.append({"account_id": name, "territory_id": owner})
    return table


def written(folder, extra="", **given):
    return read_scenario(grid_scenario(folder, extra=extra, **given))


def crowded(folder, **given):
    """U00 has a second account, A99, which is T02's today."""
    path = grid_scenario(folder, alignment=[*rows(), {"account_id": "A99", "territory_id": "T02"}],
                         **given)  # fmt: skip
    text = (folder / "accounts.csv").read_text()
    first = text.splitlines()[1]
    (folder / "accounts.csv").write_text(text + first.replace("A00", "A99") + "\n")
    return read_scenario(path)


def test_a_sound_alignment_is_a_feasible_plan_in_which_nothing_moved(tmp_path):
    plan = today(written(tmp_path, "[travel]\nrounds = 1", alignment=rows()))
    assert (plan.status, plan.record.kind) == ("feasible", "today")
    west = set(plan.alignment.loc[plan.alignment.territory_id == "T01", "unit_id"])
    assert west == WEST
    assert plan.territories["n_moved_accounts"].tolist() == [0, 0]
    assert plan.record.terms["handover_usd"] == 0.0
    assert (plan.territories["routed_travel_h"] > 0).all()
    assert check(read(save_plan(plan, tmp_path / "today"))) == []


def test_an_account_of_another_rep_than_its_units_is_a_named_exception(tmp_path):
    plan = today(crowded(tmp_path))
    accounts = plan.accounts.set_index("account_id")
    assert accounts.loc["A99", ["territory_id", "exception"]].tolist() == ["T02", True]
    assert accounts.loc["A00", ["territory_id", "exception"]].tolist() == ["T01", False]
    assert (accounts["territory_id"] == accounts["current_territory_id"]).all()


def test_accounts_without_a_rep_are_counted_around_and_told(tmp_path):
    plan = today(written(tmp_path, alignment=rows(A00="", A13="T77")))
    accounts = plan.accounts.set_index("account_id")["territory_id"]
    assert (accounts["A00"], accounts["A13"]) == ("T01", "T02")
    open_, gone = plan.record.notes
    assert open_ == "1 account without a rep today; shown with the territory around"
    assert gone.startswith("1 account of territories that the team does not have (T77)")


def test_a_broken_alignment_says_what_it_breaks(tmp_path):
    plan = today(written(tmp_path, alignment=rows(A03="T01", A02="T01", A13="T01")))
    assert plan.status == "no_solution"
    assert {each.rule for each in plan.record.violations} == {"balance"}
    assert plan.territories.set_index("territory_id")["n_accounts"].to_dict() == {
        "T01": 7,
        "T02": 1,
    }


def test_no_account_may_move_gives_todays_plan_even_where_units_are_mixed(tmp_path):
    scenario = crowded(tmp_path, extra="[rules]\nmax_moved_accounts = 0")
    plan = design(scenario)
    assert plan.record.kind == "today"
    assert plan.territories["n_moved_accounts"].sum() == 0


def test_without_homes_each_territory_has_the_best_center_of_its_own(tmp_path):
    plan = today(written(tmp_path, reps=False, alignment=rows()))
    lon = plan.territories["center_lon"].to_numpy()
    assert np.all(lon[0] < -99.6)
    assert np.all(lon[1] > -99.6)
    assert set(plan.territories["center_kind"]) == {"center"}


def test_without_an_alignment_of_today_the_message_says_which_table_to_name(tmp_path):
    with pytest.raises(InputError) as caught:
        today(written(tmp_path))
    assert "today's alignment is not known" in str(caught.value)
    assert 'alignment = "today.csv"' in str(caught.value)
