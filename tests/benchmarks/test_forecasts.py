"""Forecasts of real panels reach their targets; the drift that users hear is the measured one."""

import csv
from pathlib import Path

import pytest

from territory.monitor.drift import MEASURED
from tests.benchmarks.forecasts import centers, counties, drift

RESULTS = Path(__file__).parent / "results"


def test_county_populations_are_nearer_than_by_any_peer(real_data: Path):
    rows = {row["method"]: row for row in counties(real_data)}
    ours = rows.pop("territory-design")
    assert ours["median"] <= 1.05
    assert 0.75 <= ours["coverage"] <= 0.85
    assert all(ours["median"] <= row["median"] for row in rows.values())


def test_volumes_of_surgery_centers_are_carried_to_the_next_edition(real_data: Path):
    rows = {row["method"]: row for row in centers(real_data, seeds=1)}
    ours = rows.pop("territory-design")
    assert ours["wmape"] <= 11.4
    assert 0.75 <= ours["coverage"] <= 0.85
    assert all(ours["wmape"] <= row["wmape"] for row in rows.values())


def told() -> list[dict[str, float]]:
    with (RESULTS / "drift.csv").open(encoding="utf-8") as file:
        return [{key: float(row[key]) for key in ("k", "median", "worst", "least", "most")}
                for row in csv.DictReader(file)]  # fmt: skip


def test_users_are_told_the_drift_of_the_results_file():
    assert [
        {"k": row.k, "median": row.median, "worst": row.worst, "least": row.least, "most": row.most}
        for row in MEASURED
    ] == told()


def test_the_drift_of_the_results_file_is_measured_again(real_data: Path):
    for found, row in zip(drift(real_data), told(), strict=True):
        assert found == pytest.approx(row)
