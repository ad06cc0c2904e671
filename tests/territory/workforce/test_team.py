"""One row a territory, with capacity, or a refusal that names the reps."""

import pandas as pd
import pytest

from territory.audit import Audit
from territory.design import prepare
from territory.errors import InputError
from territory.inputs.places.places import Places
from territory.inputs.scenario.scenario import read_scenario
from territory.rollout.change_set import current_reps
from territory.workforce.team import team_of
from tests.territory.worlds import grid_scenario


def team(tmp_path, reps, extra=""):
    frame = pd.DataFrame(
        reps, columns=["rep_id", "name", "territory_id", "lon", "lat", "zip", "fte", "capacity_h"]
    )
    scenario = read_scenario(grid_scenario(tmp_path, extra=extra))
    places = Places(geography=None, accounts=pd.DataFrame(), reps=frame, audit=Audit())
    return team_of(scenario, places)


NAN = float("nan")


@pytest.mark.parametrize(("cells", "line"), [
    ({"leave_from": "2027-05-01", "leave_to": "2027-04-01"}, "leave_to 2027-04-01 is before"),
    ({"start": "30 February"}, 'start "30 February"'),
    ({"pto_days": "-3"}, 'pto_days "-3"'),
    ({"vacant": "maybe"}, 'vacant "maybe"'),
])  # fmt: skip
def test_cells_of_a_rep_that_cannot_be_are_told_with_file_and_line(tmp_path, cells, line):
    path = grid_scenario(tmp_path, extra='[capacity]\nyear_from = "2027-01-01"\n')
    reps = pd.read_csv(tmp_path / "reps.csv", dtype=str)
    for column, cell in cells.items():
        reps.loc[1, column] = cell
    reps.to_csv(tmp_path / "reps.csv", index=False)
    with pytest.raises(InputError, match=f"reps.csv:3  {reps['rep_id'][1]}  {line}"):
        prepare(read_scenario(path))


def test_reps_name_their_territories_and_the_others_are_numbered(tmp_path):
    out = team(
        tmp_path,
        [
            ("R1", "Ada", "WEST", -99.0, 32.0, "", 1.0, NAN),
            ("R2", "Bo", "", -98.0, 32.0, "", 0.5, NAN),
        ],
    )
    assert out["territory_id"].tolist() == ["WEST", "T02"]
    assert out["capacity"].tolist() == [1.0, 0.5]


def test_hours_count_before_fte_when_every_rep_has_them(tmp_path):
    out = team(
        tmp_path,
        [("R1", "", "", -99.0, 32.0, "", 1.0, 1600.0), ("R2", "", "", -98.0, 32.0, "", 1.0, 800.0)],
    )
    assert out["capacity"].tolist() == [1600.0, 800.0]


@pytest.mark.parametrize(
    ("reps", "message"),
    [
        (
            [("R1", "", "T1", -99, 32, "", 1, NAN), ("R2", "", "T1", -98, 32, "", 1, NAN)],
            "2 reps share a territory with another",
        ),
        (
            [("R1", "", "", -99, 32, "", 1, NAN), ("R2", "", "", NAN, NAN, "", 1, NAN)],
            r"1 rep of 2 rows of the team have no home\n  R2  rep  zip \"\"",
        ),
        (
            [("R1", "", "", -99, 32, "", 0, NAN), ("R2", "", "", -98, 32, "", 1, NAN)],
            "1 rep without capacity\n  R1  fte 0",
        ),
        (
            [("R1", "", "", -99, 32, "", 1, 1600.0), ("R2", "", "", -98, 32, "", 1, NAN)],
            '1 of 2 reps without capacity_h, which the others have\n  R2  capacity_h ""',
        ),
    ],
)
def test_teams_that_cannot_serve_are_refused_by_name(tmp_path, reps, message):
    with pytest.raises(InputError, match=message):
        team(tmp_path, reps)


def test_a_number_of_territories_that_is_not_the_number_of_reps_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"team\.territories is 5; the reps table has 1 rep"):
        team(tmp_path, [("R1", "", "", -99, 32, "", 1, NAN)], extra="[team]\nterritories = 5")


def test_a_rep_without_hours_is_named_with_file_and_line(tmp_path):
    path = grid_scenario(tmp_path)
    reps = path.parent / "reps.csv"
    frame = pd.read_csv(reps, dtype=str).assign(capacity_h=["1600", ""])
    frame.to_csv(reps, index=False)
    with pytest.raises(InputError) as caught:
        prepare(read_scenario(path))
    assert 'reps.csv:3  R2  capacity_h ""' in str(caught.value)
    assert "hint: write hours for all reps or for none" in str(caught.value)


def people(tmp_path, **columns):
    path = grid_scenario(tmp_path, extra='[capacity]\nyear_from = "2027-01-01"')
    reps = path.parent / "reps.csv"
    pd.read_csv(reps, dtype=str).assign(**columns).to_csv(reps, index=False)
    return prepare(read_scenario(path))


def test_a_seat_that_is_empty_all_year_has_no_territory_and_is_named(tmp_path):
    found = people(tmp_path, start=["", "2028-01-01"], territory_id=["WEST", "EAST"])
    assert found.case.team["territory_id"].tolist() == ["WEST"]
    lines = [each for each in found.audit if each.kind == "empty_seat"]
    assert [(each.file, each.line, each.id) for each in lines] == [("reps.csv", 3, "R2")]
    assert "the seat of R2 (EAST) is empty all year: no territory is drawn" in lines[0].what


def test_a_vacant_seat_has_a_territory_of_its_full_capacity_and_no_rep(tmp_path):
    found = people(tmp_path, vacant=["no", "yes"], territory_id=["WEST", "EAST"])
    team = found.case.team
    assert dict(zip(team["territory_id"], team["rep_id"], strict=True)) == {
        "WEST": "R1",
        "EAST": "",
    }
    assert team["capacity_h"].nunique() == 1
    assert "the seat of R2 (EAST) is vacant" in next(
        each.what for each in found.audit if each.kind == "empty_seat"
    )


def test_leave_without_an_end_is_told_with_file_line_and_day(tmp_path):
    leave = {"leave_from": ["2027-02-01;2027-07-01", "2027-09-01"], "leave_to": ["", ""]}
    leave["leave_to"][0] = "2027-02-20;2027-08-01"
    found = people(tmp_path, **leave)
    lines = [each for each in found.audit if each.kind == "open_leave"]
    assert [(each.severity, each.file, each.line, each.id) for each in lines] == [
        ("warning", "reps.csv", 3, "R2")
    ]
    assert "leave_from 2027-09-01 has no leave_to" in lines[0].what


def test_a_field_of_empty_seats_is_refused_by_name(tmp_path):
    with pytest.raises(InputError, match="2 reps without capacity\n  R1  capacity_h 0"):
        people(tmp_path, start=["2028-01-01", "2028-01-01"])


def test_a_rep_who_starts_within_the_year_has_the_hours_of_the_ramp(tmp_path):
    hours = people(tmp_path, start=["", "2027-07-01"]).case.team["capacity_h"]
    # Half a year, at three quarters of the pace on average.
    assert hours.iloc[1] / hours.iloc[0] == pytest.approx(184 / 365 * 0.75, abs=0.002)


def test_a_name_that_stands_for_nobody_is_a_vacant_seat_and_is_said(tmp_path):
    found = people(tmp_path, name=["Ada Example", "(vakant)"], territory_id=["WEST", "EAST"])
    team = found.case.team
    assert dict(zip(team["territory_id"], team["rep_id"], strict=True)) == {
        "WEST": "R1",
        "EAST": "",
    }
    said = [each.what for each in found.audit if each.kind == "empty_seat"]
    assert any('1 name stands for nobody and is a vacant seat: R2 "(vakant)"' in it for it in said)


def test_a_vacant_seat_serves_nobody_today():
    roster = pd.DataFrame(
        {"rep_id": ["R1", "R2"], "territory_id": ["WEST", "EAST"], "vacant": ["", "yes"]}
    )
    assert current_reps(roster) == {"WEST": "R1"}


def test_a_column_vacant_overrules_the_name(tmp_path):
    found = people(tmp_path, name=["Ada Example", "Vacant"], vacant=["", "no"])
    assert set(found.case.team["rep_id"]) == {"R1", "R2"}


def test_a_vacant_seat_without_a_home_is_named_with_what_to_write(tmp_path):
    with pytest.raises(InputError) as told:
        people(
            tmp_path, vacant=["no", "yes"], territory_id=["WEST", "EAST"], zip=["10001", ""],
            lon=[-99.0, NAN], lat=[32.0, NAN],
        )  # fmt: skip
    text = str(told.value)
    assert "1 vacant seat of 2 rows of the team have no home" in text
    assert "R2  vacant seat of EAST" in text
    assert "write for a vacant seat where its next rep is to live: zip (or lon and lat)" in text
