"""The commands `quotas` and `pay` on a saved plan with hostile names."""

import json

import openpyxl
import pandas as pd
import pytest

from territory.inputs.cells import write_table
from territory.publish.folder import save_plan
from tests.territory.call import call
from tests.territory.plans import NO_PAGES, balanced_plan

SCENARIO = """
name = "tiny"
[inputs]
accounts = "accounts.csv"
reps = "reps.csv"
history = "history.csv"
[geography]
states = ["TX"]
[quotas]
goal_usd = 600_000
cap = 2.0
[pay]
base_usd = 80_000
target_incentive_usd = 60_000
simulation = {draws = 200}
"""


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A scenario, its tables and its plan folder in the working folder."""
    monkeypatch.chdir(tmp_path)
    plan = balanced_plan(outputs=NO_PAGES)
    save_plan(plan, tmp_path / "runs" / "tiny")
    accounts = plan.accounts.assign(state="TX")
    kept = ["account_id", "name", "type", "state", "lon", "lat", "potential_usd", "service_h"]
    write_table(accounts[[*kept, "n_calls"]], tmp_path / "accounts.csv")
    reps = plan.reps.rename(columns={"kind": "role"}).assign(fte=1.0)
    write_table(reps, tmp_path / "reps.csv")
    rows = [
        {"account_id": account, "period": f"{year}-Q{quarter}", "revenue_usd": 9_000.0 + 700 * at}
        for at, account in enumerate(accounts["account_id"])
        for year in (2023, 2024)
        for quarter in (1, 2, 3, 4)
    ]
    write_table(pd.DataFrame(rows), tmp_path / "history.csv")
    (tmp_path / "tiny.toml").write_text(SCENARIO)
    return tmp_path


@pytest.fixture
def command():
    return call


def test_quotas_are_shown_and_written_beside_the_plan(place, command):
    code, out, err = command("quotas", "tiny.toml")
    assert code == 0, err
    assert "quotas sum to $618,000: the goal of $600,000 and 3.0 % over-assignment" in out
    assert "cannot be judged: 3 territories" in out
    assert "\x1b" not in out
    folder = place / "runs" / "tiny"
    table = pd.read_csv(folder / "quotas.csv")
    assert table["quota_usd"].sum() == 618_000
    assert {"scorecard.xlsx", "quota_backtest.csv", "quota_backtest.svg"} <= {
        each.name for each in folder.iterdir()
    }
    assert "the input tables have changed since the plan was made" in err
    assert not [each for each in folder.iterdir() if each.name.startswith(".")]


@pytest.mark.parametrize("name", ["quotas", "pay"])
def test_a_plan_in_the_place_of_its_scenario_is_the_plan_that_is_judged(place, command, name):
    save_plan(balanced_plan(outputs=NO_PAGES, scenario_path="tiny.toml"), place / "other")
    before = sorted(each.name for each in (place / "runs" / "tiny").iterdir())
    code, _, err = command(name, "other")
    assert code == 0, err
    assert list((place / "other").glob(f"{name}*.csv"))
    assert sorted(each.name for each in (place / "runs" / "tiny").iterdir()) == before


def test_one_quota_is_explained(place, command):
    code, out, _ = command("quotas", "tiny.toml", "--explain", "T02")
    assert code == 0
    assert out.startswith("T02: quota $")
    assert not (place / "runs" / "tiny" / "quotas.csv").exists()
    code, _, err = command("quotas", "tiny.toml", "--explain", "T99")
    assert code == 2
    assert err.startswith('error: there is no territory "T99"')


def test_pay_is_shown_and_written_where_asked(place, command):
    code, out, err = command("pay", "tiny.toml", "--plan", "runs/tiny", "--out", "pay")
    assert code == 0, err
    assert "cost $" in out
    assert "\x1b" not in out
    names = {each.name for each in (place / "pay").iterdir()}
    assert names == {
        "pay.csv",
        "pay_cost.csv",
        "pay_guarantee.csv",
        "pay.xlsx",
        "pay_curve.svg",
    }
    reps = pd.read_csv(place / "pay" / "pay.csv")
    assert reps["target_pay_usd"].tolist() == [140_000.0] * 3
    assert len(pd.read_csv(place / "pay" / "pay_guarantee.csv")) == 12


def test_names_that_look_like_formulas_stay_text(place, command):
    command("quotas", "tiny.toml")
    command("pay", "tiny.toml")
    folder = place / "runs" / "tiny"
    for file in ("quotas.csv", "pay.csv"):
        assert "'=cmd|" in (folder / file).read_text(encoding="utf-8")
    book = openpyxl.load_workbook(folder / "scorecard.xlsx")
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    for name in ("Quotas", "Pay"):
        cells = [cell for row in book[name].iter_rows() for cell in row]
        assert any(str(cell.value).startswith("=cmd|") for cell in cells)


@pytest.mark.parametrize("name", ["quotas", "pay"])
def test_machines_get_one_object(place, command, name):
    code, out, _ = command(name, "tiny.toml", "--json")
    assert code == 0
    found = json.loads(out)
    assert len(found["territories" if name == "quotas" else "reps"]) == 3
    assert found["files"]


@pytest.mark.parametrize("name", ["quotas", "pay"])
def test_the_same_inputs_give_the_same_files(place, command, name):
    for folder in ("one", "two"):
        assert command(name, "tiny.toml", "--out", folder)[0] == 0
    for file in (place / "one").iterdir():
        assert file.read_bytes() == (place / "two" / file.name).read_bytes()


@pytest.mark.parametrize(
    ("name", "chart"), [("quotas", "quota_backtest.svg"), ("pay", "pay_curve.svg")]
)
def test_charts_of_other_figures_replace_their_own_and_nobody_elses(place, command, name, chart):
    assert command(name, "tiny.toml", "--out", "o")[0] == 0
    history = pd.read_csv(place / "history.csv")
    rates = "rates = [{above = 0.0, up_to = 1.0, rate = 1.0}, {above = 1.0, rate = 3.0}]"
    more = history["revenue_usd"].where(history["account_id"] != history["account_id"][0], 1e5)
    write_table(history.assign(revenue_usd=more), place / "history.csv")
    text = (place / "tiny.toml").read_text().replace("[pay]\n", f"[pay]\n{rates}\n")
    (place / "tiny.toml").write_text(text)
    before = (place / "o" / chart).read_text()
    code, _, err = command(name, "tiny.toml", "--out", "o")
    assert code == 0, err
    assert (place / "o" / chart).read_text() != before
    (place / "o" / chart).write_text("<svg>somebody's</svg>")
    assert command(name, "tiny.toml", "--out", "o")[0] == 2


def test_a_scenario_without_the_section_is_told_what_to_write(place, command):
    text = SCENARIO.split("[quotas]", maxsplit=1)[0]
    (place / "tiny.toml").write_text(text)
    code, _, err = command("quotas", "tiny.toml")
    assert code == 2
    assert err == (
        "error: tiny.toml has no [quotas]\n\n"
        "hint: write a [quotas] section, for instance growth = 0.08\n"
    )
    assert "tiny.toml has no [pay]" in command("pay", "tiny.toml")[2]


def test_without_a_plan_the_message_says_how_to_make_one(place, command):
    code, _, err = command("quotas", "tiny.toml", "--plan", "nowhere")
    assert code == 2
    assert "nowhere is no plan folder" in err
    assert "territory design" in err


def test_a_file_cannot_be_written_into(place, command):
    code, _, err = command("pay", "tiny.toml", "--out", "tiny.toml")
    assert code == 2
    assert "--out is tiny.toml, a file; expected a folder" in err


def test_earnings_that_are_no_amount_are_named(place, command):
    reps = pd.read_csv(place / "reps.csv").assign(earnings_usd=["120000", "a lot", ""])
    reps.to_csv(place / "reps.csv", index=False)
    code, _, err = command("pay", "tiny.toml")
    assert code == 2
    assert "reps.csv:3" in err
    assert 'R02  earnings_usd "a lot"' in err
