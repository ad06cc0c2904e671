"""JSON of an interface is read as a table; JSON of a layer stays a layer."""

import json

import pytest

from territory.inputs.sources.open import open_table
from territory.inputs.sources.raw import SourceError

ROWS = [
    {"account_id": "A", "zip": "02138", "open": True, "Owner": {"Name": "Ann", "Id": 7}},
    {"account_id": "B", "zip": None, "open": False, "Owner": {"Name": "Bo", "Id": 8}},
]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.json", json.dumps(ROWS)),
        ("a.json", json.dumps({"totalSize": 2, "done": True, "records": ROWS})),
        ("a.json", json.dumps({"@odata.context": "x", "value": ROWS})),
        ("a.jsonl", "\n".join(map(json.dumps, ROWS))),
    ],
)
def test_records_are_a_table(tmp_path, name, text):
    (tmp_path / name).write_text(text)
    frame = open_table(tmp_path / name).frame
    assert frame["account_id"].tolist() == ["A", "B"]
    assert frame["zip"].tolist() == ["02138", ""]
    assert frame["open"].tolist() == ["true", "false"]
    assert frame["Owner.Name"].tolist() == ["Ann", "Bo"]


def test_what_a_system_says_of_each_record_is_no_column_and_properties_are(tmp_path):
    rows = [{"attributes": {"type": "Account", "url": "/x"}, "properties": {"name": "N"}}]
    (tmp_path / "a.json").write_text(json.dumps({"records": rows, "done": False}))
    raw = open_table(tmp_path / "a.json")
    assert list(raw.frame.columns) == ["name"]
    assert raw.notes[0][:2] == ("warning", "format")


@pytest.mark.parametrize("text", ['[{"a": 1}', '[{"a": 1}, 5]', '{"records": [1]}', "[{}" * 90_000])
def test_json_without_records_is_refused(tmp_path, text):
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(SourceError):
        open_table(tmp_path / "a.json")


def test_a_layer_is_no_list_of_records(tmp_path):
    point = {"type": "Point", "coordinates": [1.0, 2.0]}
    feature = {"type": "Feature", "properties": {"id": "a"}, "geometry": point}
    layer = {"type": "FeatureCollection", "features": [feature]}
    (tmp_path / "a.json").write_text(json.dumps(layer))
    assert open_table(tmp_path / "a.json").frame["id"].tolist() == ["a"]
