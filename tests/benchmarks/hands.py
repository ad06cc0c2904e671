"""What questions about a plan cost: `python -m tests.benchmarks.hands PLAN|N [--today]`.

Opens the plan once and prints CPU seconds by phase: every account's reason, the ledger of one unit
that goes to a neighbour (without tours; opened whole, prepared, and prepared with tours), the
change set, the rollout's files, and with ``--today``
the comparison with today's alignment (which scores today like a plan). Largest memory of the
process behind it. A number in the place of a plan makes one of so many accounts up (`large_world`).
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from territory.encoding.desk.desk import Desk
from territory.encoding.desk.named import Move
from territory.encoding.desk.preparing import prepared_of
from territory.encoding.explain.position import open_position
from territory.encoding.explain.reasons import reasons
from territory.plan import Plan
from territory.publish.folder import read_plan
from territory.review.compare.compare import compare
from territory.review.compare.today import today_of
from territory.review.ledger.ledger import ledger_of
from territory.review.ledger.quick import quick_ledger
from territory.rollout.change_set import change_set
from territory.rollout.folder import write_rollout
from territory.rollout.package import rollout_of
from tests.benchmarks.large_world import large_world

__all__ = ["measure", "measured"]


def measure(plan: Plan, *, today: bool = True) -> dict[str, float]:
    """Return CPU seconds by phase, with how many accounts, units and territories there are."""
    owner = plan.alignment.set_index("unit_id")["territory_id"]
    a, b = (plan.adjacency[name].map(owner) for name in ("unit_a", "unit_b"))
    row = plan.adjacency[a.ne(b)].iloc[0]
    move = Move(to=str(owner[row["unit_b"]]), what=(str(row["unit_a"]),))
    found: dict[str, float] = {
        "accounts": len(plan.accounts),
        "units": len(plan.alignment),
        "territories": len(plan.territories),
    }
    start = time.process_time()

    def done(phase: str) -> None:
        nonlocal start
        now = time.process_time()
        found[phase] = round(now - start, 2)
        start = now

    position = open_position(plan)
    done("open_s")
    told = reasons(position)
    done("explain_s")
    assert len(told) == found["accounts"]
    # A designed plan has its reasons in its tables.
    known = {name: told[name].to_numpy() for name in ("reason", "why")}
    plan = replace(plan, accounts=plan.accounts.assign(**known))
    desk = Desk(plan)
    ledger_of(desk, [move], tours=False)
    done("ledger_s")
    ledger_of(desk, [move], tours=False)
    done("next_ledger_s")
    prepared = prepared_of(desk)
    done("prepare_s")
    assert prepared is not None
    assert quick_ledger(prepared, [move], tours=False) is not None
    done("prepared_ledger_s")
    quick_ledger(prepared, [move])
    done("routed_ledger_s")
    change_set(plan)
    done("change_set_s")
    made = rollout_of(plan, crm="csv")
    with tempfile.TemporaryDirectory() as folder:
        write_rollout(made, Path(folder) / "rollout")
    done("files_s")
    if today:
        compare({"today": today_of(plan), "plan": plan}, pay=False)
        done("compare_s")
    return found


def measured(n: int) -> dict[str, float]:
    """Return what `measure` does of a plan that is made up, and all of it together."""
    plan = large_world(n)
    wall, cpu = time.perf_counter(), time.process_time()
    found = measure(plan)
    taken = {"wall_s": time.perf_counter() - wall, "cpu_s": time.process_time() - cpu}
    return {**found, **{name: round(value, 2) for name, value in taken.items()}}


if __name__ == "__main__":
    word = sys.argv[1]
    saved = large_world(int(word)) if word.isdigit() else read_plan(Path(word))
    result = measure(saved, today="--today" in sys.argv)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(f"{result} largest memory {memory:,.0f} MB\n")
