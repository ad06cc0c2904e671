"""Which letters this machine can draw, so that pictures have no boxes in place of names."""

from __future__ import annotations

from functools import cache

__all__ = ["drawable", "families"]

_WANTED = (
    *("DejaVu Sans", "Noto Sans", "Noto Sans CJK JP", "Noto Sans CJK SC", "Noto Sans Arabic"),
    *("Noto Sans Hebrew", "Noto Sans Devanagari", "WenQuanYi Zen Hei", "Droid Sans Fallback"),
    *("Arial Unicode MS", "Segoe UI", "Microsoft YaHei", "Yu Gothic", "Hiragino Sans"),
)
"""The first comes with matplotlib; the others are taken where they are installed."""


@cache
def families() -> list[str]:
    """Return the fonts to draw with, in the order in which a letter is looked for."""
    from matplotlib import font_manager

    there = {font.name for font in font_manager.fontManager.ttflist}
    return [name for name in _WANTED if name in there]


@cache
def _letters() -> frozenset[int]:
    from matplotlib import font_manager
    from matplotlib.ft2font import FT2Font

    return frozenset(
        letter
        for name in families()
        for letter in FT2Font(font_manager.findfont(name)).get_charmap()
    )


def drawable(text: str) -> str:
    """Return the text with a question mark for each letter that no font of the machine has.

    Examples
    --------
    >>> drawable("Zürich"), drawable("\U0010fffd")
    ('Zürich', '?')
    """
    known = _letters()
    return "".join(letter if ord(letter) in known else "?" for letter in text)
