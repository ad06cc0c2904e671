"""The call plan reaches the plan: hours and calls of accounts that came without any."""

import territory
from tests.territory.worlds import grid_scenario


def test_accounts_without_hours_take_them_from_the_call_plan(tmp_path):
    path = grid_scenario(tmp_path, extra="[callplan]\n")
    lines = (tmp_path / "accounts.csv").read_text().splitlines()
    header = lines[0].split(",")
    drop = [header.index("service_h"), header.index("n_calls")]
    rows = [[cell for at, cell in enumerate(line.split(",")) if at not in drop] for line in lines]
    rows[0].append("procedures")
    for row in rows[1:]:
        row.append("40")
    (tmp_path / "accounts.csv").write_text("\n".join(",".join(row) for row in rows) + "\n")
    plan = territory.design(territory.read_scenario(path))
    assert (plan.accounts["n_calls"] > 0).all()
    parts = plan.accounts[["calls_h", "admin_h", "cases_h", "training_h", "credentialing_h"]]
    assert (parts.sum(axis=1) - plan.accounts["service_h"]).abs().max() < 1e-3


def test_without_a_call_plan_nothing_changes(tmp_path):
    plan = territory.design(territory.read_scenario(grid_scenario(tmp_path)))
    assert "calls_h" not in plan.accounts
    assert plan.accounts["service_h"].tolist() == [20.0] * 8


def test_reps_without_hours_take_them_from_capacity(tmp_path):
    path = grid_scenario(tmp_path, extra="[capacity]\n")
    plan = territory.design(territory.read_scenario(path))
    assert (plan.territories["capacity_h"] > 500).all()
