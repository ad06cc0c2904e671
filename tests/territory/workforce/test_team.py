"""One row a territory, with capacity, or a refusal that names the reps."""

import pandas as pd
import pytest

from territory.audit import Audit
from territory.design import prepare
from territory.errors import InputError
from territory.inputs.places.places import Places
from territory.inputs.scenario.scenario import read_scenario
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
            "1 rep of 2 have no home\n  R2",
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
