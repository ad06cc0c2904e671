"""Vault CRM: an extract in its own names, a place in the tree, and memberships by their ids."""

from dataclasses import replace

import pandas as pd
import pytest

from territory.inputs.scenario.rollout import RolloutKeys
from territory.rollout.crm.extract import read_extract
from territory.rollout.folder import write_rollout
from territory.rollout.package import rollout_of
from tests.territory.rollout.worlds import plan_of, reps_table

KEYS = RolloutKeys(waves="together")
TREE = "id,name__v,external_id__v,parent_territory__v\nV0T000000001001,Root,Root,\n"
DISTRICT = "V0T000000001002,District 2,D2,V0T000000001001\n"
FIELD = "V0T000000001003,T01,T01,{0}\nV0T000000001004,T02,T02,{0}\n"


def org(folder, *, territories, members=None, status="active__v"):
    """Write what Vault's own export says of two reps and three accounts."""
    folder.mkdir()
    tables = {
        "account__v": "id,external_id__v,name__v\n"
        + "".join(f"V0A00000000100{at},A-00{at},Clinic {at}\n" for at in range(3)),
        "user__sys": "id,name__v,employee_id__v,status__v\n"
        + "".join(f"V0U00000000100{at},Rep R0{at},R0{at},{status}\n" for at in (1, 2, 3)),
        "territory__v": territories,
    }
    if members is not None:
        tables["user_territory__v"] = members
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text)
    return read_extract(folder)


def rolled(tmp_path, extract, *, district="D2", **more):
    """T02 gets another rep, and T03 is new."""
    plan = plan_of(["T01", "T02", "T02"], ["T01", "T02", "T03"], reps=("R01", "R02", "R03"),
                   districts=("D1", "D1", district))  # fmt: skip
    reps = reps_table({"T01": "R01", "T02": "R03"})
    made = rollout_of(plan, crm="veeva", keys=KEYS, extract=extract, reps=reps, **more)
    return made, write_rollout(made, tmp_path / "out")


def read(folder, name):
    return pd.read_csv(folder / name, dtype="str", keep_default_na=False)


def test_a_new_territory_stands_below_what_the_org_has(tmp_path):
    tree = TREE + DISTRICT + FIELD.format("V0T000000001001")
    made, out = rolled(tmp_path, org(tmp_path / "x", territories=tree))
    assert made.blocked == []
    new = read(out, "03_territory__v_upsert.csv")
    # Vault takes a reference as an id, or by a unique field: a name is none.
    assert new.to_numpy().tolist() == [["T03", "T03", "V0T000000001002"]]


@pytest.mark.parametrize("above", ["V0T000000001002", "District 2", "D2x"])
def test_a_parent_goes_by_its_id_whatever_the_export_calls_it(tmp_path, above):
    """Region, district, territory: the plan's district is none of the org's; what is beside it."""
    tree = TREE + "V0T000000001009,East,E,V0T000000001001\n"
    tree += "V0T000000001002,District 2,D2x,East\n" + FIELD.format(above)
    extract = org(tmp_path / "x", territories=tree)
    made, out = rolled(tmp_path, extract, district="D1")
    assert made.blocked == []
    new = read(out, "03_territory__v_upsert.csv")
    assert new["parent_territory__v"].tolist() == ["V0T000000001002"]
    # Once 03 is loaded and exported, the same command has the id of what it made.
    more = tree + "V0T000000001010,T03,T03,V0T000000001002\n"
    _, out = rolled(tmp_path / "again", org(tmp_path / "y", territories=more), district="D1")
    begun = read(out, "07_user_territory__v_insert.csv").set_index("external_id__v")
    assert begun.at["R03_T03", "territory__v"] == "V0T000000001010"


def test_without_its_district_a_new_territory_is_no_second_root(tmp_path):
    tree = TREE + FIELD.format("V0T000000001001")
    made, _ = rolled(tmp_path, org(tmp_path / "x", territories=tree))
    assert [(flaw.check, flaw.id) for flaw in made.blocked] == [("parent", "T03")]


def test_a_tree_whose_parents_were_not_exported_is_told(tmp_path):
    flat = "id,name__v,external_id__v\nV0T000000001003,T01,T01\nV0T000000001004,T02,T02\n"
    made, _ = rolled(tmp_path, org(tmp_path / "x", territories=flat), district="D1")
    told = [(flaw.severity, flaw.id) for flaw in made.flaws if flaw.check == "parent"]
    assert told == [("warning", "T03")]


def test_no_second_root_beside_one_that_is_a_territory_of_the_plan(tmp_path):
    tree = (
        "id,name__v,external_id__v,parent_territory__v\nV0T1,T01,T01,\nV0T2,T02,T02,\n"
        "V0T3,Far,Far,V0T1\n"
    )
    made, _ = rolled(tmp_path, org(tmp_path / "x", territories=tree), district="D1")
    assert [(flaw.check, flaw.id) for flaw in made.blocked] == [("parent", "T03")]


def test_without_the_tree_a_new_territory_stands_below_its_district_and_it_is_told(tmp_path):
    extract = org(tmp_path / "x", territories=TREE)
    tables = {name: each for name, each in extract.tables.items() if name != "Territory2"}
    made, out = rolled(tmp_path, replace(extract, tables=tables))
    told = [(flaw.severity, flaw.id) for flaw in made.flaws if flaw.check == "parent"]
    assert told == [("warning", "T03")]
    assert read(out, "03_territory__v_upsert.csv").to_numpy().tolist() == [["T03", "T03", "D2"]]


def test_memberships_end_by_the_ids_of_the_org(tmp_path):
    held = "id,user__v,territory__v,external_id__v\nV0M1,V0U000000001003,V0T000000001004,x\n"
    tree = TREE + DISTRICT + FIELD.format("V0T000000001002")
    made, out = rolled(tmp_path, org(tmp_path / "x", territories=tree, members=held))
    ended = read(out, "06_user_territory__v_delete.csv")
    assert ended["id"].tolist() == ["V0M1"]
    begun = read(out, "07_user_territory__v_insert.csv").set_index("external_id__v")
    # T03 has no id before 03 is loaded: it goes by the external id that 03 gives it.
    assert begun["territory__v"].to_dict() == {"R02_T02": "V0T000000001004", "R03_T03": "T03"}
    back = read(out, "93_user_territory__v_insert.csv")
    assert back["territory__v"].tolist() == ["V0T000000001004"]
    assert not [flaw for flaw in made.flaws if flaw.check == "member"]


@pytest.mark.parametrize("members", [None, "id,user__v,territory__v\n"])
def test_memberships_that_the_extract_has_not_are_told(tmp_path, members):
    tree = TREE + DISTRICT + FIELD.format("V0T000000001002")
    made, out = rolled(tmp_path, org(tmp_path / "x", territories=tree, members=members))
    told = [flaw for flaw in made.flaws if flaw.check == "member"]
    assert [(flaw.severity, flaw.id) for flaw in told] == [("warning", "T02")]
    assert "id" not in read(out, "06_user_territory__v_delete.csv")


def test_an_inactive_user_is_known_by_vaults_word(tmp_path):
    tree = TREE + DISTRICT + FIELD.format("V0T000000001002")
    made, _ = rolled(tmp_path, org(tmp_path / "x", territories=tree, status="inactive__v"))
    assert {flaw.check for flaw in made.blocked} == {"inactive_owner"}
