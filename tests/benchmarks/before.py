"""Put two runs of the published instances beside each other: a commit before, and one after.

python -m tests.benchmarks.before BEFORE.csv AFTER.csv --out FILE.csv
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tests.benchmarks import provenance

__all__ = ["main", "pairs"]


def pairs(before: list[dict[str, str]], after: list[dict[str, str]]) -> list[dict[str, str]]:
    """Rows of the instances that both runs solved, in the order of the later one."""
    old = {(row["name"], row["effort"], row["seed"]): row for row in before}
    out = []
    for row in after:
        one = old.get((row["name"], row["effort"], row["seed"]))
        if one is None:
            continue
        made = {"before_of": row["name"], "effort": row["effort"], "seed": row["seed"]}
        for when, each in (("before", one), ("after", row)):
            made[when] = each["objective"]
            for key in ("feasible", "gap", "cpu_s"):
                made[f"{when}_{key}"] = each[key]
        made["commit"] = f"{one['commit']} → {row['commit']}"
        out.append(made | {key: row[key] for key in ("versions", "machine")})
    return out


def main(words: list[str] | None = None) -> int:
    """Write the pairs; return 0, or 2 where the runs share no instance."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.before")
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args(words)
    rows = pairs(*(provenance.read_rows([path]) for path in (asked.before, asked.after)))
    if not rows:
        print("error: the two runs share no instance", file=sys.stderr)
        return 2
    provenance.write_rows(asked.out, rows)
    print(asked.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
