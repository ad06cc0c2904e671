"""Which columns of written CSV files the data dictionary does not have."""

import csv
import re
from pathlib import Path

from territory.publish.dictionary import data_dictionary

__all__ = ["undocumented"]


def _pattern(name: str) -> re.Pattern[str]:
    """``{quarter}_usd`` stands for any quarter."""
    return re.compile("".join(".+" if part[:1] == "{" else re.escape(part)
                              for part in re.split(r"(\{\w+\})", name)))  # fmt: skip


def undocumented(*files: Path) -> list[str]:
    """List "file: column" of every column without a line; a file without any, by its name."""
    table = data_dictionary()
    table = table[table["use"] == "output"]
    by = {file.rsplit("/")[-1]: rows["column"].tolist() for file, rows in table.groupby("file")}
    out = []
    for file in files:
        own = [names for name, names in by.items() if _pattern(name).fullmatch(file.name)]
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
