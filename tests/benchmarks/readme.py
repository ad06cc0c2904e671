"""Write the README's figures from the results' CSV files; no figure there is written by hand.

    python -m tests.benchmarks.readme

Each block stands between ``<!-- figures: NAME -->`` and ``<!-- end -->``.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median

from tests.benchmarks import provenance

__all__ = ["BLOCKS", "filled", "main"]

HERE = Path(__file__).parent
README = HERE.parents[1] / "README.md"
_BLOCK = re.compile(r"(<!-- figures: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
NAMES = {"texas_ortho": "demo", "real_texas": "real Texas"}


def _percent(text: str) -> str:
    return "–" if text == "" else f"{100 * float(text):+.1f}"


def _errors(row: Mapping[str, str], hours: str) -> str:
    near, far, worst = (_percent(row[f"{hours}_{part}"]) for part in ("near", "far", "worst"))
    return f"{near} / {far} %, {worst} %"


def _travel() -> str:
    rows = provenance.read_rows([HERE / "results" / "travel.csv"])
    lines = [
        "| plan, seed | hours by the formula alone: nearer / farther half, worst "
        "| those it was found by | those it was solved with last "
        "| in the end: worst | outside ±10 % by tours "
        "| a stranger's tours: nearer / farther half, worst, outside |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        name = NAMES.get(row["travel_of"], row["travel_of"])
        lines.append(
            f"| {name}, {row['seed']} "
            f"| {_errors(row, 'formula')} | {_errors(row, 'searched')} "
            f"| {_errors(row, 'estimate')} "
            f"| {_percent(row['worst'])} % "
            f"| {row['outside']} of {row['territories']} "
            f"| {_errors(row, 'stranger')}, {row['stranger_outside']} |"
        )
    commits = ", ".join(sorted({row["commit"] for row in rows}))
    efforts = ", ".join(sorted({row["effort"] for row in rows}))
    lines += ["", f"({efforts} effort, commit {commits}, `tests/benchmarks/results/travel.csv`.)"]
    return "\n".join(lines) + "\n"


FAMILIES = {
    "ctdp": "commercial districting, 60–500 units (free centers)",
    "moi": "redistricting of counties and tracts (free centers)",
    "cpmp": "capacitated p-median",
    "scale": "US counties, ZIP areas and tracts, two measures (free centers)",
    "homes": "territories with rep homes, frozen",
}


def _published() -> str:
    """One line a family and effort: what was found, proved, missed, and how far from the best."""
    rows = [
        row
        for row in provenance.read_rows(sorted((HERE / "results").glob("*.csv")))
        if row.get("family") in FAMILIES
    ]
    lines = [
        "| instances | effort | runs | plan that keeps every rule | proved optimal "
        "| above the best value known: median, worst | gap of plans: median, worst "
        "| CPU s: median, worst | commit |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for family, words in FAMILIES.items():
        for effort in ("quick", "normal", "best"):
            runs = [row for row in rows if (row["family"], row["effort"]) == (family, effort)]
            if not runs:
                continue
            above = [100 * (float(row["ratio"]) - 1) for row in runs if row["ratio"]]
            gaps = [
                100 * float(row["gap"]) for row in runs if row["feasible"] == "True" and row["gap"]
            ]
            open_ = f"{median(gaps):.1f}, {max(gaps):.1f} %" if gaps else "–"
            seconds = [float(row["cpu_s"]) for row in runs if row["cpu_s"]]
            far = f"{median(above):+.2f}, {max(above):+.2f} %" if above else "–"
            commits = ", ".join(sorted({row["commit"] for row in runs}))
            lines.append(
                f"| {words} | {effort} | {len(runs)} "
                f"| {sum(row['feasible'] == 'True' for row in runs)} "
                f"| {sum(row['status'] == 'optimal' for row in runs)} "
                f"| {far} | {open_} | {median(seconds):.1f}, {max(seconds):.0f} | {commits} |"
            )
    return "\n".join(lines) + "\n"


def _national() -> str:
    """Tell what plans of whole countries take, over their seeds."""
    rows = provenance.read_rows([HERE / "results" / "national.csv"])
    lines = []
    for name in dict.fromkeys(row["scenario"] for row in rows):
        runs = [row for row in rows if row["scenario"] == name]
        seconds = [float(row["cpu_s"]) for row in runs]
        kept = sum(row["status"] != "no_solution" and row["check"] == "sound" for row in runs)
        seeds = ", ".join(row["seed"] for row in runs)
        lines.append(
            f"* `scenarios/{name}.toml`, {int(runs[0]['units']):,} units, "
            f"{runs[0]['territories']} territories without homes, {runs[0]['effort']} effort, "
            f"seeds {seeds}: {kept} of {len(runs)} plans keep every rule, in {min(seconds):.0f} to "
            f"{max(seconds):.0f} CPU s and {max(float(row['peak_mb']) for row in runs) / 1024:.1f} "
            "GB, from reading the tables to the saved plan, map and workbook."
        )
    commits = ", ".join(sorted({row["commit"] for row in rows}))
    lines += ["", f"(Commit {commits}, `tests/benchmarks/results/national.csv`.)"]
    return "\n".join(lines) + "\n"


BLOCKS: Mapping[str, Callable[[], str]] = {
    "travel": _travel,
    "published": _published,
    "national": _national,
}


def filled(text: str) -> str:
    """Return the text with every block made anew.

    Raises
    ------
    KeyError
        A block of an unknown name.
    """
    return _BLOCK.sub(lambda found: found[1] + BLOCKS[found[2]]() + found[3], text)


def main() -> int:
    """Rewrite the README; 0."""
    README.write_text(filled(README.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
