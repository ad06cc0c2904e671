"""Of an archive the one file that is meant is read; what is odd about it is said."""

import gzip
import zipfile

import pytest

from geo.errors import GeographyError
from geo.files.archives import unpacked

SUFFIXES = (".csv", ".xlsx", ".shp", ".txt")


def archive(path, **files):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in files.items():
            out.writestr(name.replace("__", "/").replace("_", "."), content)
    return path


def test_the_table_is_taken_and_gone_afterwards(tmp_path):
    path = archive(tmp_path / "a.zip", out__accounts_csv="a,b", readme_txt="x", out__x_pdf="y")
    with unpacked(path, SUFFIXES) as inner:
        assert (inner.name, inner.read_text()) == ("accounts.csv", "a,b")
    assert not inner.parent.exists()


def test_all_parts_of_a_shapefile_are_taken(tmp_path):
    path = archive(tmp_path / "a.zip", k__a_shp="1", k__a_dbf="2", k__a_prj="3", k__b_dbf="4")
    with unpacked(path, SUFFIXES) as inner:
        assert sorted(each.name for each in inner.parent.iterdir()) == ["a.dbf", "a.prj", "a.shp"]


def test_a_single_compressed_file_has_the_name_without_the_ending(tmp_path):
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(b"a,b"))
    with unpacked(tmp_path / "a.csv.gz", SUFFIXES) as inner:
        assert (inner.name, inner.read_text()) == ("a.csv", "a,b")


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"a_csv": "1", "b_csv": "2"}, "holds 2 files that can be read"),
        ({"a_pdf": "1"}, "holds no file that can be read"),
        ({"a_csv": "0" * 30_000_000}, "unpacks to more than 22 MB"),
    ],
)
def test_what_cannot_be_meant_is_refused(tmp_path, files, said):
    path = archive(tmp_path / "a.zip", **files)
    with pytest.raises(GeographyError, match=said), unpacked(path, SUFFIXES):
        pass


def test_a_path_that_leads_out_of_the_archive_leads_nowhere(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as out:
        out.writestr("../../evil.csv", "a,b")
    with unpacked(tmp_path / "a.zip", SUFFIXES) as inner:
        assert inner.name == "evil.csv"
        assert inner.parent.name.startswith("territory-")
    assert not (tmp_path.parent / "evil.csv").exists()


@pytest.mark.parametrize("content", [b"PK\x03\x04", b"", b"x" * 100])
def test_a_damaged_archive_is_named(tmp_path, content):
    for name in ("a.zip", "a.csv.gz"):
        (tmp_path / name).write_bytes(content or b"\x1f\x8b")
        with (
            pytest.raises(GeographyError, match="is a damaged archive"),
            unpacked(tmp_path / name, SUFFIXES),
        ):
            pass
