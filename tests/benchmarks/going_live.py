"""What change set, audit and load files cost: `python -m tests.benchmarks.going_live [ACCOUNTS]`.

A tenth of the accounts change their territory; the made-up org has one contact an account and a
deal in every fourth. Prints CPU seconds by phase and the largest memory of the process.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from territory.rollout.change_set import change_set
from territory.rollout.crm.example import example_extract
from territory.rollout.crm.extract import read_extract
from territory.rollout.folder import write_rollout
from territory.rollout.package import rollout_of
from tests.territory.rollout.worlds import TERRITORIES, plan_of

__all__ = ["measure"]


def measure(n: int, folder: Path, *, seed: int = 1) -> dict[str, float]:
    """Return CPU seconds by phase, and how many accounts move."""
    rng = np.random.default_rng(seed)
    names = np.array(TERRITORIES)
    before = names[rng.integers(0, 4, n)]
    after = np.where(rng.random(n) < 0.1, names[rng.integers(0, 4, n)], before)
    plan = plan_of(before.tolist(), after.tolist())
    (folder / "extract").mkdir()
    for name, table in example_extract(change_set(plan)).items():
        table.to_csv(folder / "extract" / f"{name}.csv", index=False)
    start = time.process_time()
    extract = read_extract(folder / "extract")
    read = time.process_time()
    made = rollout_of(plan, crm="salesforce", extract=extract)
    computed = time.process_time()
    write_rollout(made, folder / "out")
    return {
        "accounts": n,
        "moved": len(made.change.moved),
        "blocked": len(made.blocked),
        "read_s": round(read - start, 2),
        "compute_s": round(computed - read, 2),
        "write_s": round(time.process_time() - computed, 2),
    }


if __name__ == "__main__":
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as place:
        found = measure(size, Path(place))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(f"{found} largest memory {memory:,.0f} MB\n")
