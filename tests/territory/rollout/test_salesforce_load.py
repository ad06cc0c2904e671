"""Load files for Salesforce: they load by the documented rules, and their twins take them back."""

import shutil
import tempfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from territory.inputs.scenario.rollout import RolloutKeys
from territory.rollout.change_set import change_set, current_reps
from territory.rollout.check import audit_after, check_loaded, with_loaded, write_rollback
from territory.rollout.crm.example import example_extract
from territory.rollout.crm.extract import read_extract
from territory.rollout.findings import flaw_messages
from territory.rollout.folder import write_rollout
from territory.rollout.package import rollout_of
from territory.rollout.readme import readme_text
from tests.documented import undocumented
from tests.territory.rollout.memory_crm import MemoryCrm, load_files, load_folder
from tests.territory.rollout.worlds import TERRITORIES, plan_of, reps_table

PLACES = st.sampled_from(TERRITORIES)
MOVES = st.lists(st.tuples(PLACES, PLACES), min_size=1, max_size=14)
REPS = st.permutations(["R01", "R02", "R03", "R04", "R05"])


def extract_of(plan, folder, *, reps=None, change=None):
    """Write the made-up org of a plan's today; return its tables."""
    tables = example_extract(change_set(plan, reps_today=current_reps(reps)))
    for name, more in (change or {}).items():
        tables[name] = more(tables[name])
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        table.to_csv(folder / f"{name}.csv", index=False)
    return tables


def roll(plan, folder, *, crm="salesforce", keys=None, reps=None, accepted=(), change=None):
    tables = extract_of(plan, folder / "extract", reps=reps, change=change)
    made = rollout_of(
        plan,
        crm=crm,
        keys=keys,
        extract=read_extract(folder / "extract"),
        reps=reps,
        accepted=accepted,
    )
    write_rollout(made, folder / "out")
    return made, MemoryCrm(tables), folder / "out"


@settings(max_examples=8, phases=[Phase.explicit, Phase.generate], deadline=None)
@given(
    moves=MOVES,
    today=REPS,
    planned=REPS,
    keys=st.sampled_from(
        [
            RolloutKeys(waves="together"),
            RolloutKeys(waves="districts"),
            RolloutKeys(waves="districts", area_changes="last"),
        ]
    ),
)
def test_loading_and_rolling_back_gives_the_extract_back(moves, today, planned, keys):
    before, after = zip(*moves, strict=True)
    plan = plan_of(before, after, reps=tuple(planned[:4]))
    reps = reps_table(dict(zip(TERRITORIES, today[:4], strict=True)))
    folder = Path(tempfile.mkdtemp())
    try:
        made, crm, out = roll(plan, folder, keys=keys, reps=reps)
        assert not made.blocked
        was = crm.content()
        assert load_folder(crm, out) == []
        places = {
            (row["ObjectId"], row["Territory2Id"])
            for row in crm.rows("ObjectTerritory2Association")
        }
        target = made.target
        assert places == set(zip(target["ObjectId"], target["Territory2Id"], strict=True))
        members = {
            (row["Territory2Id"], row["UserId"]) for row in crm.rows("UserTerritory2Association")
        }
        served = target.drop_duplicates("territory_id")
        assert set(zip(served["Territory2Id"], served["OwnerId"], strict=True)) <= members
        owner = {row["Id"]: row["OwnerId"] for row in crm.rows("Account")}
        assert all(owner[row.ObjectId] == row.OwnerId for row in target.itertuples())
        if list(out.rglob("*_success.csv")):
            loaded = check_loaded(out, out)
            assert loaded.complete
            write_rollback(out, loaded)
            back = sorted((out / "rollback").rglob("*.csv"), key=lambda path: path.name)
            assert load_files(crm, back, results=False) == []
        assert crm.content() == was
    finally:
        shutil.rmtree(folder)


def swapped(tmp_path, **options):
    plan = plan_of(
        ["T01", "T01", "T02", "T03", "T03", "T04", "T01", "T02", "T01"],
        ["T01", "T02", "T02", "T03", "T04", "T04", "T01", "T02", "T02"],
    )
    return roll(plan, tmp_path, **options)


def test_the_files_have_the_documented_names_headers_and_order(tmp_path):
    _, _, out = swapped(tmp_path, keys=RolloutKeys(waves="together"))
    headers = {
        path.name: path.read_text().splitlines()[0] for path in sorted(out.glob("[0-9][0-9]_*.csv"))
    }
    # Load files have the CRM's own columns; those of all others stand in the data dictionary.
    others = [path for path in out.glob("*.csv") if path.name not in headers]
    assert len(others) >= 8
    assert undocumented(*others) == []
    assert headers == {
        "01_Account_backup.csv": "Id,OwnerId",
        "01_Contact_backup.csv": "Id,AccountId,OwnerId",
        "01_ObjectTerritory2Association_backup.csv": "Id,ObjectId,Territory2Id,AssociationCause",
        "01_Opportunity_backup.csv": "Id,AccountId,OwnerId",
        "01_UserTerritory2Association_backup.csv": "Id,UserId,Territory2Id,RoleInTerritory2",
        "04_ObjectTerritory2Association_delete.csv": "Id",
        "05_ObjectTerritory2Association_insert.csv": "ObjectId,Territory2Id,AssociationCause",
        "08_Account_update.csv": "Id,OwnerId",
        "08_Contact_update.csv": "Id,OwnerId",
        "09_Opportunity_update.csv": "Id,OwnerId",
        "90_Opportunity_update.csv": "Id,OwnerId",
        "91_Account_update.csv": "Id,OwnerId",
        "91_Contact_update.csv": "Id,OwnerId",
        "94_ObjectTerritory2Association_delete.csv": "ObjectId,Territory2Id",
        "95_ObjectTerritory2Association_insert.csv": "ObjectId,Territory2Id,AssociationCause",
    }


def test_a_golden_move(tmp_path):
    _, _, out = swapped(tmp_path, keys=RolloutKeys(waves="together"))
    read = lambda name: (out / name).read_bytes().decode()  # noqa: E731
    assert read("05_ObjectTerritory2Association_insert.csv") == (
        "ObjectId,Territory2Id,AssociationCause\n"
        "001Ex0000000002IAA,0MIEx0000000002OAA,Territory2Manual\n"
        "001Ex0000000005IAA,0MIEx0000000004OAA,Territory2Manual\n"
        "001Ex0000000009IAA,0MIEx0000000002OAA,Territory2Manual\n"
    )
    assert read("08_Account_update.csv") == (
        "Id,OwnerId\n"
        "001Ex0000000002IAA,005Ex0000000003IAA\n"
        "001Ex0000000005IAA,005Ex0000000005IAA\n"
        "001Ex0000000009IAA,005Ex0000000003IAA\n"
    )


def test_late_deals_stay_with_their_owner_until_a_date(tmp_path):
    from datetime import date

    keys = RolloutKeys(go_live=date(2027, 1, 4), late_stages=("Prospecting",), waves="together")
    plan = plan_of(["T01"] * 5, ["T02"] * 5)
    made, crm, out = roll(plan, tmp_path, keys=keys)
    deals = pd.read_csv(out / "opportunities.csv", dtype="str", keep_default_na=False)
    assert deals[["account_id", "what", "stays_until"]].to_numpy().tolist() == [
        ["A-000", "waits", "2027-04-05"],  # 90 days are a Sunday
        ["A-004", "moves", ""],
    ]
    later = pd.read_csv(out / "later" / "09_Opportunity_update.csv", dtype="str")
    assert later["Id"].tolist() == [crm.rows("Opportunity")[0]["Id"]]
    assert {row["step"]: row["date"] for row in made.tables["timeline"].to_dict("records")}[
        "late deals"
    ] == "2027-04-05"


def test_no_wave_leaves_a_territory_half_moved(tmp_path):
    made, _, out = swapped(tmp_path, keys=RolloutKeys(waves="districts", pilot=("T04",)))
    moved = made.change.moved
    assert (moved["from"].map(made.waves.of) == moved["to"].map(made.waves.of)).all()
    assert made.waves.table["territories"].tolist() == ["T03; T04", "T01; T02"]
    assert made.waves.table["name"].tolist() == ["pilot", "D1"]
    assert (out / "wave_1" / "05_ObjectTerritory2Association_insert.csv").is_file()
    assert (out / "wave_2" / "05_ObjectTerritory2Association_insert.csv").is_file()


def test_a_territory_that_moves_to_another_district_ties_both_into_one_wave(tmp_path):
    plan = plan_of(["T01", "T02", "T03"], ["T01", "T03", "T03"])
    made, _, _ = roll(plan, tmp_path)
    assert made.waves.of["T02"] == made.waves.of["T03"] == 1
    assert len(made.waves.table) == 1
    assert made.waves.ties[["area_a", "area_b", "n_accounts"]].to_numpy().tolist() == [
        ["D1", "D2", 1]
    ]


def test_the_readme_speaks_of_files_that_are_there(tmp_path):
    made, _, out = roll(plan_of(["T01", ""], ["T02", "T02"]), tmp_path)
    said = (out / "README.txt").read_text()
    assert [number for number in ("06", "07", "`later`") if f" {number}" in said] == []
    assert "05_ObjectTerritory2Association_insert.csv" in said
    first = [each for each in made.flaws if each.check == "first_territory"]
    assert [(each.id, each.what[-11:]) for each in first] == [("A-001", "goes to T02")]
    blocked = rollout_of(plan_of(["T01"], ["T02"]), crm="salesforce")
    said = readme_text(blocked, [])
    assert "BLOCKED" in said
    assert "Going back" not in said
    assert "Data Loader" not in said
    assert "rollout-example" in str(flaw_messages(blocked.blocked)[0])


def test_waves_that_cannot_be_split_say_what_would_split_them(tmp_path):
    plan = plan_of(["T01", "T02", "T03"], ["T02", "T03", "T04"])
    made, _, out = roll(plan, tmp_path)
    assert made.waves.instead == (
        "no more than 1 wave: 1 account ($2,000) changes its area; with the rep of today until all "
        'areas are live, there are 2 waves and one for that: rollout.area_changes = "last"'
    )
    assert made.waves.instead in (out / "README.txt").read_text()
    apart, _, _ = roll(plan_of(["T01", "T03"], ["T02", "T04"]), tmp_path / "apart")
    assert (len(apart.waves.table), apart.waves.instead) == (2, "")


def test_accounts_that_change_their_area_can_wait_until_all_areas_are_live(tmp_path):
    plan = plan_of(["T01", "T02", "T03"], ["T02", "T03", "T04"])
    made, crm, out = roll(plan, tmp_path, keys=RolloutKeys(area_changes="last"))
    assert made.waves.table["name"].tolist() == ["D1", "D2", "accounts that change their area"]
    assert made.waves.table["territories"].tolist() == ["T01; T02", "T03; T04", "T02; T03"]
    assert made.waves.of_account.tolist() == made.target["wave"].tolist() == [1, 3, 2]
    assert made.waves.instead == ""
    place = {
        key: name
        for name, key in zip(made.target["territory_id"], made.target["Territory2Id"], strict=True)
    }
    served = {}
    for wave in (1, 2, 3):
        assert load_files(crm, sorted((out / f"wave_{wave}").glob("0*.csv"))) == []
        for row in crm.rows("ObjectTerritory2Association"):
            served.setdefault(row["ObjectId"], []).append(place.get(row["Territory2Id"], "T01"))
    ids = made.target["ObjectId"].tolist()
    assert [served[each] for each in ids] == [
        ["T02", "T02", "T02"],
        ["T02", "T02", "T03"],
        ["T03", "T04", "T04"],
    ]


def test_who_would_have_no_rep_until_then_does_not_wait(tmp_path):
    plan = plan_of(["T02", "T03"], ["T03", "T03"], reps=("R01", "R04", "R03", "R02"))
    reps = reps_table({"T01": "R01", "T02": "R02", "T03": "R03", "T04": "R04"})
    made, _, _ = roll(plan, tmp_path, keys=RolloutKeys(area_changes="last"), reps=reps)
    assert len(made.waves.table) == 1


def test_an_org_without_a_model_deploys_it_and_exports_again(tmp_path):
    names = ("Territory2", "Territory2Model", "ObjectTerritory2Association")
    none = dict.fromkeys((*names, "UserTerritory2Association"), lambda table: table.iloc[:0])
    made, _, out = roll(plan_of(["T01"], ["T02"]), tmp_path, change=none)
    assert made.waiting
    assert not list(out.glob("03_*"))
    said = (out / "README.txt").read_text()
    assert "the same command again" in said
    assert "success files here" not in said


def test_a_new_territory_is_made_first_and_the_rest_follows_with_its_id(tmp_path):
    plan = plan_of(["T01", "T01", "T02", "T03"], ["T01", "T04", "T02", "T03"])
    reps = reps_table({"T01": "R01", "T02": "R02", "T03": "R03"})
    made, crm, out = roll(plan, tmp_path, reps=reps)
    assert made.waiting == ("T04",)
    names = sorted(path.name for path in out.glob("0[3-9]_*.csv"))
    assert names == ["03_Territory2_insert.csv"]
    assert load_folder(crm, out) == []
    loaded = check_loaded(out, out)
    org = with_loaded(read_extract(tmp_path / "extract"), loaded)
    again = rollout_of(plan, crm="salesforce", extract=org, reps=reps)
    assert not again.waiting
    write_rollout(again, tmp_path / "second")
    assert load_folder(crm, tmp_path / "second") == []
    new = next(row for row in crm.rows("Territory2") if row["DeveloperName"] == "T04")
    moved = [
        row for row in crm.rows("ObjectTerritory2Association") if row["Territory2Id"] == new["Id"]
    ]
    assert len(moved) == 1


def test_the_twins_of_a_half_failed_load_take_back_only_what_was_loaded(tmp_path):
    _, crm, out = swapped(tmp_path, keys=RolloutKeys(waves="together"))
    was = crm.content()
    victim = pd.read_csv(out / "04_ObjectTerritory2Association_delete.csv", dtype="str").iloc[0, 0]
    kept = dict(crm.tables["ObjectTerritory2Association"][victim])
    crm.tables["ObjectTerritory2Association"][victim]["AssociationCause"] = "Territory2Rule"
    failures = load_folder(crm, out)
    crm.tables["ObjectTerritory2Association"][victim] = kept
    assert len(failures) == 1
    loaded = check_loaded(out, out)
    assert not loaded.complete
    assert loaded.failed[["file", "error"]].to_numpy().tolist() == [
        ["04_ObjectTerritory2Association_delete_error.csv", "assigned by a rule"]
    ]
    write_rollback(out, loaded)
    back = sorted((out / "rollback").rglob("*.csv"), key=lambda path: path.name)
    assert load_files(crm, back, results=False) == []
    assert crm.content() == was


def test_the_audit_after_loading_finds_what_is_not_as_planned(tmp_path):
    made, crm, out = swapped(tmp_path)
    assert load_folder(crm, out) == []
    save(crm, tmp_path / "after")
    assert audit_after(out, read_extract(tmp_path / "after")) == []
    first = next(iter(crm.tables["ObjectTerritory2Association"]))
    row = crm.tables["ObjectTerritory2Association"].pop(first)
    save(crm, tmp_path / "later")
    flaws = audit_after(out, read_extract(tmp_path / "later"))
    lost = made.target.set_index("ObjectId").at[row["ObjectId"], "account_id"]
    assert [(flaw.check, flaw.id) for flaw in flaws] == [("not_assigned", lost)]


def save(crm, folder):
    folder.mkdir()
    for name in crm.tables:
        pd.DataFrame(crm.rows(name)).to_csv(folder / f"{name}.csv", index=False)


def test_ids_of_15_characters_become_18(tmp_path):
    cut = lambda frame: frame.assign(**{c: frame[c].str[:15] for c in frame if c.endswith("Id")})  # noqa: E731
    _, _, out = swapped(tmp_path, change={"ObjectTerritory2Association": cut, "Account": cut})
    for path in out.rglob("0[4-9]_*.csv"):
        frame = pd.read_csv(path, dtype="str")
        for column in [name for name in frame if name.endswith("Id")]:
            assert frame[column].str.len().eq(18).all(), path


def test_files_are_split_into_batches_of_ten_thousand(tmp_path):
    plan = plan_of(["T01"] * 10_001, ["T02"] * 10_001)
    _, _, out = roll(plan, tmp_path)
    parts = sorted(path.name for path in out.glob("05_*.csv"))
    assert parts == [f"05_ObjectTerritory2Association_insert_part0{n}.csv" for n in (1, 2)]
    assert [len(pd.read_csv(out / name)) for name in parts] == [10_000, 1]


@pytest.mark.parametrize(
    ("object_", "change", "check", "said"),
    [
        (
            "ObjectTerritory2Association",
            lambda f: pd.concat([f, f.iloc[[0]].assign(Id="0MOEx0000000099OAA")]),
            "duplicate",
            "stands in line 2 already",
        ),
        (
            "ObjectTerritory2Association",
            lambda f: pd.concat(
                [f, f.iloc[[0]].assign(Id="0MOEx0000000099OAA", Territory2Id="0MIEx0000000003OAA")]
            ),
            "doubly_assigned",
            "in T01 (line 2), T03 (line 11)",
        ),
        (
            "ObjectTerritory2Association",
            lambda f: f.assign(AssociationCause="Territory2AssignmentRule"),
            "assigned_by_rule",
            "T01 by Territory2AssignmentRule",
        ),
        ("User", lambda f: f.assign(IsActive="false"), "inactive_owner", "is inactive"),
        ("Account", lambda f: f.iloc[1:], "missing_id", "is in no column"),
        ("Account", lambda f: f.assign(Id="001"), "bad_id", "is no id of 15 or 18"),
    ],
)
def test_the_audit_blocks_and_names_row_and_value(tmp_path, object_, change, check, said):
    made, _, out = swapped(tmp_path, change={object_: change})
    found = [flaw for flaw in made.blocked if flaw.check == check]
    assert found, made.blocked
    assert said in found[0].what
    assert not list(out.rglob("0[1-9]_*.csv"))
    listed = pd.read_csv(out / "preflight.csv", dtype="str", keep_default_na=False)
    assert check in set(listed["check"])


def test_a_doubly_assigned_account_ends_in_one_territory_when_it_is_accepted(tmp_path):
    second = lambda f: pd.concat(  # noqa: E731
        [f, f.iloc[[0]].assign(Id="0MOEx0000000099OAA", Territory2Id="0MIEx0000000003OAA")]
    )
    made, crm, out = swapped(
        tmp_path,
        change={"ObjectTerritory2Association": second},
        accepted=("doubly_assigned",),
    )
    assert not made.blocked
    assert load_folder(crm, out) == []
    objects = [row["ObjectId"] for row in crm.rows("ObjectTerritory2Association")]
    assert len(objects) == len(set(objects))


def test_without_an_extract_only_metadata_is_written_and_the_rest_is_named(tmp_path):
    plan = plan_of(["T01", "T02"], ["T02", "T02"])
    made = rollout_of(plan, crm="salesforce")
    assert {flaw.id for flaw in made.blocked} == {
        "Account",
        "User",
        "Territory2",
        "ObjectTerritory2Association",
    }
    write_rollout(made, tmp_path / "out")
    package = (tmp_path / "out" / "02_metadata" / "package.xml").read_text()
    assert "<members>tiny.T01</members>" in package
    place = tmp_path / "out/02_metadata/territory2Models/tiny/territories/T01.territory2"
    assert "<accountAccessLevel>Edit</accountAccessLevel>" in place.read_text()
    assert not list((tmp_path / "out").glob("0[3-9]_*.csv"))


def test_a_number_of_two_records_and_a_record_without_its_id_are_named_by_line(tmp_path):
    plan = plan_of(["T01", "T02", "T01"], ["T02", "T01", "T01"])

    def twice(accounts):
        other = accounts.iloc[[1]].assign(Id="001Ex0000000099IAA")
        return pd.concat([accounts, other], ignore_index=True)

    def without(accounts):
        return accounts.assign(Id=["", *accounts["Id"].iloc[1:]])

    said = {}
    for name, change in (("twice", twice), ("without", without)):
        made, _, out = roll(plan, tmp_path / name, change={"Account": change})
        said[name] = [(flaw.check, flaw.id, flaw.line, flaw.what) for flaw in made.blocked]
        assert not list(out.glob("0*.csv"))
    number = "is the AccountNumber of line 3 too, with another Id"
    assert said["twice"] == [("duplicate", "A-001", 5, number)]
    assert ("bad_id", "A-000", 2, "has no Id") in said["without"]


def test_owners_and_codes_of_one_account_each_have_their_twin_in_the_rollback(tmp_path):
    plan = plan_of(["T01", "T02", "T01"], ["T02", "T01", "T01"])
    keys = RolloutKeys(waves="together", code_field="Territory_Code__c")

    def coded(accounts):
        return accounts.assign(Territory_Code__c=["", "OLD", "T01"])

    _, _, out = roll(plan, tmp_path, keys=keys, change={"Account": coded})
    for name in ("08_Account_update", "08_Account_update_code"):
        sent = pd.read_csv(out / f"{name}.csv", dtype=str)
        sent.assign(ID=sent["Id"], STATUS="Item Updated").to_csv(
            out / f"{name}_success.csv", index=False
        )
    write_rollback(out, check_loaded(out, out))
    back = out / "rollback" / "wave_1"
    codes = pd.read_csv(back / "91_Account_update_code.csv", dtype=str, keep_default_na=False)
    owners = pd.read_csv(back / "91_Account_update.csv", dtype=str)
    assert codes["Territory_Code__c"].tolist() == ["#N/A", "OLD"]
    assert list(owners.columns) == ["Id", "OwnerId"]
    assert len(owners) == 2


def test_codes_that_the_extract_does_not_have_are_told_before_they_are_cleared(tmp_path):
    keys = RolloutKeys(waves="together", code_field="Territory_Code__c")
    made, _, _ = roll(plan_of(["T01", "T02"], ["T02", "T01"]), tmp_path, keys=keys)
    assert ("code_before", "Territory_Code__c") in [(each.check, each.id) for each in made.flaws]
