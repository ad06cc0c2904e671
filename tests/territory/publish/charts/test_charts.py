"""Charts draw what they are given, are the same bytes each time, and names stay text."""

import math
import re

import numpy as np
import pytest

from territory.publish.charts import (
    Axis,
    Limits,
    bar_chart,
    change_chart,
    flow_chart,
    line_chart,
    scatter_chart,
    stacked_bar,
)
from tests.territory.plans import HOSTILE_NAMES
from tests.territory.publish.charts.reading import drawn, points, texts

HOSTILE = [*HOSTILE_NAMES, "$x^2$ costs $5", "\x1b[31m", "日本語", "\U0010fffd"]


def of_every_kind(names):
    """Draw one chart of each kind with these names in every place for one."""
    n = len(names)
    values = [float(at) for at in range(n)]
    word = str(names[0])
    return [
        bar_chart(names, {word: values, "b": values}, label=word, show=str, band=(0, 2)),
        change_chart(names, values, values[::-1], label=word, show=str, band=(0, 2)),
        line_chart(
            Axis(values=names, label=word), {word: values}, label=word, show=str,
            marks={word: word},
        ),
        scatter_chart(
            Axis(values=values, label=word), Axis(values=values, label=word), names, label=word,
            limits=[Limits(x=[0, 1], low=[0, 0], high=[1, 1], words=word)],
            alarming=[True] * n,
        ),
        flow_chart([(name, word, 1.0) for name in names], label=word, show=str),
        stacked_bar(dict.fromkeys(map(str, names), 1.0), label=word, show=str),
    ]  # fmt: skip


@pytest.fixture(scope="module")
def hostile():
    return of_every_kind(HOSTILE)


@pytest.mark.parametrize("at", range(6))
def test_hostile_names_are_drawn_as_text_and_nothing_else(hostile, at):
    chart = hostile[at]
    tags = {node.tag.rpartition("}")[2] for node in drawn(chart).iter()}
    assert tags <= {"svg", "g", "path", "text", "tspan", "defs", "use", "clipPath", "rect", "style"}
    assert not re.search(r"[\x00-\x08\x0b-\x1f]", chart)
    for node in drawn(chart).iter():
        assert not [key for key in node.attrib if key.startswith("on")]


def test_the_same_data_give_the_same_bytes_and_no_two_charts_share_an_id():
    first, again = of_every_kind(["a", "b"]), of_every_kind(["a", "b"])
    assert first == again
    ids = [found for chart in first for found in set(re.findall(r' id="([^"]+)"', chart))]
    assert len(ids) == len(set(ids))


def test_a_dollar_sign_is_a_dollar_sign():
    assert "$x^2$" in texts(bar_chart(["$x^2$"], {"a": [1.0]}, label="l", show=str))


def test_higher_values_are_drawn_higher_and_later_ones_further_right():
    x, y = np.array(points(line_chart([1, 2, 3], {"a": [1, 3, 2]}, label="l", show=str))).T
    assert (np.diff(x) > 0).all()
    assert y[1] < y[2] < y[0]


@pytest.mark.parametrize("values", [[5.0, 5.0], [math.nan, 1.0], [0.0, 0.0], [-3.0, 4e6]])
def test_a_chart_takes_flat_missing_and_extreme_lines(values):
    chart = line_chart([7, 8], {"a": values}, label="l", show=str, level=1.0, marks={7: "<x>"})
    assert "nan" not in str(chart).lower()
    assert "<x>" in texts(chart)


def test_names_at_the_ends_of_equal_lines_do_not_cover_each_other():
    chart = line_chart([1, 2], {name: [1.0, 1.0] for name in "ABCD"}, label="l", show=str)
    found = re.findall(r'translate\([\d.]+ ([\d.]+)\)"[^>]*>([ABCD])<', str(chart)) or re.findall(
        r'y="([\d.]+)"[^>]*>([ABCD])<', str(chart)
    )
    assert sorted(name for _, name in found) == list("ABCD")
    heights = np.sort([float(y) for y, _ in found])
    assert (np.diff(heights) >= 9.0).all()


def test_what_is_not_known_has_no_bar_and_says_so():
    chart = bar_chart(["a", "b"], {"plan": [1.0, math.nan]}, label="l", show="{:g} h".format)
    assert "not known" in texts(chart)
    assert "1 h" in texts(chart)


def test_a_bar_outside_the_band_is_red_and_one_inside_is_not():
    inside = bar_chart(["a"], {"plan": [0.1]}, label="l", show=str, band=(-0.1, 0.1))
    outside = bar_chart(["a"], {"plan": [0.2]}, label="l", show=str, band=(-0.1, 0.1))
    assert "#b3261e" not in inside
    assert "#b3261e" in outside


def test_points_without_a_place_are_counted_below():
    chart = scatter_chart(
        Axis(values=[1, math.nan], label="calls"), Axis(values=[1, 2]), ["a", "b"], label="l"
    )
    assert len(points(chart)) == 1
    assert "calls (1 not known)" in texts(chart)


def test_ribbons_are_as_thick_as_what_they_carry_and_the_rest_is_said():
    flows = [("T1", f"U{at:02d}", 1.0 + at) for at in range(62)]
    chart = flow_chart(flows, label="l", show=lambda value: f"{value:g}")
    assert "and 2 smaller ones: 3" in texts(chart)
    assert f"T1  {sum(value for _, _, value in flows) - 3:g}" in texts(chart)


def test_charts_of_nothing_are_still_charts():
    for chart in (
        bar_chart([], {}, label="l", show=str),
        change_chart([], [], [], label="l", show=str),
        line_chart([], {}, label="l", show=str),
        scatter_chart(Axis(values=[]), Axis(values=[]), [], label="l"),
        flow_chart([], label="l", show=str),
        stacked_bar({}, label="l", show=str),
    ):
        assert drawn(chart).tag.endswith("svg")
