"""A scenario file is read with what it extends, and refused in the planner's words."""

import hashlib
import json

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from territory.errors import InputError
from territory.inputs.scenario.keys import ScenarioKeys
from territory.inputs.scenario.scenario import Scenario, json_schema, read_scenario

MINIMAL = """
inputs.accounts = "accounts.csv"
team.territories = 4
"""

SEED = "error: ny.toml: solve.seed is {}; expected a whole number of at least 0"
SHAPE = "error: ny.toml: rules.compactness_least is {}; expected a fraction above 0 and below 1"
SPEED = "error: ny.toml: travel.urban_kmh is {}; expected a number above 0"
QUOTES = (
    'hint: write it in quotes: "{}" (ids, ZIP and FIPS codes are text; '
    "give back the zeros that a code lost at its front)"
)


@pytest.fixture
def write(tmp_path, monkeypatch):
    """Write files below a fresh folder, which is the current one, so that messages are short."""
    monkeypatch.chdir(tmp_path)

    def writer(text, name="ny.toml"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return name

    return writer


def refusal(name):
    with pytest.raises(InputError) as caught:
        read_scenario(name)
    return str(caught.value)


def test_a_minimal_scenario_has_the_promised_defaults(write, tmp_path):
    scenario = read_scenario(write(MINIMAL))
    assert scenario.name == "ny"
    assert scenario.path == tmp_path / "ny.toml"
    assert scenario.folder == tmp_path
    assert scenario.display == "ny.toml"
    assert scenario.inputs.accounts.file == "accounts.csv"
    assert list(scenario.measures) == ["workload_h", "potential_usd"]
    assert scenario.measures["workload_h"].travel
    assert not scenario.measures["potential_usd"].travel
    assert {m.tolerance for m in scenario.measures.values()} == {0.10}
    assert scenario.rules.contiguity
    assert scenario.out == tmp_path / "runs" / "ny"


def test_an_input_can_be_a_table_with_a_column_mapping(write):
    scenario = read_scenario(
        write('team.territories = 2\n[inputs.accounts]\nfile = "a.xlsx"\nsheet = "Accts"\n'
              'columns = {account_id = "Acct No"}\n')
    )  # fmt: skip
    assert scenario.inputs.accounts.sheet == "Accts"
    assert scenario.inputs.accounts.columns == {"account_id": "Acct No"}


def test_workload_contains_travel_and_nothing_else_may(write):
    text = MINIMAL + "[measures.workload_h]\ntolerance = 0.2\n[measures.beds]\n"
    scenario = read_scenario(write(text))
    assert scenario.measures["workload_h"].travel
    assert not scenario.measures["beds"].travel
    for wrong in ("workload_h]\ntravel = false", "service_h]\ntravel = true"):
        with pytest.raises(InputError, match=r"service_h \+ travel_h"):
            read_scenario(write(MINIMAL + f"[measures.{wrong}\n", "b.toml"))


def test_a_scenario_is_frozen(write):
    scenario = read_scenario(write(MINIMAL))
    with pytest.raises(ValueError, match="frozen"):
        scenario.name = "other"


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (
            "measures.workload_h.tolerance = 15",
            "error: ny.toml: measures.workload_h.tolerance is 15; "
            "expected a fraction between 0 and 1\n\nhint: for 15 percent write 0.15",
        ),
        (
            "measures.workload_h.tolerance = '0.1'",
            'error: ny.toml: measures.workload_h.tolerance is "0.1"; '
            "expected a fraction between 0 and 1\n\nhint: write 0.1 without quotes",
        ),
        (
            "measures.workload_h.tolerence = 0.1",
            "error: ny.toml: measures.workload_h.tolerence = 0.1 is an unknown key; "
            "allowed in [measures.workload_h]: goal, tolerance, travel\n\n"
            "hint: did you mean tolerance?",
        ),
        (
            "seed = 7",
            "error: ny.toml: seed = 7 is an unknown key; allowed at the top: "
            f"{', '.join(sorted(ScenarioKeys.model_fields))}\n\nhint: seed belongs in [solve]",
        ),
        (
            "inputs.acounts = 'a.csv'",
            'error: ny.toml: inputs.acounts is an unknown key; allowed in [inputs]: '
            "accounts, affiliations, alignment, history, reps, units\n\n"
            "hint: did you mean accounts?",
        ),
        (
            "geography.kind = 'us_county'",
            'error: ny.toml: geography.kind is "us_county"; expected one of "us_counties", '
            '"us_zips", "polygons", "points", "belgium_cantons"\n\n'
            'hint: did you mean "us_counties"?',
        ),
        (
            "rules.contiguity = 'true'",
            'error: ny.toml: rules.contiguity is "true"; expected true or false\n\n'
            "hint: write true without quotes",
        ),
        (
            "rules.contiguity = 1",
            "error: ny.toml: rules.contiguity is 1; expected true or false",
        ),
        ("solve.seed = 1.0", SEED.format("1.0")),
        ("solve.seed = -1", SEED.format("-1")),
        *(
            (f"rules.compactness_least = {value}", SHAPE.format(value))
            for value in ("0", "1", "nan", "inf", "true")
        ),
        (
            "rules.compactness_least = 15",
            SHAPE.format("15") + "\n\nhint: for 15 percent write 0.15",
        ),
        (
            "rules.compactness_least = '0.2'",
            SHAPE.format('"0.2"') + "\n\nhint: write 0.2 without quotes",
        ),
        ("travel.urban_kmh = 0", SPEED.format("0")),
        ("travel.urban_kmh = inf", SPEED.format("inf")),
        ("solve.seed = true", SEED.format("true")),
        (
            "geography.states = 'TX'",
            'error: ny.toml: geography.states is "TX"; expected a list of text with a state\'s two '
            'letters, as in "TX"\n\nhint: write ["TX"]',
        ),
        (
            "geography.states = [48]",
            "error: ny.toml: geography.states entry 1 is 48; expected text with a state's two "
            'letters, as in "TX"\n\n' + QUOTES.format("48"),
        ),
        (
            "rules.pinned = [{territory = 'T01', units = [2138]}]",
            "error: ny.toml: rules.pinned entry 1 units entry 1 is 2138; "
            "expected text in quotes\n\n" + QUOTES.format("2138"),
        ),
        (
            "rules.pinned = [{units = ['48201']}]",
            "error: ny.toml: rules.pinned entry 1 territory is missing; expected text in quotes",
        ),
        (
            "rules.pinned = [{territory = 'T01'}]",
            "error: ny.toml: rules.pinned entry 1 names no units and no accounts; "
            "expected at least one",
        ),
        (
            "rules.keep_idn_whole = 'Baylor'",
            'error: ny.toml: rules.keep_idn_whole is "Baylor"; expected true or false or a list of '
            'text in quotes\n\nhint: write ["Baylor"]',
        ),
        ("rules = 3", "error: ny.toml: rules is 3; expected a table"),
        (
            "geography.kind = 'polygons'",
            'error: ny.toml: geography.file is missing; kind = "polygons" needs file and id',
        ),
        (
            "geography.file = 'x.gpkg'",
            'error: ny.toml: geography.file is only for kind = "polygons"; the kind is '
            '"us_counties"\n\nhint: write kind = "polygons" or take the key out',
        ),
        (
            "geography.states = ['TZ']",
            'error: ny.toml: geography.states entry 1 is "TZ"; expected a USPS state code\n\n'
            "hint: did you mean ",
        ),
        (
            "measures.potential_usd.travel = true",
            "error: ny.toml: measures.potential_usd.travel is true; only workload_h contains "
            "travel: it is service_h + travel_h\n\nhint: balance workload_h, or take the key out",
        ),
        (
            "measures.lon = {}",
            "error: ny.toml: measures.lon has the name of a column of the plan; "
            "expected another name\n\nhint: rename it in the table's columns, "
            'as in {my_measure = "lon"}',
        ),
        (
            "measures.'Bed count' = {}",
            "error: ny.toml: measures.Bed count has no usable name; expected lower-case "
            "letters, digits and _, a letter first\n\nhint: write bed_count",
        ),
        (
            "name = 'a/b'",
            'error: ny.toml: name is "a/b"; expected text of letters, digits, _ and -, '
            "a letter or digit first",
        ),
        (
            "inputs.reps = {file = 'r.csv', sample = 'us_market'}",
            "error: ny.toml: inputs.reps names both a file and a sample; expected one of them",
        ),
        (
            "inputs.reps = {sheet = 'Reps'}",
            "error: ny.toml: inputs.reps names neither a file nor a sample; expected one of them",
        ),
        ("inputs.reps = 7", "error: ny.toml: inputs.reps is 7; expected text in quotes or a table"),
    ],
)  # fmt: skip
def test_a_wrong_key_is_named_with_what_was_given_and_what_is_allowed(write, line, text):
    assert refusal(write(MINIMAL + line)).startswith(text)


def test_all_wrong_keys_are_listed_at_once(write):
    text = refusal(
        write(
            MINIMAL
            + "solve.seed = 'x'\nsolve.effort = 'fast'\nteam.count = 3\nrules.radius_km = -1"
        )
    )
    assert text.count("error:") == 4
    for key in ("solve.seed", "solve.effort", "team.count", "rules.radius_km"):
        assert key in text


def test_a_key_is_blamed_on_the_file_in_which_it_is_written(write):
    write(MINIMAL + "solve.seed = -1", "base.toml")
    text = refusal(write("extends = 'base.toml'\nsolve.effort = 'fast'"))
    assert "error: base.toml: solve.seed is -1; expected a whole number" in text
    assert 'error: ny.toml: solve.effort is "fast"; expected one of' in text


def test_a_scenario_without_accounts_and_units_is_refused(write):
    assert refusal(write("team.territories = 3")) == (
        "error: ny.toml: inputs names neither accounts nor units; expected at least one"
    )


def test_the_number_of_territories_comes_from_somewhere(write):
    assert refusal(write("inputs.accounts = 'a.csv'")) == (
        "error: ny.toml: team.territories is missing, and there is no reps table to count\n\n"
        "hint: write the number of territories, or name a reps table under [inputs]"
    )


def test_only_differences_are_written_over_the_base(write):
    write(
        "name = 'base'\ninputs.accounts = {file = 'a.csv', columns = {account_id = 'No'}}\n"
        "inputs.reps = {file = 'r.csv', columns = {rep_id = 'Rep'}}\nteam.territories = 4\n"
        "[rules]\nradius_km = 300\n[geography]\nstates = ['TX', 'OK']",
        "base.toml",
    )
    scenario = read_scenario(
        write("extends = 'base.toml'\ninputs.reps = 'other.csv'\n"
              "inputs.accounts.columns.name = 'N'\ngeography.states = ['TX']\n"
              "rules.contiguity = false")
    )  # fmt: skip
    assert scenario.name == "ny"
    assert scenario.geography.states == ("TX",)
    assert scenario.rules.radius_km == 300
    assert not scenario.rules.contiguity
    assert scenario.inputs.accounts.columns == {"account_id": "No", "name": "N"}
    assert scenario.inputs.reps.file == "other.csv"
    assert scenario.inputs.reps.columns == {}


def test_a_file_replaces_the_sample_of_the_base(write):
    write("inputs.units = {sample = 'us_market'}\nteam.territories = 2", "base.toml")
    scenario = read_scenario(write("extends = 'base.toml'\ninputs.units = {file = 'u.csv'}"))
    assert (scenario.inputs.units.file, scenario.inputs.units.sample) == ("u.csv", None)


def test_paths_of_a_base_in_a_subfolder_are_relative_to_that_base(write, tmp_path):
    write(
        "inputs.accounts = 'a.csv'\nteam.territories = 2\ntravel.matrix = '../m.csv'", "b/base.toml"
    )
    scenario = read_scenario(write("extends = 'b/base.toml'"))
    assert scenario.resolve(scenario.inputs.accounts.file) == tmp_path / "b" / "a.csv"
    assert scenario.resolve(scenario.travel.matrix) == tmp_path / "m.csv"
    assert scenario.out == tmp_path / "runs" / "ny"


def test_a_circle_of_scenarios_is_refused_by_name(write):
    write("extends = 'ny.toml'", "a.toml")
    assert refusal(write("extends = 'a.toml'")) == (
        "error: ny.toml extends a.toml extends ny.toml: a scenario cannot extend itself"
    )


def test_an_unknown_embedded_name_and_a_missing_base_are_refused(write):
    assert 'ny.toml: extends is "texas"; expected a .toml file below' in refusal(
        write("extends = 'texas'")
    )
    assert refusal(write("extends = 'bass.toml'", "b.toml")).startswith(
        "error: bass.toml does not exist"
    )


@pytest.mark.parametrize(
    "text", ["../secret.csv", "/etc/passwd", "a/../../b.csv", "C:/x.csv", "\\\\srv\\x"]
)
@pytest.mark.parametrize(
    "line",
    ["inputs.reps = '{}'", "inputs.reps = {{file = '{}'}}", "travel.matrix = '{}'",
     "outputs.dir = '{}'", "geography = {{kind = 'polygons', id = 'i', file = '{}'}}"],
)  # fmt: skip
def test_a_path_that_leaves_the_folder_is_refused(write, text, line):
    assert refusal(write(MINIMAL + line.format(text))).startswith(
        f'error: ny.toml: "{text}" lies outside the scenario\'s folder; '
        "a scenario reads and writes only below its own folder"
    )


@pytest.mark.parametrize("base", ["../base.toml", "/tmp/base.toml"])
def test_a_base_outside_the_folder_is_refused(write, tmp_path, base):
    (tmp_path.parent / "base.toml").write_text(MINIMAL)
    assert "lies outside the scenario's folder" in refusal(write(f"extends = '{base}'"))


def test_a_symbolic_link_out_of_the_folder_is_refused(write, tmp_path, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "a.csv"
    elsewhere.write_text("account_id\n")
    (tmp_path / "accounts.csv").symlink_to(elsewhere)
    assert "lies outside the scenario's folder" in refusal(write(MINIMAL))


def test_a_path_with_a_nul_is_no_path(write):
    assert refusal(write(MINIMAL + 'inputs.reps = "a\\u0000b"')) == (
        'error: ny.toml: "a\\x00b" is no path'
    )


def test_a_syntax_error_names_the_line_and_shows_it(write):
    assert refusal(write("name = 'x'\nrules = [\n")) == (
        "error: ny.toml is not valid TOML: Invalid value (at end of document)"
    )
    assert refusal(write("name = 'x'\nteam territories = 3\n")) == (
        "error: ny.toml:2: not valid TOML: Expected '=' after a key in a key/value pair\n"
        "  team territories = 3"
    )
    assert refusal(write("rules.pinned = [{territory = 'T', units = [02138]}]")).endswith(
        'hint: ZIP, FIPS and ids are text: write "02138" in quotes'
    )


def test_an_empty_file_a_missing_file_a_folder_and_a_foreign_encoding_are_explained(
    write, tmp_path
):
    assert "names neither accounts nor units" in refusal(write(""))
    assert refusal("nu.toml") == "error: nu.toml does not exist\n\nhint: did you mean ny.toml?"
    (tmp_path / "folder.toml").mkdir()
    assert refusal("folder.toml").startswith("error: folder.toml holds no scenario (.toml)")
    (tmp_path / "latin.toml").write_bytes(b"description = 'Montr\xe9al'")
    assert refusal("latin.toml").startswith("error: latin.toml is not UTF-8 text: byte 21 is not")


def test_a_byte_order_mark_and_windows_line_ends_are_read(write, tmp_path):
    (tmp_path / "bom.toml").write_bytes(b"\xef\xbb\xbf" + MINIMAL.replace("\n", "\r\n").encode())
    assert read_scenario("bom.toml").team.territories == 4


def test_the_number_of_threads_is_no_part_of_the_scenarios_hash(write):
    scenario = read_scenario(write(MINIMAL))
    other = scenario.with_overrides(threads=3)
    assert (scenario.solve.threads, other.solve.threads) == (None, 3)
    assert scenario.hash == other.hash
    assert scenario.hash != scenario.with_overrides(seed=3).hash


def test_the_command_line_replaces_effort_seed_time_limit_and_folder(write, tmp_path):
    scenario = read_scenario(write(MINIMAL))
    other = scenario.with_overrides(effort="quick", seed=9, time_limit=5.0, out=tmp_path / "x")
    assert (other.solve.effort, other.solve.seed, other.solve.time_limit_s) == ("quick", 9, 5.0)
    assert other.out == tmp_path / "x"
    assert (scenario.solve.seed, scenario.out) == (1, tmp_path / "runs" / "ny")
    assert other.path == scenario.path
    assert scenario.with_overrides() == scenario


def test_a_wrong_value_on_the_command_line_is_refused_the_same_way(write):
    scenario = read_scenario(write(MINIMAL))
    with pytest.raises(InputError) as caught:
        scenario.with_overrides(effort="bset", seed=-3)
    assert str(caught.value) == (
        'error: command line: solve.effort is "bset"; expected one of "quick", "normal", "best"\n\n'
        'hint: did you mean "best"?\n\n'
        "error: command line: solve.seed is -3; expected a whole number of at least 0\n\n"
        "hint: did you mean 3?"
    )


def test_the_hash_follows_the_content_of_keys_and_files_and_not_their_place(
    write, tmp_path, tmp_path_factory
):
    (tmp_path / "accounts.csv").write_bytes(b"account_id\nA\n")
    first = read_scenario(write(MINIMAL))
    second = read_scenario(write(MINIMAL + "# a comment\n"))
    assert first.hash == second.hash
    folder = tmp_path_factory.mktemp("copy")
    (folder / "accounts.csv").write_bytes(b"account_id\nA\n")
    (folder / "ny.toml").write_text(MINIMAL)
    assert read_scenario(folder / "ny.toml").hash == first.hash
    assert first.with_overrides(seed=2).hash != first.hash
    before = first.hash
    (tmp_path / "accounts.csv").write_bytes(b"account_id\nB\n")
    assert first.hash != before
    assert len(first.input_hash()) == hashlib.sha256().digest_size * 2


def test_a_base_gives_the_same_hash_as_one_file(write):
    whole = read_scenario(write(MINIMAL + "name = 'x'\nsolve.seed = 3"))
    write(MINIMAL + "solve.seed = 5", "base.toml")
    split = read_scenario(write("extends = 'base.toml'\nname = 'x'\nsolve.seed = 3", "y.toml"))
    assert split.hash == whole.hash


def test_the_schema_is_valid_documents_every_key_and_accepts_what_is_read(write):
    schema = json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    for node in (schema, *schema["$defs"].values()):
        table = next((part for part in node.get("anyOf", [node]) if "properties" in part), node)
        for key, field in table["properties"].items():
            target = schema["$defs"].get(field.get("$ref", "").rsplit("/")[-1], {})
            assert field.get("description") or target.get("description"), key
    validator = jsonschema.Draft202012Validator(schema)
    read_scenario(write(MINIMAL))
    keys = {"inputs": {"accounts": "a.csv", "reps": {"file": "r.csv"}}, "team": {"territories": 4}}
    assert validator.is_valid(json.loads(json.dumps(keys)))
    assert not validator.is_valid({**keys, "sede": 1})
    assert not validator.is_valid({**keys, "rules": {"max_moved_revenue": 15}})


_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["file", "territory", "units", "x"]), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


@settings(max_examples=150)
@given(
    section=st.sampled_from([*Scenario.model_fields, "nonsense"]),
    key=st.sampled_from(["accounts", "states", "pinned", "seed", "workload_h", "keep_idn_whole"]),
    value=_values,
    nested=st.booleans(),
)
def test_no_value_of_any_shape_breaks_the_messages(section, key, value, nested):
    from pydantic import ValidationError

    from territory.inputs.scenario.files.messages import messages_of

    data = {"inputs": {"accounts": "a.csv"}, "team": {"territories": 2}}
    data[section] = {key: value} if nested else value
    try:
        Scenario.model_validate(data)
    except ValidationError as error:
        found = messages_of(error, data, [("ny.toml", data)], json_schema())
        assert found
        assert all(message.text().startswith("error: ny.toml: ") for message in found)


@pytest.mark.parametrize("day", ['"2027-04-01"', "2027-04-01"])
def test_a_day_may_stand_with_or_without_quotes(tmp_path, day):
    path = tmp_path / "days.toml"
    path.write_text(
        f"{MINIMAL}capacity.year_from = {day}\nmonitor.go_live = {day}\n", encoding="utf-8"
    )
    found = read_scenario(path)
    assert found.capacity.year_from == found.monitor.go_live == "2027-04-01"


def test_keys_named_after_account_types_are_read_as_the_tables_types_in_every_script(write):
    text = MINIMAL + (
        '[defaults."Νοσοκομείο"]\nservice_h = 3\n[defaults."Hospital Lab"]\nn_calls = 4\n'
        '[quotas]\ngrowth = 0.1\nsales_cycle_months = {"Больница" = 5}\n'
    )
    scenario = read_scenario(write(text))
    assert list(scenario.defaults) == ["νοσοκομειο", "hospital_lab"]
    assert scenario.quotas.sales_cycle_months == {"больница": 5.0}
    twice = write(text + '[defaults."hospital-lab"]\nn_calls = 9\n')
    assert 'defaults.hospital-lab is the same account type as "Hospital Lab"' in refusal(twice)
