"""Pages drawn by copies of the process: the same files, and nothing left of them by Ctrl+C."""

from __future__ import annotations

import os
import signal
import sys
import time

import pytest

from solvers.stop import Interrupt
from territory.publish.copies import drawn_by_copies
from territory.publish.folder import read_plan, save_plan
from tests.territory.plans import small_plan

linux = pytest.mark.skipif(sys.platform != "linux", reason="copies are made on Linux alone")


@pytest.fixture(autouse=True)
def copied(monkeypatch):
    """Copies as users have them; elsewhere the tests draw in their own process."""
    monkeypatch.setattr("territory.publish.copies._SAFE", sys.platform == "linux")


def _failing() -> None:
    raise RuntimeError("a copy that fails")


def test_a_plan_is_the_same_files_whether_its_pages_are_drawn_side_by_side(tmp_path):
    plan = small_plan()
    one, other = (
        {
            path.name: path.read_bytes()
            for path in save_plan(plan, folder, side_by_side=side).iterdir()
        }
        for folder, side in ((tmp_path / "one", True), (tmp_path / "other", False))
    )
    assert one == other
    assert {"scorecard.xlsx", "map.html", "report.html"} <= set(one)


def test_what_all_pages_go_by_is_known_before_they_are_copied(tmp_path, monkeypatch):
    asked: list[str] = []

    def match(shapes, *, snap):
        asked.append("borders")
        return shapes

    def drawn(pages):
        asked.append("copies")
        return drawn_by_copies(pages)

    monkeypatch.setattr("geo.coverage.matched.match_borders", match)
    monkeypatch.setattr("territory.publish.copies.drawn_by_copies", drawn)
    save_plan(small_plan(), tmp_path / "p")
    assert asked == ["borders", "copies"]


@linux
def test_a_page_is_drawn_by_a_copy_and_one_that_fails_is_left_to_the_caller(tmp_path):
    here = tmp_path / "page"
    pages = {"page": lambda: here.write_text(str(os.getpid())), "none": _failing}
    with drawn_by_copies(pages) as copies:
        assert copies.waited("page")
        assert not copies.waited("none")
        assert not copies.waited("another")
    assert int(here.read_text()) != os.getpid()


@linux
def test_a_copy_that_hangs_is_ended_and_its_page_left_to_the_caller(monkeypatch):
    monkeypatch.setattr("territory.publish.copies._IDLE_S", 0.1)
    with drawn_by_copies({"page": signal.pause}) as copies:
        assert not copies.waited("page")


@linux
def test_a_copy_that_works_for_long_is_waited_for(tmp_path, monkeypatch):
    monkeypatch.setattr("territory.publish.copies._IDLE_S", 0.1)

    def draw():
        until = time.process_time() + 0.4
        while time.process_time() < until:
            pass
        (tmp_path / "page").write_text("drawn")

    with drawn_by_copies({"page": draw}) as copies:
        assert copies.waited("page")
    assert (tmp_path / "page").read_text() == "drawn"


@linux
def test_what_fails_in_a_copy_is_drawn_again_where_its_error_is_met(tmp_path, monkeypatch):
    monkeypatch.setattr("territory.publish.maps.map.draw_map", lambda plan: _failing())
    with pytest.raises(RuntimeError, match="a copy that fails"):
        save_plan(small_plan(), tmp_path / "p", side_by_side=True)
    assert not (tmp_path / "p").exists()


@linux
def test_ctrl_c_ends_the_copies_and_leaves_no_half_page(tmp_path, monkeypatch):
    stop = Interrupt()

    def draw(plan, path):
        path.write_text("half a wor")
        os.kill(os.getppid(), signal.SIGUSR1)
        signal.pause()

    made, fork = [], os.fork
    monkeypatch.setattr("territory.publish.excel.workbook.write_workbook", draw)
    monkeypatch.setattr(os, "fork", lambda: made.append(fork()) or made[-1])
    before = signal.signal(signal.SIGUSR1, lambda number, frame: stop.pull())
    try:
        folder = save_plan(small_plan(), tmp_path / "p", at_once=stop.at_once, side_by_side=True)
    finally:
        signal.signal(signal.SIGUSR1, before)
    names = {path.name for path in folder.iterdir()}
    assert not names & {"scorecard.xlsx", "map.html", "report.html"}
    assert read_plan(folder).alignment.equals(small_plan().alignment)
    assert made
    for copy in made:
        with pytest.raises(ChildProcessError):
            os.waitpid(copy, os.WNOHANG)


@linux
def test_ctrl_c_while_tables_are_written_ends_the_copies_before_the_next(tmp_path, monkeypatch):
    """They worked on for as long as the tables took: 2.4 to 4.5 CPU s of US counties."""
    stop, made, fork = Interrupt(), [], os.fork
    alive = []

    def written(plan, path, *, outlined=True):
        for copy in made:
            try:
                os.kill(copy, 0)
            except ProcessLookupError:
                continue
            alive.append(copy)
        path.touch()

    monkeypatch.setattr("territory.publish.maps.map.draw_map", lambda plan: signal.pause())
    monkeypatch.setattr("territory.publish.gis.write_geopackage", written)
    monkeypatch.setattr("territory.inputs.findings.saved.write_audit", lambda *_: stop.pull())
    monkeypatch.setattr(os, "fork", lambda: made.append(fork()) or made[-1])
    save_plan(small_plan(), tmp_path / "p", at_once=stop.at_once, side_by_side=True)
    assert made
    assert not alive
