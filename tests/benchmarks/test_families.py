"""The adapters of the published families, held against the independent scorer."""

from pathlib import Path

import numpy as np
import pytest

from solvers.problem.evaluate import evaluate
from solvers.problem.problem import adjacency_from_edges
from tests.benchmarks.families import Instance, family_of, find, moi_distances_km, to_problem
from tests.benchmarks.score import score
from tests.benchmarks.synthetic import country

N, K = 36, 4


def homes(drawn: dict, rng: np.random.Generator) -> dict:
    """A planning problem with given homes: travel inside the first band, two priced groups."""
    indptr, indices = adjacency_from_edges(N, drawn["edges"])
    owner = np.repeat(np.arange(N), np.diff(indptr))
    home = drawn["xy"][rng.choice(N, K, replace=False)]
    travel = np.hypot(*(drawn["xy"][:, None, :] - home[None, :, :]).transpose(2, 0, 1)) / 100.0
    goal = np.tile(drawn["w"].sum(axis=0) / K, (K, 1))
    return {
        "cost": 50.0 * travel + 3.0,
        "travel": travel,
        "activity": drawn["w"],
        "travel_share": np.array([1.0, 0.0]),
        "goal": goal,
        "lower": 0.6 * goal,
        "upper": 1.4 * goal,
        "indptr": indptr,
        "indices": indices,
        "border_km": 1.0 + (owner + indices) % 7,
        "exempt": np.zeros(N, dtype=bool),
        "pinned": np.full(N, -1, dtype=np.int32),
        "group_indptr": np.array([0, 4, 7]),
        "group_units": np.array([0, 3, 9, 20, 1, 5, 6], dtype=np.int32),
        "group_price": np.array([100.0, 250.0]),
    }


def arrays(family: str) -> dict:
    """Arrays of a small instance of the family, as its files hold them."""
    drawn = country(N, k=K, seed=3)
    rng = np.random.default_rng(5)
    if family == "scale":
        return drawn
    if family == "ctdp":
        three = np.column_stack([drawn["w"], np.ones(N)])
        return {"xy": drawn["xy"], "w": three, "edges": drawn["edges"], "k": K, "tau": 0.3}
    if family == "moi":
        people = rng.integers(900, 1100, N)
        lon, lat = -100 + drawn["xy"][:, 0] / 90, 30 + drawn["xy"][:, 1] / 110
        low, high = int(people.sum() / K * 0.9), int(people.sum() / K * 1.1)
        out = {"lon": lon, "lat": lat, "pop": people, "edges": drawn["edges"]}
        return out | {"L": low, "U": high, "k": K}
    if family == "homes":
        return homes(drawn, rng)
    demand = rng.integers(1, 9, N).astype(float)
    capacity = np.full(N, 1.2 * demand.sum() / K)
    return {"xy": drawn["xy"], "cap": capacity, "demand": demand, "k": K}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "scale").mkdir()
    np.savez(tmp_path / "ctdp_small.npz", **arrays("ctdp"))
    np.savez(tmp_path / "planar_small.npz", **arrays("ctdp"))
    np.savez(tmp_path / "moi_small.npz", **arrays("moi"))
    np.savez(tmp_path / "cpmp_small.npz", **arrays("cpmp"))
    np.savez(tmp_path / "scale" / "zz.npz", **arrays("scale"))
    np.savez(tmp_path / "homes_small.npz", **arrays("homes"))
    np.savez(tmp_path / "notes.npz", text=np.zeros(2))
    return tmp_path


def test_a_folder_gives_every_instance_and_leaves_out_other_files(folder: Path):
    found = {each.label: each.family for each in find(folder)}
    assert found == {
        "ctdp_small": "ctdp",
        "planar_small": "ctdp",
        "moi_small": "moi",
        "cpmp_small": "cpmp",
        "zz_k4_t10": "scale",
        "zz_k4_t05": "scale",
        "homes_small": "homes",
        "homes_small_b5": "homes",
    }


@pytest.mark.parametrize(
    ("only", "labels"),
    [
        ("moi_*", ["moi_small"]),
        ("zz_k4_t05", ["zz_k4_t05"]),
        ("scale/*", ["zz_k4_t05", "zz_k4_t10"]),
        ("nothing", []),
    ],
)
def test_a_pattern_chooses_by_label_or_path(folder: Path, only: str, labels: list[str]):
    assert [each.label for each in find(folder, only)] == labels


def test_a_familys_name_does_not_help_a_file_without_its_arrays():
    assert family_of("moi_x", {"xy", "w"}) is None
    assert family_of("anything", {"xy", "w", "edges", "blen", "ks"}) == "scale"


@pytest.mark.parametrize(
    ("family", "price"),
    [("ctdp", 0.0), ("moi", 0.0), ("cpmp", 0.0), ("scale", 0.0), ("homes", 0.0), ("homes", 5.0)],
)
def test_the_problems_objective_is_the_familys(family: str, price: float):
    data = arrays(family)
    instance = Instance(name="x", family=family, data=data, k=K, tolerance=0.3, border_usd_km=price)
    problem = to_problem(instance)
    assignment = np.minimum(np.arange(N) // (N // K), K - 1).astype(np.int32)
    said = evaluate(problem, assignment)
    labels = said.centers[assignment] if family == "cpmp" else assignment
    scored = score(family, data, labels, k=K, tolerance=0.3, border_usd_km=price)
    assert scored.objective == pytest.approx(said.objective, rel=1e-12)
    assert scored.feasible == said.feasible


def test_moi_distances_are_symmetric_whole_kilometres():
    km = moi_distances_km({"lon": np.array([0.0, 1.0]), "lat": np.array([0.0, 0.0])})
    assert km.tolist() == [[0.0, 111.0], [111.0, 0.0]]


def test_a_table_of_pairs_too_large_is_replaced_by_the_plane(monkeypatch: pytest.MonkeyPatch):
    instance = Instance(name="x", family="moi", data=arrays("moi"), k=K, tolerance=float("nan"))
    exact = to_problem(instance).cost.column(0)
    monkeypatch.setattr("tests.benchmarks.families.PAIRS_LIMIT", 10)
    assert to_problem(instance).cost.column(0) == pytest.approx(exact, rel=0.05, abs=0.5)
