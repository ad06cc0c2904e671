"""Accounts that stay with their rep, until a date, and the cap on hours in new hands."""

import pytest

import territory
from territory.errors import InputError
from territory.inputs.scenario.scenario import read_scenario
from tests.territory.worlds import grid_scenario

# Today the west has four columns of six: U02, U03, U12 and U13 want to change.
TODAY = [
    {"account_id": f"A{r}{c}", "territory_id": "T01" if c < 4 else "T02"}
    for r in (0, 1)
    for c in range(6)
]


def planned(folder, rules, today=TODAY):
    path = grid_scenario(folder, columns=6, alignment=today, extra=rules)
    return territory.design(read_scenario(path)).accounts.set_index("account_id")


def test_an_account_on_the_list_stays_though_its_unit_goes(tmp_path):
    free = planned(tmp_path / "free", "")
    assert free.loc["A03", "territory_id"] == "T02"
    kept = planned(tmp_path / "kept", '[[rules.keep]]\naccounts = ["A03"]\nwhy = "her school"\n')
    assert kept.loc["A03", "territory_id"] == "T01"
    assert kept.loc["A03", "exception"]


@pytest.mark.parametrize(("until", "stays"), [("2027-06-30", True), ("2026-12-31", False)])
def test_grandfathering_ends_before_a_later_go_live(tmp_path, until, stays):
    rules = (
        f'[[rules.keep]]\naccounts = ["A03"]\nuntil = {until}\n[rollout]\ngo_live = 2027-01-04\n'
    )
    found = planned(tmp_path, rules)
    assert (found.loc["A03", "territory_id"] == "T01") == stays


def test_unknown_accounts_and_those_without_a_rep_are_named(tmp_path):
    with pytest.raises(InputError, match=r"rules\.keep names 1 unknown account"):
        planned(tmp_path / "a", '[[rules.keep]]\naccounts = ["A99"]\n')
    with pytest.raises(InputError, match="without a territory of this team today"):
        planned(tmp_path / "b", '[[rules.keep]]\naccounts = ["A05"]\n', TODAY[:3])


def test_what_is_kept_and_pinned_elsewhere_is_refused(tmp_path):
    rules = '[[rules.keep]]\naccounts = ["A03"]\n[[rules.pinned]]\nterritory = "T02"\n'
    with pytest.raises(InputError, match=r"rules\.keep leaves account A03 with T01"):
        planned(tmp_path, rules + 'accounts = ["A03"]\n')


def test_a_cap_on_hours_holds_account_by_account(tmp_path):
    wide = "[measures.potential_usd]\ntolerance = 0.5\n[measures.workload_h]\ntolerance = 0.5\n"
    found = planned(tmp_path, wide + "[rules]\nmax_moved_workload = 0.1\n")
    moved = found["current_territory_id"] != found["territory_id"]
    assert found.loc[moved, "service_h"].sum() <= 0.1 * found["service_h"].sum()
