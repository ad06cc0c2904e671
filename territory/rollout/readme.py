"""The README of a rollout folder: what to load, in which order, how, and how to go back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from territory.messages import counted, visible

if TYPE_CHECKING:
    from territory.rollout.result import Rollout

__all__ = ["readme_text"]

_SALESFORCE: tuple[tuple[tuple[str, ...], str], ...] = (
    (
        (),
        """\
Settings of the loader (Data Loader, Bulk API):
* read and write all CSV files as UTF-8 (a setting of Data Loader); comma, line feed
* header = API names, map them by name; batches of at most 10,000 records and 10 MB
""",
    ),
    (
        ("06", "07"),
        "* serial mode for 06, 07 and their twins 92, 93: memberships lock their territory\n",
    ),
    (
        (),
        """\
* an empty cell changes nothing; #N/A clears a field
* deletes of associations bypass the recycle bin: keep the files 01
* leave the success and error files beside the file that was loaded, then run
    territory rollout-check {folder} --loaded {folder}
  which lists what failed and writes the twins of inserts again with the ids they need.
""",
    ),
    (
        ("08",),
        "Owners are apart from territories: 08 changes Account.OwnerId and the contacts of its "
        "owner.\n",
    ),
    (("09",), "09 changes the open deals that follow their account.\n"),
    (
        ("later",),
        """\
Late deals stay with their owner until the date in opportunities.csv: load the folder `later` then.
""",
    ),
    (("08", "09"), "Deals of other owners are never touched.\n"),
    (
        (),
        "Salesforce objects have no column for a team: change_set.csv and target.csv carry it.\n",
    ),
)
"""Text, and the files (numbers, folders) of which at least one must be there for it."""

_VEEVA = """\
* UTF-8, comma, line feed; header = API names; upsert by external id, 500 records a call in Vault
* the account loader runs in incremental mode (ATL mode 1): what is named is added or dropped,
  nothing else changes; in Classic CRM with a batch size of 10 to 20
* in the account loader territories go by name, several between semicolons, one at each end; in
  Vault's other files a user, a territory and a parent is its record's id of the extract. What 03
  makes has no id yet: 07 has its external id (map territory__v to that unique field, or export
  territory__v once 03 is loaded and run the same command again)
* leave the success and error files beside the file that was loaded, then run
    territory rollout-check {folder} --loaded {folder}
"""

_CSV = """\
* UTF-8, comma, line feed; all ids are text: import them as text, or leading zeros are lost
* one row is one assignment, with its team and the day from or until which it holds; in 01 an empty
  territory_id says that the account is in none
* an account of a territory without a rep keeps its owner and is not in 08; an empty rep_id in 91
  says that nobody owned it before
"""

_NOT_WRITTEN = {
    "salesforce": """\
Not written: assignment rules and exclusions (each account is assigned by name, in 05), group
members, the import of Salesforce Maps, and the rules of Life Sciences Cloud
(TerrGeoAssignmentRule, TerrProvAffilAssignRule, ProviderAcctTerritoryInfo).
""",
    "veeva": """\
Not written: assignment by ZIP code or brick (Zip_to_Terr_vod__c, Brick_to_Terr_vod__c,
geography_territory__v) and by rule (assignment_rule__v), Align's model twins, and the tables of
Territory Designer. `territory export PLAN` lists which territory has which ZIP code. In Classic CRM
territories and memberships are Salesforce's own: `--crm salesforce` on the same org writes new
territories and changed reps (its files 03, 06 and 07).
""",
    "csv": "",
}

_WAITING = {
    "metadata": ("The folder 02_metadata makes them.",),
    "load": (
        "Load 03, leave the success files here, and run the same command again with --loaded and",
        "this folder.",
    ),
}
_BACK = """\
Going back: load the files from 90 upwards in their order: the inverse of those below 90."""
_BACK_TO_BACKUP = """
They bring the records back to what the files 01 say."""
_BACK_PART = """
Deletes among them need the ids that the CRM gave, and a load may have been partial: take the ones
in `rollback`, which rollout-check writes from the success files for what was loaded only."""
_BACK_DATED = """
Align: what began ends on its first day, and what had ended begins on the day after. Who goes back
later writes the day of going back and the one after it into these files."""


_DAYS = """\
The dates keep clear of weekends, of public holidays of the whole country (`rollout.country`, or the
US or Belgium by the units; without one 1 January and 25 December alone) and of `rollout.holidays`.
Holidays of a region, state or province are not known: write them into `rollout.holidays`."""


def readme_text(rollout: Rollout, listed: Sequence[Mapping[str, object]]) -> str:
    """Return the README."""
    lines = [f"Rollout for {rollout.crm}", ""]
    if rollout.blocked:
        lines += [
            f"BLOCKED: {counted(len(rollout.blocked), 'finding')} of the pre-flight audit forbid "
            "to load.",
            "preflight.csv lists them all, errors first. There are no load files until they are",
            "settled; the change set, waves and dates beside this file are complete.",
            "",
        ]
    if rollout.waiting:
        names = " ".join(rollout.waiting)
        lines += [
            f"{counted(len(rollout.waiting), 'territory', 'territories')} must exist before the "
            f"rest can be written: {visible(names)}",
            *_WAITING["metadata" if rollout.metadata else "load"],
            "",
        ]
    if rollout.metadata:
        lines += [
            "02_metadata: type, model (in its planning state) and territories; deploy with",
            "    sf project deploy start --metadata-dir 02_metadata",
            "then export Territory2Model, Territory2Type and Territory2 into the extract, and run",
            "the same command again.",
            "",
        ]
    if listed:
        lines += _files(rollout, listed)
    lines += [_DAYS, ""]
    if len(rollout.waves.table) > 1:
        lines += ["Waves: load one, check it, then the next.", ""]
        for wave in rollout.waves.table.to_dict("records"):
            lines.append(
                f"  wave {wave['wave']}  {visible(str(wave['name']))}: {wave['n_territories']} "
                f"territories, {wave['n_accounts_moved']:,} accounts move"
            )
        lines.append("")
    for note in rollout.waves.notes:
        lines += [visible(f"Waves: {note}."), ""]
    return "\n".join(lines)


def _files(rollout: Rollout, listed: Sequence[Mapping[str, object]]) -> list[str]:
    """Return the list of files and how to load them: nothing about what is not there."""
    lines = ["Files, in the order in which they are loaded (backups are kept, not loaded):", ""]
    there: set[str] = set()
    for row in listed:
        *folders, name = str(row["file"]).split("/")
        there |= {*folders, name[:2]}
        lines.append(
            f"  {row['file']:<60} {row['rows']:>8,} rows  {row['operation']} {row['object']}"
        )
    lines.append("")
    if rollout.crm == "salesforce":
        words = "".join(text for needs, text in _SALESFORCE if not needs or there & {*needs})
    else:
        words = {"veeva": _VEEVA, "csv": _CSV}[rollout.crm]
    lines.append(words.format(folder="DIR") + _NOT_WRITTEN[rollout.crm])
    if any(number.isdigit() and number >= "90" for number in there):
        back = _BACK + (_BACK_TO_BACKUP if "01" in there else "")
        back += _BACK_PART if rollout.crm == "salesforce" else ""
        dated = any("_aln_" in str(row["file"]) for row in listed)
        lines += [back + (_BACK_DATED if dated else ""), ""]
    return lines
