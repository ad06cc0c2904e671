"""What the console writes: tables that are never cut in a pipe, a progress line that goes away."""

import io
import json
import time

import numpy as np

from solvers.events import Event
from territory.cli.console import Cell, Console
from territory.messages import Message


class Terminal(io.StringIO):
    def isatty(self):
        return True


def event(**changes):
    values = {
        "stage": "improve", "iteration": 3, "objective": 1_234_567.0, "imbalance": 0.0821,
        "feasible": True, "bound": 1_200_000.0, "gap": 0.031, "elapsed_s": 1.0,
    }  # fmt: skip
    return Event(**(values | changes))


def test_the_progress_line_has_stage_objective_imbalance_gap_and_time():
    progress = Console(stderr=io.StringIO()).progress("none")
    assert progress.line() == "starting  ·  0 s"
    assert not progress.found
    progress(event())
    assert progress.line() == (
        "improve  ·  best $1,234,567 a year  ·  imbalance 8.2 %  ·  gap 3.1 %  ·  0 s"
    )
    assert progress.found


def test_a_best_that_breaks_rules_is_given_no_gap():
    progress = Console(stderr=io.StringIO()).progress("none")
    progress(event(feasible=False))
    assert "rules still broken" in progress.line()
    assert "gap" not in progress.line()


def test_once_asked_to_stop_the_line_says_so_whatever_the_solver_does():
    progress = Console(stderr=io.StringIO()).progress("none")
    progress(event())
    progress.interrupting()
    progress(event(stage="repair"))
    assert progress.line().startswith("stopping (Ctrl+C again to quit at once)  ·  best $")
    progress.stage("writing")
    assert progress.line().startswith("writing")


def test_before_the_first_assignment_there_is_only_the_stage():
    progress = Console(stderr=io.StringIO()).progress("none")
    progress(event(stage="begin", objective=float("inf")))
    assert progress.line() == "begin  ·  0 s"
    assert not progress.found


def test_the_line_is_live_on_a_terminal_and_leaves_it_clean(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    stream = Terminal()
    with Console(stderr=stream).progress() as progress:
        progress.stage("reading\x1b[2J")
        until = time.monotonic() + 30.0
        while "reading" not in stream.getvalue() and time.monotonic() < until:
            time.sleep(0.02)
    assert "\rreading\\x1b[2J" in stream.getvalue()
    assert stream.getvalue().endswith("\r\x1b[K")


def test_the_line_is_silent_in_a_pipe_and_on_a_dumb_terminal(monkeypatch):
    monkeypatch.setenv("TERM", "dumb")
    for stream in (io.StringIO(), Terminal()):
        with Console(stderr=stream).progress() as progress:
            progress(event())
            time.sleep(0.25)
        assert stream.getvalue() == ""


def test_a_wide_table_is_not_cut_in_a_pipe():
    out = io.StringIO()
    Console(stdout=out).table(["id", "name"], [["T01", "x" * 300]], text_columns=2)
    assert "x" * 300 in out.getvalue()
    assert "\x1b" not in out.getvalue()
    assert all(line == line.rstrip() for line in out.getvalue().splitlines())


def test_a_narrow_terminal_shortens_names_and_never_numbers(monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("NO_COLOR", "1")
    out = Terminal()
    Console(stdout=out).table(
        ["ID", "Rep", "Potential (USD)", "to goal", "Travel (h)"],
        [["T01", "Marguerite Dunmore", "11,865,713", Cell("-19.8 %", alarming=True), "1,047"]],
        text_columns=2,
    )
    lines = out.getvalue().splitlines()
    assert "11,865,713" in lines[-1]
    assert "! -19.8 %" in lines[-1]
    assert "1,047" in lines[-1]
    assert "Marg" in lines[-1]
    assert "Dunmore" not in lines[-1]
    assert max(len(line) for line in lines) <= 44


def test_cells_are_text_whatever_they_look_like():
    out = io.StringIO()
    Console(stdout=out).table(["id", "a"], [["[bold]x[/] :smile:", Cell("9 %", alarming=True)]])
    assert "[bold]x[/] :smile:" in out.getvalue()
    assert "! 9 %" in out.getvalue()


def test_json_holds_no_nan_and_takes_numpy_numbers():
    out = io.StringIO()
    Console(stdout=out).json({"a": float("nan"), "b": np.float64(2.5), "c": (np.int64(3),)})
    assert json.loads(out.getvalue()) == {"a": None, "b": 2.5, "c": [3]}


def test_messages_are_a_blank_line_apart_on_stderr():
    out, err = io.StringIO(), io.StringIO()
    Console(stdout=out, stderr=err).messages([Message("one"), Message("two", hint="do")])
    assert out.getvalue() == ""
    assert err.getvalue() == "error: one\n\nerror: two\n\nhint: do\n"
