"""Run what the README says to type: `python -m tests.readme_lines` in a clone after `make demo`.

Every command line of the README stands here once more with the demo's names in the place of its
words (SCENARIO, PLAN, ID …) and with the options that it leaves to the reader. They run one after
another on copies; each line of the answer is one of them, with its exit code and seconds. Exit 1
where one fails. The quick part of it, that nothing is named there that the program does not know,
is `tests/test_readme_lines.py`. The lines on the public files of Texas are `tests/test_real_texas`.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

__all__ = ["ELSEWHERE", "LINES", "commands_of", "main"]

README = Path(__file__).parents[1] / "README.md"

LINES = """
init {tmp}/my_company
init {tmp}/own --from {tmp}/my_company/texas_ortho/accounts.csv
check {tmp}/my_company/texas_ortho.toml
check {plan}
audit {scenario} --fix-preview
design {tmp}/my_company/texas_ortho.toml --effort quick --seed 2 --threads 2 --json
design {scenario} --effort quick --at 2027Q4 --robust 0.8 --out {tmp}/robust
today {scenario} --out {tmp}/today
segment {scenario}
segment scenarios/texas_market.toml
size {scenario} --from 18 --to 22 --plan {plan}
calls {plan}
scorecard {plan} --scenario {scenario}
quotas {scenario} --plan {plan} --explain T01
pay {scenario} --plan {plan}
forecast {scenario} --plan {plan} --today
explain {plan} T01
explain {scenario} {unit}
move {plan} {unit} --to {other} --dry-run --pay
move {plan} {unit}={other} --repair
edits {plan}
edits {plan} --out {tmp}/edits.toml
undo {plan}
apply {plan} {tmp}/edits.toml --force
undo {plan}
compare today {plan}
compare {plan} {tmp}/robust
frontier {plan} --over travel,disruption
rollout {plan} --crm csv
rollout-example {plan} --out {tmp}/extract
rollout {plan} --crm salesforce --extract {tmp}/extract --out {tmp}/load
brief {plan}
review-pack {plan} --by Ann
state {plan}
resources {plan}
monitor {plan} --actuals {actuals} --as-of 2025-12-31
outlook {scenario}
realign {plan}
shock {plan} --shock {tmp}/shock.toml
review {plan} --open 2025Q4 --actuals {actuals} --reviews {tmp}/reviews
report {plan}
deck {plan}
cover {plan} --scenario {scenario} --territory T01 --from 2027-03-01 --until 2027-05-31
cover {scenario} --territory T01 --from 2027-03-01 --until 2027-05-31
columns
columns accounts.csv
doctor
picture {plan} --layer territories --format svg
picture {plan} --layer potential --format png
picture {plan} --format pdf
export {plan}
show {plan}
show {scenario}
map {plan}
schema
""".strip().splitlines()
"""What is run, in an order in which it works."""

ELSEWHERE = {
    "challenges": "needs a returned sheet: tests/territory/cli",
    "decide": "needs a challenge that somebody wrote: tests/territory/cli",
    "rollout-check": "needs what a CRM answered: tests/territory/rollout",
    "import": "needs the public files: tests/test_real_texas.py",
}
"""Commands of the README that other tests run."""


def commands_of(text: str) -> list[tuple[str, tuple[str, ...]]]:
    """Return each command that a README names with the options that it names for it."""
    spans = re.findall(r"`(?:\.venv/bin/)?territory ([a-z-]+)([^`]*)`", text)
    fences = re.findall(r"^(?:\.venv/bin/)?territory ([a-z-]+)(.*)$", text, flags=re.MULTILINE)
    return [
        (name, tuple(re.findall(r"--[a-z][a-z-]*", rest.partition(" #")[0])))
        for name, rest in [*spans, *fences]
    ]


def _words(folder: Path, tmp: Path) -> dict[str, str]:
    """Return the demo's names: a copy of its plan, and a unit at a border that may go over it."""
    import pandas as pd

    from territory.monitor import demo_year, write_year_after
    from territory.publish.folder import read_plan

    plan = tmp / "texas_ortho"
    shutil.copytree(folder / "runs" / "texas_ortho", plan)
    # The scenario's own plan is the one of `make demo`, put where the scenario says.
    own = folder / "scenarios" / "runs" / "texas_ortho"
    if not own.exists():
        shutil.copytree(plan, own)
    owner = pd.read_csv(plan / "alignment.csv", dtype=str).set_index("unit_id")["territory_id"]
    edges = pd.read_csv(plan / "adjacency.csv", dtype={"unit_a": str, "unit_b": str})
    edge = edges[edges["unit_a"].map(owner).ne(edges["unit_b"].map(owner))].iloc[0]
    (tmp / "shock.toml").write_text('[[shock]]\nkind = "rep_exit"\nterritory = "T03"\n')
    (tmp / "year").mkdir()
    write_year_after(demo_year(read_plan(plan)), tmp / "year")
    return {
        "tmp": str(tmp),
        "plan": str(plan),
        "scenario": "scenarios/texas_ortho.toml",
        "actuals": str(tmp / "year" / "actuals.csv"),
        "unit": str(edge["unit_a"]),
        "other": str(owner[edge["unit_b"]]),
    }


def main(folder: Path) -> int:
    """Run all lines in a clone; 1 where one fails."""
    failed = 0
    program = str(folder / ".venv" / "bin" / "territory")
    with tempfile.TemporaryDirectory() as name:
        words = _words(folder, Path(name))
        for line in LINES:
            asked = line.format(**words).split(" ")
            begin = time.monotonic()
            done = subprocess.run(
                [program, *asked], check=False, cwd=folder, capture_output=True, text=True
            )
            told = f"{done.returncode} {time.monotonic() - begin:6.1f} s  territory {line}"
            sys.stdout.write(told + "\n")
            sys.stdout.flush()
            if done.returncode:
                failed += 1
                sys.stdout.write(done.stderr[-2000:] + "\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(Path.cwd()))
