"""A sample of broken files: each ends in a clear message, none in a bug; more by the command."""

import numpy as np
import pytest

from tests.broken_files import DAMAGES, FORMATS, case, damaged, verdict

SAMPLE = [
    ("table", "csv", "bombed"),
    ("table", "xlsx", "bombed"),
    ("table", "xlsx", "flipped"),
    ("layer", "shp", "flipped"),
    ("layer", "gpkg", "truncated"),
    ("layer", "geojson", "bombed"),
    ("scenario", "toml", "swapped"),
]


@pytest.mark.parametrize(("what", "kind", "damage"), SAMPLE)
def test_a_broken_file_ends_in_a_clear_message(tmp_path, what, kind, damage):
    case(tmp_path, what, kind, damage, np.random.default_rng(7))
    assert not verdict(tmp_path)


def test_every_damage_changes_the_file():
    for damage in DAMAGES:
        data = bytes(range(256)) * 8
        assert damaged(data, damage, np.random.default_rng(1)) != data
    assert len(FORMATS) == len(set(FORMATS))
