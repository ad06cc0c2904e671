"""Say what is wrong with a scenario file in the planner's words, from pydantic's findings."""

import re
from collections.abc import Mapping, Sequence
from typing import TypedDict, cast

from pydantic import ValidationError

from territory.messages import Message, closest, quoted

__all__ = ["Layer", "Node", "messages_of", "path_text"]

Layer = tuple[str, Mapping[str, object]]
"""A file as the user calls it, and the keys written in it."""

_Path = tuple[str | int, ...]

Node = TypedDict(
    "Node",
    {
        "$ref": str,
        "$defs": "dict[str, Node]",
        "type": str,
        "anyOf": "list[Node]",
        "const": object,
        "enum": list[object],
        "items": "Node",
        "pattern": str,
        "minimum": float,
        "maximum": float,
        "exclusiveMinimum": float,
        "properties": "dict[str, Node]",
        "patternProperties": "dict[str, Node]",
        "additionalProperties": "Node | bool",
    },
    total=False,
)
"""A node of a JSON Schema: those keys that pydantic writes and messages read."""


def path_text(path: Sequence[str | int]) -> str:
    """Return a key path as it is read aloud.

    Examples
    --------
    Entries of lists are counted from one, as people count:

    >>> path_text(("rules", "pinned", 0, "territory"))
    'rules.pinned entry 1 territory'
    """
    text = ""
    for at, part in enumerate(path):
        if isinstance(part, int):
            text += f" entry {part + 1}"
        else:
            after_entry = at > 0 and isinstance(path[at - 1], int)
            text += part if not text else f"{' ' if after_entry else '.'}{part}"
    return text


def messages_of(
    error: ValidationError, data: Mapping[str, object], layers: Sequence[Layer], schema: Node
) -> tuple[Message, ...]:
    """Return one message for each key that cannot be used, in the order of the file.

    Parameters
    ----------
    error : ValidationError
        What pydantic found.
    data : mapping
        The merged keys that were validated.
    layers : sequence of Layer
        The files that the keys came from, the most specific first: each message names the file
        in which its key is written.
    schema : dict
        JSON Schema of the scenario file: it says what is allowed.

    Returns
    -------
    tuple of Message
        Errors, each key once.
    """
    found: dict[_Path, Message] = {}
    for issue in error.errors(include_url=False):
        path = _existing(data, issue["loc"])
        context = issue.get("ctx", {})
        if issue["type"] == "scenario":
            if context["key"]:
                path = (*path, *context["key"].split("."))
            fact = f"{path_text(path)} {context['what']}".strip()
            message = Message(f"{_file_of(path, layers)}: {fact}", hint=context["hint"])
        elif issue["type"] == "missing":
            path = (*path, str(issue["loc"][-1]))
            expected = _expected(_node(schema, path), schema)
            message = Message(
                f"{_file_of(path[:-1], layers)}: {path_text(path)} is missing; expected {expected}"
            )
        elif issue["type"] == "extra_forbidden" or issue["loc"][-1] == "[key]":
            message = _unknown_key(path, data, layers, schema)
        else:
            message = _wrong_value(path, data, layers, schema)
        found.setdefault(path, message)
    return tuple(found.values())


def _unknown_key(
    path: _Path, data: Mapping[str, object], layers: Sequence[Layer], schema: Node
) -> Message:
    parent = _node(schema, path[:-1])
    allowed = sorted(_properties(parent, schema))
    key = str(path[-1])
    where = f"in [{path_text(path[:-1])}]" if len(path) > 1 else "at the top"
    value = _value(data, path)
    given = "" if isinstance(value, dict) else f" = {_given(value)}"
    fact = f"{_file_of(path, layers)}: {path_text(path)}{given}"
    if not allowed:
        return Message(
            f"{fact} has no usable name; expected lower-case letters, digits and _, a letter first",
            hint=f"write {_as_name(key)}",
        )
    close = closest(key, allowed)
    return Message(
        f"{fact} is an unknown key; allowed {where}: {', '.join(allowed)}",
        hint=f"did you mean {close[0]}?" if close else _home_of(key, schema),
    )


def _home_of(key: str, schema: Node) -> str:
    """Say in which table a known key belongs."""
    homes = [
        f"[{section}]"
        for section, node in schema["properties"].items()
        if key in _properties(node, schema)
    ]
    return f"{key} belongs in {' or '.join(homes)}" if homes else ""


def _as_name(key: str) -> str:
    name = re.sub(r"[^a-z0-9]+", "_", key.lower()).strip("_")
    return name if name[:1].isalpha() else f"m_{name}"


def _wrong_value(
    path: _Path, data: Mapping[str, object], layers: Sequence[Layer], schema: Node
) -> Message:
    node = _resolved(_node(schema, path), schema)
    given = _value(data, path)
    expected = _expected(node, schema)
    fact = f"{_file_of(path, layers)}: {path_text(path)} is {_given(given)}; expected {expected}"
    return Message(fact, hint=_hint(given, expected, node))


def _hint(given: object, expected: str, node: Node) -> str:
    if isinstance(given, int | float) and not isinstance(given, bool):
        if "fraction" in expected and 1 < given <= 100:
            return f"for {given:g} percent write {given / 100:g}"
        if given < 0 and -given <= node.get("maximum", -given):
            return f"did you mean {-given:g}?"
        if "text" in expected:
            return (
                f'write it in quotes: "{given}" (ids, ZIP and FIPS codes are text; '
                "give back the zeros that a code lost at its front)"
            )
    if isinstance(given, str):
        if "number" in expected or "fraction" in expected:
            return f"write {given} without quotes" if _is_number(given) else ""
        if "true or false" in expected and given.lower() in {"true", "false"}:
            return f"write {given.lower()} without quotes"
        close = closest(given, map(str, node.get("enum", ())))
        if close:
            return f"did you mean {quoted(close[0])}?"
        if "list" in expected:
            return f"write [{quoted(given)}]"
    return ""


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _given(value: object) -> str:
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, list):
        return f"[{', '.join(_given(part) for part in value)}]" if value else "an empty list"
    return quoted(value)


def _expected(node: Node, schema: Node) -> str:
    """Say in words what a JSON Schema node allows."""
    node = _resolved(node, schema)
    if "anyOf" in node:
        parts = [p for p in node["anyOf"] if p.get("type") != "null"]
        return " or ".join(dict.fromkeys(_expected(part, schema) for part in parts))
    if "const" in node:
        return quoted(node["const"])
    if "enum" in node:
        return f"one of {', '.join(quoted(value) for value in node['enum'])}"
    kind = node.get("type")
    if kind in {"number", "integer"}:
        return _expected_number(node)
    if kind == "array":
        items = _expected(node.get("items", {}), schema)
        return f"a list of {items.removeprefix('a ')}"
    if kind == "string" and "pattern" in node:
        return f"text {_PATTERNS.get(node['pattern'], 'of the form ' + node['pattern'])}"
    return {"boolean": "true or false", "string": "text in quotes"}.get(str(kind), "a table")


_PATTERNS = {
    "^[A-Z]{2}$": 'with a state\'s two letters, as in "TX"',
    r"^[A-Za-z0-9][A-Za-z0-9_-]*$": "of letters, digits, _ and -, a letter or digit first",
    r"^(auto|EPSG:\d{4,6})$": '"auto" or as in "EPSG:5070"',
}


def _expected_number(node: Node) -> str:
    noun = "whole number" if node["type"] == "integer" else "number"
    low, high = node.get("minimum"), node.get("maximum")
    if (low, high) == (0, 1):
        return "a fraction between 0 and 1"
    if (node.get("exclusiveMinimum"), node.get("exclusiveMaximum")) == (0, 1):
        return "a fraction above 0 and below 1"
    if "exclusiveMinimum" in node:
        return f"a {noun} above {node['exclusiveMinimum']:g}"
    if low is not None and high is not None:
        return f"a {noun} between {low:g} and {high:g}"
    return f"a {noun}" if low is None else f"a {noun} of at least {low:g}"


def _resolved(node: Node, schema: Node) -> Node:
    """Follow a reference, and drop the null that stands for a key not written."""
    while True:
        if "$ref" in node:
            node = schema["$defs"][node["$ref"].rsplit("/", 1)[-1]]
            continue
        parts = [p for p in node.get("anyOf", ()) if p.get("type") != "null"]
        if len(parts) != 1:
            return node
        node = parts[0]


def _properties(node: Node, schema: Node) -> Mapping[str, Node]:
    node = _resolved(node, schema)
    for part in node.get("anyOf", ()):
        properties = _properties(part, schema)
        if properties:
            return properties
    return node.get("properties", {})


def _node(schema: Node, path: _Path) -> Node:
    """Find what the schema says about a key path; an empty node when it says nothing."""
    node = schema
    for part in path:
        node = _resolved(node, schema)
        if isinstance(part, int):
            arrays = [p for p in node.get("anyOf", (node,)) if p.get("type") == "array"]
            node = arrays[0].get("items", {}) if arrays else {}
            continue
        properties = _properties(node, schema)
        patterns = list(node.get("patternProperties", {}).values())
        more = node.get("additionalProperties")
        if part in properties:
            node = properties[part]
        elif patterns:
            node = patterns[0]
        else:
            node = more if isinstance(more, dict) else {}
    return node


def _existing(data: object, location: Sequence[str | int]) -> _Path:
    """Return the part of a location that exists in the data: pydantic adds tags of unions."""
    path: list[str | int] = []
    for part in location:
        try:
            data = _inside(data, part)
        except (KeyError, IndexError, TypeError):
            break
        path.append(part)
    return tuple(path)


def _value(data: object, path: _Path) -> object:
    for part in path:
        data = _inside(data, part)
    return data


def _inside(data: object, part: str | int) -> object:
    """Return the value at a key or place; raises where there is none."""
    if isinstance(part, int):
        return cast("Sequence[object]", data)[part]
    return cast("Mapping[str, object]", data)[part]


def _file_of(path: _Path, layers: Sequence[Layer]) -> str:
    """Return the first file in which the key path is written."""
    for name, keys in layers:
        if len(_existing(keys, path)) == len(path):
            return name
    return _file_of(path[:-1], layers) if path else layers[0][0]
