"""The sizing page: one offline file whose words and curves are those of the figures."""

import re

import numpy as np
import pandas as pd
import pytest

from territory.publish.pages.curves import line_chart
from territory.publish.pages.sizing_page import HEADER, answer, draw_sizing, size_rows
from territory.workforce.sizing import Sizing

TITLE = "<script>window.hit=1</script>"


def sizing(**changes):
    n = np.arange(3, 7)
    table = pd.DataFrame(
        {
            "n_reps": n, "fte": n - 0.5, "capacity_h": 1000.0 * n, "service_h": 3000.0,
            "travel_h": 1000.0, "workload_h": 4000.0, "utilisation": 4.0 / n, "busiest": 4.2 / n,
            "travel_share": 0.25, "selling_share": 0.75, "coverage": np.minimum(1, n / 4),
            "coverage_A": 1.0, "coverage_B": np.minimum(1, n / 5), "sales_usd": 1e6 * n**0.5,
            "margin_usd": 6e5 * n**0.5, "cost_usd": 1e5 * n, "profit_usd": [5e5, 6e5, 6.1e5, 5.9e5],
            "marginal_profit_usd": [np.nan, 1e5, 1e4, -2e4],
            "home": ["- R1 (Alpine)", "", "+ <b>Bay</b> City", "+ Waco"],
        }
    )  # fmt: skip
    homes = pd.DataFrame(
        {
            "n_reps": [3, 5, 6], "change": ["left_out", "added", "added"],
            "rep_id": ["R1", "", ""], "near": ["Alpine", "<b>Bay</b> City", "Waco"],
            "lon": -97.0, "lat": 31.0, "travel_saved_h": 9.0,
        }
    )  # fmt: skip
    fields = {"table": table, "homes": homes, "today": 4, "needed": 4, "most_profitable": 5}
    return Sizing(**(fields | {"notes": ("a note",)} | changes))


def test_the_answer_is_said_in_sentences():
    assert answer(sizing()) == [
        "The work needs 4 reps: 100 % of their hours are used.",
        "Today's 4 reps use 100 % of their hours; 100 % of the planned calls fit.",
        "Profit is highest with 5 reps, and within 1 % of it from 5 to 5.",
        "The next rep should live near <b>Bay</b> City: profit +$10k a year.",
    ]


def test_a_range_that_ends_too_early_is_said_to():
    said = answer(sizing(needed=None, today=None, most_profitable=6))
    assert said[0] == "The work needs more than 6 reps: raise --to."
    assert "Profit is highest with 6 reps (the end of the range)" in said[1]


def test_the_page_is_one_file_without_scripts_and_nobody_elses_markup():
    page = draw_sizing(sizing(), title=TITLE, description="a <i>test</i>")
    assert "<script" not in page
    assert "<b>Bay" not in page
    assert "&lt;b&gt;Bay" in page
    assert not re.search(r"(src|href)=", page)
    assert page.count('<svg class="curve"') == 5
    assert "a note" in page


def test_every_size_has_its_row_and_todays_is_marked():
    rows = size_rows(sizing())
    assert [row[0] for row in rows] == ["3", "4", "5", "6"]
    assert all(len(row) == len(HEADER) for row in rows)
    assert (rows[0][10], rows[3][10]) == ("", "-$20k")
    page = draw_sizing(sizing(), title="x")
    assert re.search(r'<tr class="today"><td class="left">4</td>', page)


def test_a_chart_puts_higher_values_higher_and_later_sizes_further_right():
    svg = str(line_chart([1, 2, 3], {"a": [1.0, 3.0, 2.0]}, label="l", show=lambda v: f"{v:g}"))
    points = re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)"', svg)
    x, y = np.array(points, dtype=float).T
    assert (np.diff(x) > 0).all()
    assert y[1] < y[2] < y[0]


@pytest.mark.parametrize("values", [[5.0, 5.0], [float("nan"), 1.0], [0.0, 0.0], [-3.0, 4e6]])
def test_a_chart_takes_flat_missing_and_extreme_lines(values):
    svg = str(line_chart([7, 8], {"a": values}, label="l", show=str, level=1.0, marks={7: "<x>"}))
    assert "nan" not in svg
    assert "&lt;x&gt;" in svg


def test_labels_at_the_ends_of_equal_lines_do_not_cover_each_other():
    lines = {name: [1.0, 1.0] for name in "ABCD"}
    svg = str(line_chart([1, 2], lines, label="l", show=str))
    y = np.array(re.findall(r'class="end" style="[^"]+" x="[\d.]+" y="([\d.]+)"', svg), dtype=float)
    assert len(y) == 4
    assert (np.diff(np.sort(y)) >= 12.9).all()
