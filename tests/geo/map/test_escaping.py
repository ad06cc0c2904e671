"""Hostile text becomes harmless in each place that it can enter."""

import html
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.map.escaping import brief, html_text, script_json

PLAIN = st.text(st.characters(exclude_categories=("Cc", "Cs", "Cf")))


@given(PLAIN)
def test_html_text_reads_back_as_the_same_text(text: str):
    assert html.unescape(html_text(text)) == text


@given(st.text())
def test_html_text_holds_no_character_that_means_something_to_html_or_javascript(text: str):
    escaped = html_text(text)
    assert not set(escaped) & set("<>\"'`\\${}")


@given(st.recursive(PLAIN | st.integers() | st.none() | st.booleans(), st.lists))
def test_script_json_reads_back_as_the_same_value_and_cannot_end_its_script(value: object):
    text = script_json(value)
    assert json.loads(text) == value
    assert not set(text) & set("<>&\u2028\u2029")


def test_control_characters_and_direction_overrides_become_replacement_characters():
    assert html_text("a\x1b[31m\u202eb\ud800") == "a\ufffd[31m\ufffdb?"
    assert json.loads(script_json(["\x00\u2066", "two\nlines"])) == ["\ufffd\ufffd", "two\nlines"]


def test_numbers_that_json_cannot_hold_become_null_and_numpy_values_plain_numbers():
    value = {"a": float("nan"), "b": np.float64("inf"), "c": np.int64(3), "d": np.array([1.5, 2])}
    assert json.loads(script_json(value)) == {"a": None, "b": None, "c": 3, "d": [1.5, 2.0]}


def test_a_value_without_a_place_in_json_is_refused_by_its_type():
    with pytest.raises(TypeError, match="set has no place in JSON"):
        script_json({"ids": {1, 2}})


def test_long_names_that_begin_alike_stay_apart():
    names = [f"Territory of the whole Rocky Mountain region number {n}" for n in range(5)]
    short = [brief(name, 28) for name in names]
    assert len(set(short)) == 5
    assert max(map(len, short)) <= 28
    assert brief("T01", 28) == "T01"
