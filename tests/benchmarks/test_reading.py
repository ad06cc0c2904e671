"""The benchmark of reading runs, small, and nothing in its export is odd."""

import pytest

from tests.benchmarks.reading import measure


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_an_export_is_read_whole(kind):
    assert measure(50, kind)["accounts"] == 50
