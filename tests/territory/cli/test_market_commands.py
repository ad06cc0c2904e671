"""`territory segment` as a user meets it."""

import json

import openpyxl
import pandas as pd
import pytest

from tests.documented import undocumented
from tests.territory.call import call
from tests.territory.market.test_stage import MARKET, accounts
from tests.territory.worlds import grid_scenario


@pytest.fixture
def command():
    return call


def test_it_prints_a_short_table_and_writes_tables_and_a_workbook(command, tmp_path):
    scenario = grid_scenario(tmp_path, rows=1, accounts=accounts(), extra=MARKET)
    code, out, err = command("segment", scenario)
    assert code == 0, err
    lines = out.splitlines()
    assert lines[0].split() == [
        *("tier", "accounts", "of", "all", "potential", "expected", "low", "high"),
        *("of", "all", "estimated"),
    ]  # fmt: skip
    assert lines[2].split() == [
        "A", "1", "25.0", "%", "$4,000", "$4,000", "$4,000", "$4,000", "40.0", "%", "0",
    ]  # fmt: skip
    folder = tmp_path / "runs" / "grid.segments"
    written = pd.read_csv(folder / "accounts.csv")
    assert written["potential_usd"].tolist() == [1000.0, 2000.0, 3000.0, 4000.0]
    # The user's own further columns are the user's to describe.
    assert undocumented(*folder.glob("*.csv")) == ["accounts.csv: procedures"]
    assert openpyxl.load_workbook(folder / "segments.xlsx").sheetnames == [
        "Accounts", "Tiers", "Segments",
    ]  # fmt: skip


def test_it_takes_one_account_apart(command, tmp_path):
    scenario = grid_scenario(tmp_path, rows=1, accounts=accounts(), extra=MARKET)
    code, out, _ = command("segment", scenario, "--explain", "A3", "--out", tmp_path / "seg")
    assert code == 0
    assert "A3 Site 3: score 0.875, tier A\n  0.875 = 1 × 0.875  potential: potential_usd" in out
    assert (tmp_path / "seg" / "tiers.csv").is_file()


def test_machines_get_one_object(command, tmp_path):
    scenario = grid_scenario(tmp_path, rows=1, accounts=accounts(), extra=MARKET)
    code, out, _ = command("segment", scenario, "--json")
    said = json.loads(out)
    assert (code, said["status"], said["accounts"], said["estimated"]) == (0, "done", 4, 0)
    assert [tier["tier"] for tier in said["tiers"]] == ["A", "B", "C", "D"]


def test_without_sections_given_columns_are_summed_up_by_type(command, tmp_path):
    code, out, _ = command("segment", grid_scenario(tmp_path))
    assert code == 0
    assert "clinic" in out
    assert "$8,000" in out


def test_estimates_and_outliers_are_said_on_stderr(command, tmp_path):
    rows = accounts(a0={"procedures": ""}, a3={"procedures": 90_000})
    code, out, err = command(
        "segment", grid_scenario(tmp_path, rows=1, accounts=rows, extra=MARKET)
    )
    assert code == 0
    assert "procedures of 1 of 4 accounts were estimated" in err
    assert 'procedures "90000"  (is at least 100 times the median of its peers; kept)' in err
    assert "peers" not in out


def test_bad_input_exits_2_with_row_value_and_hint(command, tmp_path):
    rows = accounts(a1={"payer_medicare": 0.7, "payer_medicaid": 0.6})
    for at in (0, 2, 3):
        rows[at] |= {"payer_medicare": 0.5, "payer_medicaid": 0.1}
    code, out, err = command(
        "segment", grid_scenario(tmp_path, rows=1, accounts=rows, extra=MARKET)
    )
    assert (code, out) == (2, "")
    assert 'accounts.csv:3  A1  payer_mix "130 %"' in err
    assert "hint: mend the shares: together they are at most 1" in err


def test_a_negative_price_exits_2_with_file_key_and_value(command, tmp_path):
    scenario = grid_scenario(
        tmp_path, rows=1, accounts=accounts(), extra=MARKET.replace("= 100", "= -100")
    )
    code, _, err = command("segment", scenario)
    assert code == 2
    assert "grid.toml: market.price_usd is -100; expected a number above 0" in err
    assert "hint: did you mean 100?" in err


def test_weights_that_do_not_sum_to_1_exit_2_with_the_sum(command, tmp_path):
    scenario = grid_scenario(
        tmp_path, rows=1, accounts=accounts(), extra=MARKET.replace("weight = 1.0", "weight = 0.8")
    )
    code, _, err = command("segment", scenario)
    assert code == 2
    assert (
        "tiers.factors have weights that sum to 0.8 (potential 0.8); expected 1\n\n"
        "hint: in the same proportions: potential 1"
    ) in err


def test_an_unknown_account_to_explain_exits_2_before_anything_is_written(command, tmp_path):
    scenario = grid_scenario(tmp_path, rows=1, accounts=accounts(), extra=MARKET)
    code, _, err = command("segment", scenario, "--explain", "A33")
    assert code == 2
    assert '"A33" is no account' in err
    assert not (tmp_path / "runs").exists()
