"""A rollout folder: written whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from territory.rollout.crm.files import LoadFile, write_load_files
from territory.rollout.findings import flaws_table
from territory.rollout.readme import readme_text
from territory.rollout.result import MARKER

if TYPE_CHECKING:
    from territory.rollout.result import Rollout

__all__ = ["write_rollout"]


def write_rollout(rollout: Rollout, folder: str | Path) -> Path:
    """Write a rollout folder whole or not at all.

    Load files of a single wave stand in the folder itself; those of several waves each in a
    folder ``wave_1``, ``wave_2`` …, so that a wave is loaded or taken back on its own.

    Raises
    ------
    InputError
        The place holds something else, or cannot be written to.
    """
    from territory.inputs.cells import write_table
    from territory.whole import whole_folder

    with whole_folder(folder, marker=MARKER) as fresh:
        write_table(rollout.change.accounts, fresh / "change_set.csv")
        write_table(rollout.change.territories, fresh / "territory_changes.csv")
        write_table(rollout.waves.table, fresh / "waves.csv")
        write_table(rollout.waves.ties, fresh / "wave_ties.csv")
        write_table(rollout.target, fresh / "target.csv")
        write_table(flaws_table(rollout.flaws), fresh / "preflight.csv")
        for name, table in rollout.tables.items():
            write_table(table, fresh / f"{name}.csv")
        for name, text in rollout.metadata.items():
            place = fresh / "02_metadata" / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8")
        listed = _write_files(rollout, fresh)
        (fresh / "README.txt").write_text(readme_text(rollout, listed), encoding="utf-8")
        manifest: Manifest = {
            "crm": rollout.crm,
            "team": rollout.change.team,
            "blocked": len(rollout.blocked),
            "waiting": list(rollout.waiting),
            "notes": list(rollout.notes),
            "files": listed,
        }
        (fresh / MARKER).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    return Path(folder)


class ListedFile(TypedDict):
    """A load file in the manifest."""

    file: str
    wave: int
    team: str
    object: str
    operation: str
    rows: int


class Manifest(TypedDict):
    """What stands in a rollout folder's list of files."""

    crm: str
    team: str
    blocked: int
    waiting: list[str]
    notes: list[str]
    files: list[ListedFile]


def _write_files(rollout: Rollout, folder: Path) -> list[ListedFile]:
    """Write the load files and return the manifest's rows."""
    several = len(rollout.by_wave) > 1
    places: list[tuple[str, int, list[LoadFile]]] = [("", 0, rollout.first)]
    for wave, files in rollout.by_wave.items():
        places.append((f"wave_{wave}" if several else "", wave, files))
    for wave, files in rollout.later.items():
        places.append((f"wave_{wave}/later" if several else "later", wave, files))
    listed: list[ListedFile] = []
    for place, wave, files in places:
        target = folder / place
        if any(len(file.frame) for file in files):
            target.mkdir(parents=True, exist_ok=True)
        ordered = sorted(files, key=lambda file: file.number)
        for name, file, rows in write_load_files(ordered, target):
            listed.append(
                {
                    "file": f"{place}/{name}" if place else name,
                    "wave": wave,
                    "team": rollout.change.team,
                    "object": file.object,
                    "operation": file.operation,
                    "rows": rows,
                }
            )
    return listed
