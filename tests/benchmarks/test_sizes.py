"""The runner of sizes says of each figure what was asked of it, and whether it holds."""

from tests.benchmarks.isolate import Outcome
from tests.benchmarks.results import page
from tests.benchmarks.sizes import main, rows_of


def test_a_figure_is_held_against_its_target():
    rows = rows_of("map", Outcome(value={"size_mb": 21.0, "n": 5}, peak_mb=90.0), {"size_mb": 20})
    assert [(row["figure"], row["holds"]) for row in rows] == [
        ("size_mb", False), ("n", ""), ("peak_mb", "")
    ]  # fmt: skip
    failed = rows_of("map", Outcome(error="time_limit"), {"size_mb": 20})
    assert [row["error"] for row in failed] == ["time_limit"]


def test_an_unknown_name_is_refused(capsys):
    assert main(["mop"]) == 2
    assert "known" in capsys.readouterr().err


def test_the_page_lays_the_sizes_out(tmp_path):
    file = tmp_path / "sizes.csv"
    head = "size_of,figure,value,target,holds,error,seed,commit,versions,machine"
    file.write_text(f"{head}\nmap,size_mb,21.5,25,True,,1,abc,v,m\n")
    assert "| map | size_mb | 21.50 | 25.00 | yes |" in page([file])
