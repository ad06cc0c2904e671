"""A small Salesforce in memory: it follows the documented rules and refuses what they refuse."""

from __future__ import annotations

import re

import pandas as pd

from territory.rollout.crm.names import salesforce_id

PREFIX = {
    "ObjectTerritory2Association": "0MO",
    "UserTerritory2Association": "0MU",
    "Territory2": "0MI",
}
UNIQUE = {
    "ObjectTerritory2Association": ("ObjectId", "Territory2Id"),
    "UserTerritory2Association": ("UserId", "Territory2Id"),
    "Territory2": ("DeveloperName",),
}
REQUIRED = {
    "ObjectTerritory2Association": {"ObjectId", "Territory2Id", "AssociationCause"},
    "UserTerritory2Association": {"UserId", "Territory2Id", "RoleInTerritory2"},
    "Territory2": {
        "Name",
        "DeveloperName",
        "Territory2ModelId",
        "Territory2TypeId",
        "ParentTerritory2Id",
        "AccountAccessLevel",
        "OpportunityAccessLevel",
        "CaseAccessLevel",
        "ContactAccessLevel",
    },
}
UPDATABLE = {
    "Account": {"OwnerId", "Territory_Code__c"},
    "Contact": {"OwnerId"},
    "Opportunity": {"OwnerId"},
}
LARGEST_BATCH = 10_000


class MemoryCrm:
    """Objects as dicts of records by id; each load returns success and error rows."""

    def __init__(self, tables):
        self.tables = {
            name: {str(row["Id"]): dict(row) for row in frame.astype("str").to_dict("records")}
            for name, frame in tables.items()
        }
        self.roles = {row["RoleInTerritory2"] for row in self.rows("UserTerritory2Association")} | {
            ""
        }
        self.serial = 900_000

    def rows(self, name):
        return list(self.tables.get(name, {}).values())

    def load(self, name, operation, frame):
        assert len(frame) <= LARGEST_BATCH
        done, failed = [], []
        for row in frame.to_dict("records"):
            try:
                id_ = getattr(self, f"_{operation}")(name, row)
            except ValueError as error:
                failed.append({**row, "ERROR": str(error)})
            else:
                done.append(
                    {"ID": id_, **{k: v for k, v in row.items() if k != "Id"}, "STATUS": "ok"}
                )
        return pd.DataFrame(done), pd.DataFrame(failed)

    def _insert(self, name, row):
        if name not in REQUIRED:
            raise ValueError("not created here")
        if set(row) - REQUIRED[name]:
            raise ValueError(f"INVALID_FIELD: {set(row) - REQUIRED[name]}")
        for key in ("ObjectId", "UserId", "Territory2Id"):
            if key in row:
                self._exists(
                    {"ObjectId": "Account", "UserId": "User"}.get(key, "Territory2"), row[key]
                )
        if row.get("AssociationCause", "Territory2Manual") != "Territory2Manual":
            raise ValueError("AssociationCause")
        if row.get("RoleInTerritory2", "") not in self.roles:
            raise ValueError("bad value for restricted picklist field")
        if name == "Territory2":
            if not re.fullmatch(r"[A-Za-z](_?[A-Za-z0-9])*", row["DeveloperName"]):
                raise ValueError("DeveloperName")
            if len(row["Name"]) > 80 or len(row["DeveloperName"]) > 80:
                raise ValueError("too long")
            if row["ParentTerritory2Id"]:
                self._exists("Territory2", row["ParentTerritory2Id"])
        keys = UNIQUE[name]
        if any(all(each[key] == row[key] for key in keys) for each in self.rows(name)):
            raise ValueError("DUPLICATE_VALUE")
        self.serial += 1
        id_ = salesforce_id(f"{PREFIX[name]}New{self.serial:09d}")
        self.tables.setdefault(name, {})[id_] = {"Id": id_, **row}
        return id_

    def _delete(self, name, row):
        if set(row) != {"Id"}:
            raise ValueError("a delete takes ids")
        if name not in PREFIX:
            raise ValueError("not deleted here")
        self._exists(name, row["Id"])
        record = self.tables[name][row["Id"]]
        if record.get("AssociationCause", "Territory2Manual") != "Territory2Manual":
            raise ValueError("assigned by a rule")
        del self.tables[name][row["Id"]]
        if name == "Territory2":  # cascades to both kinds of associations
            for other in ("ObjectTerritory2Association", "UserTerritory2Association"):
                gone = [
                    i for i, each in self.tables[other].items() if each["Territory2Id"] == row["Id"]
                ]
                for id_ in gone:
                    del self.tables[other][id_]
        return row["Id"]

    def _update(self, name, row):
        fields = set(row) - {"Id"}
        if not fields <= UPDATABLE.get(name, set()):
            raise ValueError(f"{name} is not updatable: {fields}")
        self._exists(name, row["Id"])
        if "OwnerId" in row:
            self._exists("User", row["OwnerId"])
            if self.tables["User"][row["OwnerId"]].get("IsActive", "true") != "true":
                raise ValueError("INACTIVE_OWNER_OR_USER")
        for key in fields:
            if row[key] == "#N/A":
                self.tables[name][row["Id"]][key] = ""
            elif row[key] != "":  # an empty cell changes nothing
                self.tables[name][row["Id"]][key] = row[key]
        return row["Id"]

    def _exists(self, name, id_):
        if not salesforce_id(id_) or len(id_) != 18:
            raise ValueError(f"MALFORMED_ID {id_}")
        if id_ not in self.tables.get(name, {}):
            raise ValueError(f"INVALID_CROSS_REFERENCE_KEY {name} {id_}")

    def content(self):
        """Return all records; associations without their own ids, which change when made again."""
        out = {}
        for name in self.tables:
            keep_id = name not in {"ObjectTerritory2Association", "UserTerritory2Association"}
            out[name] = sorted(
                tuple(sorted((k, v) for k, v in row.items() if keep_id or k != "Id"))
                for row in self.rows(name)
            )
        return out


def load_folder(crm, folder):
    """Load a rollout folder's files in the order of their numbers; leave result files beside."""
    files = [path for path in folder.rglob("0[3-9]_*.csv") if "rollback" not in path.parts]
    return load_files(crm, sorted(files, key=lambda path: (str(path.parent), path.name)))


def load_files(crm, files, *, results=True):
    """Load files one after the other; return the records that were refused."""
    failures = []
    for path in files:
        _, name, operation, *_ = path.stem.split("_")
        frame = pd.read_csv(path, dtype="str", keep_default_na=False)
        done, failed = crm.load(name, operation, frame)
        failures += failed.to_dict("records")
        for rows, what in ((done, "success"), (failed, "error")) if results else ():
            if len(rows):
                rows.to_csv(path.with_name(f"{path.stem}_{what}.csv"), index=False)
    return failures
