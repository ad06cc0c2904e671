"""Seats that are filled for a part of the year: shares by hand, and dates that contradict."""

import pandas as pd
import pytest

from territory.errors import InputError
from territory.inputs.scenario.workforce import Capacity
from territory.inputs.time.presence import (
    begins_later,
    day_notes,
    filled_months,
    is_vacant,
    presence,
)

YEAR = Capacity(year_from="2027-01-01")


def reps(**columns):
    return pd.DataFrame({"rep_id": ["R1"], **{name: [each] for name, each in columns.items()}})


def shares(capacity=YEAR, **columns):
    return presence(reps(**columns), capacity, file="reps.csv").iloc[0].tolist()


def test_a_seat_without_dates_is_filled_all_year():
    assert shares() == [1.0] * 6
    assert shares(start="2020-05-01", end="") == [1.0] * 6


def test_a_seat_filled_in_april_is_vacant_and_unpaid_in_the_first_quarter():
    assert shares(start="2027-04-01") == pytest.approx(
        [275 / 365, 0.0, 1.0, 1.0, 1.0, 275 / 365], abs=1e-6
    )


@pytest.mark.parametrize(("first", "last"), [
    ("16/03/2027", "18/09/2027"), ("16.03.2027", "18.09.2027"), ("03/16/2027", "09/18/2027"),
    ("16 mars 2027", "18 sept 2027"), ("2027-03-16 00:00:00", "2027-09-18 00:00:00"),
])  # fmt: skip
def test_days_of_people_are_read_as_those_of_every_other_table(first, last):
    plain = shares(leave_from="2027-03-16", leave_to="2027-09-18")
    assert shares(leave_from=first, leave_to=last) == plain


def test_days_in_two_orders_are_asked_about_and_the_whole_file_decides():
    with pytest.raises(InputError, match=r'reps.csv: "03/04/2027" may be 2027-04-03 or 2027-03-04'):
        shares(start="03/04/2027")
    assert shares(start="03/04/2027", end="16/10/2027") == shares(
        start="2027-04-03", end="2027-10-16"
    )
    told = day_notes(reps(start="03/04/2027", end="16/10/2027"), file="reps.csv")
    assert told == ['"03/04/2027" is read as 2027-04-03, day first']


def test_who_starts_after_the_first_day_of_the_year_was_not_there_before():
    def begins(**columns):
        return begins_later(reps(**columns), YEAR, file="reps.csv").tolist()

    assert begins(start="2027-04-01") == [True]
    assert begins(start="2027-01-01") == [False]
    assert begins(start="2020-05-01") == begins(start="") == begins() == [False]


def test_leave_takes_work_but_is_paid():
    found = shares(leave_from="2027-07-01", leave_to="2027-09-30")
    assert found == pytest.approx([273 / 365, 1.0, 1.0, 0.0, 1.0, 1.0], abs=1e-6)


def test_days_off_lower_every_quarter_alike():
    assert shares(pto_days="22") == pytest.approx([0.9, 0.9, 0.9, 0.9, 0.9, 1.0])


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"start": "2027-05-01", "end": "2027-04-01"}, "end 2027-04-01 is before start 2027-05-01"),
        (
            {"leave_from": "2027-05-01", "leave_to": "2027-04-01"},
            "leave_to 2027-04-01 is before leave_from 2027-05-01",
        ),
        (
            {"end": "2027-03-01", "leave_from": "2027-05-01"},
            "leave from 2027-05-01 is outside the seat's time",
        ),
        ({"leave_to": "2027-04-01"}, "leave_to 2027-04-01 without leave_from"),
        ({"start": "soon"}, 'start "soon"'),
        ({"pto_days": "-3"}, 'pto_days "-3"'),
    ],
)
def test_dates_that_contradict_are_refused_with_the_rep(columns, words):
    with pytest.raises(InputError) as caught:
        shares(**columns)
    assert "reps.csv" in str(caught.value)
    assert "R1" in str(caught.value)
    assert words in str(caught.value)
    assert "hint: " in str(caught.value)


def test_dates_need_to_know_which_year_is_planned():
    with pytest.raises(InputError, match="which year is planned is not known"):
        shares(Capacity(), start="2027-04-01")


def test_several_leaves_are_parted_by_semicolons():
    found = shares(leave_from="2027-01-01; 2027-07-01", leave_to="2027-03-31; 2027-07-10")
    assert found == pytest.approx([265 / 365, 0.0, 1.0, 82 / 92, 1.0, 1.0], abs=1e-6)
    one_way = shares(leave_from="2027-07-01; 2027-01-01", leave_to="2027-07-10; 2027-03-31")
    assert one_way == found


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        (
            {"leave_from": "2027-02-01;2027-03-15", "leave_to": "2027-03-31;2027-04-30"},
            "leave from 2027-03-15 overlaps the one until 2027-03-31",
        ),
        (
            {"leave_from": "2027-02-01;2027-06-01", "leave_to": "2027-03-31"},
            "2 leave_from and 1 leave_to",
        ),
        ({"start": "2027-01-01;2027-06-01"}, 'start "2027-01-01;2027-06-01"'),
    ],
)
def test_leaves_that_overlap_or_lack_an_end_are_refused_with_the_rep(columns, words):
    with pytest.raises(InputError) as caught:
        shares(**columns)
    assert "reps.csv" in str(caught.value)
    assert words in str(caught.value)
    assert "hint: " in str(caught.value)


def test_a_seat_is_vacant_where_the_column_says_so():
    assert is_vacant(reps(vacant="Yes"), file="reps.csv").tolist() == [True]
    assert is_vacant(reps(vacant=" ja "), file="reps.csv").tolist() == [True]
    assert is_vacant(reps(vacant="WAHR"), file="reps.csv").tolist() == [True]
    assert is_vacant(reps(vacant="nein"), file="reps.csv").tolist() == [False]
    assert is_vacant(reps(vacant=""), file="reps.csv").tolist() == [False]
    assert is_vacant(reps(), file="reps.csv").tolist() == [False]
    with pytest.raises(InputError, match='vacant of 1 rep is neither yes nor no\n  R1  vacant "m'):
        is_vacant(reps(vacant="maybe"), file="reps.csv")
    with pytest.raises(InputError, match="is neither yes nor no"):  # the seat, or its vacancy?
        is_vacant(reps(vacant="active"), file="reps.csv")


def test_dates_of_all_reps_are_named_at_once():
    two = pd.DataFrame(
        {
            "rep_id": ["R1", "R2"],
            "start": ["2027-06-01", ""],
            "end": ["2027-01-01", ""],
            "leave_from": ["", "2027-09-01"],
            "leave_to": ["", "2027-03-01"],
        }
    )
    with pytest.raises(InputError, match="dates of 2 reps contradict") as caught:
        presence(two, YEAR, file="reps.csv")
    assert "R1  end 2027-01-01" in str(caught.value)
    assert "R2  leave_to 2027-03-01" in str(caught.value)


def test_the_months_in_which_a_seat_is_filled_are_those_of_the_planned_year():
    def months(capacity=YEAR, **columns):
        return filled_months(reps(**columns), capacity, file="reps.csv")[0].tolist()

    assert months() == [[1.0] * 12] * 3
    last, this, coming = months(start="2026-11-16", end="2027-03-31")
    assert last == [0.0] * 10 + [0.5, 1.0]
    assert this == [1.0] * 3 + [0.0] * 9
    assert coming == [0.0] * 12
    july = Capacity(year_from="2027-07-01")
    assert months(july, start="2028-02-01")[1] == [0.0] * 7 + [1.0] * 5
    assert months(leave_from="2027-02-01", leave_to="2027-02-28") == [[1.0] * 12] * 3
