"""The last words of every script that recomputes what the product wrote."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

__all__ = ["check_folder_and_files", "company_words", "tell"]

SHOWN = 50
"""Most differences that are printed."""


def tell(off: Sequence[str], compared: int) -> int:
    """Print what differs and the verdict; return the exit code, 1 where something does."""
    for line in off[:SHOWN]:
        print(line)
    print(f"{'OFF' if off else 'SOUND'}: {len(off)} of {compared} numbers differ")
    return 1 if off else 0


def check_folder_and_files(
    name: str, compare: Callable[[Path, Path], tuple[list[str], int]], words: list[str] | None
) -> int:
    """Compare the files of a plan folder with those beside them; print the verdict."""
    parser = argparse.ArgumentParser(prog=f"python -m tests.{name}")
    parser.add_argument("folder", type=Path)
    parser.add_argument("files", type=Path)
    asked = parser.parse_args(words)
    return tell(*compare(asked.folder, asked.files))


def company_words(name: str, words: list[str] | None, *more: str) -> argparse.Namespace:
    """Read scenario, plan, history, what else is named, and the files: the plan's unless given."""
    parser = argparse.ArgumentParser(prog=f"python -m tests.{name}")
    for each in ("scenario", "plan", "history", *more):
        parser.add_argument(each, type=Path)
    parser.add_argument("files", type=Path, nargs="?")
    asked = parser.parse_args(words)
    asked.files = asked.files or asked.plan
    return asked
