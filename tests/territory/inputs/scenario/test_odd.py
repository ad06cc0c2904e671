"""Scenario files that would never end are refused at once, each with its cause."""

import os

import pytest

from territory.errors import InputError
from territory.inputs.scenario.files.found import scenario_file
from territory.inputs.scenario.scenario import read_scenario


def refusal(path):
    with pytest.raises(InputError) as caught:
        read_scenario(path)
    return str(caught.value)


def test_pipes_and_devices_are_no_scenarios(tmp_path):
    os.mkfifo(tmp_path / "a.toml")
    (tmp_path / "b.toml").symlink_to("/dev/zero")
    assert "no regular file" in refusal(tmp_path / "a.toml")
    assert "no regular file" in refusal(tmp_path / "b.toml")


@pytest.mark.parametrize(
    "text",
    [
        ".".join(["a"] * 50_000) + " = 1",
        "[" + ".".join(["a"] * 50_000) + "]",
        "x = {" + ".".join(['"a b"'] * 50_000) + " = 1}",
    ],
)
def test_a_key_of_very_many_parts_is_named_with_its_line(tmp_path, text):
    (tmp_path / "a.toml").write_text(f"# one\n{text}\n")
    assert "a.toml:2: a key of more than 100 parts" in refusal(tmp_path / "a.toml")


def test_very_many_territories_are_refused_before_they_are_made(tmp_path):
    (tmp_path / "a.toml").write_text(
        'inputs.accounts = "a.csv"\nteam.territories = 100_000_000_000\n'
    )
    assert "expected a whole number between 1 and 100000" in refusal(tmp_path / "a.toml")


def test_a_folder_and_a_plan_name_their_scenario(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plan").mkdir()
    (tmp_path / "a.toml").write_text('inputs.accounts = "a.csv"\nteam.territories = 2\n')
    (tmp_path / "plan" / "plan.json").write_text('{"scenario_path": "a.toml"}')
    assert read_scenario(tmp_path).name == "a"
    assert read_scenario("plan").name == "a"
    assert read_scenario("plan/plan.json").name == "a"
    (tmp_path / "plan" / "plan.json").write_text("[" * 100_000)
    assert "is the folder of a plan, and its scenario" in refusal(tmp_path / "plan")
    (tmp_path / "b.toml").write_text("")
    assert "holds 2 scenarios: a.toml, b.toml" in refusal(tmp_path)
    (tmp_path / "x.csv").write_text("a\n")
    assert "is a table" in refusal(tmp_path / "x.csv")


@pytest.mark.parametrize("name", ["map.html", "deck.pptx", "a.pdf"])
def test_a_page_is_no_scenario_and_that_is_said(tmp_path, name):
    (tmp_path / name).write_text("<html>")
    with pytest.raises(InputError, match="is no scenario; expected a scenario file"):
        scenario_file(tmp_path / name)
