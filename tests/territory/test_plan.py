"""A plan is saved whole or not at all, and read back as it was."""

import json

import pandas as pd
import pytest

import territory
from territory.publish.folder import read_plan, save_plan
from territory.whole import check_folder
from tests.territory.plans import NO_PAGES, small_plan


def test_a_plan_read_back_is_the_plan_that_was_saved(tmp_path):
    plan = small_plan(outputs=NO_PAGES)
    save_plan(plan, tmp_path / "plan")
    back = read_plan(tmp_path / "plan")
    for name in ("alignment", "accounts", "territories", "adjacency"):
        pd.testing.assert_frame_equal(getattr(back, name), getattr(plan, name), check_dtype=False)
    assert back.record.to_dict() == json.loads(json.dumps(plan.record.to_dict()))
    assert back.geography.ids == plan.geography.ids
    assert list(back.audit) == list(plan.audit)


def test_saving_again_replaces_the_plan_and_leaves_nothing_else(tmp_path):
    plan = small_plan()
    save_plan(plan, tmp_path / "plan")
    save_plan(plan, tmp_path / "plan")
    assert [each.name for each in tmp_path.iterdir()] == ["plan"]


def test_a_folder_that_holds_something_else_is_never_touched(tmp_path):
    (tmp_path / "thesis.txt").write_text("do not lose")
    with pytest.raises(territory.InputError, match="exists and holds other files"):
        save_plan(small_plan(), tmp_path)
    assert (tmp_path / "thesis.txt").read_text() == "do not lose"


def test_a_save_that_fails_half_way_leaves_the_old_plan(tmp_path, monkeypatch):
    plan = small_plan(outputs=NO_PAGES | {"formats": ["xlsx"]})
    save_plan(plan, tmp_path / "plan")
    before = sorted((each.name, each.stat().st_mtime_ns) for each in (tmp_path / "plan").iterdir())

    def full(*_args):
        raise OSError("no space left on device")

    monkeypatch.setattr("territory.publish.excel.workbook.write_workbook", full)
    with pytest.raises(territory.InputError, match="plan cannot be written: no space left"):
        save_plan(plan, tmp_path / "plan")
    after = sorted((each.name, each.stat().st_mtime_ns) for each in (tmp_path / "plan").iterdir())
    assert after == before
    assert [each.name for each in tmp_path.iterdir()] == ["plan"]


def test_a_folder_without_a_plan_is_refused_by_what_is_missing(tmp_path):
    with pytest.raises(territory.InputError, match=r"is no plan folder: plan\.json, .* missing"):
        read_plan(tmp_path)


def test_a_plan_of_a_later_version_is_refused(tmp_path):
    save_plan(small_plan(outputs=NO_PAGES), tmp_path / "plan")
    file = tmp_path / "plan" / "plan.json"
    file.write_text(file.read_text().replace('"schema_version": 3', '"schema_version": 4'))
    with pytest.raises(territory.InputError, match="is 4; this version reads 1 to 3"):
        read_plan(tmp_path / "plan")


def test_a_place_below_a_file_is_refused_before_any_work(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(territory.InputError, match="cannot be written to"):
        check_folder(tmp_path / "file" / "plan", marker="plan.json")
