"""Load files for Veeva and for any other CRM: golden shapes, names, batches, and the way back."""

from datetime import date

import pandas as pd
import pytest

from territory.inputs.scenario.rollout import RolloutKeys
from territory.rollout.check import check_loaded
from territory.rollout.findings import flaw_messages
from territory.rollout.folder import write_rollout
from territory.rollout.package import rollout_of
from tests.territory.rollout.test_salesforce_load import extract_of, roll
from tests.territory.rollout.validator import problems
from tests.territory.rollout.worlds import plan_of, reps_table


def swapped():
    return plan_of(["T01", "T02", "T02", ""], ["T02", "T02", "T01", "T01"])


def of_team(plan, name):
    for table in (plan.alignment, plan.accounts, plan.territories):
        table["team"] = name
    return plan


def text(folder, name):
    return (folder / name).read_bytes().decode()


def test_vault_account_loader(tmp_path):
    _, _, out = roll(swapped(), tmp_path, crm="veeva", keys=RolloutKeys(waves="together"))
    head = "account__v,external_id__v,territory__v,territory_to_add__v,territory_to_drop__v\n"
    assert text(out, "05_account_territory_loader__v_upsert.csv") == (
        f"{head}"
        "001Ex0000000001IAA,A-000,,;T02;,;T01;\n"
        "001Ex0000000003IAA,A-002,,;T01;,;T02;\n"
        "001Ex0000000004IAA,A-003,,;T01;,\n"
    )
    assert text(out, "95_account_territory_loader__v_upsert.csv") == (
        f"{head}"
        "001Ex0000000001IAA,A-000,,;T01;,;T02;\n"
        "001Ex0000000003IAA,A-002,,;T02;,;T01;\n"
        "001Ex0000000004IAA,A-003,,,;T01;\n"
    )


def test_who_comes_to_a_territory_without_a_rep_keeps_the_owner(tmp_path):
    plan = plan_of(["T01", "T02", "T01"], ["T02", "T01", "T03"], reps=("R01", "R02", ""))
    _, _, out = roll(plan, tmp_path, crm="csv", keys=RolloutKeys(waves="together"))
    owners = [row.split(",") for row in text(out, "08_owners_update.csv").splitlines()[1:]]
    back = text(out, "91_owners_update.csv").splitlines()[1:]
    assert [(row[0], row[2]) for row in owners] == [("A-000", "R02"), ("A-001", "R01")]
    assert [row.split(",")[0] for row in back] == ["A-000", "A-001"]
    assert "A-002" in text(out, "05_assignments_insert.csv")


@pytest.mark.parametrize(
    ("crm", "named"),
    [("salesforce", "TerrGeoAssignmentRule"), ("veeva", "Territory Designer"), ("csv", None)],
)
def test_the_readme_says_what_is_not_written(tmp_path, crm, named):
    _, _, out = roll(swapped(), tmp_path, crm=crm, keys=RolloutKeys(waves="together"))
    words = text(out, "README.txt")
    assert ("Not written:" in words) == bool(named)
    assert (named or "") in words
    assert "Holidays of a region, state or province are not known" in words


def test_what_vault_refused_is_read_back_with_its_reason(tmp_path):
    _, _, out = roll(swapped(), tmp_path, crm="veeva", keys=RolloutKeys(waves="together"))
    name = "05_account_territory_loader__v_upsert"
    (out / f"{name}_success.csv").write_text(
        "responseStatus,id,external_id__v\nSUCCESS,V0A1,A-000\nSUCCESS,V0A2,A-002\n"
    )
    (out / f"{name}_failure.csv").write_text(
        "responseStatus,errors,external_id__v\nFAILURE,INVALID_DATA|no territory T01,A-003\n"
    )
    loaded = check_loaded(out, out)
    (row,) = loaded.failed.to_dict("records")
    assert (row["line"], row["error"]) == (2, "INVALID_DATA|no territory T01")
    assert not loaded.complete


def test_classic_account_loader_has_its_own_names(tmp_path):
    keys = RolloutKeys(veeva="classic", waves="together")
    _, _, out = roll(swapped(), tmp_path, crm="veeva", keys=keys)
    first = text(out, "05_Account_Territory_Loader_vod__c_upsert.csv").splitlines()[0]
    assert first == (
        "Account_vod__c,External_Id_vod__c,Territory_vod__c,"
        "Territory_To_Add_vod__c,Territory_to_Drop_vod__c"
    )


def test_a_pilot_that_takes_others_along_says_which_and_why(tmp_path):
    keys = RolloutKeys(pilot=("T01",))
    made, _, out = roll(plan_of(["T01", "T02", "T03"], ["T02", "T03", "T03"]), tmp_path, keys=keys)
    assert made.waves.with_pilot == ("T02", "T03")
    note = made.waves.notes[0]
    assert note.startswith("the pilot takes 2 territories along, as accounts or reps go between")
    assert f"Waves: {note}." in (out / "README.txt").read_text()


def test_classic_has_its_territories_and_memberships_from_salesforce(tmp_path):
    """The objects that the platform once had for them are retired: a load of them would fail."""
    keys = RolloutKeys(veeva="classic", waves="together")
    plan = plan_of(["T01", "T02", "T02"], ["T01", "T02", "T03"])
    reps = reps_table({"T01": "R02", "T02": "R01"})
    made, _, out = roll(plan, tmp_path, crm="veeva", keys=keys, reps=reps)
    objects = {path.name[3:].split(".")[0].rsplit("_", 1)[0] for path in out.glob("[0-9]*.csv")}
    assert objects == {"Account_Territory_Loader_vod__c"}
    told = [flaw for flaw in made.flaws if flaw.check == "platform"]
    assert {flaw.severity for flaw in told} == {"warning"}
    assert {"T01", "T02"} <= {flaw.id for flaw in told}
    assert "`--crm salesforce`" in flaw_messages(told)[0].hint


def test_vault_takes_five_hundred_records_a_call(tmp_path):
    plan = plan_of(["T01"] * 501, ["T02"] * 501)
    _, _, out = roll(plan, tmp_path, crm="veeva", keys=RolloutKeys(waves="together"))
    parts = sorted(out.glob("05_*.csv"))
    assert [len(pd.read_csv(path)) for path in parts] == [500, 1]


@pytest.mark.parametrize("name", ["01", "North 1", "A;B", "A,B"])
def test_names_that_veeva_refuses_block(tmp_path, name):
    plan = plan_of(["T01"], ["T01"])
    plan.territories.loc[0, "territory_id"] = name
    plan.accounts["territory_id"] = name
    plan.accounts["current_territory_id"] = name
    extract_of(plan, tmp_path / "extract")
    from territory.rollout.crm.extract import read_extract

    made = rollout_of(plan, crm="veeva", extract=read_extract(tmp_path / "extract"))
    assert {flaw.id for flaw in made.blocked if flaw.check == "name"} == {name}


def test_plain_tables_carry_team_and_dates_and_need_no_extract(tmp_path):
    keys = RolloutKeys(go_live=date(2027, 1, 4), team="ortho", waves="together")
    reps = reps_table({"T01": "R02", "T02": "R01", "T03": "R03", "T04": "R04"})
    made = rollout_of(of_team(swapped(), "ortho"), crm="csv", keys=keys, reps=reps)
    out = write_rollout(made, tmp_path / "out")
    assert text(out, "04_assignments_delete.csv") == (
        "account_id,team,territory_id,effective_to\n"
        "A-000,ortho,T01,2027-01-03\n"
        "A-002,ortho,T02,2027-01-03\n"
    )
    assert text(out, "05_assignments_insert.csv") == (
        "account_id,team,territory_id,effective_from\n"
        "A-000,ortho,T02,2027-01-04\n"
        "A-002,ortho,T01,2027-01-04\n"
        "A-003,ortho,T01,2027-01-04\n"
    )
    assert text(out, "06_members_delete.csv") == (
        "rep_id,team,territory_id\nR02,ortho,T01\nR01,ortho,T02\n"
    )
    for name in ("change_set", "territory_changes", "waves", "target", "assignment_history"):
        assert "team" in pd.read_csv(out / f"{name}.csv").columns


def test_no_owner_is_warned_of_where_the_files_change_none(tmp_path):
    def left(users):
        return users.assign(IsActive="false")

    made, _, out = roll(
        swapped(), tmp_path, crm="veeva", accepted=("inactive_owner",), change={"User": left}
    )
    assert [each for each in made.flaws if each.check in ("inactive_before", "other_owner")] == []
    assert "files 01" not in text(out, "README.txt")


def test_a_team_that_the_plan_does_not_know_is_a_warning_and_the_plans_own_is_written():
    made = rollout_of(swapped(), crm="csv", keys=RolloutKeys(team="ortho"))
    told = [flaw for flaw in made.flaws if flaw.check == "team"]
    assert [(flaw.severity, flaw.id) for flaw in told] == [("warning", "ortho")]
    assert set(made.change.accounts["team"]) == {"core"}
    assert "team is named otherwise" in flaw_messages(told)[0].fact


WORLDS = {
    "salesforce": ("salesforce", RolloutKeys(), 10_000),
    "vault": ("veeva", RolloutKeys(), 500),
    "classic": ("veeva", RolloutKeys(veeva="classic"), 10_000),
    "align": ("veeva", RolloutKeys(veeva="align", go_live=date(2027, 1, 4)), 500),
    "csv": ("csv", RolloutKeys(go_live=date(2027, 1, 4)), 10_000),
}


@pytest.mark.parametrize("world", WORLDS)
@pytest.mark.parametrize("waves", ["together", "districts", "last"])
def test_the_files_are_what_the_vendors_document(world, waves, tmp_path):
    crm, keys, most = WORLDS[world]
    plan = plan_of(
        ["T01", "T01", "T02", "T03", "T03", "", "T01", "T02", "T01"],
        ["T01", "T02", "T02", "T03", "T04", "T03", "T01", "T02", "T02"],
    )
    reps = reps_table({"T01": "R02", "T02": "R01", "T03": "R03", "T04": "R04"})
    own = {"area_changes": "last"} if waves == "last" else {"waves": waves}
    keys = keys.model_copy(update=own)
    made, _, out = roll(plan, tmp_path, crm=crm, keys=keys, reps=reps)
    assert made.blocked == []
    assert problems(out, rows_at_most=most) == []
    assert any(entry.name.startswith("05_") for entry in out.rglob("*.csv"))


def test_a_validator_that_finds_nothing_is_none(tmp_path):
    _, _, out = roll(swapped(), tmp_path, crm="veeva")
    (name,) = out.rglob("05_*.csv")
    name.write_text(name.read_text().replace(";T02;", "T02").replace("territory__v", "terr__v"))
    told = " ".join(problems(out, rows_at_most=1))
    for words in ("is no list of territories", "documented:", "3 rows"):
        assert words in told


def served_on(day, records):
    """Who has whom on a day, by Align's dated records."""
    return {
        (row["account__v"], row["aln_territory__v"])
        for row in records
        if row["start_date__v"] <= day and (not row["end_date__v"] or day <= row["end_date__v"])
    }


def load_align(records, files):
    """Apply load files to dated records: an insert begins one, an update dates the open one."""
    for path in sorted(files, key=lambda path: path.name):
        for row in pd.read_csv(path, dtype=str, keep_default_na=False).to_dict("records"):
            if "_insert" in path.name:
                records.append({"end_date__v": "", **row})
                continue
            (found,) = [
                each
                for each in records
                if each["account__v"] == row["account__v"]
                and each["aln_territory__v"] == row["aln_territory__v"]
                and not each["end_date__v"]
            ]
            found["end_date__v"] = row["end_date__v"]


def test_align_dates_every_assignment_and_the_way_back_begins_it_anew(tmp_path):
    keys = RolloutKeys(veeva="align", go_live=date(2027, 1, 4), waves="together")
    made, _, out = roll(swapped(), tmp_path, crm="veeva", keys=keys)
    ids = dict(zip(made.target["account_id"], made.target["ObjectId"], strict=True))
    accounts = made.change.accounts
    records = [
        {"account__v": ids[name], "aln_territory__v": at, "start_date__v": "", "end_date__v": ""}
        for name, at in zip(accounts["account_id"], accounts["from"], strict=True)
        if at
    ]
    today = served_on("2027-01-03", records)
    files = list(out.glob("[0-9][0-9]_aln_account*.csv"))
    load_align(records, [path for path in files if int(path.name[:2]) < 90])
    assert served_on("2027-01-03", records) == today
    planned = {(ids[name], to) for name, to in
               zip(accounts["account_id"], accounts["to"], strict=True)}  # fmt: skip
    assert served_on("2027-01-04", records) == planned
    load_align(records, [path for path in files if int(path.name[:2]) > 90])
    assert served_on("2027-01-04", records) == planned  # the first day is the plan's alone
    assert served_on("2027-01-05", records) == today


def test_new_territories_of_align_begin_and_end_with_their_wave(tmp_path):
    plan = plan_of(["T01", "T01", "T03", "T03"], ["T01", "T02", "T03", "T04"])
    keys = RolloutKeys(veeva="align", go_live=date(2027, 1, 4), waves="districts")
    reps = reps_table({"T01": "R01", "T03": "R03"})
    made, _, out = roll(plan, tmp_path, crm="veeva", keys=keys, reps=reps)
    assert made.blocked == []
    new = pd.read_csv(out / "03_aln_territory__v_upsert.csv", dtype="str")
    back = pd.read_csv(out / "96_aln_territory__v_update.csv", dtype="str")
    assert made.waves.of["T02"] != made.waves.of["T04"]
    assert new["start_date__v"].nunique() == 2
    assert back["end_date__v"].tolist() == new["start_date__v"].tolist()


def test_align_needs_a_day(tmp_path):
    made, _, _ = roll(swapped(), tmp_path, crm="veeva", keys=RolloutKeys(veeva="align"))
    assert {flaw.check for flaw in made.blocked} == {"go_live"}


def test_load_then_rollback_of_plain_tables_is_the_identity(tmp_path):
    made = rollout_of(swapped(), crm="csv", keys=RolloutKeys(waves="together"))
    out = write_rollout(made, tmp_path / "out")
    pairs = lambda name: set(  # noqa: E731
        pd.read_csv(out / name, dtype="str")[["account_id", "territory_id"]].itertuples(
            index=False, name=None
        )
    )
    today = {row for row in pairs("01_assignments_backup.csv") if isinstance(row[1], str)}
    loaded = (today - pairs("04_assignments_delete.csv")) | pairs("05_assignments_insert.csv")
    assert {account for account, _ in loaded} == {"A-000", "A-001", "A-002", "A-003"}
    back = (loaded - pairs("94_assignments_delete.csv")) | pairs("95_assignments_insert.csv")
    assert back == today


def test_the_history_ends_the_day_before_the_new_rep_begins(tmp_path):
    keys = RolloutKeys(go_live=date(2027, 1, 4), waves="together")
    table = rollout_of(swapped(), crm="csv", keys=keys).tables["assignment_history"]
    rows = table[table["account_id"].eq("A-000")]
    assert rows[["territory_id", "effective_from", "effective_to"]].to_numpy().tolist() == [
        ["T01", "", "2027-01-03"],
        ["T02", "2027-01-04", ""],
    ]


def test_results_of_going_back_do_not_hinder_the_check(tmp_path):
    _, _, out = roll(swapped(), tmp_path, crm="veeva", keys=RolloutKeys(waves="together"))
    name = "05_account_territory_loader__v_upsert"
    (out / f"{name}_success.csv").write_text("responseStatus,id,external_id__v\nSUCCESS,V,A-000\n")
    back = out / "rollback" / "wave_1"
    back.mkdir(parents=True)
    name = name.replace("05", "95")
    (back / f"{name}_success.csv").write_text("responseStatus,id,external_id__v\nSUCCESS,V,A-002\n")
    (back / f"{name}_failure.csv").write_text(
        "responseStatus,errors,external_id__v\nFAILURE,INVALID_DATA|locked,A-000\n"
    )
    loaded = check_loaded(out, out)
    assert loaded.files["n_loaded"].tolist() == [1]
    (row,) = loaded.failed.to_dict("records")
    assert (row["file"], row["error"]) == (f"{name}_failure.csv", "INVALID_DATA|locked")
