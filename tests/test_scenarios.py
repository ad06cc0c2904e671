"""Every scenario file of the project parses, names files that are there, and gives a plan."""

import ast
import importlib
import shutil
from pathlib import Path

import pytest

import territory
from tests.check_plan import check, read

ROOT = Path(__file__).resolve().parents[1]
SCENARIOS = sorted((ROOT / "scenarios").glob("*.toml"))
TERRITORIES = {
    "belgium": 12, "texas_gentle": 20, "texas_market": 20, "texas_ortho": 20, "texas_pinned": 20,
    "texas_roles": 20, "texas_systems": 20, "us_counties": 150, "us_zips": 300,
}  # fmt: skip
# Its accounts are made from public files on the user's machine: see test_real_texas.py.
REAL = "real_texas"


@pytest.fixture(scope="module")
def copied(tmp_path_factory):
    """The scenarios in a place of their own: plans are written beside them."""
    folder = tmp_path_factory.mktemp("project") / "scenarios"
    shutil.copytree(ROOT / "scenarios", folder, ignore=shutil.ignore_patterns("runs"))
    return folder


@pytest.mark.parametrize(
    "script", sorted(ROOT.glob("scenarios/*/*.py")), ids=lambda each: each.stem
)
def test_what_a_script_of_a_scenario_imports_is_there(script):
    """Users run it on files that are not here; its names must be all the same."""
    for node in ast.walk(ast.parse(script.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            module = importlib.import_module(node.module)
            assert all(hasattr(module, each.name) for each in node.names)


def test_the_scenarios_of_the_manual_are_there():
    assert {path.stem for path in SCENARIOS} >= {*TERRITORIES, REAL}


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_a_scenario_parses_and_its_files_are_there(path):
    scenario = territory.read_scenario(path)
    assert scenario.name == path.stem
    for table in ("accounts", "reps", "units", "alignment", "affiliations", "history"):
        source = getattr(scenario.inputs, table)
        if source is None or source.sample or (path.stem, table) == (REAL, "accounts"):
            continue
        assert scenario.resolve(source.file).is_file()


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_a_scenario_says_whether_its_numbers_are_synthetic(path):
    if path.stem == REAL:
        assert "planning assumptions" in path.read_text(encoding="utf-8")
        return
    assert "synthetic" in path.read_text(encoding="utf-8").lower()
    assert "synthetic" in territory.read_scenario(path).description.lower()


def short(path):
    """The scenario with a short search and no pages: the notebooks draw and search for longer."""
    scenario = territory.read_scenario(path)
    return scenario.but("outputs.formats=[]", effort="quick")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["belgium", "texas_market"])
def test_a_plan_is_balanced_and_contiguous_by_a_strangers_count(name, copied):
    # The first notebook designs the demo at normal effort, the others at quick: judged there.
    plan = territory.design(short(copied / f"{name}.toml"))
    assert len(plan.territories) == TERRITORIES[name]
    assert plan.status in {"feasible", "optimal"}
    assert check(read(plan.save(copied / "runs" / name))) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", ["us_counties", "us_zips"])
def test_a_large_scenario_gives_a_whole_and_honest_plan_even_when_cut_short(name, copied):
    plan = territory.design(short(copied / f"{name}.toml").but(time_limit=2.0))
    assert len(plan.territories) == TERRITORIES[name]
    assert plan.alignment.unit_id.is_unique
    assert set(plan.alignment.territory_id) == set(plan.territories.territory_id)
    assert (plan.territories.n_parts == 1).all()
    outside = (plan.territories.filter(like="_deviation").abs() > 0.1 + 1e-9).any(axis=1)
    named = {each.territory_id for each in plan.record.violations}
    assert set(plan.territories.territory_id[outside]) <= named


@pytest.mark.slow
@pytest.mark.parametrize("name", ["texas_gentle", "texas_pinned", "texas_systems"])
def test_rules_and_split_units_are_kept_together_by_a_strangers_count(name, copied):
    scenario = short(copied / f"{name}.toml")
    plan = territory.design(scenario)
    assert plan.alignment.unit_id.str.contains(":").any()
    assert plan.status == "feasible"
    assert check(read(plan.save(copied / "runs" / name))) == []
    rules, accounts = scenario.rules, plan.accounts.set_index("account_id")
    owner = plan.alignment.set_index("unit_id").territory_id
    county = owner.groupby(owner.index.str.split(":").str[0])  # with all that it was split into
    for rule in rules.pinned:
        assert (accounts.loc[list(rule.accounts), "territory_id"] == rule.territory).all()
        assert all((county.get_group(each) == rule.territory).all() for each in rule.units)
    for rule in rules.forbidden:
        assert (accounts.loc[list(rule.accounts), "territory_id"] != rule.territory).all()
    for rule in rules.together:
        assert len({each for name in rule.units for each in county.get_group(name)}) == 1
    for system in rules.keep_idn_whole or ():
        assert accounts.territory_id[accounts.idn == system].nunique() == 1
    if rules.compactness_least is not None:
        shapes = plan.territories
        assert (shapes.compactness_limit <= rules.compactness_least).all()
        assert (shapes.compactness >= shapes.compactness_limit).all()
    today = accounts.current_territory_id
    moved = (today != "") & (today != accounts.territory_id)
    if rules.max_moved_accounts is not None:
        assert 0 < moved.sum() <= rules.max_moved_accounts
    if rules.max_moved_revenue is not None:
        revenue = accounts.revenue_usd
        assert revenue[moved].sum() <= rules.max_moved_revenue * revenue[today != ""].sum() + 0.01
