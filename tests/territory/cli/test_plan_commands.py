"""`territory today`: the plan folder of the current alignment, and what it breaks."""

import json
from dataclasses import replace

from territory.publish.folder import save_plan
from tests.territory.call import call
from tests.territory.plans import balanced_plan
from tests.territory.worlds import grid_scenario


def scenario(folder, split):
    """The grid with its alignment of today: the first `split` columns are T01's."""
    rows = [
        {"account_id": f"A{r}{c}", "territory_id": "T01" if c < split else "T02"}
        for r in (0, 1)
        for c in range(4)
    ]
    return grid_scenario(folder, alignment=rows)


def test_todays_alignment_is_written_as_a_plan_beside_the_plans_place(tmp_path):
    code, out, err = call("today", scenario(tmp_path, 2))
    assert (code, err) == (0, "")
    assert "today's alignment keeps every rule" in out
    summary = json.loads((tmp_path / "runs" / "grid_today" / "plan.json").read_text())
    assert summary["kind"] == "today"
    code, out, _ = call("show", tmp_path / "runs" / "grid_today")
    assert code == 0


def test_what_today_breaks_is_a_warning_and_no_failure(tmp_path):
    code, _, err = call("today", scenario(tmp_path, 3), "--out", tmp_path / "t")
    assert code == 0
    assert "today's alignment breaks" in err
    assert "widen a tolerance" not in err


def test_what_a_plan_notes_of_itself_is_said(tmp_path):
    """A robust plan's share of futures stood in its report only."""
    plan = balanced_plan()
    note = "robust: potential holds in at least 83 % of 4,000 drawn futures"
    folder = save_plan(replace(plan, record=plan.record.but(notes=[note])), tmp_path / "plan")
    assert note in call("show", folder)[1]
