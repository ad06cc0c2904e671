"""A plan folder and Ctrl+C: what recomputes the plan is written, pages only if there is time."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from solvers.stop import Interrupt
from territory.errors import InputError
from territory.publish.folder import read_plan, save_plan
from tests.territory.plans import small_plan


@pytest.mark.parametrize("when", ["before", "while a page is written"])
def test_ctrl_c_leaves_pages_out_and_keeps_the_plan(tmp_path, monkeypatch, when):
    stop = Interrupt()

    def draw(plan, path):
        path.write_text("half a wor")
        stop.pull()

    monkeypatch.setattr("territory.publish.excel.workbook.write_workbook", draw)
    if when == "before":
        stop.pull()
    folder = save_plan(small_plan(), tmp_path / "p", at_once=stop.at_once)
    names = {path.name for path in folder.iterdir()}
    assert {"plan.json", "accounts.csv", "alignment.csv", "territories.gpkg"} <= names
    assert not names & {"scorecard.xlsx", "map.html", "report.html"}
    assert len(read_plan(folder).accounts) == len(small_plan().accounts)


def test_a_break_that_nobody_asked_for_leaves_nothing(tmp_path, monkeypatch):
    def draw(plan, path):
        raise KeyboardInterrupt

    monkeypatch.setattr("territory.publish.excel.workbook.write_workbook", draw)
    with pytest.raises(KeyboardInterrupt):
        save_plan(small_plan(), tmp_path / "p")
    assert not (tmp_path / "p").exists()


def test_a_figure_of_the_record_that_is_no_number_is_refused(tmp_path):
    folder = save_plan(small_plan(), tmp_path / "p")
    record = json.loads((folder / "plan.json").read_text())
    for name, value in (("office_share", "\u202e"), ("compactness", []), ("probability", True)):
        record["review"] = {name: value}
        (folder / "plan.json").write_text(json.dumps(record))
        with pytest.raises(InputError, match=f"review.{name} is .*; expected a number"):
            read_plan(folder)


def test_a_plan_that_another_command_changed_meanwhile_is_not_replaced(tmp_path):
    folder = save_plan(small_plan(), tmp_path / "p")
    mine, theirs = (read_plan(folder) for _ in range(2))
    changed = replace(theirs, record=replace(theirs.record, description="theirs"))
    save_plan(changed, folder, instead_of=theirs)
    with pytest.raises(InputError, match="changed by another command meanwhile"):
        save_plan(mine, folder, instead_of=mine)
    assert read_plan(folder).record.description == "theirs"
