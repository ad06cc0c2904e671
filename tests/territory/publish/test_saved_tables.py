"""A plan folder whose files no longer fit together is refused with file, row and value."""

import csv
import io
import json
import re
import shutil

import pytest

from solvers.stop import Interrupt
from territory.errors import InputError
from territory.publish.folder import read_plan, save_plan
from tests.territory.plans import small_plan


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    stop = Interrupt()
    stop.pull()  # no pages: only what recomputes the plan
    return save_plan(small_plan(), tmp_path_factory.mktemp("saved") / "p", at_once=stop.at_once)


@pytest.fixture
def refusal(saved, tmp_path):
    def run(name, change):
        folder = tmp_path / "p"
        shutil.copytree(saved, folder)
        data = (folder / name).read_bytes()
        (folder / name).write_bytes(change(data))
        with pytest.raises(InputError) as error:
            read_plan(folder)
        return str(error.value)

    return run


def cell(row, at, value):
    def change(data):
        lines = data.decode().splitlines()
        cells = lines[row].split(",")
        cells[at] = value
        lines[row] = ",".join(cells)
        return "\n".join(lines).encode()

    return change


def without_last_row(data):
    out = io.StringIO(newline="")
    csv.writer(out).writerows(list(csv.reader(io.StringIO(data.decode(), newline="")))[:-1])
    return out.getvalue().encode()


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("alignment.csv", cell(1, 0, "nowhere"), 'alignment.csv:2: unit_id "nowhere" is not in'),
        ("alignment.csv", cell(1, 1, "T99"), 'territory_id "T99" is not in territories.csv'),
        ("alignment.csv", cell(1, 1, ""), "alignment.csv:2: territory_id is empty"),
        ("alignment.csv", lambda data: data.replace(b"unit_id", b"unit"), "has no column unit_id"),
        ("alignment.csv", lambda data: b"\xff\xfe" + data, "cannot be read as a table"),
        ("accounts.csv", lambda data: data + data.splitlines()[1], "stands there twice"),
        ("accounts.csv", without_last_row, "territories.csv says"),
        ("accounts.csv", lambda data: data + b'"a', "cannot be read as a table"),
        ("adjacency.csv", cell(1, 2, "wide"), 'adjacency.csv:2: border_km is "wide", no number'),
        ("territories.csv", lambda data: data.replace(b"_goal", b"_gaol"), "has no column"),
        ("territories.gpkg", lambda data: data[:4000], "cannot be read as the GeoPackage"),
        ("plan.json", lambda data: b"\xf5" + data, "is no text in UTF-8"),
        ("plan.json", lambda data: b"[" * 200_000, "is no JSON"),
    ],
)
def test_a_damaged_file_of_a_plan_is_named(refusal, name, change, said):
    assert said in refusal(name, change)


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("scenario", 5, "scenario is 5; expected a text"),
        ("objective", "much", 'objective is "much"; expected a number'),
        ("terms", {"travel": []}, "terms.travel is []; expected a number"),
        ("measures", [], "measures is []; expected a table"),
        ("measures", {"workload_h": {"tolerance": "x", "imbalance": 0}}, "measures.workload_h.tol"),
        ("violations", [3], "violations[0] is 3; expected a table"),
        ("review", {"correlation": "x"}, "review.correlation"),
        ("crs", "no system", "cannot be read as the GeoPackage of a plan"),
    ],
)
def test_a_record_of_other_types_is_named(refusal, key, value, said):
    def change(data):
        return json.dumps({**json.loads(data), key: value}).encode()

    assert re.sub(r"\s+", " ", said) in refusal("plan.json", change)


def test_truths_are_booleans_whoever_saved_the_file_last(saved, tmp_path):
    folder = tmp_path / "p"
    shutil.copytree(saved, folder)
    assert read_plan(folder).accounts["exception"].dtype == bool
    path = folder / "accounts.csv"
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    assert {row["exception"] for row in rows} == {"false"}
    for row, word in zip(rows, ["TRUE", "WAHR", "FALSE", ""] * 3, strict=True):
        row["exception"] = word  # as spreadsheets leave them
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    assert read_plan(folder).accounts["exception"].tolist() == [True, True, False, False] * 3
    path.write_text(path.read_text(encoding="utf-8").replace("WAHR", "perhaps"), encoding="utf-8")
    with pytest.raises(InputError, match=r'accounts\.csv:3: exception is "perhaps"'):
        read_plan(folder)
