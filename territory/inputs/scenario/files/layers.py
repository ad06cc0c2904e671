"""The files behind a scenario: TOML, the chain of `extends`, the merge, and paths kept inside."""

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath

from territory.errors import InputError
from territory.inputs.scenario.files.odd import refuse_deep, refuse_odd
from territory.messages import Message, closest, quoted

__all__ = [
    "Layer",
    "check_states",
    "embedded_scenarios",
    "merged",
    "name_from",
    "read_layers",
    "resolve",
]

_EMBEDDED = "embedded:"
# Installed, the scenarios lie in the package (setup.py copies them); in a checkout at the top.
_PACKAGED = Path(__file__).resolve().parents[2] / "demo" / "scenarios"
_EMBEDDED_FOLDER = (
    _PACKAGED if _PACKAGED.is_dir() else Path(__file__).resolve().parents[4] / "scenarios"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One file of the chain: its place, its name in messages and the keys written in it."""

    path: Path
    display: str
    keys: Mapping[str, object]


def embedded_scenarios() -> dict[str, Path]:
    """Return the scenarios that come with the product by the bare name `extends` can use."""
    return {path.stem: path for path in sorted(_EMBEDDED_FOLDER.glob("*.toml"))}


def name_from(path: Path) -> str:
    """Return a plan name made of a file name: what is no letter, digit, _ or - becomes _."""
    return re.sub(r"[^A-Za-z0-9_-]+", "_", path.stem).strip("_-") or "scenario"


def resolve(text: str, folder: Path, display: str) -> Path:
    """Return the absolute path of a path text below a folder; refuse one that leaves it."""
    root, rest = folder, text
    if text.startswith(_EMBEDDED):
        root, rest = _EMBEDDED_FOLDER, text.removeprefix(_EMBEDDED)
    if "\\" in rest:
        hint = "write / between folders"
    else:
        hint = f"copy the file below {folder.name or folder} and name it from there"
    try:
        path = (root / rest).resolve()
    except (ValueError, OSError, RuntimeError):
        raise InputError(Message(f"{display}: {quoted(text)} is no path")) from None
    windows = PureWindowsPath(rest)
    if not path.is_relative_to(root.resolve()) or windows.drive or windows.root:
        raise InputError(
            Message(
                f"{display}: {quoted(text)} lies outside the scenario's folder; "
                "a scenario reads and writes only below its own folder",
                hint=hint,
            )
        )
    return path


def read_layers(path: Path, display: str) -> list[Layer]:
    """Read a scenario file and the chain it extends, the most specific first.

    Path texts in the keys come back relative to the first file's folder.
    """
    folder = path.parent.resolve()
    layers: list[Layer] = []
    current, shown, root = folder / path.name, display, folder
    while True:
        real = current.resolve()
        if any(layer.path.resolve() == real for layer in layers):
            chain = " extends ".join([*(layer.display for layer in layers), shown])
            raise InputError(Message(f"{chain}: a scenario cannot extend itself"))
        keys = _parse(current, shown)
        base = keys.get("extends")
        layers.append(
            Layer(
                path=current,
                display=shown,
                keys=_relocated(keys, current.parent, root, root != folder),
            )
        )
        if not isinstance(base, str) or not base:
            return layers
        embedded = embedded_scenarios()
        if base in embedded:
            current, shown, root = embedded[base], f"{base} (embedded)", _EMBEDDED_FOLDER
            continue
        if "/" not in base and not base.endswith(".toml"):
            close = closest(base, embedded)
            raise InputError(
                Message(
                    f"{shown}: extends is {quoted(base)}; expected a .toml file below this folder "
                    f"or one of {', '.join(embedded) or 'the embedded scenarios'}",
                    hint=f"did you mean {close[0]}?" if close else "",
                )
            )
        target = _inside(current.parent, base, root, shown)
        shown = str(Path(display).parent / target.relative_to(root)) if root == folder else base
        current = target


def _inside(start: Path, text: str, root: Path, display: str) -> Path:
    """Return the path of a text relative to `start`, checked to stay below `root`."""
    try:
        relative = (start.resolve() / text).resolve().relative_to(root.resolve())
    except (ValueError, OSError, RuntimeError):
        return resolve(text if Path(text).is_absolute() else f"../{text}", root, display)
    return root / relative


def _parse(path: Path, display: str) -> dict[str, object]:
    try:
        refuse_odd(path, display)
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        beside = path.parent.glob("*.toml") if path.parent.is_dir() else iter(())
        near = [file.name for file in beside if file.name != "pyproject.toml"]
        close = closest(path.name, near)
        raise InputError(
            Message(
                f"{display} does not exist",
                hint=f"did you mean {close[0]}?"
                if close
                else "`territory init DIR` writes a scenario to start from",
            )
        ) from None
    except UnicodeDecodeError as error:
        raise InputError(
            Message(
                f"{display} is not UTF-8 text: byte {error.start + 1} is not",
                hint="save it as UTF-8 in the editor",
            )
        ) from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(Message(f"{display} cannot be read: {reason}")) from None
    refuse_deep(text, display)
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError(_syntax(str(error), text, display)) from None


def _syntax(reason: str, text: str, display: str) -> Message:
    at = re.search(r" \(at line (\d+), column (\d+)\)$", reason)
    if at is None:
        return Message(f"{display} is not valid TOML: {reason}")
    line = int(at[1])
    written = (text.splitlines() or [""])[min(line, len(text.splitlines())) - 1 if text else 0]
    zero = re.search(r"[=\[,]\s*(0\d+)", written)
    return Message(
        f"{display}:{line}: not valid TOML: {reason[: at.start()]}",
        evidence=(written.strip()[:100],),
        hint=f'ZIP, FIPS and ids are text: write "{zero[1]}" in quotes' if zero else "",
    )


def _relocated(
    keys: Mapping[str, object], here: Path, root: Path, embedded: bool
) -> dict[str, object]:
    """Return the keys with their path texts relative to the root instead of to their own file."""
    prefix = _EMBEDDED if embedded else ""
    below = here.resolve().relative_to(root.resolve()).as_posix()
    stem = "" if below == "." else f"{below}/"
    if not prefix and not stem:
        return _with_source_tables(keys, lambda text: text)

    def moved(text: str) -> str:
        absolute = text.startswith(("/", _EMBEDDED)) or PureWindowsPath(text).drive
        return text if absolute else f"{prefix}{stem}{text}"

    changed = _with_source_tables(keys, moved)
    for section, key in (("geography", "file"), ("travel", "matrix")):
        part = changed.get(section)
        if isinstance(part, dict) and isinstance(part.get(key), str):
            changed[section] = {**part, key: moved(part[key])}
    return changed


def _with_source_tables(
    keys: Mapping[str, object], moved: Callable[[str], str]
) -> dict[str, object]:
    """Write each input as a table, so that a file that extends this one can add to it."""
    changed = dict(keys)
    inputs = changed.get("inputs")
    if isinstance(inputs, dict):
        tables: dict[str, object] = {}
        for name, source in inputs.items():
            if isinstance(source, str) and source:
                tables[name] = {"file": moved(source), _WHOLE: True}
                continue
            if not isinstance(source, dict):
                tables[name] = source
                continue
            own = dict(source)
            if isinstance(own.get("file"), str):
                own["file"] = moved(own["file"])
            for key in ("postal_points", "addresses", "calls_made"):
                more = own.get(key)
                if isinstance(more, dict) and isinstance(more.get("file"), str):
                    own[key] = {**more, "file": moved(more["file"])}
            tables[name] = own
        changed["inputs"] = tables
    return changed


# Marks an input written as a plain file name: it replaces what the base says, columns and all.
_WHOLE = "\0whole"


def merged(layers: Sequence[Layer]) -> dict[str, object]:
    """Return one set of keys: tables are merged key by key, anything else is replaced.

    The name is not inherited, because two scenarios of one name would write the same folder.
    """
    result: dict[str, object] = {}
    for at, layer in reversed(list(enumerate(layers))):
        keys = dict(layer.keys)
        if at > 0:
            keys.pop("name", None)
        result = _merge(result, keys)
    if "extends" in layers[0].keys:
        result["extends"] = layers[0].keys["extends"]
    else:
        result.pop("extends", None)
    inputs = result.get("inputs")
    if isinstance(inputs, dict):
        result["inputs"] = {
            name: {key: value for key, value in source.items() if key != _WHOLE}
            if isinstance(source, dict)
            else source
            for name, source in inputs.items()
        }
    return result


def _merge(base: Mapping[str, object], over: Mapping[str, object]) -> dict[str, object]:
    result = dict(base)
    for key, value in over.items():
        old = result.get(key)
        if isinstance(old, dict) and isinstance(value, dict) and _WHOLE not in value:
            # A file replaces an embedded sample and the other way round.
            rival = {"file": "sample", "sample": "file"}
            replaced = {rival[origin] for origin in rival if origin in value}
            kept = {k: v for k, v in old.items() if k not in replaced}
            result[key] = _merge(kept, value)
        else:
            result[key] = value
    return result


def check_states(states: Sequence[str], display: str) -> None:
    """Refuse a state code that does not exist."""
    from geo.us.fips import STATES

    for at, state in enumerate(states):
        if state not in STATES:
            close = closest(state, STATES, most=3)
            raise InputError(
                Message(
                    f"{display}: geography.states entry {at + 1} is {quoted(state)}; "
                    "expected a USPS state code",
                    hint=f"did you mean {' or '.join(close)}?" if close else "",
                )
            )
