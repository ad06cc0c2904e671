"""The market's benchmark runs, small."""

from tests.benchmarks.market import measure


def test_the_measure_names_each_step_and_its_memory():
    found = measure(5_000)
    assert list(found)[1:5] == ["rolled_up_s", "potential_s", "scored_and_tiered_s", "segmented_s"]
    assert 0 < found["total_s"] < 60
    assert found["peak_mb"] > 0
