"""What users hold: a plan with methods, a map to build on, scenarios changed in code."""

import re
from dataclasses import replace

import folium
import pandas as pd
import pytest

import territory
from territory.door import opened
from territory.publish.folder import read_plan
from tests.territory.plans import small_plan


@pytest.fixture(scope="module")
def plan():
    return opened(small_plan())


def scenario_in(folder):
    (folder / "units.csv").write_text("unit_id,service_h\n48201,10\n48203,20\n")
    path = folder / "ny.toml"
    path.write_text(
        'inputs.units = "units.csv"\nteam.territories = 2\nmeasures.workload_h.tolerance = 0.2\n'
    )
    return territory.read_scenario(path)


def test_a_plan_says_what_it_is_in_five_lines(plan):
    lines = repr(plan).splitlines()
    assert len(lines) == 5
    assert lines[0] == "Plan tiny: 3 territories, 6 units, 12 accounts"


def test_territories_have_outlines_and_explore(plan):
    assert plan.territories.crs.to_epsg() == 4326
    assert plan.territories.geometry.is_valid.all()
    assert isinstance(plan.territories.explore(), folium.Map)


def test_layers_can_be_added_to_the_map_and_it_asks_no_network(plan):
    page = plan.map()
    folium.Marker([32.5, -97.0], icon=folium.Icon(color="red")).add_to(page)
    folium.FeatureGroup(name="mine").add_to(page)
    folium.LayerControl().add_to(page)
    html = page.get_root().render()
    assert '"mine"' in html
    assert '"Territories"' in html
    assert not re.findall(r"<(?:script|link)[^>]*(?:src|href)=[^>]*>", html)


def test_a_map_without_layers_says_why(plan, monkeypatch):
    assert "Territories only" not in plan.map().get_root().render()
    monkeypatch.setattr("geo.map.plain.MOST_UNITS", 3)
    html = plan.map().get_root().render()
    assert "Territories only: 6 units, more than 3. The page of the plan has layers." in html


def test_names_on_the_map_stay_text():
    plan = small_plan()
    hostile = "</script><img src=x onerror=alert(1)>{{ 7 * 7 }}{% raw %}"
    named = plan.territories.assign(rep_name=hostile)
    html = opened(replace(plan, territories=named)).map().get_root().render()
    assert "onerror" in html
    assert "<img src=x" not in html
    assert "{{ 7" not in html
    assert "49" not in html[html.index("onerror") - 80 : html.index("onerror") + 200]


def test_outlines_of_other_frames_lie_on_the_map(plan):
    assert isinstance(plan.territories.explore(m=plan.map()), folium.Map)


def test_a_plan_at_the_door_is_saved_without_outlines_in_its_tables(plan, tmp_path):
    back = read_plan(plan.save(tmp_path / "plan"))
    assert list(back.territories.columns) == list(small_plan().territories.columns)
    again = territory.read_plan(tmp_path / "plan")
    assert again.moves().equals(plan.moves())
    assert again.checklist().verdict == plan.checklist().verdict


def test_a_scenario_is_changed_in_code_as_in_its_file(tmp_path):
    given = scenario_in(tmp_path)
    other = given.but("measures.workload_h.tolerance=0.15", effort="quick")
    assert other.measures["workload_h"].tolerance == 0.15
    assert other.solve.effort == "quick"
    assert given.measures["workload_h"].tolerance == 0.2
    assert other.path == given.path


def test_a_change_in_code_is_checked_like_a_file(tmp_path):
    given = scenario_in(tmp_path)
    with pytest.raises(territory.InputError, match=r"changes in code.*tolerance is 15"):
        given.but("measures.workload_h.tolerance=15")
    with pytest.raises(territory.InputError, match=r"tolerence = 0\.1 is an unknown key"):
        given.but("measures.workload_h.tolerence=0.1")
    with pytest.raises(territory.InputError, match="expected key=value"):
        given.but("measures")


def test_a_table_given_as_a_frame_replaces_the_file_and_changes_the_hash(tmp_path):
    from territory.inputs.tables.tables import read_tables

    given = scenario_in(tmp_path)
    frame = pd.DataFrame({"unit_id": ["48201", "48203"], "service_h": [1.0, 2.0]})
    other = given.but(units=frame)
    assert read_tables(other).units["service_h"].tolist() == [1.0, 2.0]
    assert other.hash != given.hash
    assert other.hash == given.but(units=frame.copy()).hash
