"""Which scenario is meant: a file, a folder that holds one, the folder of a plan."""

from __future__ import annotations

import json
from pathlib import Path

from territory.errors import InputError
from territory.messages import Message, quoted

__all__ = ["found_above", "scenario_file"]

_TABLES = frozenset(
    {".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".parquet"}
    | {".gpkg", ".geojson", ".json", ".shp", ".fgb", ".topojson", ".kml", ".kmz", ".zip", ".gz"}
)

_DOCUMENTS = frozenset({".html", ".htm", ".pdf", ".pptx", ".docx", ".png", ".svg", ".xml", ".md"})


def scenario_file(path: Path) -> Path:
    """Return the scenario file that a path means.

    Parameters
    ----------
    path : Path
        A file is returned as it is; a plan's folder means the scenario it was made from; any other
        folder the scenario in it, where there is one or one is called scenario.toml.

    Raises
    ------
    InputError
        A table, or a folder with no scenario or several.
    """
    if path.name == "plan.json" and path.is_file():
        path = path.parent
    if path.is_dir():
        return _in_folder(path)
    if path.suffix.lower() in _TABLES and path.is_file():
        import shlex

        raise InputError(
            Message(
                f"{path} is a table; expected a scenario file (.toml)",
                hint="write a first scenario for it: territory init DIR --from "
                f"{shlex.quote(str(path))}",
            )
        )
    if path.suffix.lower() in _DOCUMENTS and path.is_file():
        raise InputError(
            Message(
                f"{path} is no scenario; expected a scenario file (.toml) or its folder",
                hint="`territory init DIR --from FILE…` writes one for your own files",
            )
        )
    return path


def _in_folder(folder: Path) -> Path:
    plan = folder / "plan.json"
    if plan.is_file():
        try:
            text = str(json.loads(plan.read_bytes())["scenario_path"])
        except (ValueError, KeyError, TypeError, OSError, RecursionError):
            text = ""
        if found := found_above(folder, text):
            return found
        raise InputError(
            Message(
                f"{folder} is the folder of a plan, and its scenario {quoted(text)} is not there",
                hint="name the scenario file",
            )
        )
    files = sorted(folder.glob("*.toml"))
    if len(files) == 1:
        return files[0]
    if folder / "scenario.toml" in files:
        return folder / "scenario.toml"
    if not files:
        raise InputError(
            Message(
                f"{folder} holds no scenario (.toml)",
                hint="`territory init DIR --from FILE…` writes one for your own files",
            )
        )
    names = ", ".join(file.name for file in files[:6])
    raise InputError(Message(f"{folder} holds {len(files)} scenarios: {names}", hint="name one"))


def found_above(folder: Path, text: str) -> Path | None:
    """Return the file that a plan's folder names: from where one works, else from above it.

    Parameters
    ----------
    folder : Path
    text : str
        A path as the plan has it; "" for none.
    """
    for start in (Path.cwd(), *folder.absolute().parents):
        if text and (start / text).is_file():
            return start / text if start != Path.cwd() else Path(text)
    return None
