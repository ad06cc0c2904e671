"""The draft of a first scenario: its sections as keys with a comment each, and their TOML."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from territory.messages import visible

__all__ = ["Draft", "Section", "toml_value"]

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_WIDTH = 98


@dataclass(slots=True, kw_only=True)
class Section:
    """One table of a scenario file: comment lines, then keys, each with what it rests on."""

    comments: list[str] = field(default_factory=list)
    keys: dict[str, object] = field(default_factory=dict)
    why: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Draft:
    """A scenario being written: sections by their dotted name, "" for the top."""

    head: list[str]
    sections: dict[str, Section] = field(default_factory=dict)

    def section(self, name: str) -> Section:
        """Return a section, made where there is none."""
        return self.sections.setdefault(name, Section())

    def text(self) -> str:
        """Return the scenario file."""
        lines = [*_comments(self.head)]
        for name, section in self.sections.items():
            lines.append("")
            lines += _comments(section.comments)
            if name:
                lines.append(f"[{name}]")
            for key, value in section.keys.items():
                spelled = key if _BARE.fullmatch(key) else json.dumps(key, ensure_ascii=False)
                line = f"{spelled} = {toml_value(value)}"
                why = visible(section.why.get(key, ""))
                if why and len(line) + len(why) + 4 > _WIDTH:
                    lines += _comments([why])
                elif why:
                    line = f"{line}  # {why}"
                lines.append(line)
        return "\n".join(lines) + "\n"


def _comments(texts: list[str]) -> list[str]:
    import textwrap

    return [f"# {line}" for text in texts for line in textwrap.wrap(visible(text), _WIDTH - 2)]


def toml_value(value: object) -> str:
    r"""Return a value as TOML writes it.

    Examples
    --------
    >>> toml_value("a\"b"), toml_value([1, 2.5]), toml_value({"x": True})
    ('"a\\"b"', '[1, 2.5]', '{x = true}')
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, float):
        return f"{value:.10g}" if "." in f"{value:.10g}" else f"{value:.10g}.0"
    if isinstance(value, list | tuple):
        parts = [toml_value(part) for part in value]
        joined = f"[{', '.join(parts)}]"
        if len(joined) <= _WIDTH - 12:
            return joined
        return "[\n" + "".join(f"    {part},\n" for part in parts) + "]"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key} = {toml_value(part)}" for key, part in value.items()) + "}"
    return str(value)
