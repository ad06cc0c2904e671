"""The benchmark of going live runs and measures what it says."""

from tests.benchmarks.going_live import measure


def test_a_small_rollout_is_measured(tmp_path):
    found = measure(400, tmp_path)
    assert found["accounts"] == 400
    assert found["blocked"] == 0
    assert 0 < found["moved"] < 60
