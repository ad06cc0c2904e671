"""A plan folder and Ctrl+C: what recomputes the plan is written, pages only if there is time."""

from __future__ import annotations

import json
from dataclasses import replace

import pyogrio
import pytest

from geo.geography import Geography
from solvers.stop import Interrupt
from territory.errors import InputError
from territory.publish.folder import read_plan, save_plan
from tests.territory.plans import NO_PAGES, small_plan


@pytest.mark.parametrize("when", ["before", "in the search", "while a page is written"])
def test_ctrl_c_leaves_pages_out_and_keeps_the_plan(tmp_path, monkeypatch, when):
    stop = Interrupt()
    plan = small_plan()

    def draw(plan, path):
        path.write_text("half a wor")
        stop.pull()

    monkeypatch.setattr("territory.publish.excel.workbook.write_workbook", draw)
    if when == "before":
        stop.pull()
    if when == "in the search":
        plan = replace(plan, record=plan.record.but(stop_reason="interrupted"))
    folder = save_plan(plan, tmp_path / "p", at_once=stop.at_once)
    names = {path.name for path in folder.iterdir()}
    assert {"plan.json", "accounts.csv", "alignment.csv", "territories.gpkg"} <= names
    assert not names & {"scorecard.xlsx", "map.html", "report.html"}
    assert len(read_plan(folder).accounts) == len(plan.accounts)
    layers = {name for name, _ in pyogrio.list_layers(folder / "territories.gpkg")}
    assert ("territories" in layers) == (when == "while a page is written")


def test_ctrl_c_while_outlines_are_drawn_leaves_them_out_and_keeps_the_plan(tmp_path, monkeypatch):
    stop = Interrupt()

    def draw(plan, *, area):
        stop.pull()
        raise AssertionError("not reached")

    monkeypatch.setattr("territory.publish.gis.territory_layer", draw)
    folder = save_plan(small_plan(), tmp_path / "p", at_once=stop.at_once)
    layers = {name for name, _ in pyogrio.list_layers(folder / "territories.gpkg")}
    assert layers == {"units", "reps"}
    assert read_plan(folder).alignment.equals(small_plan().alignment)
    assert not (folder / "report.html").exists()


def test_a_break_that_nobody_asked_for_leaves_nothing(tmp_path, monkeypatch):
    def draw(plan, path):
        raise KeyboardInterrupt

    monkeypatch.setattr("territory.publish.excel.workbook.write_workbook", draw)
    with pytest.raises(KeyboardInterrupt):
        save_plan(small_plan(), tmp_path / "p")
    assert not (tmp_path / "p").exists()


def test_a_figure_of_the_record_that_is_no_number_is_refused(tmp_path):
    folder = save_plan(small_plan(outputs=NO_PAGES), tmp_path / "p")
    record = json.loads((folder / "plan.json").read_text())
    for name, value in (("office_share", "\u202e"), ("compactness", []), ("probability", True)):
        record["review"] = {name: value}
        (folder / "plan.json").write_text(json.dumps(record))
        with pytest.raises(InputError, match=f"review.{name} is .*; expected a number"):
            read_plan(folder)


def test_a_plan_that_another_command_changed_meanwhile_is_not_replaced(tmp_path):
    folder = save_plan(small_plan(outputs=NO_PAGES), tmp_path / "p")
    mine, theirs = (read_plan(folder) for _ in range(2))
    changed = replace(theirs, record=replace(theirs.record, description="theirs"))
    save_plan(changed, folder, instead_of=theirs)
    with pytest.raises(InputError, match="changed by another command meanwhile"):
        save_plan(mine, folder, instead_of=mine)
    assert read_plan(folder).record.description == "theirs"


def test_a_plan_that_is_read_and_written_again_is_the_same_to_the_byte(tmp_path):
    # Units of their own equal-area system: two projections round, degrees stay what they are.
    plan = small_plan()
    crs = "+proj=laea +lat_0=52.0313 +lon_0=5.3748 +datum=WGS84 +units=m"
    shapes = plan.geography.units.geometry.to_crs("EPSG:4326").to_crs(crs)
    units = plan.geography.units.set_geometry(shapes)
    moved = replace(plan, geography=Geography(units=units, crs=units.crs))
    moved = replace(moved, record=replace(moved.record, crs=units.crs.to_wkt()))
    first = save_plan(moved, tmp_path / "first")
    again = save_plan(read_plan(first), tmp_path / "again")
    names = sorted(path.name for path in first.iterdir())
    assert {"territories.gpkg", "map.html", "report.html"} <= set(names)
    assert [n for n in names if (first / n).read_bytes() != (again / n).read_bytes()] == []
