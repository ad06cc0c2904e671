"""The last words of every script that recomputes what the product wrote."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["tell"]

SHOWN = 50
"""Most differences that are printed."""


def tell(off: Sequence[str], compared: int) -> int:
    """Print what differs and the verdict; return the exit code, 1 where something does."""
    for line in off[:SHOWN]:
        print(line)
    print(f"{'OFF' if off else 'SOUND'}: {len(off)} of {compared} numbers differ")
    return 1 if off else 0
