"""A stranger's scripts recompute quotas and pay of the demo from the CSV files, lines moved."""

import io
import shutil
from contextlib import redirect_stdout
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from territory.cli.app import run
from territory.cli.console import Console
from territory.inputs.cells import write_table
from tests import check_forecast, check_pay, check_quotas
from tests.documented import undocumented
from tests.strangers_year import reading
from tests.territory.monitor.worlds import demo_plan, demo_scenario

SCENARIOS = Path(__file__).resolve().parents[3] / "scenarios"

pytestmark = pytest.mark.usefixtures("read_once")


def moved(plan):
    """The plan of today's alignment with one account in nine handed to the next territory."""
    accounts = plan.accounts.copy()
    ids = plan.territories["territory_id"].tolist()
    after = dict(zip(ids, [*ids[1:], ids[0]], strict=True))
    every = np.arange(len(accounts)) % 9 == 0
    accounts.loc[every, "territory_id"] = accounts.loc[every, "territory_id"].map(after)
    risk = 0.05 * accounts["revenue_usd"].fillna(0.0)
    accounts["handover_usd"] = risk.where(every, 0.0).round(2)
    share = accounts["competitor_share"].astype(float)
    accounts["competitor_usd"] = (share * accounts["potential_usd"]).round(2)
    districts = np.resize(["D1", "D1", "D2", "D3"], len(ids))
    return replace(
        plan, accounts=accounts, territories=plan.territories.assign(district_id=districts)
    )


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    folder = tmp_path_factory.mktemp("money")
    demo_scenario(folder)
    plan = moved(demo_plan())
    (folder / "plan").mkdir()
    for name in ("accounts", "territories"):
        write_table(getattr(plan, name), folder / "plan" / f"{name}.csv")
    with pytest.MonkeyPatch.context() as patch:
        # No plan is designed: its two tables are what the scripts read, too.
        patch.setattr("territory.publish.folder.read_plan", lambda folder: plan)
        yield folder


def said(folder, name, commands):
    """Write what commands say of a scenario; their objects stand beside the tables."""
    for command in commands:
        words = [command, folder / f"{name}.toml", "--plan", folder / "plan"]
        words += ["--out", folder / name, "--json"]
        with redirect_stdout(io.StringIO()) as out:
            assert run([str(word) for word in words], Console()) == 0
        (folder / name / f"{command}.json").write_text(out.getvalue(), encoding="utf-8")


def written(folder, name, commands=("quotas", "pay", "forecast"), **keys):
    """Write a variant of the scenario and what `quotas`, `pay` and `forecast` say of it."""
    path = folder / f"{name}.toml"
    text = (folder / "texas_ortho.toml").read_text(encoding="utf-8")
    for old, new in keys.items():
        assert f"{old} = " in text
        text = text.replace(f"\n{old} = ", f"\n{new}\n{old} = ", 1)
    path.write_text(text, encoding="utf-8")
    said(folder, name, commands)
    tables = folder / "texas_ortho"
    company = reading(path, folder / "plan", tables / "history.csv")
    return company, folder / name, tables / "reps.csv"


@pytest.fixture(scope="module")
def plain(company):
    return written(company, "plain")


def test_a_stranger_recomputes_the_quotas_to_the_dollar(plain):
    company, files, _ = plain
    off, compared = check_quotas.compare(company, files)
    assert off == []
    assert compared > 800
    assert undocumented(*files.glob("*.csv")) == []


def test_a_stranger_recomputes_floors_caps_and_relief(company):
    # Sales cycles are measured on the won deals: eleven of clinics in 91 days or more, two others.
    accounts = pd.read_csv(company / "plan" / "accounts.csv", dtype=str)
    kinds = accounts.groupby("type")["account_id"]
    ids = [*kinds.get_group("clinic")[:11], *kinds.get_group("hospital")[:2]]
    lines = [f"{each},2025-01-01,2025-04-{at + 2:02d},won" for at, each in enumerate(ids)]
    lines.append(f"{ids[0]},2025-01-01,2025-12-31,lost")
    text = "\n".join(["account_id,opened,closed,status", *lines])
    (company / "deals.csv").write_text(text, encoding="utf-8")
    keys = 'floor = 0.06\ncap = 0.12\nrelief = 0.5\ndeals = "deals.csv"'
    found, files, _ = written(company, "limits", ["quotas"], over_assignment=keys)
    off, _ = check_quotas.compare(found, files)
    assert off == []
    rates = pd.read_csv(files / "rates.csv").set_index(["rate", "of"])["value"]
    assert rates["sales_cycle_months", "clinic"] == pytest.approx(96 / 365.25 * 12)
    assert set(pd.read_csv(files / "quotas.csv")["limit"].dropna()) == {"floor", "cap"}


def test_a_stranger_recomputes_forecast_business_case_and_back_test(plain):
    company, files, _ = plain
    off, compared = check_forecast.compare(company, files)
    assert off == []
    assert compared > 600


BLEND = "blend = {potential = 0.2, headroom = 0.3, run_rate = 0.4, sales_cycle = 0.1}"


def test_a_stranger_recomputes_quotas_by_a_blend_and_their_back_test(company):
    # The back-test's headroom knows competitors as the quotas' own does.
    found, files, _ = written(company, "blend", ["quotas", "forecast"], over_assignment=BLEND)
    assert check_quotas.compare(found, files)[0] == []
    assert check_forecast.compare(found, files)[0] == []


def test_a_stranger_recomputes_what_three_years_tell_of_the_areas_growth(company):
    # A year before the others, with areas that have grown apart since.
    history = pd.read_csv(company / "texas_ortho" / "history.csv")
    owner = demo_plan().accounts.set_index("account_id")["territory_id"]
    at = history["account_id"].map(owner).fillna("T01").str[1:].astype(int)
    year = history["period"].str[:4].astype(int)
    drift = 0.12 * ((at * 7) % 5 - 2) / 2
    grown = history.assign(revenue_usd=history["revenue_usd"] * np.exp(drift * (year - year.min())))
    first = grown[year == year.min()]
    before = first.assign(
        period=[f"{int(each[:4]) - 1}{each[4:]}" for each in first["period"]],
        revenue_usd=first["revenue_usd"] * np.exp(-drift),
    )
    pd.concat([before, grown]).to_csv(company / "three.csv", index=False)
    text = 'extends = "texas_ortho.toml"\n[inputs]\nhistory = "three.csv"\n'
    (company / "three.toml").write_text(text, encoding="utf-8")
    said(company, "three", ["quotas", "forecast"])
    found = reading(company / "three.toml", company / "plan", company / "three.csv")
    assert check_quotas.compare(found, company / "three")[0] == []
    assert check_forecast.compare(found, company / "three")[0] == []
    rates = pd.read_csv(company / "three" / "rates.csv").set_index("rate")
    assert rates.loc["momentum_share", "value"] > 0.6
    assert rates.loc["momentum_share", "source"] == "measured on 20 areas in 2 years"


def test_the_business_case_rests_on_the_scenario_s_own_response(company):
    response = "[sizing]\nmargin = 0.5\nresponse = {at_zero = 0.2, at_half_more = 1.12}\n"
    response += "[quotas]"
    text = (company / "texas_ortho.toml").read_text(encoding="utf-8")
    path = company / "response.toml"
    path.write_text(text.replace("[quotas]", response, 1), encoding="utf-8")
    said(company, "response", ["forecast"])
    history = company / "texas_ortho" / "history.csv"
    off, _ = check_forecast.compare(reading(path, company / "plan", history), company / "response")
    assert off == []


def test_a_stranger_recomputes_pay_within_the_errors_of_what_is_drawn(plain, company):
    found, files, reps = plain
    off, compared = check_pay.compare(found, company / "plan", reps, files)
    assert off == []
    assert compared > 350


@pytest.mark.parametrize(
    ("file", "column", "more"),
    [
        ("quotas.csv", "quota_usd", 1),
        ("quotas.csv", "headroom_usd", 0.02),
        ("quotas.csv", "at_quota_probability", 0.06),
        ("rates.csv", "value", 1e-3),
        ("quotas_by_quarter.csv", "quota_usd", 1),
    ],
)
def test_a_changed_figure_of_the_quotas_is_found(plain, tmp_path, file, column, more):
    company, files, _ = plain
    for name in ("quotas.csv", "rates.csv", "quotas_by_quarter.csv"):
        table = pd.read_csv(files / name, dtype={"territory_id": str})
        if name == file:
            table[column] = table[column].astype(float)
            table.loc[1, column] += more
        table.to_csv(tmp_path / name, index=False, float_format="%.12g")
    off, _ = check_quotas.compare(company, tmp_path)
    assert len(off) == 1
    assert column in off[0] or file in off[0]


def test_pay_that_is_a_percent_off_is_found(plain, company, tmp_path):
    found, files, reps = plain
    for name in ("pay_cost.csv", "pay_guarantee.csv", "quotas_by_quarter.csv"):
        (tmp_path / name).write_bytes((files / name).read_bytes())
    table = pd.read_csv(files / "pay.csv")
    table["plan_pay_usd"] *= 1.01
    table["last_year_usd"] += 0.1
    table.to_csv(tmp_path / "pay.csv", index=False)
    off, _ = check_pay.compare(found, company / "plan", reps, tmp_path)
    assert sum("last_year_usd" in line for line in off) == 20
    assert any("change_usd" in line for line in off)


@pytest.fixture(scope="module")
def roles(company):
    """The shipped roles; the manager's team is the district, a hunter's logo must buy more.

    One rep begins in April and one is on leave for a quarter.
    """
    text = (SCENARIOS / "texas_roles.toml").read_text(encoding="utf-8")
    shutil.copytree(SCENARIOS / "texas_roles", company / "texas_roles")
    for old, new in (
        ('weight = 0.8, level = "company"', 'weight = 0.8, level = "district"'),
        ("gpo_usd = 3_000, min_revenue_usd = 10_000", "gpo_usd = 3_000, min_revenue_usd = 40_000"),
    ):
        assert old in text
        text = text.replace(old, new)
    table = pd.read_csv(company / "texas_roles" / "reps.csv", dtype="str", keep_default_na=False)
    dates = (
        ("start", ["", "2025-04-15"]),
        ("leave_from", ["2025-02-01"]),
        ("leave_to", ["2025-05-15"]),
    )
    for name, values in dates:
        table[name] = [*values, *[""] * (len(table) - len(values))]
    write_table(table, company / "texas_roles" / "reps.csv")
    path = company / "roles.toml"
    more = "[rollout]\ngo_live = 2025-04-01\n[capacity]\nyear_from = 2025-01-01\n"
    path.write_text(f"{text}\n{more}", encoding="utf-8")
    said(company, "roles", ["quotas", "pay"])
    return path, company / "roles"


def test_a_stranger_recomputes_pay_by_role_district_system_and_product(roles, company):
    path, files = roles
    found = reading(path, company / "plan", company / "texas_ortho" / "history.csv")
    reps = company / "texas_roles" / "reps.csv"
    off, compared = check_pay.compare(found, company / "plan", reps, files)
    assert off == []
    assert compared > 450


def test_the_shipped_roles_are_paid_by_plans_of_their_own(roles):
    table = pd.read_csv(roles[1] / "pay.csv")
    target = {"hunter": 155, "farmer": 150, "hybrid": 150, "specialist": 150, "manager": 170}
    expected = table["role"].map(target) * 1000 * table["fte"] * table["employed"]
    np.testing.assert_allclose(table["target_pay_usd"], expected)
    assert set(table["role"]) == set(target)
    # A manager is paid on a team: years differ less than a hunter's.
    spread = (table["plan_p90_usd"] - table["plan_p10_usd"]) / table["target_pay_usd"]
    by_role = spread.groupby(table["role"]).mean()
    assert by_role["manager"] < by_role["specialist"] < by_role["hunter"]
