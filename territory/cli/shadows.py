"""Whether a user's own file takes the name of one of the product's packages."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

from territory.errors import InputError
from territory.messages import Message, visible

__all__ = ["refuse_shadows"]


def refuse_shadows() -> None:
    """Refuse to work where `geo` or `solvers` is another file than the product's.

    Python looks beside a notebook or script first, so a file `geo.py` there is found instead.

    Raises
    ------
    InputError
        With the file's path.
    """
    root = Path(__file__).resolve().parents[2]
    for name in ("geo", "solvers"):
        if name in sys.modules:
            found = getattr(sys.modules[name], "__file__", None)
        else:
            spec = importlib.util.find_spec(name)
            found = spec.origin if spec else None
        if found is not None and Path(found).resolve().parent != root / name:
            raise InputError(
                Message(
                    f"{visible(found)} takes the place of the planner's own package {name}",
                    hint=f"rename that file (and delete __pycache__ beside it): Python finds it "
                    f"first wherever `import {name}` is written",
                )
            )
