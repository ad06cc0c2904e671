"""Write the results page from the CSV files of the other benchmarks.

    python -m tests.benchmarks.results [FOLDER_OR_CSV ...] [--out FILE.md]

Without arguments it reads the CSV files in `results/` beside this file and writes RESULTS.md. What
a file holds is told from its columns. Nothing is measured here and no figure is written by hand.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from tests.benchmarks import provenance
from tests.benchmarks.speed import growth

__all__ = ["main", "page"]

HERE = Path(__file__).parent
Row = dict[str, str]


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _show(text: str, digits: int) -> str:
    """Round for reading; what is no number stays as it is, what is missing is a dash."""
    value = _number(text)
    if value is None:
        return {"True": "yes", "False": "**no**", "": "–"}.get(text, text.replace("|", "/"))
    return f"{value:,.{digits}f}"


def _table(heads: Sequence[str], lines: Iterable[Sequence[str]]) -> list[str]:
    rule = "|".join("---" for _ in heads)
    return [f"| {' | '.join(heads)} |", f"|{rule}|", *(f"| {' | '.join(x)} |" for x in lines), ""]


def _percent_above(ratio: str) -> str:
    value = _number(ratio)
    return "–" if value is None else f"{100 * (value - 1):+.3f}"


def _gap(gap: str) -> str:
    value = _number(gap)
    return "–" if value is None else f"{100 * value:.2f}"


def _published(rows: list[Row]) -> list[str]:
    out: list[str] = []
    for family in ("ctdp", "moi", "cpmp"):
        mine = [row for row in rows if row["family"] == family]
        if not mine:
            continue
        out += [f"#### {family}", ""]
        heads = ("instance", "n", "k", "status", "feasible", "objective", "above best known %")
        out += _table(
            (*heads, "gap %", "wall s", "CPU s", "MB", "note"),
            [
                (
                    *(row["name"], row["n"], row["k"], row["status"] or "–"),
                    *(_show(row["feasible"], 0), _show(row["objective"], 2)),
                    *(_percent_above(row["ratio"]), _gap(row["gap"])),
                    *(_show(row["wall_s"], 2), _show(row["cpu_s"], 2), _show(row["peak_mb"], 0)),
                    row["error"] or "",
                )
                for row in mine
            ],
        )
    homes = [row for row in rows if row["family"] == "homes"]
    if homes:
        out += ["#### homes", ""]
        heads = ("instance", "seed", "status", "feasible", "objective USD", "above best known %")
        out += _table(
            (*heads, "border km", "gap %", "wall s", "CPU s", "MB", "note"),
            [
                (
                    *(row["name"], row["seed"], row["status"] or "–", _show(row["feasible"], 0)),
                    *(_show(row["objective"], 0), _percent_above(row["ratio"])),
                    *(_show(row.get("border_km", ""), 0), _gap(row["gap"])),
                    *(_show(row["wall_s"], 2), _show(row["cpu_s"], 2), _show(row["peak_mb"], 0)),
                    row["error"] or "",
                )
                for row in homes
            ],
        )
    scale = [row for row in rows if row["family"] == "scale"]
    if scale:
        out += ["#### scale", ""]
        heads = ("instance", "n", "k", "status", "feasible", "in pieces", "deviation %")
        out += _table(
            (*heads, "J2 km", "J1 km", "gap %", "wall s", "CPU s", "MB", "note"),
            [
                (
                    *(row["name"], row["n"], row["k"], row["status"] or "–"),
                    *(_show(row["feasible"], 0), row["n_disconnected"] or "–"),
                    *(row["deviation_percent"] or "–", _show(row["J2_km"], 2)),
                    *(_show(row["J1_km"], 2), _gap(row["gap"])),
                    *(_show(row["wall_s"], 2), _show(row["cpu_s"], 2), _show(row["peak_mb"], 0)),
                    row["error"] or "",
                )
                for row in scale
            ],
        )
    return out


def _ablations(rows: list[Row]) -> list[str]:
    """Lay out what is lost where a part is left out: above the plan of all parts, same seed."""
    parts = list(dict.fromkeys(row["without"] for row in rows))
    found = {(row["name"], row["seed"], row["without"]): row for row in rows}
    lines = []
    for name, seed in dict.fromkeys((row["name"], row["seed"]) for row in rows):
        whole = found[name, seed, ""]
        cells = [_show(whole["objective"], 0), _show(whole["border_km"], 0)]
        for part in parts[1:]:
            row, base = found.get((name, seed, part)), _number(whole["objective"])
            value = None if row is None else _number(row["objective"])
            if row is None or value is None or not base:
                cells.append("–")
                continue
            broken = "" if row["feasible"] == "True" else ", **broken**"
            cells.append(f"{100 * (value / base - 1):+.2f}{broken}")
        lines.append((name, seed, *cells))
    heads = ("instance", "seed", "all parts USD", "border km")
    return _table((*heads, *(f"without {part} %" for part in parts[1:])), lines)


def _before(rows: list[Row]) -> list[str]:
    """Lay out pairs of runs: the commit before, and the one after."""
    heads = ("instance", "effort", "seed", "before", "after", "change %", "gap before %")
    lines = []
    for row in rows:
        old, new = _number(row["before"]), _number(row["after"])
        both = row["before_feasible"] == row["after_feasible"] == "True" and old and new
        lines.append(
            (
                *(row["before_of"], row["effort"], row["seed"]),
                *(
                    "no plan" if row[f"{when}_feasible"] != "True" else _show(row[when], 0)
                    for when in ("before", "after")
                ),
                f"{100 * (new / old - 1):+.2f}" if both and old and new else "–",
                *(_gap(row["before_gap"]), _gap(row["after_gap"])),
                *(_show(row["before_cpu_s"], 1), _show(row["after_cpu_s"], 1)),
            )
        )
    return _table((*heads, "gap after %", "CPU s before", "CPU s after"), lines)


def _speed(rows: list[Row]) -> list[str]:
    phases = [key.removesuffix("_cpu_s") for key in rows[0] if key.endswith("_cpu_s")]
    lines = [
        (
            *(row["instance"], row["n"], row["k"]),
            *(_show(row[f"{phase}_cpu_s"], 3) for phase in phases),
            *(_show(row["plan_feasible"], 0), _show(row["plan_J2_km"], 2)),
            *(_show(row["edit_feasible"], 0), _show(row["peak_mb"], 0), row["error"] or ""),
        )
        for row in rows
    ]
    sizes = [int(row["n"]) for row in rows]
    powers = []
    for phase in phases:
        timed = [(n, _number(row[f"{phase}_cpu_s"])) for n, row in zip(sizes, rows, strict=True)]
        done = [(n, s) for n, s in timed if s is not None]
        power = growth([n for n, _ in done], [s for _, s in done])
        powers.append(f"n^{power:.2f}" if power == power else "–")
    lines.append(("*growth*", "", "", *powers, "", "", "", "", ""))
    heads = ("instance", "n", "k", *(f"{phase} CPU s" for phase in phases))
    return _table((*heads, "plan feasible", "J2 km", "edit feasible", "MB", "note"), lines)


def _peers(rows: list[Row]) -> list[str]:
    heads = ("instance", "k", "peer", "territories", "within ±10 %", "in pieces", "workload %")
    return _table(
        (*heads, "potential %", "J2 km", "J1 km", "CPU s", "MB", "note"),
        [
            (
                *(row["instance"], row["k"], row["peer"], row["n_territories"] or "–"),
                *(_show(row["within_10_percent"], 0), row["n_disconnected"] or "–"),
                *(_show(row["workload_percent"], 1), _show(row["potential_percent"], 1)),
                *(_show(row["J2_km"], 1), _show(row["J1_km"], 1), _show(row["cpu_s"], 2)),
                *(_show(row["peak_mb"], 0), row["error"] or ""),
            )
            for row in rows
        ],
    )


def _travel(rows: list[Row]) -> list[str]:
    """Lay out how plans' hours lie to routed years: the plan's, its estimate's, a stranger's."""

    def signed(text: str) -> str:
        value = _number(text)
        return "–" if value is None else f"{100 * value:+.1f}"

    heads = ("plan", "seed", "of", "near %", "far %", "worst %", "rank", "outside")
    lines = []
    for row in rows:
        hours = {"plan": "", "estimate": "estimate_", "stranger": "stranger_"}
        hours["stranger, the plan's calendar"] = "calendar_"
        for of, key in hours.items():
            found = [signed(row.get(f"{key}{part}", "")) for part in ("near", "far", "worst")]
            lines.append(
                (
                    *(row["travel_of"], row["seed"], of, *found),
                    *(_show(row.get(f"{key}rank", ""), 2), row.get(f"{key}outside") or "–"),
                    *(signed(row.get(f"{key}worst_deviation", "")), row["rounds"] or "–"),
                    *(_show(row["cpu_s"], 0) if of == "plan" else "", row["error"] or ""),
                )
            )
    return _table((*heads, "worst deviation %", "rounds", "CPU s", "note"), lines)


def _sizes(rows: list[Row]) -> list[str]:
    """Lay out what large files and plans cost outside the search, beside what was asked."""
    heads = ("of", "figure", "value", "at most", "holds", "note")
    return _table(
        heads,
        [
            (
                *(row["size_of"], row["figure"], _show(row["value"], 2), _show(row["target"], 2)),
                *(_show(row["holds"], 0), row["error"] or ""),
            )
            for row in rows
        ],
    )


def _least(rows: list[Row]) -> list[str]:
    """Lay out how little revenue can change hands while both balances hold."""
    heads = ("scenario", "today", "seed", "least revenue in new hands %", "proved: at least %")
    return _table(
        (*heads, "accounts", "worst deviation %", "at most 10 %", "CPU s"),
        [
            (
                *(row["least_of"], row["today"], row["seed"]),
                *(_gap(row["least_share"]), _gap(row["bound_share"]), row["moved_accounts"]),
                *(_gap(row["worst_deviation"]), row["verdict"], _show(row["cpu_s"], 0)),
            )
            for row in rows
        ],
    )


def _scenarios(rows: list[Row]) -> list[str]:
    """Lay out whole runs of scenarios: read, solved, saved."""
    heads = ("scenario", "effort", "seed", "units", "territories", "status", "USD a year", "gap %")
    return _table(
        (*heads, "broken rules", "recomputed", "wall s", "CPU s", "MB"),
        [
            (
                *(row["scenario"], row["effort"], row["seed"], f"{int(row['units']):,}"),
                *(row["territories"], row["status"], f"{float(row['objective_usd']):,.0f}"),
                *(_gap(row["gap"]), row["broken_rules"], row["check"]),
                *(_show(row["wall_s"], 1), _show(row["cpu_s"], 1), _show(row["peak_mb"], 0)),
            )
            for row in rows
        ],
    )


KINDS: tuple[tuple[str, str, Callable[[list[Row]], list[str]]], ...] = (
    ("family", "Published instances", _published),
    ("before_of", "Before and after", _before),
    ("without", "What each part brings", _ablations),
    ("plan_J2_km", "Speed", _speed),
    ("size_of", "Sizes, outside the search", _sizes),
    ("scenario", "Whole scenarios", _scenarios),
    ("least_of", "How little can change hands", _least),
    ("travel_of", "Travel against routed years", _travel),
    ("peer", "Peers on one machine, in one run", _peers),
)
"""Column that tells what a file holds, the part's heading, and who lays it out."""


def _origin(rows: list[Row]) -> str:
    said = []
    for key, word in (("effort", "effort"), ("seconds", "seconds"), ("seed", "seed")):
        values = sorted({row[key] for row in rows if row.get(key)})
        if values:
            said.append(f"{word} {', '.join(values)}")
    for key in ("commit", "versions", "machine"):
        said.append(f"{key} {', '.join(sorted({row[key] for row in rows}))}")
    return "; ".join(said)


def page(paths: Sequence[Path]) -> str:
    """Lay out the page of some CSV files, in the order of their names within each part."""
    out = [
        "# Benchmark results",
        "",
        "Generated by `python -m tests.benchmarks.results` from CSV files. Objectives and",
        "feasibility are the independent scorer's (`score.py`), by each family's definition;",
        "best-known values are their authors'. A commit with a `+` had uncommitted changes.",
        "",
    ]
    for column, heading, lay_out in KINDS:
        parts = []
        for path in sorted(paths):
            rows = provenance.read_rows([path])
            if rows and column in rows[0]:
                parts += [f"### {path.stem}", "", _origin(rows), "", *lay_out(rows)]
        if parts:
            out += [f"## {heading}", "", *parts]
    return "\n".join(out).rstrip() + "\n"


def main(words: list[str] | None = None) -> int:
    """Write the page; return 0, or 2 where there is no CSV file."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.results")
    parser.add_argument("sources", type=Path, nargs="*", default=[HERE / "results"])
    parser.add_argument("--out", type=Path, default=HERE / "RESULTS.md")
    asked = parser.parse_args(words)
    paths = [
        path
        for source in asked.sources
        for path in (sorted(source.glob("*.csv")) if source.is_dir() else [source])
    ]
    if not paths:
        print(f"error: no CSV file in {', '.join(map(str, asked.sources))}", file=sys.stderr)
        return 2
    asked.out.write_text(page(paths), encoding="utf-8")
    print(asked.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
