"""The doctor names what there is, and nothing is called by its slug where it has a title."""

import json

from territory.cli.app import run
from territory.cli.console import Console
from territory.wording import plan_title, sources_of


def test_the_doctor_says_versions_browser_fonts_and_extras(capsys):
    assert run(["doctor"], Console()) == 0
    said = capsys.readouterr().out
    for label in ("territory-design", "python", "browser", "fonts", "pyarrow", "scratch"):
        assert f"\n{label}" in f"\n{said}"


def test_a_plan_is_called_by_its_title_and_company():
    keys = {"title": "Field <plan>", "company": ""}
    assert plan_title({"scenario": "a_b", "keys": keys}) == "Field <plan>"
    assert plan_title({"scenario": "a_b", "keys": {}}) == "A b"


def test_packaged_boundaries_are_attributed():
    for kind, words in (
        ("belgium_cantons", "CC BY 4.0"),
        ("us_counties", "Census"),
        ("points", ""),
    ):
        assert words in sources_of({"keys": {"geography": {"kind": kind}}})
    assert json.dumps(sources_of({"keys": {"geography": {"kind": "points"}}})) == '""'
