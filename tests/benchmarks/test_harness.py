"""The benchmark commands on tiny countries: what they write, also when things go wrong."""

import os
import time
from pathlib import Path

import numpy as np
import pytest

from tests.benchmarks import peers, provenance, published, results, speed
from tests.benchmarks.isolate import Outcome, run_alone
from tests.benchmarks.score import score
from tests.benchmarks.synthetic import country


def here(function, *, limit_s=None, **arguments) -> Outcome:
    """Stand in for a process of its own, which would compile every kernel again."""
    return Outcome(value=function(**arguments), peak_mb=1.0)


def double(*, number: int) -> int:
    return 2 * number


def fail() -> None:
    raise ValueError("no good")


def die() -> None:
    os._exit(3)


def sleep() -> None:
    time.sleep(60)


def test_a_function_alone_gives_its_value_and_its_memory():
    outcome = run_alone(double, number=21)
    assert (outcome.value, outcome.error) == (42, "")
    assert outcome.peak_mb > 1


@pytest.mark.parametrize(
    ("function", "limit_s", "error"),
    [
        (fail, None, "ValueError: no good"),
        (die, None, "crashed (exit code 3)"),
        (sleep, 0.1, "time_limit"),
    ],
)
def test_a_function_alone_that_goes_wrong_says_how(function, limit_s, error):
    outcome = run_alone(function, limit_s=limit_s)
    assert (outcome.value, outcome.error) == (None, error)


@pytest.mark.parametrize("n", [40, 254, 1000])
def test_a_synthetic_country_is_connected_scaled_and_repeats(n: int):
    drawn, again = country(n, k=4, seed=7), country(n, k=4, seed=7)
    assert all(np.array_equal(drawn[key], again[key]) for key in drawn)
    assert drawn["w"].mean(axis=0) == pytest.approx([1.0, 1.0])
    whole = score("scale", drawn, np.zeros(n, dtype=int), k=1, tolerance=0.1)
    assert whole.n_disconnected == 0
    assert (drawn["edges"][:, 0] < drawn["edges"][:, 1]).all()
    assert len(drawn["edges"]) < 3 * n


def test_published_writes_labels_and_rows_that_the_scorer_agrees_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(published, "run_alone", here)
    drawn = country(30, k=3, seed=2)
    np.savez(tmp_path / "tiny.npz", **drawn)
    (tmp_path / "best_known.csv").write_text("name,best_known\ntiny_k3_t10,1.0\n")
    out, labels = tmp_path / "out.csv", tmp_path / "labels"
    words = [str(tmp_path), "--out", str(out), "--labels", str(labels), "--effort", "quick"]
    assert published.main([*words, "--only", "tiny_k3_t10"]) == 0
    (row,) = provenance.read_rows([out])
    plan = np.load(labels / "tiny_k3_t10.npy")
    scored = score("scale", drawn, plan, k=3, tolerance=0.1)
    assert tuple(row) == published.COLUMNS
    assert float(row["objective"]) == pytest.approx(scored.objective, rel=1e-6)
    assert float(row["ratio"]) == pytest.approx(scored.objective, rel=1e-5)
    assert row["feasible"] == str(scored.feasible)
    assert row["error"] == ""
    assert "name=tiny_k3_t10" in capsys.readouterr().out


def test_published_says_when_nothing_matches(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    words = [str(tmp_path), "--out", str(tmp_path / "out.csv"), "--labels", str(tmp_path)]
    assert published.main([*words, "--only", "x*"]) == 2
    assert "error: no instance matches 'x*'" in capsys.readouterr().err
    assert not (tmp_path / "out.csv").exists()


def test_a_solver_that_fails_leaves_a_row_that_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(published, "run_alone", lambda *_, **__: Outcome(error="time_limit"))
    np.savez(tmp_path / "tiny.npz", **country(30, k=3, seed=2))
    out = tmp_path / "out.csv"
    words = [str(tmp_path), "--out", str(out), "--labels", str(tmp_path / "labels")]
    assert published.main(words) == 0
    rows = provenance.read_rows([out])
    assert [(row["error"], row["feasible"]) for row in rows] == [("time_limit", "False")] * 2


def test_speed_times_its_phases_and_judges_the_plans():
    instance = speed.instance_of_size(254, None, 0)
    found = speed.measure(instance=instance, phases=speed.PHASES, seed=0)
    assert {f"{phase}_cpu_s" for phase in speed.PHASES} <= set(found)
    assert found["plan_J2_km"] > 0
    assert found["edit_feasible"] in (True, False)


def test_growth_needs_two_sizes_that_count():
    assert np.isnan(speed.growth([254, 3108], [1.0, 2.0]))
    assert speed.growth([254, 4000, 8000], [9.0, 1.0, 4.0]) == pytest.approx(2.0)


def test_a_peer_run_is_scored_like_the_others(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(peers, "run_alone", here)
    np.savez(tmp_path / "tiny.npz", **country(30, k=3, seed=2))
    out = tmp_path / "out.csv"
    words = ["--scale", str(tmp_path), "--peers", "territory-design quick", "--out", str(out)]
    assert peers.main([*words, "--seconds", "5"]) == 0
    (row,) = provenance.read_rows([out])
    assert (row["peer"], row["n_territories"]) == ("territory-design quick", "3")
    assert row["n_disconnected"] == "0"


def test_a_peer_that_is_not_installed_is_named_and_left_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(peers, "find_spec", lambda name: None)
    assert peers.main(["--peers", "pymetis"]) == 0
    assert "pymetis is not installed and left out" in capsys.readouterr().err


def test_the_results_page_shows_what_the_files_hold(tmp_path: Path):
    row = dict.fromkeys(published.COLUMNS, "")
    row |= {"name": "ctdp_x", "family": "ctdp", "n": 60, "k": 4, "status": "optimal"}
    row |= {"feasible": True, "objective": 1234.5, "ratio": 1.001, "gap": 0.0, "commit": "abc"}
    row |= {"effort": "quick", "versions": "python 3", "machine": "one core", "wall_s": 2.0}
    provenance.write_rows(tmp_path / "a.csv", [row])
    page = results.page([tmp_path / "a.csv"])
    assert "effort quick; commit abc; versions python 3; machine one core" in page
    assert (
        "| ctdp_x | 60 | 4 | optimal | yes | 1,234.50 | +0.100 | 0.00 | 2.00 | – | – |  |" in page
    )


def test_the_committed_results_page_is_the_one_its_files_give():
    folder = Path(results.__file__).parent
    paths = sorted((folder / "results").glob("*.csv"))
    if not paths:
        pytest.skip("no results are committed")
    assert (folder / "RESULTS.md").read_text(encoding="utf-8") == results.page(paths)
