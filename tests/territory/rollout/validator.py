"""What the documents of the CRMs say of load files, held against a folder: `problems(folder)`.

Nothing of the product's load code is imported. Columns, order, batches and the shape of cells stand
here as the vendors document them.
"""

from __future__ import annotations

import csv
import json
import re
from datetime import date

BULK_ROWS, BULK_BYTES, VAULT_ROWS = 10_000, 10_000_000, 500
_ID = re.compile(r"[A-Za-z0-9]{15}")
_SALESFORCE = {
    ("Territory2", "insert"): [
        *("Name", "DeveloperName", "Territory2ModelId", "Territory2TypeId", "ParentTerritory2Id"),
        *("AccountAccessLevel", "OpportunityAccessLevel", "CaseAccessLevel"),
        *("ContactAccessLevel", "Description"),
    ],
    ("Territory2", "delete"): ["Id", "DeveloperName"],
    ("ObjectTerritory2Association", "insert"): ["ObjectId", "Territory2Id", "AssociationCause"],
    ("ObjectTerritory2Association", "delete"): ["Id", "ObjectId", "Territory2Id"],
    ("UserTerritory2Association", "insert"): ["UserId", "Territory2Id", "RoleInTerritory2"],
    ("UserTerritory2Association", "delete"): ["Id", "UserId", "Territory2Id"],
    ("Account", "update"): ["Id", "OwnerId", "Territory_Code__c"],
    ("Contact", "update"): ["Id", "OwnerId"],
    ("Opportunity", "update"): ["Id", "OwnerId"],
}
_LOADER = [
    *("account__v", "external_id__v", "territory__v"),
    *("territory_to_add__v", "territory_to_drop__v"),
]
_DATED = ["start_date__v", "end_date__v"]
_VEEVA = {
    ("territory__v", "upsert"): ["external_id__v", "name__v", "parent_territory__v"],
    ("territory__v", "delete"): ["external_id__v"],
    ("user_territory__v", "insert"): ["external_id__v", "user__v", "territory__v"],
    ("user_territory__v", "delete"): ["id", "external_id__v", "user__v", "territory__v"],
    ("account_territory_loader__v", "upsert"): _LOADER,
    ("Account_Territory_Loader_vod__c", "upsert"): [
        *("Account_vod__c", "External_Id_vod__c", "Territory_vod__c"),
        *("Territory_To_Add_vod__c", "Territory_to_Drop_vod__c"),
    ],
    **{
        (name, what): [*own, *_DATED]
        for name, own in (
            ("aln_territory__v", ["external_id__v", "name__v", "parent_territory__v"]),
            ("aln_account_territory__v", ["account__v", "aln_territory__v"]),
            ("aln_roster_member_territory__v", ["aln_roster_member__v", "aln_territory__v"]),
        )
        for what in ("insert", "update", "upsert")
    },
}
_LISTS = {"salesforce": _SALESFORCE, "veeva": _VEEVA}


def _checksum(text):
    """The three letters that Salesforce puts behind the 15 of an id: which of them are capitals."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
    parts = [text[at : at + 5] for at in (0, 5, 10)]
    return "".join(
        letters[sum(1 << at for at, sign in enumerate(part) if "A" <= sign <= "Z")]
        for part in parts
    )


def _cell(column, value):
    """Say what is wrong with a cell, "" for nothing."""
    ids = column in {"Id", "ObjectId", "Territory2Id", "UserId", "OwnerId"} and value != "#N/A"
    if ids and (len(value) != 18 or not _ID.match(value) or value[15:] != _checksum(value[:15])):
        return f"{value!r} is no 18-character id"
    if column.endswith("date__v") and value and date.fromisoformat(value).isoformat() != value:
        return f"{value!r} is no day"
    lists = column.lower().replace("_vod__c", "__v").startswith("territory_to_")
    if lists and value and not re.fullmatch(r";([^;, ]+;)+", value):
        return f"{value!r} is no list of territories"
    if column in {"DeveloperName"} and not re.fullmatch(r"[A-Za-z](_?[A-Za-z0-9])*", value):
        return f"{value!r} is no developer name"
    return ""


def problems(folder, *, rows_at_most):
    """Return everything in a rollout folder that a loader or the documents would refuse."""
    manifest = json.loads((folder / "rollout.json").read_text("utf-8"))
    known = _LISTS.get(manifest["crm"])
    out = []
    there = {str(p.relative_to(folder)) for p in folder.rglob("[0-9][0-9]_*.csv")}
    listed = [entry["file"] for entry in manifest["files"]]
    if there != set(listed):
        out.append(f"files and manifest differ: {sorted(there ^ set(listed))}")
    last = {}
    rows_of = {}
    for entry in manifest["files"]:
        name, number = entry["file"], int(entry["file"].rpartition("/")[2][:2])
        place = name.rpartition("/")[0]
        if number < last.get(place, 0):
            out.append(f"{name} stands behind {last[place]:02d}")
        last[place] = number
        raw = (folder / name).read_bytes()
        if raw.startswith(b"\xef\xbb\xbf") or b"\r" in raw or not raw.endswith(b"\n"):
            out.append(f"{name}: a mark, a carriage return, or no end")
        if len(raw) > BULK_BYTES:
            out.append(f"{name}: {len(raw)} bytes")
        head, *rows = list(csv.reader(raw.decode("utf-8").splitlines(), strict=True))
        if len(rows) != entry["rows"] or not 0 < len(rows) <= rows_at_most:
            out.append(f"{name}: {len(rows)} rows")
        if entry["operation"] != "backup":
            rows_of.setdefault(number, 0)
            rows_of[number] += len(rows)
            if known is not None:
                allowed = known.get((entry["object"], entry["operation"]))
                if allowed is None or not set(head) <= set(allowed):
                    out.append(f"{name}: columns {head}; documented: {allowed}")
        for line, row in enumerate(rows, start=2):
            if len(row) != len(head):
                out.append(f"{name}:{line}: {len(row)} cells")
            told = [wrong for pair in zip(head, row, strict=False) if (wrong := _cell(*pair))]
            out += [f"{name}:{line}: {wrong}" for wrong in told]
    loader = any("oader" in entry["object"] for entry in manifest["files"])
    for number, rows in rows_of.items():
        twin = {3: 96}.get(number, 99 - number)
        if number == 5 and loader:
            twin = 95  # one file of the loader drops and adds
        if number < 90 and rows_of.get(twin) != rows:
            out.append(f"{number:02d} has {rows} rows, its twin {twin} {rows_of.get(twin)}")
    return out
