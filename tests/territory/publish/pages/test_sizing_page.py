"""The sizing page: one offline file whose words and curves are those of the figures."""

import re

import numpy as np
import pandas as pd

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
            "marginal_error_usd": [np.nan, 5e3, 4e3, 4e3],
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
    return Sizing(
        **(fields | {"alike": (4, 6), "within_usd": 20_000.0, "notes": ("a note",)} | changes)
    )


def test_the_answer_is_said_in_sentences():
    assert answer(sizing()) == [
        "The work needs 4 reps: 100 % of their hours are used.",
        "Today's 4 reps use 100 % of their hours; 100 % of the planned calls fit.",
        "Profit is highest with 5 reps; between 4 and 6 all are within $20k of it.",
        "The next rep should live near <b>Bay</b> City: profit +$10k a year, give or take $4k.",
    ]


def test_a_rep_who_costs_more_than_he_brings_is_not_asked_for():
    poor = sizing()
    poor.table["marginal_profit_usd"] = -250_000.0
    assert answer(poor)[3] == (
        "A further rep would not pay, and would live near <b>Bay</b> City: profit -$250k a year, "
        "give or take $4k."
    )


def test_a_size_without_equals_is_said_to_be_alone():
    assert "no other size is within $20k of it" in answer(sizing(alike=(5, 5)))[2]


def test_a_range_that_ends_too_early_is_said_to():
    said = answer(sizing(needed=None, today=None, most_profitable=6))
    assert said[0] == "The work needs more than 6 reps: raise --to."
    assert "Profit is highest with 6 reps (the end of the range)" in said[1]


def test_the_page_is_one_file_without_scripts_and_nobody_elses_markup():
    page = draw_sizing(sizing(), title=TITLE, description="a <i>test</i>")
    assert "<script" not in page
    assert "<b>Bay" not in page
    assert "&lt;b&gt;Bay" in page
    assert not re.search(r"(src|href)=(?!\"#)", page)
    assert page.count('<svg class="chart"') == 5
    assert "a note" in page


def test_every_size_has_its_row_and_todays_is_marked():
    rows = size_rows(sizing())
    assert [row[0] for row in rows] == ["3", "4", "5", "6"]
    assert all(len(row) == len(HEADER) for row in rows)
    assert (rows[0][10], rows[3][10]) == ("", "-$20k")
    page = draw_sizing(sizing(), title="x")
    assert re.search(r'<tr class="today"><td class="left">4</td>', page)
