"""One function in a process of its own: clean memory figures, a time limit, no crash spreads."""

from __future__ import annotations

import multiprocessing
import os
import resource
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

__all__ = ["Outcome", "peak_memory_mb", "run_alone"]


SETTINGS = {
    **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
    "PYTHONHASHSEED": "0",
}
"""One thread for BLAS, so that CPU seconds compare; one hash seed, as some peers walk over sets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came back from the other process.

    Attributes
    ----------
    value : object
        What the function returned, None where it did not.
    error : str
        Empty, or why there is no value: ``"time_limit"``, ``"crashed (exit code -11)"``, or the
        exception's type and text.
    peak_mb : float
        Most resident memory of the process, nan where it did not live to tell.
    """

    value: Any = None
    error: str = ""
    peak_mb: float = float("nan")


def peak_memory_mb() -> float:
    """Most resident memory of this process so far, in MB of 2^20 bytes."""
    # getrusage of a started process includes what its parent held at the fork; VmHWM does not.
    status = Path("/proc/self/status")
    if status.is_file():
        for line in status.read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return float(line.split()[1]) / 1024.0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024.0**2 if sys.platform == "darwin" else 1024.0)


def _child(sender: Connection, function: Callable[..., Any], arguments: dict[str, Any]) -> None:
    try:
        value = function(**arguments)
        sender.send(Outcome(value=value, peak_mb=peak_memory_mb()))
    except Exception as error:
        traceback.print_exc()
        text = f"{type(error).__name__}: {error}".splitlines()[0]
        sender.send(Outcome(error=text, peak_mb=peak_memory_mb()))
    finally:
        sender.close()


def run_alone(
    function: Callable[..., Any], *, limit_s: float | None = None, **arguments: Any
) -> Outcome:
    """Call a module's function with picklable arguments in a new interpreter, and wait for it."""
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_child, args=(sender, function, arguments))
    before = dict(os.environ)
    os.environ.update(SETTINGS)
    process.start()
    os.environ.clear()
    os.environ.update(before)
    sender.close()
    outcome = Outcome(error="time_limit")
    try:
        if receiver.poll(limit_s):
            outcome = receiver.recv()
    except EOFError:
        process.join()
        outcome = Outcome(error=f"crashed (exit code {process.exitcode})")
    finally:
        receiver.close()
        process.join(timeout=0 if outcome.error == "time_limit" else 5)
        process.kill()
        process.join()
    return outcome
