"""How seldom Python searches for garbage in circles while a plan is designed or saved."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["FEW_SEARCHES", "seldom_searched"]

FEW_SEARCHES = (50_000, 20, 20)
"""Python's thresholds: 50,000 new objects between two searches. With its own 700 a command that
takes a second spends a tenth of it on searching what it has just imported."""


@contextmanager
def seldom_searched() -> Iterator[None]:
    """Search for garbage in circles seldom in a block, or in calls of the function so decorated.

    A plan of 40,000 accounts is designed and saved in 1 CPU second of 30 less. Who has other
    thresholds has them back in the end; who searches as seldom, or never, is left alone.
    """
    before = gc.get_threshold()
    if not 0 < before[0] < FEW_SEARCHES[0]:
        yield
        return
    gc.set_threshold(*FEW_SEARCHES)
    try:
        yield
    finally:
        gc.set_threshold(*before)
