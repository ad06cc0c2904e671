"""What dots and commas mean: read where the file shows it, asked where it does not."""

import pandas as pd
import pytest

from territory.inputs.numbers.marks import settle_marks
from tests.territory.worlds import grid_scenario, write_rows


def settled(delimiter=",", decimal=None, coordinates=(), stored=None, **columns):
    texts = {name: pd.Series(cells, dtype="str") for name, cells in columns.items()}
    return settle_marks(
        texts,
        stored=stored or {},
        coordinates=frozenset(coordinates),
        delimiter=delimiter,
        decimal=decimal,
    )


def read(name, found):
    return [float(cell) for cell in found.texts[name] if cell]


@pytest.mark.parametrize(
    ("cells", "numbers"),
    [
        (["87.000", "86.000"], [87_000, 86_000]),
        (["1.250", "950"], [1_250, 950]),
        (["1.250,5", "12"], [1_250.5, 12]),
        (["35,3", "27,125"], [35.3, 27.125]),
        (["35,300", "27,600"], [35.3, 27.6]),
        (["1.250.000", "2.500"], [1_250_000, 2_500]),
        (["-1.250", ""], [-1_250]),
    ],
)
def test_a_file_with_semicolons_writes_decimals_with_a_comma(cells, numbers):
    found = settled(";", v=cells)
    assert read("v", found) == numbers
    assert len(found.notes) == 1
    assert not found.questions


@pytest.mark.parametrize("delimiter", [",", ";"])
@pytest.mark.parametrize(
    ("cells", "asked"),
    [
        (["1.234,50", "980,00", "1,250"], '"1,250" may be 1.25 or 1250'),
        (["1,234.50", "980.00", "1.250"], '"1.250" may be 1.25 or 1250'),
        (["12,50", "1.250", "1,250"], '"1,250" may be 1.25 or 1250'),
        (["12,5", "3,25", "1,250"], '"1,250" may be 1.25 or 1250'),
        (["1,234.50", "1.234,50", "1.234"], '"1.234" may be 1.234 or 1234'),
        (["1,250,000", "1.250,00"], '"1,250,000" stands beside'),
    ],
)
def test_a_group_of_three_unlike_the_decimals_of_its_column_is_asked(delimiter, cells, asked):
    """Read by the column's mark alone it would be a thousand times too small."""
    found = settled(delimiter, potential_usd=cells)
    assert [asked in what for _, what in found.questions] == [True]
    assert set(found.texts["potential_usd"]) == {"1"}


def test_a_column_that_mixes_marks_is_read_cell_by_cell_where_each_has_one_reading():
    found = settled(",", potential_usd=["1,234.50", "1.234,50", "12", "7,5"])
    assert read("potential_usd", found) == [1234.5, 1234.5, 12, 7.5]
    assert "points and commas are mixed" in found.notes[0][1]
    assert not found.questions


def test_decimals_of_three_digits_beside_others_stay_decimals():
    assert read("service_h", settled(",", service_h=["12.5", "3.25", "1.875"])) == [
        12.5,
        3.25,
        1.875,
    ]


def test_a_column_is_read_by_its_own_decimals_first():
    found = settled(";", v=["1.250", "35.3"])
    assert read("v", found) == [1.25, 35.3]
    assert found.notes == [("v", 'v: "1.250" is read as 1.25')]


@pytest.mark.parametrize(
    ("delimiter", "columns", "words"),
    [
        (",", {"v": ["1.640", "820"], "fte": ["1.0", "0.5"]}, '"1.640" may be 1.64 or 1640'),
        (",", {"v": ["87.000", "86.000"]}, '"87.000" may be 87 or 87000'),
        (";", {"v": ["35,300", "27,600"], "w": ["0.25", "3"]}, '"35,300" may be 35.3 or 35300'),
        (",", {"v": ["1.250", "12,5", "3.5"]}, '"1.250" may be 1.25 or 1250'),
        (",", {"v": ["1.250.000", "3.5"]}, '"1.250.000" stands beside numbers with another mark'),
    ],
)
def test_what_can_be_read_in_two_ways_is_asked_with_both(delimiter, columns, words):
    found = settled(delimiter, **columns)
    assert [name for name, _ in found.questions] == ["v"]
    assert words in found.questions[0][1]


def test_the_planners_word_answers_the_question():
    assert read("v", settled(v=["1.640", "820"], decimal=",")) == [1640, 820]
    assert read("v", settled(v=["1.640", "820"], decimal=".")) == [1.64, 820]


def test_degrees_and_numbers_that_the_file_stores_as_such_are_no_question():
    found = settled(lon=["95.402", "95"], coordinates=["lon"])
    assert read("lon", found) == [95.402, 95]
    found = settled(v=["1.25", "1.250"], stored={"v": pd.Series([True, True]).to_numpy()})
    assert read("v", found) == [1.25, 1.25]


def test_three_decimals_in_every_cell_beside_other_points_are_decimals_where_fractions_are():
    found = settled(tenure_y=["2.500", "3.250"], w=["0.5", "1"])
    assert read("tenure_y", found) == [2.5, 3.25]
    assert len(found.notes) == 1


@pytest.mark.parametrize("column", ["potential_usd", "procedures"])
def test_dollars_and_counts_with_three_decimals_are_asked_whatever_stands_beside_them(column):
    found = settled(**{column: ["87.000", "86.125"]}, lon=["-95.36", "-96.8"], coordinates=["lon"])
    (question,) = found.questions
    assert '"87.000" may be 87 or 87000' in question[1]


@pytest.mark.parametrize(
    ("delimiter", "column", "cells", "numbers"),
    [
        (",", "service_h", ["35.300", "27"], [35.3, 27]),
        (",", "service_h", ["35,300", "27,600"], [35.3, 27.6]),
        (";", "service_h", ["35.300", "27.600"], [35.3, 27.6]),
        (",", "capacity_h", ["1.640", "820"], [1640, 820]),
        (",", "fte", ["1.000", "0.500"], [1, 0.5]),
    ],
)
def test_a_reading_that_no_value_can_have_is_not_asked_about(delimiter, column, cells, numbers):
    found = settled(delimiter, **{column: cells})
    assert read(column, found) == numbers
    assert not found.questions
    assert found.notes


def test_hours_that_both_readings_can_be_are_asked():
    assert settled(service_h=["1.250", "2.500"]).questions


def test_a_semicolon_alone_makes_no_decimals_of_dollars_in_groups():
    found = settled(";", revenue_usd=["17,500", "-15,000"], service_h=["20.5", "3"])
    assert read("revenue_usd", found) == [17_500, -15_000]
    asked = settled(";", revenue_usd=["17,500"], service_h=["20,5", "3"], w=["0.5"])
    assert asked.questions


def test_indian_groups_are_thousands():
    found = settled(";", v=["1,05,000", "80,000", "12,34,567.5"])
    assert read("v", found) == [105_000, 80_000, 1_234_567.5]


def test_a_comma_stands_in_shortened_numbers_too():
    assert read("v", settled(";", v=["8,7E+04", "9,25E+04"])) == [87_000, 92_500]


@pytest.mark.parametrize("blank", [" ", "\u00a0", "\u202f", "'", "\u2019"])
def test_blanks_and_apostrophes_between_thousands_mean_nothing(blank):
    found = settled(v=[f"87{blank}000", f"1{blank}250{blank}000.5", "12"])
    assert read("v", found) == [87_000, 1_250_000.5, 12]


def test_a_scenario_asks_and_is_answered(tmp_path):
    import territory
    from territory.errors import InputError

    path = grid_scenario(tmp_path)
    accounts = pd.read_csv(tmp_path / "accounts.csv", dtype="str")
    accounts["potential_usd"] = ["1.250", "950"] * 4
    write_rows(tmp_path / "accounts.csv", accounts.to_dict("records"))
    with pytest.raises(InputError) as caught:
        territory.design(territory.read_scenario(path))
    said = str(caught.value)
    assert 'potential_usd: "1.250" may be 1.25 or 1250 (4 cells)' in said
    assert "has no potential_usd" not in said
    text = path.read_text().replace(
        'accounts = "accounts.csv"', 'accounts = { file = "accounts.csv", decimal = "," }'
    )
    path.write_text(text)
    plan = territory.design(territory.read_scenario(path))
    assert plan.accounts["potential_usd"].sum() == 4 * (1_250 + 950)
