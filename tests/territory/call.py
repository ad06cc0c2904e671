"""A command line run in this process, as its user reads it."""

from __future__ import annotations

import io

from territory.cli.app import run
from territory.cli.console import Console

__all__ = ["call"]


def call(*words: object) -> tuple[int, str, str]:
    """Run a command line; return its exit code, its stdout and its stderr."""
    out, err = io.StringIO(), io.StringIO()
    code = run([str(each) for each in words], Console(stdout=out, stderr=err))
    return code, out.getvalue(), err.getvalue()
