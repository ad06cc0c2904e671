"""The doctor names what there is, and nothing is called by its slug where it has a title."""

import pytest

from territory.cli.app import run
from territory.cli.console import Console
from territory.plan_record import PlanRecord
from territory.wording import plan_title, sources_of


def record(keys):
    return PlanRecord(scenario="a_b", status="feasible", measures={}, keys=keys)


def test_the_doctor_says_versions_browser_fonts_and_extras(capsys):
    assert run(["doctor"], Console()) == 0
    said = capsys.readouterr().out
    for label in ("territory-design", "python", "browser", "fonts", "pyarrow", "scratch"):
        assert f"\n{label}" in f"\n{said}"


def test_a_plan_is_called_by_its_title_and_company():
    keys = {"title": "Field <plan>", "company": ""}
    assert plan_title(record(keys)) == "Field <plan>"
    assert plan_title(record({})) == "A b"


@pytest.mark.parametrize(
    ("kind", "words"), [("belgium_cantons", "CC BY 4.0"), ("us_counties", "Census"), ("points", "")]
)
def test_packaged_boundaries_are_attributed(kind, words):
    said = sources_of(record({"geography": {"kind": kind}}))
    assert words in said
    assert bool(said) == bool(words)
