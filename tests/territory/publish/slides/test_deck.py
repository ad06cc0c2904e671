"""The deck is ten slides of native tables and charts with two maps, and no name runs in it."""

import io
import zipfile
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from openpyxl import load_workbook
from pptx import Presentation

from territory.publish.pages.beside import Beside
from territory.publish.slides.deck import _fitting, _some, draw_deck, write_deck
from territory.review.figures import territory_figures
from territory.wording import percent
from tests.territory.plans import HOSTILE_NAMES, REP_NAMES, balanced_plan, small_plan


def slides_of(content):
    return list(Presentation(io.BytesIO(content)).slides)


def words_of(slide):
    """Return all text of a slide, its tables included."""
    found = []
    for shape in slide.shapes:
        if shape.has_text_frame:
            found.append(shape.text_frame.text)
        if shape.has_table:
            found += [cell.text for row in shape.table.rows for cell in row.cells]
    return "\n".join(found)


def charts_of(slide):
    return [shape.chart for shape in slide.shapes if shape.has_chart]


@pytest.fixture(scope="module")
def content():
    return draw_deck(balanced_plan(), go_live=date(2027, 2, 1))


@pytest.fixture(scope="module")
def slides(content):
    return slides_of(content)


def test_ten_slides_each_with_its_title(slides):
    assert [slide.shapes.title.text_frame.text for slide in slides] == [
        "Tiny", "May it be rolled out?", "Today and the plan", "Balance, before and after",
        "The scorecard", "What it costs and earns", "What changes for whom", "What is still open",
        "What next year may bring", "Next steps",
    ]  # fmt: skip


def test_today_and_the_plan_are_two_pictures_of_twice_their_points(slides):
    pictures = [shape for shape in slides[2].shapes if shape.shape_type == 13]
    assert len(pictures) == 2
    for shape in pictures:
        wide, _ = shape.image.size
        assert wide >= 2 * shape.width / 12_700 - 1
        assert "map of the territories" in shape._element.nvPicPr.cNvPr.get("descr")


def test_balance_is_a_native_chart_of_the_plans_deviations(slides):
    plan = balanced_plan()
    charts = {chart.chart_title.text_frame.text: chart for chart in charts_of(slides[3])}
    chart = charts["Potential against the goal (± 10 % allowed)"]
    series = {each.name: list(each.values) for each in chart.plots[0].series}
    assert list(series) == ["today", "plan"]
    assert series["plan"] == pytest.approx(plan.territories["potential_usd_deviation"].tolist())
    assert list(chart.plots[0].categories) == ["T01", "T02", "T03"]


def test_the_scorecard_is_a_native_table_with_a_row_for_each_territory(slides):
    (table,) = [shape.table for shape in slides[4].shapes if shape.has_table]
    assert [row.cells[0].text for row in table.rows] == ["Territory", "T01", "T02", "T03"]


def test_the_scorecards_selling_share_is_that_of_figures_and_report(slides):
    (table,) = [shape.table for shape in slides[4].shapes if shape.has_table]
    head = [cell.text for cell in table.rows[0].cells]
    told = [row.cells[head.index("Selling")].text for row in table.rows][1:]
    figures = territory_figures(balanced_plan())
    assert told == [percent(share, 0) for share in figures["selling_share"]]
    # Office work counts: it is not what travel leaves over.
    assert told != [percent(1 - share, 0) for share in figures["travel_share"]]


def test_cost_and_changes_are_drawn_and_the_largest_flows_listed(slides):
    (chart,) = charts_of(slides[5])
    assert list(chart.plots[0].series[0].values)[1] == 6_000.0
    assert "3 accounts (27.3 %)" in words_of(slides[6])
    (table,) = [shape.table for shape in slides[6].shapes if shape.has_table]
    assert [cell.text for cell in table.rows[1].cells] == ["T09", "T02", "2"]


def test_what_is_outside_is_said_with_its_figure():
    said = words_of(slides_of(draw_deck(small_plan()))[7])
    assert "potential 520,000, 4.6 % above the most allowed, 497,200." in said


def test_steps_have_dates_and_a_forecast_is_drawn_where_there_is_one(slides):
    assert "2027-02-01" in words_of(slides[9])
    assert "not forecast yet" in words_of(slides[8])
    frame = pd.DataFrame(
        {
            "territory_id": ["T01", "=T02"],
            "last_usd": [1.0, 2.0],
            "expected_usd": [2.0, float("nan")],
        }
    )
    (chart,) = charts_of(slides_of(draw_deck(balanced_plan(), beside=Beside(forecast=frame)))[8])
    values = {each.name: list(each.values) for each in chart.plots[0].series}
    assert values["last year"] == [1.0, 2.0]
    assert values["next year"] == [2.0, None]


def hostile_plan():
    """Return the tiny plan with hostile ids and reps of territories."""
    plan = balanced_plan(scenario=HOSTILE_NAMES[0], description=HOSTILE_NAMES[5])
    names = dict(
        zip(
            ("T01", "T02", "T03"),
            (HOSTILE_NAMES[0], HOSTILE_NAMES[7], HOSTILE_NAMES[4]),
            strict=True,
        )
    )
    for frame in (plan.territories, plan.accounts, plan.alignment, plan.reps):
        frame["territory_id"] = frame["territory_id"].map(names)
    plan.accounts["current_territory_id"] = plan.accounts["current_territory_id"].replace(names)
    return plan


def test_hostile_names_are_text_on_every_slide_and_in_the_charts_data():
    content = draw_deck(hostile_plan())
    said = "\n".join(words_of(slide) for slide in slides_of(content))
    assert "<script>window.hit=1</script>" in said
    assert "\\x1b[31m" in said
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        books = [name for name in package.namelist() if name.endswith(".xlsx")]
        assert books
        for name in books:
            book = load_workbook(io.BytesIO(package.read(name)))
            cells = [cell for row in book.active.iter_rows() for cell in row]
            assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]
        for name in package.namelist():
            if name.endswith(".rels"):
                assert b'TargetMode="External"' not in package.read(name)


def test_the_same_plan_gives_the_same_bytes(content, tmp_path):
    path = write_deck(balanced_plan(), tmp_path / "deck.pptx", go_live=date(2027, 2, 1))
    assert path.read_bytes() == content


def test_a_plan_without_today_has_one_map_and_says_what_is_missing():
    plan = balanced_plan()
    plan.accounts["current_territory_id"] = ""
    slides = slides_of(draw_deck(plan))
    assert len(slides) == 10
    assert len([shape for shape in slides[2].shapes if shape.shape_type == 13]) == 1
    assert "No current alignment was given" in words_of(slides[6])


def test_reps_are_named_as_they_are(slides):
    assert REP_NAMES[2] in words_of(slides[4])


def test_lines_that_wrap_are_counted_so_that_a_slide_holds_them():
    long, short = [("x" * 180, "bad")] * 30, [("x", "bad")] * 30
    assert [text[:3] for text, _ in _fitting(long)][-2:] == ["xxx", "and"]
    assert _fitting(long)[-1][0] == "and 23 more: report.html"
    assert _fitting(short)[-1][0] == "and 15 more: report.html"
    assert _fitting(short[:5]) == short[:5]


def test_a_chart_of_some_territories_says_which():
    assert _some(40, 150, "farthest") == ": farthest 40 of 150"
    assert _some(40, 20, "farthest") == ""


def test_long_names_fit_their_slides_and_stay_apart():
    name = "Greater Metropolitan Northwestern Orthopaedic Surgery Territory number"
    ids = {each: f"{name} {each}" for each in ("T01", "T02", "T03")}
    plan = balanced_plan()
    parts = ("alignment", "accounts", "territories", "reps")
    plan = replace(plan, **{part: getattr(plan, part).replace(ids) for part in parts})
    slides = slides_of(draw_deck(plan))
    (card,) = (
        shape.table
        for shape in slides[4].shapes
        if shape.has_table and shape.table.cell(0, 0).text == "Territory"
    )
    names = [card.cell(row, 0).text for row in range(1, 4)]
    assert len(set(names)) == 3
    assert max(map(len, names)) <= 30
    for chart in (chart for slide in slides for chart in charts_of(slide)):
        named = [str(each) for each in chart.plots[0].categories]
        assert len(set(named)) == len(named)
