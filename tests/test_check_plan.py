"""The independent checker finds each kind of fault in a plan folder written by hand."""

import csv
import json
from pathlib import Path

import pytest

from tests.check_plan import main

# Three units in a row, A - B - C; T1 has A and B, T2 has C. All travel is one trip of one call.
ALIGNMENT = """\
unit_id,territory_id
A,T1
B,T1
C,T2
"""
ADJACENCY = """\
unit_a,unit_b,border_km,kind
A,B,1.0,border
B,C,2.0,bridge
"""
ACCOUNTS = (
    "account_id,name,unit_id,territory_id,rep_id,lon,lat,potential_usd,service_h,travel_h,"
    "workload_h,tier,exception,n_calls,minutes,hop_min,stops_per_trip,travel_factor,"
    "current_territory_id,handover_usd,idn\n"
    "a1,One,A,T1,r1,-97,30,100,4,1,5,A,false,1,30,0,1,1,T1,50,\n"
    "b1,Two,B,T1,r1,-97,31,100,4,1,5,A,false,1,30,0,1,1,T2,50,health\n"
    "c1,Three,C,T2,r2,-97,32,200,9,1,10,A,false,1,30,0,1,1,T2,50,health\n"
)
TERRITORIES = (
    "territory_id,rep_id,n_units,n_accounts,workload_h,workload_h_goal,workload_h_lower,"
    "workload_h_upper,workload_h_deviation,potential_usd,potential_usd_goal,potential_usd_lower,"
    "potential_usd_upper,potential_usd_deviation,travel_h,n_parts\n"
    "T1,r1,2,2,10,10,9,11,0,200,200,180,220,0,2,1\n"
    "T2,r2,1,1,10,10,9,11,0,200,200,180,220,0,1,1\n"
)
SUMMARY = {
    "objective": 375.0,
    "terms": {"travel_usd": 225.0, "handover_usd": 50.0, "idn_split_usd": 100.0},
    "bound": 300.0,
    "gap": 0.2,
    "travel": {"calls_per_trip": 1, "usd_h": 75.0},
    "objective_usd": {"idn_split_usd": 100.0},
    "measures": {"workload_h": {"tolerance": 0.1}, "potential_usd": {"tolerance": 0.1}},
    "totals": {"accounts": 3, "units": 3, "territories": 2, "workload_h": 20.0},
    "violations": [],
}
TEXTS = {
    "alignment": ALIGNMENT,
    "adjacency": ADJACENCY,
    "accounts": ACCOUNTS,
    "territories": TERRITORIES,
}


def rows_of(text: str) -> list[list[str]]:
    return list(csv.reader(text.splitlines()))


TABLES = {name: rows_of(text) for name, text in TEXTS.items()}


def write(folder: Path, tables: dict, summary: dict) -> Path:
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
    (folder / "plan.json").write_text(json.dumps(summary), encoding="utf-8")
    return folder


def changed(table: str, key: str, column: str, value: str) -> dict:
    """All tables, with one cell of the row that begins with the key changed."""
    tables = {name: [list(row) for row in rows] for name, rows in TABLES.items()}
    at = tables[table][0].index(column)
    for row in tables[table]:
        if row[0] == key:
            row[at] = value
    return tables


def test_a_sound_plan_is_called_sound(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main([str(write(tmp_path, TABLES, SUMMARY))]) == 0
    said = capsys.readouterr().out
    assert said == (
        "SOUND; 3 accounts, 3 units, 2 territories; "
        "worst deviation: workload_h 0.00 %, potential_usd 0.00 %\n"
    )


@pytest.mark.parametrize(
    ("table", "key", "column", "value", "said"),
    [
        ("accounts", "b1", "account_id", "a1", "account a1 is there twice"),
        ("accounts", "b1", "unit_id", "Z", "account b1 lies in unknown unit 'Z'"),
        ("accounts", "b1", "territory_id", "T9", "account b1 has unknown territory 'T9'"),
        ("accounts", "b1", "territory_id", "T2", "account b1 is in T2, its unit in T1"),
        ("accounts", "b1", "rep_id", "r2", "account b1 has rep 'r2', its territory another"),
        ("accounts", "b1", "workload_h", "5.1", "account b1: workload_h 5.1 is not service_h"),
        ("accounts", "b1", "service_h", "nan", "account b1 has a number that is missing"),
        ("accounts", "b1", "lat", "131", "account b1 has no place"),
        ("accounts", "b1", "minutes", "31", "account b1: travel_h 1 is not what its calls take"),
        ("accounts", "b1", "exception", "maybe", "account b1: exception is 'maybe'"),
        ("alignment", "B", "unit_id", "A", "unit A is there twice"),
        ("alignment", "B", "territory_id", "T9", "unit B has unknown territory 'T9'"),
        ("alignment", "B", "territory_id", "T2", "territory T1: n_units is 2, counted 1"),
        ("territories", "T1", "n_parts", "", "territory T1: n_parts is , counted 1"),
        ("territories", "T1", "n_accounts", "3", "territory T1: n_accounts is 3, counted 2"),
        ("territories", "T1", "workload_h", "10.01", "workload_h is 10.01, summed 10.0000"),
        ("territories", "T1", "travel_h", "2.5", "travel_h is 2.5, summed 2.0000"),
        ("territories", "T1", "workload_h_upper", "12", "band of workload_h is not goal ± 0.1"),
        ("territories", "T1", "workload_h_goal", "0", "workload_h has no band around its goal"),
        ("territories", "T1", "workload_h_deviation", "0.01", "is not load / goal - 1"),
        ("territories", "T1", "workload_h_goal", "10.1", "the goals come to 20.10, the plan to"),
        ("territories", "T1", "n_parts", "2", "territory T1: n_parts is 2, counted 1"),
        ("adjacency", "A", "unit_b", "C", "territory T1 is in 2 pieces"),
        ("adjacency", "A", "unit_b", "Z", "adjacency.csv: A - Z joins no two units"),
        ("adjacency", "A", "kind", "wall", "A - B has kind 'wall'"),
    ],
)
def test_a_changed_cell_is_found(tmp_path, capsys, table, key, column, value, said):
    assert main([str(write(tmp_path, changed(table, key, column, value), SUMMARY))]) == 1
    assert said in capsys.readouterr().out


def test_pieces_are_no_fault_where_the_scenario_asks_for_no_contiguity(tmp_path, capsys):
    tables = changed("adjacency", "A", "unit_b", "C")
    free = {**SUMMARY, "keys": {"rules": {"contiguity": False}}}
    main([str(write(tmp_path, tables, free))])
    said = capsys.readouterr().out
    assert "pieces" not in said
    assert "territory T1: n_parts is 1, counted 2" in said


@pytest.mark.parametrize(
    ("value", "limit", "said"),
    [
        ("0.2", "0.15", ""),
        ("0.1", "0.08", ""),
        ("0.1", "0.15", "territory T2 has a compactness of 0.1, 0.15 of 0.15 asked"),
        ("0.3", "0.2", "territory T2 has a compactness of 0.3, 0.2 of 0.15 asked"),
    ],
)
def test_a_territory_less_compact_than_asked_is_found(tmp_path, capsys, value, limit, said):
    tables = {name: [list(row) for row in rows] for name, rows in TABLES.items()}
    more = [["compactness", "compactness_limit"], ["0.5", "0.15"], [value, limit]]
    tables["territories"] = [
        [*row, *add] for row, add in zip(tables["territories"], more, strict=True)
    ]
    asked = {**SUMMARY, "keys": {"rules": {"compactness_least": 0.15}}}
    assert main([str(write(tmp_path, tables, asked))]) == bool(said)
    assert said in capsys.readouterr().out


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"objective": 376.0}, "the terms do not come to the objective 376.0"),
        ({"bound": 400.0}, "the bound 400.0 is above the objective"),
        ({"gap": 0.1}, "gap is 0.1"),
        ({"totals": {"workload_h": 21.0}}, "the total of workload_h is 21.0, recomputed 20"),
        ({"totals": {"moved_accounts": 2}}, "the total of moved_accounts is 2, recomputed 1"),
        ({"travel": {"calls_per_trip": 1, "usd_h": 80}}, "travel_usd is 225.0, recomputed 240"),
        ({"objective_usd": {"idn_split_usd": 9}}, "idn_split_usd is 100.0, recomputed 9.00"),
    ],
)
def test_a_changed_summary_is_found(tmp_path, capsys, change, said):
    assert main([str(write(tmp_path, TABLES, SUMMARY | change))]) == 1
    assert said in capsys.readouterr().out


def heavier() -> dict:
    """T1 has 4 hours of service more, T2 is behind: 14 and 10 around a goal of 12."""
    tables = changed("accounts", "a1", "service_h", "8")
    tables["accounts"][1][TABLES["accounts"][0].index("workload_h")] = "9"
    tables["territories"][1][4:9] = ["14", "12", "10.8", "13.2", "0.166667"]
    tables["territories"][2][4:9] = ["10", "12", "10.8", "13.2", "-0.166667"]
    return tables


def test_a_territory_outside_its_band_is_a_fault_unless_the_plan_says_so(tmp_path, capsys):
    folder = write(tmp_path, heavier(), SUMMARY | {"totals": {}})
    assert main([str(folder), "--allow-outside"]) == 1
    said = capsys.readouterr().out
    assert "territory T1: workload_h 14 is outside 10.8 to 13.2, and plan.json does not" in said
    names = [{"rule": "balance", "territory_id": t, "measure": "workload_h"} for t in ("T1", "T2")]
    write(tmp_path, heavier(), SUMMARY | {"totals": {}, "violations": names})
    assert main([str(folder), "--allow-outside"]) == 0
    assert main([str(folder)]) == 1
    assert "is outside 10.8 to 13.2, as plan.json says" in capsys.readouterr().out


def test_the_companys_own_table_must_be_the_plans(tmp_path, capsys):
    folder = write(tmp_path, TABLES, SUMMARY)
    table = tmp_path / "input.csv"
    table.write_text("account_id\na1\nb1\nx9\n", encoding="utf-8")
    assert main([str(folder), "--accounts", str(table)]) == 1
    said = capsys.readouterr().out
    assert "1 accounts of the input are not in the plan: x9" in said
    assert "1 accounts of the plan are not in the input: c1" in said


def test_a_folder_without_a_plan_is_said(tmp_path, capsys):
    assert main([str(tmp_path)]) == 2
    assert "is no plan folder: plan.json, accounts.csv" in capsys.readouterr().err
