"""The territories in outline: all of them, named apart, in the colours of the interactive map."""

import re
import struct

from geo.map.scene import scene_of
from territory.publish.charts.fonts import drawable
from territory.publish.maps.map import map_content
from territory.publish.maps.names import free_places
from territory.publish.maps.outline_map import outline_maps
from tests.territory.plans import balanced_plan
from tests.territory.publish.charts.reading import texts


def test_every_territory_is_drawn_in_the_colour_of_the_interactive_map():
    plan = balanced_plan()
    maps = outline_maps(plan)
    fills = scene_of(map_content(plan)).fills
    assert dict(maps.fills) == dict(fills)
    chart = maps.inline("plan")
    assert texts(chart) == ["T01", "T02", "T03"]
    drawn = {colour.lower() for colour in re.findall(r"fill: (#[0-9A-Fa-f]{6})", chart)}
    assert {fills[name].lower() for name in ("T01", "T02", "T03")} <= drawn


def test_today_is_drawn_where_it_is_known():
    maps = outline_maps(balanced_plan())
    assert maps.has_today
    assert "T09" in texts(maps.inline("today"))
    plan = balanced_plan()
    plan.accounts["current_territory_id"] = ""
    assert not outline_maps(plan).has_today


def test_a_picture_has_twice_the_points_of_its_place():
    picture = outline_maps(balanced_plan()).png("plan", width=300, height=200)
    assert struct.unpack(">II", picture[16:24]) == (600, 400)


def test_names_do_not_cover_each_other():
    places = free_places([(0.0, 0.0)] * 12, [(4.0, 1.0)] * 12)
    assert places[0] == (0.0, 0.0)
    for at, (x, y) in enumerate(places):
        for a, b in places[:at]:
            assert abs(x - a) >= 4.0 or abs(y - b) >= 1.0


def test_letters_that_no_font_has_are_question_marks_and_no_boxes():
    assert drawable("Zürich \U0010fffd") == "Zürich ?"
