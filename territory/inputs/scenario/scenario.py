"""Read a scenario file: merge what it extends, refuse what cannot be meant, stay in its folder."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Self, cast

from pydantic import BaseModel, ConfigDict, PrivateAttr, ValidationError

from territory.currency import heard
from territory.errors import InputError
from territory.inputs.scenario.files import layers as layers_of
from territory.inputs.scenario.files.found import scenario_file
from territory.inputs.scenario.files.messages import Node, messages_of
from territory.inputs.scenario.files.variation import frame_digest, keys_of, merged, tables_of
from territory.inputs.scenario.keys import ScenarioKeys, Solve, Source
from territory.inputs.scenario.monitor import ForecastKeys

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Scenario", "embedded_scenarios", "json_schema", "read_scenario"]

embedded_scenarios = layers_of.embedded_scenarios

_SIDECARS = (".dbf", ".shx", ".prj", ".cpg")


_NOT_READ_BY = {
    *("measures", "rules", "objective", "solve", "outputs", "quotas", "pay", "hierarchy"),
    *("review", "monitor", "forecast", "rollout", "resources", "sizing"),
}
"""Sections that neither tables nor places depend on; of the measures see `Scenario.reading`."""


class Scenario(ScenarioKeys):
    """All keys of a scenario, and the file that they came from."""

    _path: Path = PrivateAttr(default=Path("scenario.toml"))
    _display: str = PrivateAttr(default="scenario.toml")
    _out: Path | None = PrivateAttr(default=None)
    _frames: dict[str, pd.DataFrame] = PrivateAttr(default_factory=dict)

    @property
    def path(self) -> Path:
        """The scenario file, absolute."""
        return self._path

    @property
    def folder(self) -> Path:
        """The folder that all paths of the scenario stay below, absolute."""
        return self._path.parent

    @property
    def display(self) -> str:
        """The scenario file as the user wrote it: for messages."""
        return self._display

    @property
    def out(self) -> Path:
        """The plan's folder: below the scenario's folder unless the user named another."""
        return self._out or self.resolve(self.outputs.dir) / self.name

    @property
    def hash(self) -> str:
        """SHA-256 of the merged keys and of the bytes of all input files, as hexadecimal text.

        The number of threads is no part of it: the plan is the same for any.
        """
        keys = self.model_dump(mode="json", exclude={"extends": True, "solve": {"threads"}})
        content = json.dumps(keys, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(f"{content}\n{self.input_hash()}".encode()).hexdigest()

    def input_hash(self) -> str:
        """Return the SHA-256 of all input files; a file that is absent counts as absent."""
        digest = hashlib.sha256()
        for key, file in sorted(self._files().items()):
            path = self.resolve(file)
            for part in (path, *(path.with_suffix(suffix) for suffix in _SIDECARS)):
                if part is path or (path.suffix.lower() == ".shp" and part.is_file()):
                    content = "absent"
                    if part.is_file():
                        with part.open("rb") as stream:
                            content = hashlib.file_digest(stream, "sha256").hexdigest()
                    digest.update(f"{key}{part.suffix} {content}\n".encode())
        for table, frame in sorted(self._frames.items()):
            digest.update(f"inputs.{table} {frame_digest(frame)}\n".encode())
        return digest.hexdigest()

    def reading(self) -> str | None:
        """Return all that the tables and places depend on as text; None with tables as DataFrames.

        Two scenarios that differ in effort, rules or tolerances only have the same.
        """
        if self._frames:
            return None
        keys = self.model_dump(mode="json", exclude=_NOT_READ_BY)
        measures = [(name, each.travel) for name, each in self.measures.items()]
        paths = sorted(map(self.resolve, self._files().values()))
        stats = [each.stat() for each in paths if each.exists()]
        files = [(str(path), path.exists()) for path in paths]
        times = [(each.st_mtime_ns, each.st_size) for each in stats]
        return repr((self._display, str(self._path), keys, measures, files, times))

    def resolve(self, text: str) -> Path:
        """Return the absolute path of a path text of this scenario.

        A path that leaves the scenario's folder (upwards, absolute, by a symbolic link) is refused.

        Raises
        ------
        InputError
            If the path leaves the folder.
        """
        return layers_of.resolve(text, self.folder, self._display)

    def with_overrides(
        self,
        *,
        effort: str | None = None,
        seed: int | None = None,
        time_limit: float | None = None,
        threads: int | None = None,
        out: Path | None = None,
        at: str | None = None,
    ) -> Self:
        """Return the scenario with what the command line asks for; None leaves a value as it is.

        Parameters
        ----------
        effort : {"quick", "normal", "best"}, optional
            Replaces ``solve.effort``.
        seed : int, optional
            Replaces ``solve.seed``, at least 0.
        time_limit : float, optional
            Replaces ``solve.time_limit_s``, in seconds, above 0.
        threads : int, optional
            Replaces ``solve.threads``, at least 1.
        out : Path, optional
            The plan's folder, anywhere.
        at : str, optional
            Replaces ``forecast.at``, the quarter that is planned for.

        Raises
        ------
        InputError
            If a value is not allowed.
        """
        given = {"effort": effort, "seed": seed, "time_limit_s": time_limit, "threads": threads}
        written = {key: value for key, value in given.items() if value is not None}
        keys = {**self.solve.model_dump(), **written}
        ahead = self.forecast.model_dump() | ({"at": at} if at else {})
        data = {"solve": keys, "forecast": ahead}
        try:
            found = _Overrides.model_validate(data)
        except ValidationError as error:
            said = messages_of(error, data, [("command line", data)], json_schema())
            raise InputError(*said) from None
        scenario = self.model_copy(update={"solve": found.solve, "forecast": found.forecast})
        if out is not None:
            scenario._out = Path(out).absolute()
        return scenario

    def but(self, *texts: str, out: Path | None = None, **values: object) -> Self:
        """Return the scenario with other keys or tables, checked like a file.

        Parameters
        ----------
        *texts : str
            Lines as in a file: ``"measures.workload_h.tolerance=0.15"``.
        out : Path, optional
            The plan's folder, anywhere.
        **values
            ``effort``, ``seed``, ``time_limit``, ``threads``; whole sections (``rules={...}``),
            merged key by key; or tables as DataFrames by the name that they have in ``[inputs]``
            (``accounts=frame``), read like a file with these columns.

        Raises
        ------
        InputError
            A key is unknown, or a value not allowed: all of them are named.
        """
        frames = tables_of(values)
        changes = keys_of(texts, {key: each for key, each in values.items() if key not in frames})
        keys = self.model_dump(exclude_unset=True)
        for table in frames:
            source = {"file": f"{table} (DataFrame)"}
            changes = merged(changes, {"inputs": {table: source}})
            keys = merged(keys, {"inputs": {table: None}})
        keys = merged(keys, changes)
        try:
            scenario = type(self).model_validate(keys)
        except ValidationError as error:
            layers = [("changes in code", changes), (self._display, keys)]
            raise InputError(*messages_of(error, keys, layers, json_schema())) from None
        scenario._path, scenario._display = self._path, self._display
        scenario._out = self._out if out is None else Path(out).absolute()
        scenario._frames = {**self._frames, **frames}
        layers_of.check_states(scenario.geography.states, self._display)
        for file in (*scenario._files().values(), scenario.outputs.dir):
            scenario.resolve(file)
        return scenario

    def frame(self, table: str) -> pd.DataFrame | None:
        """Return the DataFrame that was given instead of a table's file, or None."""
        found: pd.DataFrame | None = self._frames.get(table)
        return found

    def input_paths(self) -> list[str]:
        """Return the absolute paths of all files that tables and incentives are read from."""
        files = {**self._files(), "deals": self.quotas.deals if self.quotas else None}
        return [str(self.resolve(file)) for _, file in sorted(files.items()) if file]

    def _files(self) -> dict[str, str]:
        """Return the input files by key path."""
        files = {"geography": self.geography.file, "travel": self.travel.matrix}
        files["callplan"] = self.callplan.file if self.callplan else None
        for table in type(self.inputs).model_fields:
            source: Source | None = getattr(self.inputs, table)
            given = table in self._frames
            files[f"inputs.{table}"] = source.file if source and not given else None
            for key in ("postal_points", "addresses", "calls_made") if source and not given else ():
                more = getattr(source, key)
                files[f"inputs.{table}.{key}"] = more.file if more else None
        return {key: file for key, file in files.items() if file}


class _Overrides(BaseModel):
    """The keys that the command line can replace."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    solve: Solve
    forecast: ForecastKeys


@cache
def json_schema() -> Node:
    """Return the JSON Schema of scenario files, for editors that complete and check TOML."""
    schema = ScenarioKeys.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "Sales territory scenario"
    return cast("Node", schema)


def read_scenario(path: str | Path) -> Scenario:
    """Read a scenario file and everything it extends.

    Parameters
    ----------
    path : str or Path
        A TOML file, a folder that holds one, or a plan's folder.

    Returns
    -------
    Scenario
        Frozen and complete; its path texts are relative to its folder.

    Raises
    ------
    InputError
        If the file cannot be read, or keys are unknown, ill-typed or contradict each other; all
        of them are named at once, each with the file in which it is written.

    Examples
    --------
    A tolerance is a fraction, and the message says how to write it:

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> text = '''inputs.units = "units.csv"
    ... team.territories = 4
    ... measures.workload_h.tolerance = 0.2
    ... '''
    >>> _ = (folder / "ny.toml").write_text(text)
    >>> scenario = read_scenario(folder / "ny.toml")
    >>> scenario.name, scenario.measures["workload_h"].tolerance
    ('ny', 0.2)
    """
    path = scenario_file(Path(path))
    display = str(path)
    layers = layers_of.read_layers(Path(path), display)
    keys = layers_of.merged(layers)
    keys.setdefault("name", layers_of.name_from(layers[0].path))
    try:
        scenario = Scenario.model_validate(keys)
    except ValidationError as error:
        written = [(layer.display, layer.keys) for layer in layers]
        raise InputError(*messages_of(error, keys, written, json_schema())) from None
    scenario._path = layers[0].path
    scenario._display = display
    layers_of.check_states(scenario.geography.states, display)
    for file in (*scenario._files().values(), scenario.outputs.dir):
        scenario.resolve(file)
    heard(scenario.currency)
    return scenario
