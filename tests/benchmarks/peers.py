"""Run other packages on the scale family beside this one, scored by the same scorer.

    python -m tests.benchmarks.peers [--scale FOLDER] [--only PATTERN] [--out FILE.csv]
        [--seconds S] [--seed N] [--peers NAME,NAME]

`pip install territory-design[peers]` brings the peers; one that is missing is named and left out.
Each runs in a process of its own under the time limit. What a peer cannot be asked for (a second
measure, contiguity, a number of territories) it is not asked for; the figures show it.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.benchmarks import provenance
from tests.benchmarks.families import Instance, find, to_problem
from tests.benchmarks.isolate import run_alone
from tests.benchmarks.published import warm
from tests.benchmarks.score import score
from tests.benchmarks.speed import instance_of_size

__all__ = ["PEERS", "main", "run_peer"]

TOLERANCE = 0.10
THOUSANDTHS = 1000
"""Peers that count in integers get workload and borders in thousandths."""

Labels = NDArray[np.int64]
Peer = Callable[[Instance, int, float], Labels]


def _solve(effort: str) -> Peer:
    def run(instance: Instance, seed: int, seconds: float) -> Labels:
        from solvers import solve

        result = solve(to_problem(instance), effort=effort, seed=seed, time_limit_s=seconds)
        return np.asarray(result.assignment, dtype=np.int64)

    return run


def _pymetis(instance: Instance, seed: int, seconds: float) -> Labels:
    import pymetis
    from scipy.sparse import coo_array

    edges, n = np.asarray(instance.data["edges"]), instance.n
    border = np.maximum(1, np.rint(instance.data["blen"] * THOUSANDTHS)).astype(np.int64)
    half = coo_array((border, (edges[:, 0], edges[:, 1])), shape=(n, n))
    graph = (half + half.T).tocsr()
    _, labels = pymetis.part_graph(
        instance.k,
        xadj=graph.indptr.astype(np.int64),
        adjncy=graph.indices.astype(np.int64),
        vweights=np.maximum(1, np.rint(instance.data["w"][:, 0] * THOUSANDTHS)).astype(np.int64),
        eweights=graph.data.astype(np.int64),
        recursive=False,
        contiguous=True,
        options=pymetis.Options(seed=seed, ufactor=int(TOLERANCE * 1000)),
        warn_on_copies=False,
    )
    return np.asarray(labels)


def _gerrychain(metric: str | None) -> Peer:
    """Seed by recursive spanning trees; then, with a metric, short bursts of ReCom to lower it."""

    def run(instance: Instance, seed: int, seconds: float) -> Labels:
        from functools import partial

        import networkx as nx
        from gerrychain import Graph, Partition, constraints, updaters
        from gerrychain.optimization import SingleMetricOptimizer
        from gerrychain.proposals import recom

        end = time.perf_counter() + 0.9 * seconds
        drawn = nx.Graph()
        workload, potential = instance.data["w"].T
        for unit in range(instance.n):
            drawn.add_node(unit, workload=workload[unit], potential=potential[unit])
        drawn.add_edges_from(np.asarray(instance.data["edges"]).tolist())
        state = Partition.from_random_assignment(
            graph=Graph.from_networkx(drawn),
            n_parts=instance.k,
            epsilon=TOLERANCE,
            pop_col="workload",
            updaters={
                "workload": updaters.Tally("workload", dtype_fn=float),
                "potential": updaters.Tally("potential", dtype_fn=float),
                "cut_edges": updaters.cut_edges,
            },
            rng=seed,
        )
        mean = instance.n / instance.k
        measured: Callable[[Any], float] = (
            (lambda plan: len(plan["cut_edges"]))
            if metric == "cut_edges"
            else (lambda plan: max(abs(v / mean - 1.0) for v in plan["potential"].values()))
        )
        if metric is not None:
            optimizer = SingleMetricOptimizer(
                partial(recom, pop_col="workload", pop_target=mean, epsilon=TOLERANCE),
                constraints.within_percent_of_ideal_population(state, TOLERANCE, "workload"),
                state,
                measured,
                maximize=False,
                rng=seed,
            )
            for _ in optimizer.short_bursts(burst_length=10, num_bursts=1_000_000):
                if time.perf_counter() > end:
                    break
            state = optimizer.best_part
        labels = np.zeros(instance.n, dtype=np.int64)
        for unit in range(instance.n):
            labels[unit] = state.assignment[unit]
        return np.unique(labels, return_inverse=True)[1]

    return run


def _k_means_constrained(instance: Instance, seed: int, seconds: float) -> Labels:
    from k_means_constrained import KMeansConstrained

    mean = instance.n / instance.k
    model = KMeansConstrained(
        n_clusters=instance.k,
        size_min=int(np.floor((1 - TOLERANCE) * mean)),
        size_max=int(np.ceil((1 + TOLERANCE) * mean)),
        n_init=1,
        random_state=seed,
        n_jobs=1,
    )
    return np.asarray(model.fit_predict(instance.data["xy"]), dtype=np.int64)


def _neighbours(instance: Instance) -> tuple[Any, Any]:
    """Frame and weights object that spopt reads."""
    import geopandas as gpd
    from libpysal.weights import W

    lists: dict[int, list[int]] = {unit: [] for unit in range(instance.n)}
    for a, b in np.asarray(instance.data["edges"]).tolist():
        lists[a].append(b)
        lists[b].append(a)
    x, y = instance.data["xy"].T
    frame = gpd.GeoDataFrame(
        {"x": x, "y": y, "workload": instance.data["w"][:, 0]}, geometry=gpd.points_from_xy(x, y)
    )
    return frame, W(lists, silence_warnings=True)


def _spopt_maxp(instance: Instance, seed: int, seconds: float) -> Labels:
    from spopt.region import MaxPHeuristic

    np.random.seed(seed)  # noqa: NPY002  spopt draws from the global generator
    frame, weights = _neighbours(instance)
    least = (1 - TOLERANCE) * instance.n / instance.k
    model = MaxPHeuristic(
        frame, weights, ["x", "y"], "workload", least, max_iterations_construction=9
    )
    model.solve()
    return np.unique(np.asarray(model.labels_), return_inverse=True)[1]


def _spopt_ward(instance: Instance, seed: int, seconds: float) -> Labels:
    from spopt.region import WardSpatial

    frame, weights = _neighbours(instance)
    model = WardSpatial(frame, weights, ["x", "y"], n_clusters=instance.k)
    model.solve()
    return np.asarray(model.labels_, dtype=np.int64)


PEERS: dict[str, tuple[str, Peer]] = {
    "territory-design quick": ("ortools", _solve("quick")),
    "territory-design normal": ("ortools", _solve("normal")),
    "pymetis": ("pymetis", _pymetis),
    "gerrychain seed": ("gerrychain", _gerrychain(None)),
    "gerrychain bursts on cut edges": ("gerrychain", _gerrychain("cut_edges")),
    "gerrychain bursts on potential": ("gerrychain", _gerrychain("potential")),
    "k-means-constrained": ("k_means_constrained", _k_means_constrained),
    "spopt MaxP": ("spopt", _spopt_maxp),
    "spopt Ward": ("spopt", _spopt_ward),
}
"""Name → package that must be importable, and the call."""

PACKAGES = ("territory-design", "pymetis", "gerrychain", "k-means-constrained", "spopt")


def run_peer(*, name: str, instance: Instance, seed: int, seconds: float) -> dict[str, Any]:
    """Run one peer on one instance; wall and CPU seconds are without imports and compiling."""
    _, call = PEERS[name]
    if name.startswith("territory-design"):
        warm(name.rsplit(maxsplit=1)[-1])
    wall, cpu = time.perf_counter(), time.process_time()
    labels = call(instance, seed, seconds)
    return {
        "labels": labels,
        "wall_s": time.perf_counter() - wall,
        "cpu_s": time.process_time() - cpu,
    }


def _row(name: str, instance: Instance, found: dict[str, Any]) -> dict[str, Any]:
    columns = (
        *("instance", "n", "k", "peer", "n_territories", "within_10_percent", "n_disconnected"),
        *("workload_percent", "potential_percent", "J2_km", "J1_km", "wall_s", "cpu_s"),
    )
    row: dict[str, Any] = dict.fromkeys(columns, "")
    row |= {"instance": instance.name, "n": instance.n, "k": instance.k, "peer": name}
    if not found or found["labels"].min() < 0:
        return row
    labels, number = found["labels"], provenance.rounded
    n_territories = int(labels.max()) + 1
    scored = score("scale", instance.data, labels, k=n_territories, tolerance=TOLERANCE)
    row |= {
        "n_territories": n_territories,
        "within_10_percent": scored.feasible and n_territories == instance.k,
        "n_disconnected": scored.n_disconnected,
        "workload_percent": number(100 * scored.deviation[0], 3),
        "potential_percent": number(100 * scored.deviation[1], 3),
        "J2_km": number(scored.j2_km, 5),
        "J1_km": number(scored.j1_km, 5),
        "wall_s": number(found["wall_s"], 3),
        "cpu_s": number(found["cpu_s"], 3),
    }
    return row


def _instances(scale: Path | None, only: str, seed: int) -> list[Instance]:
    if scale is None:
        return [instance_of_size(n, None, seed) for n in (254, 3108)]
    return [each for each in find(scale, only) if each.tolerance == TOLERANCE]


def main(words: list[str] | None = None) -> int:
    """Run every installed peer on every instance; return 0, or 2 where nothing matches."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.peers")
    parser.add_argument("--scale", type=Path, help="folder of the scale family")
    parser.add_argument("--only", default="*_t10", help="pattern of labels, e.g. 'us_k50_t10'")
    parser.add_argument("--out", type=Path, help="CSV file to write")
    parser.add_argument("--seconds", type=float, default=60.0, help="wall-clock limit of each run")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--peers", default=",".join(PEERS), help="names, separated by commas")
    asked = parser.parse_args(words)
    names = [name for name in PEERS if name in asked.peers.split(",")]
    instances = _instances(asked.scale, asked.only, asked.seed)
    if not names or not instances:
        print(f"error: nothing to run: {names} on {len(instances)} instances", file=sys.stderr)
        return 2
    missing = sorted({PEERS[name][0] for name in names if find_spec(PEERS[name][0]) is None})
    for package in missing:
        print(f"{package} is not installed and left out", file=sys.stderr)
    same = {
        "seconds": asked.seconds,
        "seed": asked.seed,
        **provenance.stamp(*PACKAGES),
    }
    rows: list[dict[str, Any]] = []
    for instance in instances:
        for name in names:
            if PEERS[name][0] in missing:
                continue
            outcome = run_alone(
                run_peer,
                limit_s=asked.seconds + 30.0,
                name=name,
                instance=instance,
                seed=asked.seed,
                seconds=asked.seconds,
            )
            row = _row(name, instance, outcome.value or {})
            row |= {"peak_mb": provenance.rounded(outcome.peak_mb, 4), "error": outcome.error}
            rows.append(row | same)
            if asked.out:
                provenance.write_rows(asked.out, rows)
            print("  ".join(f"{k}={v}" for k, v in row.items() if v != ""), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
