"""Facts since go-live: what cannot be used is named with its row, what is absent is not known."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from territory.errors import InputError
from territory.monitor.facts.baseline import _settled, _steady
from territory.monitor.facts.facts import _currency, actual_sales, facts_of
from territory.monitor.indicators.figures import parts_of
from tests.territory.monitor.worlds import (
    demo_plan,
    demo_scenario,
    demo_year,
    steady_sales,
    written,
)
from tests.territory.plans import balanced_plan


def facts(tmp_path: Path, sales: pd.DataFrame, as_of: str = "2025-12-31", **more):
    files = {"actuals": tmp_path / "sales.csv"}
    sales.to_csv(files["actuals"], index=False)
    for name, frame in more.pop("tables", {}).items():
        files[name] = tmp_path / f"{name}.csv"
        frame.to_csv(files[name], index=False)
    return facts_of(balanced_plan(), files, as_of=as_of, **more)


def refusal(tmp_path: Path, sales: pd.DataFrame, **more) -> str:
    with pytest.raises(InputError) as found:
        facts(tmp_path, sales, **more)
    return str(found.value)


def test_sales_come_back_by_account_and_month(tmp_path):
    sales = steady_sales(balanced_plan(), months=6)
    found = facts(tmp_path, sales, as_of="2025-06-30")
    assert found.panel.revenue_usd.sum() == pytest.approx(sales["revenue_usd"].sum())
    assert found.span.names == tuple(f"2025-{month:02d}" for month in range(1, 7))
    assert found.not_known == ("opportunities", "calls", "accounts", "roster", "satisfaction")


def test_an_as_of_before_go_live_is_refused(tmp_path):
    said = refusal(tmp_path, steady_sales(balanced_plan()), as_of="2024-11-30")
    assert "--as-of is 2024-11-30, before the plan went live on 2025-01-01" in said


def test_pieces_that_came_back_are_named_with_how_they_are_netted(tmp_path):
    sales = steady_sales(balanced_plan())
    sales.loc[2, ["units", "revenue_usd"]] = [-3, -300.0]
    said = refusal(tmp_path, sales)
    assert 'units "-3"' in said
    assert "add up the rows of each account and period" in said


def test_actuals_of_another_year_are_refused_with_a_row(tmp_path):
    sales = steady_sales(balanced_plan()).replace({"period": {"2025": "2021"}}, regex=True)
    said = refusal(tmp_path, sales, go_live="2025-01-01")
    assert f"error: {len(sales)} of {len(sales)} rows of actuals lie outside" in said
    assert "sales.csv:2" in said
    assert 'period "2021-01"' in said


def test_rows_of_days_to_come_are_left_out_with_what_they_come_to(tmp_path):
    plan = balanced_plan()
    sales = steady_sales(plan, months=6)
    calls = sales[["account_id", "period"]].assign(n_calls=2)
    found = facts(
        tmp_path, sales, as_of="2025-05-31", go_live="2025-01-01", tables={"calls": calls}
    )
    told = [each.what for each in found.audit if each.kind == "other_year"]
    n, usd = len(plan.accounts), sales.loc[sales["period"].eq("2025-06"), "revenue_usd"].sum()
    assert len(told) == 2
    assert f"left out: ${usd:,.0f}, first on line" in told[0]
    assert f"left out: {2 * n} calls, first on line" in told[1]


def test_another_currency_is_named_with_row_and_value(tmp_path):
    sales = steady_sales(balanced_plan()).assign(currency="USD")
    sales.loc[3, "currency"] = "EUR"
    said = refusal(tmp_path, sales)
    assert "sales.csv:5" in said
    assert 'currency "EUR"' in said


def test_another_currency_in_a_header_or_in_cells_is_refused(tmp_path):
    sales = steady_sales(balanced_plan())
    said = refusal(tmp_path, sales.rename(columns={"revenue_usd": "Revenue (EUR)"}))
    assert 'column "Revenue (EUR)" is in EUR, the plan reckons in USD' in said
    worn = sales.assign(revenue_usd="€" + sales["revenue_usd"].astype("str"))
    assert "amounts are written in EUR, the plan reckons in USD" in refusal(tmp_path, worn)


def test_negative_counts_are_named(tmp_path):
    sales = steady_sales(balanced_plan())
    sales.loc[0, "units"] = -4
    said = refusal(tmp_path, sales)
    assert 'units "-4"' in said


def test_a_gap_in_the_periods_is_named(tmp_path):
    sales = steady_sales(balanced_plan())
    said = refusal(tmp_path, sales[sales["period"] != "2025-05"])
    assert "has no row for 2025-05" in said


def test_a_territory_that_sold_nothing_in_a_month_may_have_sent_no_report(tmp_path):
    plan = balanced_plan()
    sales = steady_sales(plan)
    ids = plan.accounts["territory_id"].astype("str")
    mine = set(plan.accounts.loc[ids == "T02", "account_id"])
    sales["units"] = 30
    part = sales[~(sales["account_id"].isin(mine) & sales["period"].eq("2025-05"))]
    (told,) = (each for each in facts(tmp_path, part).audit if each.kind == "period_gap")
    assert told.severity == "warning"
    assert "nothing is sold in T02 in 2025-05" in told.what
    assert not [each for each in facts(tmp_path, sales).audit if each.kind == "period_gap"]


def test_of_many_gaps_the_first_are_named_and_the_others_counted(tmp_path):
    sales = steady_sales(balanced_plan())
    said = refusal(tmp_path, sales[sales["period"].isin(["2025-01", "2025-12"])])
    assert "2025-07 and 4 more, which lie between" in said


@pytest.mark.parametrize(
    ("word", "outcome"),
    [
        ("Closed Won", "won"),
        ("Gewonnen", "won"),
        ("closed_lost", "lost"),
        ("Verloren", "lost"),
        ("Perdue", "lost"),
        ("Not won yet", "open"),
        ("Negotiation", "open"),
    ],
)
def test_what_became_of_a_deal_is_understood_by_its_words(tmp_path, word, outcome):
    plan = balanced_plan()
    deal = {"opened": "2025-02-01", "closed": "2025-03-01", "status": word, "amount": 5.0}
    deals = pd.DataFrame([{"account_id": plan.accounts["account_id"].iloc[0], **deal}])
    found = facts(tmp_path, steady_sales(plan), tables={"opportunities": deals})
    assert found.deals["outcome"].tolist() == [outcome]


def test_quarters_over_months_of_the_same_account_overlap(tmp_path):
    sales = steady_sales(balanced_plan())
    more = sales.iloc[[0]].assign(period="2025-Q1")
    said = refusal(tmp_path, pd.concat([sales, more], ignore_index=True))
    assert "3 of 145 rows of actuals overlap" in said
    assert 'period "2025-Q1"' in said


def test_accounts_nobody_knows_stop_the_work_when_they_sell_much(tmp_path):
    sales = steady_sales(balanced_plan())
    sales.loc[sales["account_id"] == sales["account_id"].iloc[2], "account_id"] = "X-9"
    said = refusal(tmp_path, sales)
    assert "accounts that nobody knows" in said
    assert "X-9" in said


def test_a_little_of_unknown_accounts_is_left_out_with_a_warning(tmp_path):
    sales = steady_sales(balanced_plan())
    sales.loc[2, "account_id"] = "X-9"
    found = facts(tmp_path, sales)
    assert [each.id for each in found.audit.warnings] == ["X-9"]


def test_quarters_are_read_as_quarters(tmp_path):
    sales = steady_sales(balanced_plan())
    month = sales["period"].str[-2:].astype(int)
    sales["period"] = "2025-Q" + ((month + 2) // 3).astype(str)
    found = facts(tmp_path, sales)
    assert found.span.step == 3
    assert found.panel.revenue_usd.shape[1] == 4


@pytest.mark.parametrize("header", ["Week starting", "Week commencing", "Woche ab", "Month ending"])
def test_weeks_are_known_by_their_header_and_count_in_their_month(tmp_path, header):
    sales = steady_sales(balanced_plan())
    weeks = sales.assign(period=sales["period"] + "-06").rename(columns={"period": header})
    found = facts(tmp_path, weeks)
    assert found.span.count == 12
    assert found.panel.revenue_usd.sum() == pytest.approx(sales["revenue_usd"].sum())


def test_sales_without_pieces_count_alike_in_months_in_quarters_and_before_go_live(tmp_path):
    scenario = demo_scenario(tmp_path / "demo")
    sales = demo_year(planted=False).tables["actuals"].drop(columns="units")
    quarter = "2025-Q" + ((sales["period"].str[-2:].astype(int) + 2) // 3).astype(str)
    late = sales["period"] >= "2025-07"
    mixed = sales.assign(period=sales["period"].where(late, quarter))
    mixed = mixed.groupby(["account_id", "period"], as_index=False)["revenue_usd"].sum()
    by_month = []
    for frame in (sales, mixed):
        frame.to_csv(tmp_path / "sales.csv", index=False)
        found = facts_of(
            demo_plan(), {"actuals": tmp_path / "sales.csv"}, as_of="2025-12-31",
            scenario=scenario, go_live="2025-01-01",
        )  # fmt: skip
        sold = found.panel.events.sum() / found.span.count
        assert 0.8 < found.base_events.sum() / sold < 1.2
        by_month.append(sold / found.span.step)
    assert 0.8 < by_month[1] / by_month[0] < 1.2
    told = [each.what for each in found.audit.warnings if each.kind == "period_lengths"]
    assert told == ["its periods are 1 and 3 months long: all is looked at by quarter"]


def test_today_tells_opened_closed_moved_and_merged_accounts(tmp_path):
    plan = balanced_plan()
    now = plan.accounts.copy()
    gone, moved = now["account_id"].iloc[4], now["account_id"].iloc[6]
    now.loc[6, "lat"] += 0.1
    fresh = now.iloc[[8]].assign(account_id="NEW")
    now = pd.concat([now[now["account_id"] != gone], fresh], ignore_index=True)
    found = facts(tmp_path, steady_sales(plan), tables={"accounts": now})
    state = found.accounts.set_index("account_id")["state"]
    assert state[moved] == "moved"
    assert state["NEW"] == "opened"
    assert state[gone] in {"closed", "merged"}
    assert found.accounts.set_index("account_id").at["NEW", "territory_id"] == "T02"


def test_what_a_merged_account_bought_counts_for_the_one_that_took_it_over(tmp_path):
    plan = balanced_plan()
    now = plan.accounts.copy()
    gone, heir, last = now["account_id"].iloc[[4, 5, 6]]
    sales = steady_sales(plan)
    for name in ("plain", "merged", "circle"):
        (tmp_path / name).mkdir()
    plain = facts(tmp_path / "plain", sales).panel.revenue_usd
    # A chain of two mergers, said by the file.
    now = now.assign(merged_into=now["account_id"].map({gone: heir, heir: last}).fillna(""))
    found = facts(tmp_path / "merged", sales, tables={"accounts": now})
    at = {name: row for row, name in enumerate(found.panel.account_ids)}
    merged = found.panel.revenue_usd
    assert (merged[at[gone]] == 0).all()
    assert (merged[at[heir]] == 0).all()
    assert merged[at[last]].tolist() == pytest.approx(plain[[4, 5, 6]].sum(axis=0).tolist())
    assert merged.sum() == pytest.approx(plain.sum())
    # Nor is there any potential left where nobody is.
    whole = parts_of(found, None)["penetration"].whole.sum()
    here = ~plan.accounts["account_id"].isin([gone, heir])
    assert whole == pytest.approx(plan.accounts.loc[here, "potential_usd"].sum())
    # Two that name each other end somewhere and lose nothing.
    now["merged_into"] = now["account_id"].map({gone: heir, heir: gone}).fillna("")
    circle = facts(tmp_path / "circle", sales, tables={"accounts": now})
    assert circle.panel.revenue_usd.sum() == pytest.approx(plain.sum())


def test_a_deal_closed_after_the_day_was_open_on_it(tmp_path):
    plan = balanced_plan()
    ids = plan.accounts["account_id"]
    deals = pd.DataFrame(
        {
            "account_id": [ids[1], ids[2]],
            "opened": ["2025-01-10", "2025-02-01"],
            "closed": ["2025-03-01", "2025-11-01"],
            "status": ["won", "lost"],
            "amount_usd": [10, 20],
        }
    )
    found = facts(
        tmp_path, steady_sales(plan, months=6), as_of="2025-06-30", tables={"opportunities": deals}
    )
    assert found.deals is not None
    assert found.deals["outcome"].tolist() == ["won", "open"]
    deals.loc[1, "opened"] = "2025-09-01"
    later = facts(
        tmp_path, steady_sales(plan, months=6), as_of="2025-06-30", tables={"opportunities": deals}
    )
    assert len(later.deals) == 1
    (told,) = (each.what for each in later.audit.warnings if each.table == "opportunities")
    assert told == '1 deal opened after 2025-06-30; left out: first on line 3, opened "2025-09-01"'
    assert np.isfinite(found.deals["days"]).all()


def test_a_deal_that_closes_before_it_opens_is_refused(tmp_path):
    plan = balanced_plan()
    deals = pd.DataFrame(
        {
            "account_id": [plan.accounts["account_id"][1]],
            "opened": ["2025-03-10"],
            "closed": ["2025-02-01"],
            "status": ["won"],
        }
    )
    said = refusal(tmp_path, steady_sales(plan), tables={"opportunities": deals})
    assert 'closed "2025-02-01"' in said


def test_the_facts_are_in_the_plans_currency_unless_monitor_names_another():
    plan = SimpleNamespace(currency="EUR", monitor=SimpleNamespace(currency=None))
    assert _currency(plan) == "EUR"
    assert _currency(SimpleNamespace(currency="EUR", monitor=SimpleNamespace(currency="CHF"))) == (
        "CHF"
    )
    assert _currency(None) == "USD"


def test_who_buys_seldom_has_not_stopped_by_a_silent_quarter():
    rng = np.random.default_rng(1)
    orders = rng.poisson(0.4, (2_000, 8)) * 40.0  # about one and a half orders a year
    known = _settled(orders[:, :4], 3)
    assert known.sum() == pytest.approx(orders[:, 4:].sum() / 4.0, rel=0.15)
    regular = rng.poisson(30.0, (50, 4)).astype(float)
    regular[0, 3] = 0.0  # lost: nobody else pauses
    assert _settled(regular, 3)[0] == 0.0


def test_ids_that_lost_their_zeros_or_case_find_their_accounts_and_it_is_said(tmp_path):
    plan = balanced_plan()
    ids = {each: f"{at:05d}" for at, each in enumerate(plan.accounts["account_id"], start=12)}
    accounts = plan.accounts.assign(account_id=plan.accounts["account_id"].map(ids))
    sales = steady_sales(plan, months=6)
    sales["account_id"] = sales["account_id"].map(ids).str.lstrip("0")
    path = tmp_path / "sales.csv"
    sales.to_csv(path, index=False)
    found = facts_of(replace(plan, accounts=accounts), {"actuals": path}, as_of="2025-06-30")
    assert found.panel.revenue_usd.sum() == pytest.approx(sales["revenue_usd"].sum())
    assert any("without zeros in front" in str(each.what) for each in found.audit.findings)


def test_who_buys_in_lumps_twice_a_year_is_not_asked_whether_it_was_kept():
    # A third buys each quarter, the others eight at once in two of four.
    rows = [[4.0, 3, 5, 4]] * 10 + [[8.0, 0, 0, 8], [0, 8, 0, 8]] * 10
    assert _steady(np.array(rows), 3).sum() <= 10
    assert _steady(np.array(rows[:10]), 3).all()


def test_sales_in_pieces_alone_leave_what_is_counted_in_money_not_known(tmp_path):
    sales = steady_sales(balanced_plan()).drop(columns="revenue_usd")
    found = facts(tmp_path, sales)
    assert not found.panel.priced
    assert any("tells pieces and no sales in USD" in each.what for each in found.audit.findings)
    parts = parts_of(found, None)
    assert "sales_change" in parts
    assert "penetration" not in parts
    # Without pieces too there is nothing to judge.
    said = refusal(tmp_path, sales.drop(columns="units"))
    assert "has no column revenue_usd" in said


def test_a_roster_with_other_reps_makes_nobody_gone_and_strange_territories_are_named(tmp_path):
    plan = balanced_plan()
    sales = steady_sales(plan, months=3)
    team = plan.territories["rep_id"].astype("str")
    roster = pd.DataFrame({"rep_id": team, "name": "N", "territory_id": "T99", "status": "active"})
    found = facts(tmp_path, sales, as_of="2025-03-31", tables={"roster": roster})
    assert any(
        'territory_id "T99"' in str(each) or each.kind == "unknown_territory"
        for each in found.audit.findings
    )
    assert f"of {len(roster)} reps name" in " ".join(
        each.text() for each in found.audit.messages("warning")
    )
    roster["rep_id"] = [f"Z{at}" for at in range(len(roster))]
    said = refusal(tmp_path, sales, as_of="2025-03-31", tables={"roster": roster})
    assert "roster.csv:2" in said
    assert 'rep_id "Z0"' in said
    # The same reps in another case are theirs.
    roster = roster.assign(rep_id=team.str.lower(), territory_id="T01")
    found = facts(tmp_path, sales, as_of="2025-03-31", tables={"roster": roster})
    assert set(found.roster["state"]) == {"stays"}


def test_sales_that_a_forecast_goes_on_from_are_read_as_the_facts_are(tmp_path):
    plan = balanced_plan()
    path = tmp_path / "sales.csv"
    sales = steady_sales(plan, months=3).rename(columns={"revenue_usd": "Umsatz EUR"})
    sales["account_id"] = sales["account_id"].str.lower()
    sales.to_csv(path, index=False)
    euros = SimpleNamespace(
        monitor=SimpleNamespace(currency="EUR"), inputs=SimpleNamespace(history=None)
    )
    assert set(actual_sales(path, plan, euros)["account_id"]) <= set(plan.accounts["account_id"])
    with pytest.raises(InputError, match="the plan reckons in USD"):
        actual_sales(path, plan, None)
    sales.drop(columns="Umsatz EUR").to_csv(path, index=False)
    with pytest.raises(InputError, match="cannot be forecast"):
        actual_sales(path, plan, None)


def test_a_history_in_pieces_alone_is_worth_the_prices_paid_since(tmp_path):
    scenario = demo_scenario(tmp_path / "demo")
    files = {"actuals": written(demo_year(), tmp_path / "year")["actuals"]}
    said = {"as_of": "2025-06-30", "scenario": scenario, "go_live": "2025-01-01"}
    before = facts_of(demo_plan(), files, **said)
    path = tmp_path / "demo" / "texas_ortho" / "history.csv"
    pd.read_csv(path, dtype="str").drop(columns="revenue_usd").to_csv(path, index=False)
    found = facts_of(demo_plan(), files, **said)
    assert found.base_events == pytest.approx(before.base_events)
    paid = before.base_revenue_usd.sum()
    assert found.base_revenue_usd.sum() == pytest.approx(paid, rel=0.1)
    assert "its pieces at the prices paid since" in found.base_from


def test_actuals_that_begin_a_year_before_go_live_are_their_own_history(tmp_path):
    sales = steady_sales(balanced_plan())
    found = facts(tmp_path, sales, go_live="2025-07-01")
    assert found.base_from == "the year before go-live in the actuals"
    assert found.base_events == pytest.approx(np.full(len(found.accounts), 12.0), abs=4.0)
    late = facts(tmp_path, sales, go_live="2025-06-01")
    assert late.base_from.startswith("the first 3 periods")


def test_calls_of_other_ids_are_refused_and_months_without_calls_are_told(tmp_path):
    plan = balanced_plan()
    calls = steady_sales(plan).rename(columns={"units": "n_calls"}).drop(columns="revenue_usd")

    def made(frame: pd.DataFrame):
        frame.to_csv(tmp_path / "calls.csv", index=False)
        return facts_of(plan, {"calls": tmp_path / "calls.csv"}, as_of="2025-12-31")

    told = made(calls[calls["period"] < "2025-11"]).audit.messages("warning")
    assert "no row for 2025-11, 2025-12" in told[0].text()
    strange = calls.assign(account_id="Z" + calls["account_id"].astype("str"))
    with pytest.raises(InputError, match="of accounts that nobody knows"):
        made(strange)


def test_sums_of_calls_whose_column_nobody_knows_are_told_and_lists_of_calls_are_not(tmp_path):
    sales = steady_sales(balanced_plan(), months=3)
    calls = sales[["account_id", "period"]].assign(how_often=3)
    found = facts(tmp_path, sales, as_of="2025-03-31", tables={"calls": calls})
    (told,) = (each for each in found.audit.findings if each.kind == "one_each")
    assert told.severity == "warning"
    assert "each of its" in told.what
    log = pd.concat([calls, calls])
    found = facts(tmp_path, sales, as_of="2025-03-31", tables={"calls": log})
    assert not [each for each in found.audit.findings if each.kind == "one_each"]
    assert found.calls_made.sum() == len(log)
