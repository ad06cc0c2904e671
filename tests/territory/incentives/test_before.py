"""What quotas and pay would refuse is refused before anything is planned."""

import pytest

import territory
from territory.design import audit, prepare
from territory.errors import InputError
from tests.territory.worlds import grid_scenario

PAY = """
[pay]
base_usd = 80000
target_incentive_usd = 40000
strategic = {accounts = ["A00", "A99"], share = 0.01}
team = {level = "district", weight = 0.2}
[pay.roles.hunter]
[pay.roles.farmer]
[quotas]
goal_usd = 8000
floor = 0.5
cap = 0.6
"""
HISTORY = "account_id,period,revenue_usd\n" + "\n".join(
    f"A0{at},2025-Q{quarter},500" for at in range(4) for quarter in range(1, 5)
)


def scenario(folder, roles, extra=PAY):
    path = grid_scenario(folder, extra=extra)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("[inputs]\n", '[inputs]\nhistory = "history.csv"\n', 1))
    (folder / "history.csv").write_text(HISTORY, encoding="utf-8")
    reps = folder / "reps.csv"
    lines = reps.read_text(encoding="utf-8").splitlines()
    added = zip(lines, ["role,vacant", *roles], strict=True)
    reps.write_text("\n".join(f"{line},{more}" for line, more in added), encoding="utf-8")
    return territory.read_scenario(path)


def test_a_role_without_a_plan_is_named_by_file_line_and_value_before_any_plan(tmp_path):
    given = scenario(tmp_path, ["hunter,", "farmar,"])
    for asked in (prepare, territory.design):
        with pytest.raises(InputError) as refused:
            asked(given)
        assert "1 of 2 reps has a role without a pay plan" in str(refused.value)
        assert 'reps.csv:3  R2  role "farmar"  ([pay.roles] has hunter, farmer)' in str(
            refused.value
        )


def test_nobody_is_paid_on_a_vacant_seat_whatever_its_role(tmp_path):
    given = scenario(tmp_path, ["hunter,", "farmar,yes"], PAY.split("strategic", maxsplit=1)[0])
    assert not [each for each in audit(given) if each.kind == "no_pay_plan"]


def test_all_that_quotas_and_pay_refuse_of_any_plan_is_said_at_once(tmp_path):
    with pytest.raises(InputError) as refused:
        prepare(scenario(tmp_path, ["hunter,", "farmer,"]))
    said = str(refused.value)
    assert "pay.strategic.accounts names 1 unknown account" in said
    assert "so that no plan has districts" in said
    assert "below the floors of $12,000 (quotas.floor 0.5 on last year's $8,000)" in said
