"""Wave by wave through the CRM in memory: new and closed territories, and the way back."""

import pytest

from territory.inputs.scenario.rollout import RolloutKeys
from territory.rollout.check import check_loaded, with_loaded, write_rollback
from territory.rollout.crm.extract import read_extract
from territory.rollout.folder import write_rollout
from territory.rollout.package import rollout_of
from tests.territory.rollout.memory_crm import load_files, load_folder
from tests.territory.rollout.test_salesforce_load import roll
from tests.territory.rollout.worlds import plan_of, reps_table

KEYS = RolloutKeys(waves="districts")


def placed(crm):
    """Return the territory's name of each account's records."""
    names = {row["Id"]: row["Name"] for row in crm.rows("Territory2")}
    out = {}
    for row in crm.rows("ObjectTerritory2Association"):
        out.setdefault(row["ObjectId"], []).append(names[row["Territory2Id"]])
    return out


@pytest.mark.parametrize("last", [1, 2])
def test_after_each_wave_its_territories_are_whole_and_all_can_be_taken_back(tmp_path, last):
    # T02 is new in the first district; in the second T04 is new and T09 ends.
    plan = plan_of(
        ["T01", "T01", "T01", "T03", "T03", "T09", "T09"],
        ["T01", "T02", "T02", "T03", "T04", "T03", "T04"],
    )
    reps = reps_table({"T01": "R01", "T03": "R03", "T09": "R04"})
    made, crm, out = roll(plan, tmp_path, keys=KEYS, reps=reps)
    was = crm.content()
    assert set(made.waiting) == {"T02", "T04"}
    assert load_folder(crm, out) == []
    org = with_loaded(read_extract(tmp_path / "extract"), check_loaded(out, out))
    again = rollout_of(plan, crm="salesforce", extract=org, reps=reps, keys=KEYS)
    second = write_rollout(again, tmp_path / "second")
    assert again.waves.of["T02"] != again.waves.of["T04"] == again.waves.of["T09"]
    target = again.target.set_index("ObjectId")
    today = dict(zip(again.change.accounts["account_id"], again.change.accounts["from"],
                     strict=True))  # fmt: skip
    for wave in range(1, last + 1):
        files = sorted((second / f"wave_{wave}").glob("0[3-9]_*.csv"))
        assert load_files(crm, files) == []
        for account, places in placed(crm).items():
            row = target.loc[account]
            live = again.waves.of[row["territory_id"]] <= wave
            assert places == [row["territory_id"] if live else today[row["account_id"]]]
    loaded = check_loaded(second, second)
    write_rollback(second, loaded)
    back = sorted((second / "rollback").rglob("*.csv"), key=lambda path: path.name)
    assert load_files(crm, back, results=False) == []
    write_rollback(out, check_loaded(out, out))
    made_first = sorted((out / "rollback").rglob("96_*.csv"))
    assert load_files(crm, made_first, results=False) == []
    assert crm.content() == was
