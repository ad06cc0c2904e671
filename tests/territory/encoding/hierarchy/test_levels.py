"""Districts and regions: connected, within the span, balanced, and honest where they cannot be."""

import geopandas
import numpy as np
import pandas as pd
import pyproj
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from shapely import box

from geo.crs import to_lonlat
from geo.geography import Geography
from territory.design import design
from territory.encoding.hierarchy.levels import hierarchy_table, number_of_groups, with_hierarchy
from territory.errors import InputError
from territory.inputs.scenario.scenario import read_scenario
from territory.plan import Plan
from territory.publish.folder import read_plan, save_plan
from tests.territory.plans import balanced_plan
from tests.territory.worlds import grid_scenario


def grid_plan(columns: int, rows: int, loads: dict[int, float] | None = None) -> Plan:
    """Squares of 50 km, each a territory of one unit and one account's load, row by row."""
    side, n = 50_000.0, columns * rows
    at = [(i % columns, i // columns) for i in range(n)]
    crs = pyproj.CRS.from_epsg(5070)
    units = geopandas.GeoDataFrame(
        {"name": "", "level": "county", "parent": ""},
        geometry=[box(c * side, r * side, (c + 1) * side, (r + 1) * side) for c, r in at],
        index=pd.Index([f"U{i:02d}" for i in range(n)], name="unit_id", dtype="str"),
        crs=crs,
    )
    middles = to_lonlat(np.array([((c + 0.5) * side, (r + 0.5) * side) for c, r in at]), crs)
    load = np.array([(loads or {}).get(i, 100.0) for i in range(n)])
    territories = pd.DataFrame(
        {
            "territory_id": [f"T{i:02d}" for i in range(n)],
            "n_accounts": 1,
            "workload_h": load,
            "workload_h_goal": load.sum() / n,
            "travel_h": 10.0,
            "center_lon": middles[:, 0],
            "center_lat": middles[:, 1],
        }
    )
    edges = [(i, i + 1) for i in range(n) if i % columns < columns - 1]
    edges += [(i, i + columns) for i in range(n - columns)]
    base = balanced_plan()
    return Plan(
        record=base.record.but(
            notes=(),
            measures={"workload_h": {"tolerance": 0.1, "travel": True, "imbalance": 0.0}},
        ),
        alignment=pd.DataFrame(
            {"unit_id": units.index, "territory_id": territories["territory_id"]}
        ),
        accounts=base.accounts,
        territories=territories,
        adjacency=pd.DataFrame(
            [
                {"unit_a": f"U{a:02d}", "unit_b": f"U{b:02d}", "border_km": 50.0, "kind": "border"}
                for a, b in edges
            ]
        ),
        reps=base.reps,
        geography=Geography(units=units, crs=crs),
    )


def scenario_with(tmp_path, section: str):
    return read_scenario(grid_scenario(tmp_path, extra=section))


def test_without_the_section_the_plan_stays_as_it_is(tmp_path):
    plan = grid_plan(2, 2)
    assert with_hierarchy(plan, scenario_with(tmp_path, "")) is plan
    assert hierarchy_table(plan).empty


def test_sixteen_territories_make_two_connected_districts_of_eight(tmp_path):
    plan = with_hierarchy(grid_plan(8, 2), scenario_with(tmp_path, "[hierarchy]\ntolerance = 0.1"))
    table = hierarchy_table(plan)
    districts = table[table["level"] == "district"]
    assert list(districts["n_parts"]) == [8, 8]
    assert list(districts["n_pieces"]) == [1, 1]
    assert list(districts["workload_h_deviation"]) == [0.0, 0.0]
    # The shortest ways are inside the two square halves.
    assert districts["territories"].iloc[0] == "T00, T01, T02, T03, T08, T09, T10, T11"
    assert set(plan.territories["region_id"]) == {"RG1"}
    assert plan.record.notes == ()
    assert list(plan.territories.columns[-2:]) == ["district_id", "region_id"]


def test_a_heavy_territory_makes_its_district_smaller(tmp_path):
    plan = with_hierarchy(
        grid_plan(7, 2, {0: 300.0}), scenario_with(tmp_path, "[hierarchy]\ntolerance = 0.1")
    )
    districts = hierarchy_table(plan).query("level == 'district'")
    assert list(districts["n_parts"]) == [6, 8]
    assert districts["workload_h_from_equal"].abs().max() <= 0.1
    # The goal of a district is what its territories are meant to have, not an equal share.
    goals = plan.territories.groupby("district_id")["workload_h_goal"].sum()
    assert districts["workload_h_goal"].tolist() == goals.tolist()
    assert districts["workload_h_goal"].nunique() == 2


def test_regions_are_made_of_whole_districts(tmp_path):
    plan = with_hierarchy(
        grid_plan(8, 3),
        scenario_with(tmp_path, "[hierarchy]\nspan_min = 3\nspan_max = 5\nregions = 2"),
    )
    frame = plan.territories
    assert frame["region_id"].nunique() == 2
    assert frame.groupby("district_id")["region_id"].nunique().max() == 1
    regions = hierarchy_table(plan).query("level == 'region'")
    assert list(regions["n_pieces"]) == [1, 1]
    assert list(regions["n_parts"]) == [3, 3]


def test_more_districts_than_one_leader_spans_make_regions(tmp_path):
    plan = with_hierarchy(
        grid_plan(5, 2), scenario_with(tmp_path, "[hierarchy]\nspan_min = 2\nspan_max = 3")
    )
    regions = hierarchy_table(plan).query("level == 'region'")
    assert len(regions) == 2
    assert regions["n_parts"].between(2, 3).all()
    assert regions["n_territories"].sum() == 10


def test_a_span_that_cannot_be_kept_is_said_in_the_notes(tmp_path):
    plan = with_hierarchy(grid_plan(3, 1), scenario_with(tmp_path, "[hierarchy]"))
    assert list(plan.record.notes) == [
        "district D1 has 3 territories; the span of control is 6 to 10"
    ]
    assert plan.record.hierarchy["levels"]["district"]["n"] == 1


def test_a_balance_that_cannot_be_kept_is_said_with_its_figure(tmp_path):
    plan = with_hierarchy(
        grid_plan(4, 1, {0: 1000.0}), scenario_with(tmp_path, "[hierarchy]\ndistricts = 2")
    )
    broken = plan.record.hierarchy["levels"]["district"]["broken"]
    assert any(
        text == "workload of district D1 is +69.2 % from an equal share; ± 20 % was asked for"
        for text in broken
    ), broken


def test_bridges_count_as_borders_between_territories(tmp_path):
    plan = grid_plan(4, 1)
    adjacency = plan.adjacency.assign(kind=["border", "bridge", "border"], border_km=[50.0, 0, 50])
    plan = Plan(**{name: getattr(plan, name) for name in plan.__slots__} | {"adjacency": adjacency})
    plan = with_hierarchy(
        plan, scenario_with(tmp_path, "[hierarchy]\nspan_min = 1\nspan_max = 2\nregions = 1")
    )
    assert hierarchy_table(plan)["n_pieces"].max() == 1


def test_the_same_seed_gives_the_same_districts(tmp_path):
    scenario = scenario_with(tmp_path, "[hierarchy]")
    plan = grid_plan(5, 4, {3: 180.0, 11: 140.0})
    first, second = (with_hierarchy(plan, scenario).territories for _ in range(2))
    pd.testing.assert_frame_equal(first, second)


@given(st.integers(1, 500), st.integers(1, 12), st.integers(0, 12))
def test_the_number_of_groups_keeps_the_span_wherever_a_number_does(n, least, more):
    most = least + more
    groups = number_of_groups(n, least, most)
    possible = [g for g in range(1, n + 1) if g * least <= n <= g * most]
    assert 1 <= groups <= n
    assert not possible or groups in possible


@pytest.mark.parametrize(
    ("section", "text"),
    [
        ("span_min = 11", "hierarchy.span_min is 11, above span_max, which is 10"),
        ("districts = 2\nregions = 3", "hierarchy.regions is 3; there are only 2 districts"),
        ("span = 8", "hierarchy.span"),
    ],
)
def test_a_section_that_makes_no_sense_names_key_and_value(tmp_path, section, text):
    with pytest.raises(InputError) as caught:
        scenario_with(tmp_path, f"[hierarchy]\n{section}")
    assert text in str(caught.value)


def test_a_review_whose_thresholds_cross_names_both(tmp_path):
    with pytest.raises(InputError) as caught:
        scenario_with(tmp_path, "[review]\nutilisation_least = 1.2")
    assert "review.utilisation_least is 1.2, above utilisation_most, which is 1" in str(
        caught.value
    )


def test_districts_survive_the_plan_folder(tmp_path):
    plan = design(
        scenario_with(
            tmp_path, '[outputs]\nformats = ["gpkg", "xlsx"]\n[hierarchy]\ndistrict_prefix = "1"'
        )
    )
    assert plan.territories["district_id"].tolist() == ["11", "11"]
    again = read_plan(save_plan(plan, tmp_path / "plan")).territories
    columns = ["district_id", "region_id", "compactness"]
    pd.testing.assert_frame_equal(again[columns], plan.territories[columns])
    assert "the span of control is 6 to 10" in plan.record.notes[-1]
    assert "Districts" in load_workbook(tmp_path / "plan" / "scorecard.xlsx").sheetnames
