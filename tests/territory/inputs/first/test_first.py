"""A messy export becomes a scenario that check and design take, without touching the files."""

import tomllib

import openpyxl
import pandas as pd
import pytest

from territory.audit import Audit
from territory.cli.app import run
from territory.cli.console import Console
from territory.design import audit as audit_of
from territory.errors import InputError
from territory.inputs.first.draft import Draft, toml_value
from territory.inputs.first.first import first_scenario
from territory.inputs.first.look import look
from territory.inputs.first.measures import largest
from territory.inputs.scenario.scenario import read_scenario
from tests.territory.call import call

HEADERS = [
    *("Account ID (18)", "Account Name", "Account Type", "Billing City"),
    *("Billing State/Province", "Billing Zip/Postal Code", "Owner", "Annual Potential"),
    *("LTM Revenue", "Visits per Year", "Hours per Year"),
]
ZIPS = [6103, "06604", "02138-3768", 1602, "02903 ", 3101, "04101", 5401, 1970, "02114"]
CITIES = [
    *("Hartford CT", "Bridgeport CT", "Cambridge MA", "Worcester MA", "Providence RI"),
    *("Manchester NH", "Portland ME", "Burlington VT", "Salem MA", "Boston Massachusetts"),
]


def export(path):
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.append(["Account Report - as of 11/03/2025 (Confidential)"])
    sheet.append([])
    sheet.append(HEADERS)
    for at in range(40):
        city, state = CITIES[at % 10].split()
        owner = ["Ada Lovelace", "ADA LOVELACE", "Kevin O'Donnell ", "O'Donnell, Kevin"][at % 4]
        owner = {7: "Open Territory", 13: "Former Rep (inactive)"}.get(at, owner)
        kind = "Hospital - Acute" if at % 3 else "ASC"
        sheet.append(
            [
                *(f"001xA0000{at:09d}", f"Clinic {at}", kind, city, state),
                ZIPS[at % 10] if at != 5 else "",
                owner,
                f"${1000 + at:,.2f}" if at != 9 else "-",
                "$250.00",
                12,
                f"{10 + at % 5}.5 hrs" if at % 6 == 0 else f"{10 + at % 5}.5",
            ]
        )
    sheet.append(["Total", *[None] * 6, "$40,780.00"])
    sheet.append(["Copyright (c) 2000-2025 example.com, inc. All rights reserved."])
    workbook.save(path)


@pytest.fixture
def files(tmp_path):
    export(tmp_path / "Accounts Export.xlsx")
    (tmp_path / "Roster.csv").write_text(
        "Rep,Home Zip,FTE %\nAda Lovelace,06103,100%\nKevin O'Donnell,02138,80%\n"
    )
    return [tmp_path / "Accounts Export.xlsx", tmp_path / "Roster.csv"]


def audited(path) -> Audit:
    return audit_of(read_scenario(path))


def test_the_export_and_the_roster_become_a_scenario_without_errors(files, tmp_path):
    before = [file.read_bytes() for file in files]
    first = first_scenario(tmp_path / "plan", files, audit=audited)
    found = audited(first.path)
    assert not found.errors
    scenario = read_scenario(tmp_path / "plan")
    assert scenario.geography.states == ("CT", "MA", "ME", "NH", "RI", "VT")
    assert set(scenario.measures) == {"workload_h", "potential_usd"}
    assert scenario.inputs.accounts.place_by_city
    assert scenario.defaults["asc"].potential_usd == 1021.0
    said = str(found.messages("warning"))
    assert "2 rows of the alignment are vacant today" in said
    assert [file.read_bytes() for file in files] == before


def test_owners_become_the_reps_where_there_is_no_roster(files, tmp_path):
    first_scenario(tmp_path / "plan", files[:1], audit=audited)
    assert (tmp_path / "plan" / "reps.csv").read_text().splitlines() == [
        "rep_id,name",
        "Ada Lovelace,Ada Lovelace",
        "Kevin O'Donnell,Kevin O'Donnell",
    ]
    assert not audited(tmp_path / "plan").errors


def test_a_roster_without_homes_is_told_what_would_supply_them(files, tmp_path):
    (tmp_path / "Roster.csv").write_text(
        "Rep ID,Rep Name,FTE\nR1,Ada Lovelace,1\nR2,Kevin O'Donnell,1\n"
    )
    made = first_scenario(tmp_path / "plan", [files[0], tmp_path / "Roster.csv"], audit=audited)
    assert "zip, or lon and lat, would supply it" in str(made.lines)


def test_accounts_without_hours_get_a_call_plan_by_type(tmp_path):
    rows = "".join(
        f"{at},Clinic {at},{['Hospital', 'ASC'][at % 2]},770{at:02d}\n" for at in range(2, 12)
    )
    (tmp_path / "a.csv").write_text(f"Id,Name,Type,BillingPostalCode\n{rows}")
    first = first_scenario(tmp_path / "plan", [tmp_path / "a.csv"], audit=audited)
    keys = tomllib.loads(first.path.read_text())
    assert [(row["type"], row["calls_q"]) for row in keys["callplan"]["rows"]] == [
        ("hospital", 3),
        ("asc", 2),
    ]
    assert not audited(first.path).errors


def test_files_without_accounts_are_refused_with_their_headers(tmp_path):
    (tmp_path / "x.csv").write_text("colour,shape\nred,round\n")
    with pytest.raises(InputError, match=r'x\.csv: "colour", "shape"'):
        first_scenario(tmp_path / "plan", [tmp_path / "x.csv"], audit=audited)
    assert not (tmp_path / "plan").exists()


def test_a_scenario_is_never_overwritten(files, tmp_path):
    first_scenario(tmp_path / "plan", files, audit=audited)
    with pytest.raises(InputError, match="exists"):
        first_scenario(tmp_path / "plan", files, audit=audited)


def test_hostile_headers_and_names_stay_text_in_the_file(tmp_path):
    header = 'Zip"] = 1\\n[evil]'
    quoted = header.replace('"', '""')
    rows = "".join(f'A-{at},"=cmd|{at}",770{at:02d}\n' for at in range(2, 12))
    (tmp_path / "a.csv").write_text(f'Id,Name,"{quoted}"\n{rows}')
    first = first_scenario(tmp_path / "plan", [tmp_path / "a.csv"], audit=audited)
    keys = tomllib.loads(first.path.read_text())
    assert keys["inputs"]["accounts"]["columns"]["zip"] == header
    assert "evil" not in keys


def test_a_draft_reads_back_as_it_was_meant():
    draft = Draft(head=["why\nnot"])
    draft.section("a.b").keys["x y"] = {"k": [1, 2.0, "t\x7f\u2028"]}
    draft.section("a.b").why["x y"] = "long " * 40
    assert tomllib.loads(draft.text()) == {"a": {"b": {"x y": {"k": [1, 2.0, "t\x7f\u2028"]}}}}
    assert toml_value(0.1) == "0.1"


def test_the_command_ends_with_check_and_a_table_is_no_scenario(files, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, out, err = call("init", "plan", "--from", *files)
    assert code == 0, err
    assert "accounts      40, 38 of them with a territory today" in out
    code, _, err = call("check", files[0])
    assert code == 2
    assert "is a table" in err
    assert "init DIR --from" in err


def test_an_account_that_is_much_of_a_territory_is_named():
    accounts = pd.DataFrame({"name": ["Small", "Big"], "potential_usd": [700.0, 300.0]})
    said = largest(accounts, "potential_usd", 2)
    assert said.startswith('"Small" alone is 140% of a territory')
    many = pd.DataFrame({"name": ["A"] * 100, "potential_usd": [1.0] * 100})
    assert largest(many, "potential_usd", 5) == ""
    assert largest(accounts, "potential_usd", 0) == ""


def test_the_current_territory_of_the_accounts_is_todays_alignment(tmp_path):
    (tmp_path / "a.csv").write_text(
        "account_id,name,zip,potential_usd,owner,current_territory_id\n"
        + "".join(f"A-{at},C {at},0610{at},9,Open,T-{at % 2}\n" for at in range(1, 7))
    )
    found = first_scenario(tmp_path / "out", [tmp_path / "a.csv"], audit=audited)
    inputs = tomllib.loads(found.path.read_text())["inputs"]
    assert inputs["alignment"]["columns"]["territory_id"] == "current_territory_id"


def test_an_alignment_that_changes_in_the_future_is_read_as_of_today(tmp_path):
    (tmp_path / "a.csv").write_text(
        "account_id,name,zip,potential_usd\n"
        + "".join(f"A-{at},C {at},0610{at},9\n" for at in range(1, 7))
    )
    (tmp_path / "alignment.csv").write_text(
        "account_id,territory_id,start_date,end_date\n"
        + "".join(f"A-{at},T-{at % 2},2020-01-01,2998-12-31\n" for at in range(1, 7))
        + "A-1,T-0,2999-01-01,\n"
    )
    files = [tmp_path / "a.csv", tmp_path / "alignment.csv"]
    found = first_scenario(tmp_path / "out", files, audit=audited)
    assert tomllib.loads(found.path.read_text())["inputs"]["alignment"]["as_of"].year < 2999
    assert not audited(found.path).errors


def test_calls_made_are_no_alignment_and_said_to_be_what_they_are(tmp_path):
    (tmp_path / "a.csv").write_text(
        "account_id,name,zip,potential_usd\n"
        + "".join(f"A-{at},C {at},0610{at},9\n" for at in range(1, 7))
    )
    (tmp_path / "activities.csv").write_text(
        "Date,Account,Owner,Activity Type\n"
        + "".join(f"2024-0{at}-03,A-{at % 3 + 1},Ann Lee,Call\n" for at in range(1, 9))
    )
    files = [tmp_path / "a.csv", tmp_path / "activities.csv"]
    found = first_scenario(tmp_path / "out", files, audit=audited)
    assert "alignment" not in tomllib.loads(found.path.read_text())["inputs"]
    said = dict(found.lines)["calls"]
    assert said.startswith('8 rows of "activities.csv" are calls made: 3 accounts')


@pytest.mark.parametrize(
    ("header", "taken"),
    [
        ("Sales Rank", False), ("Revenue Growth", False), ("Q4 2024 Sales", False),
        ("Lifetime revenue", False), ("Rolling 3 month sales", False), ("Sales Target", False),
        ("Sales FY24", True), ("Sales last 12 months (USD)", True),
    ],
)  # fmt: skip
def test_a_header_of_something_else_than_a_years_sales_is_no_guess(tmp_path, header, taken):
    (tmp_path / "a.csv").write_text(
        f"account_id,name,zip,potential_usd,{header}\n"
        + "".join(f"A-{at},C {at},0610{at},9,{at}\n" for at in range(1, 7))
    )
    (sheet,) = look(tmp_path / "a.csv")
    assert (sheet.columns.get("revenue_usd") == header) == taken


def test_a_folder_behind_from_says_how_its_files_are_given(tmp_path, capsys):
    (tmp_path / "export").mkdir()
    code = run(["init", str(tmp_path / "plan"), "--from", str(tmp_path / "export")], Console())
    assert code == 2
    said = capsys.readouterr().err
    assert "is a folder; --from takes files" in said
    assert f"--from {tmp_path / 'export'}/*" in said
