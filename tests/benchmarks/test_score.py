"""The independent scorer against answers worked out by hand."""

import numpy as np
import pytest

from tests.benchmarks.score import n_disconnected, score

PATH = np.array([[0, 1], [1, 2], [2, 3]])
"""Four units in a row: 0 - 1 - 2 - 3."""


def row_of_four() -> dict:
    """Units at 0, 1, 2 and 10 on a line; three activities of one each."""
    xy = np.array([[0.0, 0.0], [1.0, 0.0], [2.0, 0.0], [10.0, 0.0]])
    return {"xy": xy, "w": np.ones((4, 3)), "edges": PATH, "k": 2, "tau": 0.05}


def test_ctdp_counts_each_units_distance_to_the_best_center_once():
    found = score("ctdp", row_of_four(), np.array([0, 0, 1, 1]), k=2, tolerance=0.05)
    assert found.objective == pytest.approx(1.0 + 8.0)
    assert found.feasible
    assert found.deviation.tolist() == [0.0, 0.0, 0.0]


def test_ctdp_bands_are_judged_in_every_activity():
    found = score("ctdp", row_of_four(), np.array([0, 0, 0, 1]), k=2, tolerance=0.05)
    assert found.objective == pytest.approx(2.0)
    assert not found.feasible
    assert found.deviation.tolist() == [0.5, 0.5, 0.5]


def test_a_territory_in_two_pieces_is_counted_and_not_feasible():
    labels = np.array([0, 1, 1, 0])
    assert n_disconnected(PATH, labels) == 1
    assert not score("ctdp", row_of_four(), labels, k=2, tolerance=0.05).feasible


def test_a_territory_without_units_is_not_feasible():
    labels = np.zeros(4, dtype=int)
    assert not score("ctdp", row_of_four(), labels, k=2, tolerance=1.0).feasible


def test_moi_rounds_geodesics_to_whole_kilometres():
    # One degree of the GRS80 equator is 111.319 km.
    data = {"lon": [0.0, 1.0, 2.0], "lat": [0.0, 0.0, 0.0], "pop": [100, 10, 100]}
    data |= {"edges": PATH[:2], "L": 110, "U": 210, "k": 1}
    found = score("moi", data, np.zeros(3, dtype=int), k=1, tolerance=float("nan"))
    assert found.objective == pytest.approx(200 * 0.111**2)
    assert found.feasible


def test_moi_population_outside_the_limits_is_not_feasible():
    data = {"lon": [0.0, 1.0, 2.0], "lat": [0.0, 0.0, 0.0], "pop": [100, 10, 100]}
    data |= {"edges": PATH[:2], "L": 104, "U": 106, "k": 2}
    assert not score("moi", data, np.array([0, 0, 1]), k=2, tolerance=float("nan")).feasible


def test_cpmp_labels_name_the_serving_median():
    data = {"xy": row_of_four()["xy"], "cap": np.array([2.0, 9.0, 2.0, 9.0]), "demand": np.ones(4)}
    found = score("cpmp", data, np.array([1, 1, 1, 3]), k=2, tolerance=float("nan"))
    assert (found.objective, found.feasible) == (2.0, True)
    crowded = score("cpmp", data, np.array([0, 0, 0, 3]), k=2, tolerance=float("nan"))
    assert (crowded.objective, crowded.feasible) == (3.0, False)
    assert crowded.deviation.tolist() == [0.5]


def test_cpmp_allows_no_more_medians_than_asked_for():
    data = {"xy": row_of_four()["xy"], "cap": np.full(4, 9.0), "demand": np.ones(4)}
    assert not score("cpmp", data, np.arange(4), k=3, tolerance=float("nan")).feasible


def test_scale_weighs_distances_by_workload():
    data = {"xy": np.array([[0.0, 0.0], [4.0, 0.0]]), "edges": PATH[:1], "ks": np.array([1])}
    data |= {"w": np.array([[1.5, 1.0], [0.5, 1.0]]), "blen": np.ones(1)}
    found = score("scale", data, np.zeros(2, dtype=int), k=1, tolerance=0.1)
    assert found.objective == pytest.approx(0.5 * 4**2)  # center on the heavier unit
    assert found.j2_km == pytest.approx(np.sqrt((1.5 * 1 + 0.5 * 9) / 2))  # centroid at 1 km
    assert found.j1_km == pytest.approx(0.5 * 4 / 2)


@pytest.mark.parametrize("labels", [[0, 0, 1], [0, 0, 1, 2], [0, 0, 1, -1]])
def test_labels_that_are_no_plan_are_refused(labels: list[int]):
    with pytest.raises(ValueError, match="4 integers from 0 to 1"):
        score("ctdp", row_of_four(), np.array(labels), k=2, tolerance=0.05)
