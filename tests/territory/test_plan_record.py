"""The record of a plan: what JSON keeps of it, what older versions lack, what is refused."""

import json
from pathlib import Path

import pytest

import territory
from territory.plan_record import SCHEMA_VERSION, PlanRecord, Violation
from territory.publish.excel.workbook import write_workbook
from territory.publish.folder import read_plan, save_plan
from territory.publish.maps.map import draw_map
from territory.publish.pages.report import draw_report
from territory.review.checklist import checklist
from territory.review.moves import moves
from territory.review.scorecard import figures, scorecard
from tests.territory.plans import small_plan

KEPT = sorted((Path(__file__).parent / "publish" / "plans").glob("version_*"))


def test_a_record_comes_back_from_its_json_as_it_was():
    record = small_plan().record.but(routed={"rounds": 2, "outside": ["T1"], "gained": 0.5})
    assert PlanRecord.from_json(record.to_json()) == record
    assert record.routed.outside == ("T1",)
    assert record.to_dict()["routed"]["gained"] == 0.5


def test_a_number_that_json_has_no_word_for_is_null_and_never_a_word_of_our_own():
    record = small_plan().record.but(routed={"rounds": 1, "distance_rank": float("nan")})

    def refused(word: str):
        raise AssertionError(word)

    told = json.loads(record.to_json(), parse_constant=refused)
    assert told["routed"]["distance_rank"] is None


def test_parts_have_types_and_what_is_not_known_is_kept():
    record = small_plan().record.but(edits=[{"to": "T1"}])
    assert isinstance(record.violations[0], Violation)
    assert record.measures["workload_h"].tolerance == 0.1
    assert record.further == {"edits": [{"to": "T1"}]}
    assert json.loads(record.to_json())["edits"] == [{"to": "T1"}]


def test_absent_parts_are_not_written():
    written = small_plan().record.to_dict()
    assert not {"kind", "routed", "hierarchy", "review", "why"} & set(written)
    assert "why" not in written["violations"][0]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "is no JSON"),
        ("[]", "schema_version is None"),
        ('{"schema_version": 0}', "schema_version is 0"),
        ('{"schema_version": 2, "scenario": "x"}', "lacks status, measures"),
        (
            '{"schema_version": 2, "scenario": "x", "status": "feasible", "measures": {"a": 1}}',
            "is no plan's record",
        ),
    ],
)
def test_a_record_that_is_none_is_refused_in_words(text, words):
    with pytest.raises(territory.InputError, match=words):
        PlanRecord.from_json(text, place="runs/x/plan.json")


def test_there_is_a_kept_folder_of_every_earlier_version():
    assert [each.name for each in KEPT] == [f"version_{v}" for v in range(1, SCHEMA_VERSION)]


@pytest.mark.parametrize("folder", KEPT, ids=lambda folder: folder.name)
def test_a_plan_of_an_earlier_version_is_read_judged_drawn_and_saved_anew(folder, tmp_path):
    plan = read_plan(folder)
    assert plan.record.scenario == "grid"
    assert figures(plan)["accounts"] == 8
    assert len(scorecard(plan)) == 2
    assert checklist(plan).verdict
    assert len(moves(plan)) >= 1
    assert "T01" in draw_map(plan)
    assert "T01" in draw_report(plan)
    write_workbook(plan, tmp_path / "plan.xlsx")
    again = read_plan(save_plan(plan, tmp_path / "plan"))
    assert again.record == plan.record
    assert (
        json.loads((tmp_path / "plan" / "plan.json").read_text())["schema_version"]
        == SCHEMA_VERSION
    )
    assert again.accounts.equals(plan.accounts)
    for table in (again.accounts, again.alignment, again.territories):
        assert set(table["team"]) == {"core"}
