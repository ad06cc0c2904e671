"""The monitor's benchmark run, small."""

from tests.benchmarks.living import measure


def test_a_large_field_is_read_and_judged():
    found = measure(2_000, 12)
    assert found["rows"] == 24_000
    assert found["signals"] == 0
    assert found["cpu_s"] < 20
