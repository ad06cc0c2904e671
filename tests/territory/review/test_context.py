"""What with_review adds to a plan, and what it refuses."""

import numpy as np
import pandas as pd
import pytest

from territory.audit import Audit
from territory.errors import InputError
from territory.inputs.findings.rows import Rows
from territory.inputs.scenario.scenario import read_scenario
from territory.inputs.tables.tables import Tables
from territory.review.context import check_review, with_review
from tests.territory.plans import balanced_plan
from tests.territory.worlds import grid_scenario


def inputs(tmp_path, section="", history=None, plan=None, **columns):
    plan = plan or balanced_plan()
    scenario = read_scenario(grid_scenario(tmp_path, extra=section))
    accounts = plan.accounts[["account_id"]].iloc[::-1].reset_index(drop=True)
    for name, values in columns.items():
        accounts[name] = values[::-1]
    lines = np.arange(2, 2 + len(accounts))
    rows = Rows(table="accounts", file="accounts.csv", lines=lines, ids=list(accounts.account_id))
    tables = Tables(
        accounts=accounts,
        reps=None,
        units=None,
        alignment=None,
        affiliations=None,
        history=history,
        audit=Audit(),
        rows={"accounts": rows},
    )
    return plan, scenario, tables


def reviewed(tmp_path, section="", history=None, plan=None, **columns):
    return with_review(*inputs(tmp_path, section, history, plan, **columns))


def quarters(account, *revenue):
    periods = [f"{2023 + at // 4}-Q{at % 4 + 1}" for at in range(len(revenue))]
    return pd.DataFrame({"account_id": account, "period": periods, "revenue_usd": revenue})


def test_sales_are_those_of_the_last_four_quarters_and_of_the_four_before(tmp_path):
    history = quarters("0001", 1.0, 2.0, 3.0, 4.0, 10.0, 20.0, 30.0, 40.0)
    plan = reviewed(tmp_path, history=history)
    row = plan.accounts.set_index("account_id").loc["0001"]
    assert (row["sales_usd"], row["sales_before_usd"]) == (100.0, 10.0)
    assert plan.accounts["sales_usd"].sum() == 100.0
    assert plan.record.review["sales_span"] == "2024-Q1 to 2024-Q4"


def test_without_history_and_sections_only_the_shape_is_added(tmp_path):
    before = balanced_plan()
    plan = reviewed(tmp_path)
    assert list(plan.accounts.columns) == list(before.accounts.columns)
    # A column of two squares of 40 km: 4 π 3200 / 240².
    assert plan.territories["compactness"].tolist() == pytest.approx([0.6981] * 3, abs=1e-4)


def test_growth_areas_are_words_rates_or_units(tmp_path):
    words = ["yes", "No", "", "TRUE", "Ja", "nein", *["n"] * 6]
    plan = reviewed(tmp_path, '[review]\ngrowth_column = "area"', area=words)
    assert plan.accounts["growth_area"].tolist()[:6] == [True, False, False, True, True, False]
    rates = [0.05, 0.01, 0.03, *[np.nan] * 9]
    plan = reviewed(
        tmp_path, '[review]\ngrowth_column = "rate"\ngrowth_above = 0.02', rate=np.array(rates)
    )
    assert plan.accounts["growth_area"].tolist()[:4] == [True, False, True, False]
    plan = reviewed(tmp_path, '[review]\ngrowth_units = ["48201"]')
    assert plan.accounts.loc[plan.accounts["growth_area"], "unit_id"].unique() == ["48201:77030"]


def test_competitors_are_dollars_or_a_share_of_the_potential(tmp_path):
    plan = reviewed(
        tmp_path, '[review]\ncompetitor_column = "rival_usd"', rival_usd=["5", *[""] * 11]
    )
    assert plan.accounts["competitor_usd"].iloc[0] == 5.0
    assert plan.accounts["competitor_usd"].isna().sum() == 11
    plan = reviewed(tmp_path, '[review]\ncompetitor_column = "rivals"', rivals=["0.25"] * 12)
    assert plan.accounts["competitor_usd"].iloc[0] == 25_000.0


def test_an_interval_of_the_potential_gives_a_seeded_probability(tmp_path):
    plan = balanced_plan()
    wide = plan.accounts.assign(
        potential_low_usd=plan.accounts["potential_usd"] * 0.5,
        potential_high_usd=plan.accounts["potential_usd"] * 2.0,
    )
    plan.accounts[["potential_low_usd", "potential_high_usd"]] = wide.iloc[:, -2:]
    first, second = (
        reviewed(tmp_path, "[review]\ndraws = 500", plan=plan).territories["probability"].tolist()
        for _ in range(2)
    )
    assert first == second
    assert all(0.0 < each < 1.0 for each in first)


def test_a_potential_of_which_no_error_is_known_is_surely_inside_nothing(tmp_path):
    plan = balanced_plan()
    plan.accounts[["potential_low_usd", "potential_high_usd"]] = np.nan  # [tiers], no [market]
    found = reviewed(tmp_path, "[review]\ndraws = 500", plan=plan)
    assert "probability" not in found.territories
    assert "expected_inside" not in (found.record.review or {})


@pytest.mark.parametrize(
    ("section", "columns", "texts"),
    [
        (
            'growth_column = "area"',
            {},
            ['review.growth_column is "area"; the accounts table has no such column', "hint:"],
        ),
        (
            'growth_column = "area"',
            {"area": ["perhaps", *["no"] * 11]},
            ["1 account whose area cannot be read", "accounts.csv:13", "=A0", '"perhaps"'],
        ),
        (
            'competitor_column = "rivals"',
            {"rivals": ["25", *[""] * 11]},
            ["expected a fraction between 0 and 1", "accounts.csv:13", '"25"', "hint: write"],
        ),
        ('growth_units = ["48999"]', {}, ["names 1 unit that the plan does not have", '"48999"']),
    ],
)
def test_what_cannot_be_meant_is_refused_with_place_and_value(tmp_path, section, columns, texts):
    plan, scenario, tables = inputs(tmp_path, f"[review]\n{section}", **columns)
    for refuse in (
        lambda: check_review(scenario, tables, plan.geography.ids),
        lambda: with_review(plan, scenario, tables),
    ):
        with pytest.raises(InputError) as caught:
            refuse()
        for text in texts:
            assert text in str(caught.value)


def test_periods_that_cannot_be_read_are_refused_before_the_work_is_done(tmp_path):
    history = quarters("0001", 1.0).assign(period="last year")
    plan, scenario, tables = inputs(tmp_path, history=history)
    with pytest.raises(InputError) as caught:
        check_review(scenario, tables, plan.geography.ids)
    assert 'period "last year"' in str(caught.value)
