"""Which columns of written CSV files the data dictionary does not have."""

import csv
import re
from pathlib import Path

from territory.publish.dictionary import data_dictionary

__all__ = ["undocumented"]


# What a name in braces may stand for, where it is not just any text.
STANDS_FOR = {
    "{measure}": "(?:workload_h|potential_usd)",
    "{number}": r"\d\d",
    "{quarter}": r"\d{4}-?Q[1-4]",
    "{code_field}": r"\w+__c",
}


def _pattern(name: str) -> re.Pattern[str]:
    """``{quarter}_usd`` stands for any quarter."""
    parts = re.split(r"(\{\w+\})", name)
    return re.compile("".join(
        STANDS_FOR.get(part, ".+") if part[:1] == "{" else re.escape(part) for part in parts
    ))  # fmt: skip


def undocumented(*files: Path, room: str = "") -> list[str]:
    """List "file: column" of every column without a line; a file without any, by its name.

    With a room (``compare``) only what the dictionary says under it counts; else what it says of
    plans and of any file of that name.
    """
    table = data_dictionary()
    table = table[table["use"] == "output"]
    by = {
        file: rows["column"].tolist()
        for file, rows in table.groupby("file")
        if not room or file.startswith(f"{room}/")
    }
    plain = {file.rsplit("/")[-1] for file in by if "/" not in file}
    out = []
    for file in files:
        own = [
            names for name, names in by.items()
            if _pattern(name.rsplit("/")[-1]).fullmatch(file.name)
            and ("/" not in name or file.name not in plain or room)
        ]  # fmt: skip
        if not own:
            out.append(file.name)
            continue
        with file.open(encoding="utf-8", newline="") as text:
            header = next(csv.reader(text))
        patterns = [_pattern(name) for names in own for name in names]
        out += [
            f"{file.name}: {name}"
            for name in header
            if not any(each.fullmatch(name) for each in patterns)
        ]
    return out
