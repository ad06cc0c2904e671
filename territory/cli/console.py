"""The only place that prints: data to stdout, messages and progress to stderr."""

from __future__ import annotations

import json
import math
import os
import shutil
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from contextvars import copy_context
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Literal, Self

from territory.currency import money
from territory.messages import Message, visible
from territory.plan_record import plain

if TYPE_CHECKING:
    from types import TracebackType

    from solvers.events import Event
    from territory.errors import TerritoryError

__all__ = ["Cell", "Console", "Progress", "ProgressMode"]

ProgressMode = Literal["auto", "json", "none"]

_COLOURS = {"error": "31", "warning": "33", "info": "36", "hint": "36"}
_TICK_S = 0.2
_WIDE = 100_000
"""Columns of a table that nobody looks at through a terminal: nothing is cut."""
_NARROWEST = 8
"""Columns that a shortened text keeps."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell; an alarming one is marked, not only coloured."""

    text: str
    alarming: bool = False


class Console:
    """Say things: data on stdout, everything else on stderr.

    A reader that goes away (``territory show … | head``) is no failure: what is left is dropped.

    Parameters
    ----------
    stdout, stderr : text streams, optional
        The process's own when not given.
    machine : bool
        Whether stdout carries one JSON object and nothing else.
    """

    def __init__(
        self,
        *,
        stdout: IO[str] | None = None,
        stderr: IO[str] | None = None,
        machine: bool = False,
    ) -> None:
        self._stdout = stdout if stdout is not None else sys.stdout
        self._stderr = stderr if stderr is not None else sys.stderr
        self.machine = machine

    def data(self, text: str = "") -> None:
        """Write lines of data to stdout."""
        _write(self._stdout, text + "\n")

    def json(self, value: object) -> None:
        """Write one JSON document to stdout; numbers JSON cannot hold become null."""
        self.data(json.dumps(plain(value), indent=2, ensure_ascii=False))

    def say(self, text: str = "") -> None:
        """Write a line for people to stderr."""
        _write(self._stderr, text + "\n")

    def messages(self, messages: Sequence[Message], *, as_data: bool = False) -> None:
        """Write messages a blank line apart, to stderr, or to stdout where they are the result."""
        stream = self._stdout if as_data else self._stderr
        texts = [_coloured(message.text()) if _colours(stream) else message.text()
                 for message in messages]  # fmt: skip
        if texts:
            _write(stream, "\n\n".join(texts) + "\n")

    def failure(self, error: TerritoryError) -> None:
        """Report an error: its messages to stderr and, for machines, an object to stdout."""
        self.messages(error.messages)
        if self.machine:
            self.json(
                {
                    "status": "error",
                    "exit_code": error.exit_code,
                    "messages": [
                        {
                            "severity": message.severity,
                            "fact": message.fact,
                            "evidence": [
                                line if isinstance(line, str) else list(line)
                                for line in message.evidence
                            ],
                            "hint": message.hint,
                        }
                        for message in error.messages
                    ],
                }
            )

    def table(
        self, header: Sequence[str], rows: Sequence[Sequence[str | Cell]], *, text_columns: int = 1
    ) -> None:
        """Write a table to stdout; the first ``text_columns`` are set left, the rest right.

        On a narrow terminal the text columns after the first are shortened, numbers never are.
        """
        from rich.box import SIMPLE_HEAD
        from rich.console import Console as RichConsole
        from rich.table import Table
        from rich.text import Text

        cells = [[_text(cell) for cell in row] for row in rows]
        interactive = self._stdout.isatty()
        room = shutil.get_terminal_size().columns if interactive else _WIDE
        widths, gap = _layout([visible(name) for name in header], cells, text_columns, room)
        table = Table(
            box=SIMPLE_HEAD, pad_edge=False, padding=(0, gap - 1, 0, 0), header_style="bold"
        )
        for at, name in enumerate(header):
            table.add_column(
                Text(visible(name)),
                justify="left" if at < text_columns else "right",
                vertical="bottom",
                width=widths[at],
                no_wrap=0 < at < text_columns,
                overflow="ellipsis",
            )
        for row, texts in zip(rows, cells, strict=True):
            alarms = (isinstance(cell, Cell) and cell.alarming for cell in row)
            table.add_row(
                *(
                    Text(text, "bold red" if alarm else "")
                    for text, alarm in zip(texts, alarms, strict=True)
                )
            )
        rich = RichConsole(
            file=self._stdout,
            width=max(room, sum(widths) + gap * len(widths) + 2),
            color_system="standard" if _colours(self._stdout) else None,
            highlight=False,
        )
        with rich.capture() as captured:
            rich.print(table)
        lines = captured.get().replace("\N{NO-BREAK SPACE}", " ").splitlines()
        _write(self._stdout, "\n".join(line.rstrip() for line in lines).strip("\n") + "\n")

    def progress(self, mode: ProgressMode = "auto") -> Progress:
        """Return the progress line: live on a terminal, JSON lines where asked, else silent."""
        if mode == "auto":
            live = self._stderr.isatty() and os.environ.get("TERM") != "dumb"
            return Progress(self._stderr, "line" if live else "none")
        return Progress(self._stderr, mode)


class Progress:
    """What the work is at: an observer of solver events that keeps one line up to date.

    Parameters
    ----------
    stream : text stream
    mode : {"line", "json", "none"}
        One line that is written over; one JSON object a line and event; nothing.
    """

    def __init__(self, stream: IO[str], mode: Literal["line", "json", "none"]) -> None:
        self._stream = stream
        self._mode = mode
        self._stage = "starting"
        self._stopping = False
        self._event: Event | None = None
        self._start_s = time.perf_counter()
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def found(self) -> bool:
        """Whether an assignment has been reported, so that there is a plan to keep."""
        return self._event is not None and math.isfinite(self._event.objective)

    def __enter__(self) -> Self:
        if self._mode == "line":
            self._thread = threading.Thread(
                target=copy_context().run, args=(self._tick,), daemon=True
            )
            self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
            with self._lock:
                _write(self._stream, "\r\x1b[K")

    def stage(self, words: str) -> None:
        """Name the stage of work outside the solver."""
        self._stage, previous = words, self._stage
        if self._mode == "json" and words != previous:
            _write(
                self._stream, json.dumps({"stage": words, "elapsed_s": self._elapsed_s()}) + "\n"
            )

    def __call__(self, event: Event, /) -> None:
        """Take note of a solver's event."""
        self._event = event
        if not self._stopping:
            self._stage = event.stage
        if self._mode == "json":
            report = {
                "stage": event.stage,
                "iteration": event.iteration,
                "objective_usd": event.objective,
                "imbalance": event.imbalance,
                "feasible": event.feasible,
                "bound_usd": event.bound,
                "gap": event.gap,
                "elapsed_s": self._elapsed_s(),
            }
            _write(self._stream, json.dumps(plain(report)) + "\n")

    def interrupting(self) -> None:
        """Say that the work is asked to stop."""
        self._stopping = True
        self._stage = "stopping (Ctrl+C again to quit at once)"

    def line(self) -> str:
        """Return the line as it stands: stage, best objective, imbalance, gap, elapsed."""
        parts = [self._stage]
        event = self._event
        if event is not None and math.isfinite(event.objective):
            parts.append(f"best {money(event.objective)} a year")
            parts.append(f"imbalance {100 * event.imbalance:.1f} %")
            if not event.feasible:
                parts.append("rules still broken")
            elif math.isfinite(event.gap):
                parts.append(f"gap {100 * event.gap:.1f} %")
        parts.append(f"{self._elapsed_s():.0f} s")
        return visible("  ·  ".join(parts))

    def _elapsed_s(self) -> float:
        return round(time.perf_counter() - self._start_s, 3)

    def _tick(self) -> None:
        while not self._ended.wait(_TICK_S):
            columns = shutil.get_terminal_size().columns
            with self._lock:
                _write(self._stream, f"\r{self.line()[: max(1, columns - 1)]}\x1b[K")


def _text(cell: str | Cell) -> str:
    """Return a cell's text on one line: an alarming one begins with a mark, blanks do not break."""
    if isinstance(cell, Cell) and cell.alarming:
        return f"! {visible(cell.text)}".replace(" ", "\N{NO-BREAK SPACE}")
    return visible(cell.text if isinstance(cell, Cell) else cell).replace(" ", "\N{NO-BREAK SPACE}")


def _layout(
    header: Sequence[str], cells: Sequence[Sequence[str]], text_columns: int, room: int
) -> tuple[list[int], int]:
    """Return column widths and the gap between columns that fit into the room, where possible."""
    from rich.cells import cell_len

    widths = [
        max(
            *(cell_len(word) for word in name.split() or [""]),
            *(cell_len(row[at]) for row in cells),
            1,
        )
        for at, name in enumerate(header)
    ]
    gap = 2 if sum(widths) + 2 * len(widths) <= room else 1
    excess = sum(widths) + gap * len(widths) - room
    for at in range(text_columns - 1, 0, -1):
        least = max(_NARROWEST, *(cell_len(word) for word in header[at].split() or [""]))
        less = min(max(0, excess), max(0, widths[at] - least))
        widths[at] -= less
        excess -= less
    return widths, gap


def _colours(stream: IO[str]) -> bool:
    """Whether colour sequences may be written to this stream."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return stream.isatty()


def _coloured(text: str) -> str:
    """Colour the word before the colon of a message's first line and of its hint."""
    lines = text.split("\n")
    for at, line in enumerate(lines):
        word, colon, rest = line.partition(":")
        if colon and word in _COLOURS and (at == 0 or word == "hint"):
            lines[at] = f"\x1b[1;{_COLOURS[word]}m{word}:\x1b[0m{rest}"
    return "\n".join(lines)


def _write(stream: IO[str], text: str) -> None:
    """Write and flush; where the reader has gone, let the rest vanish."""
    try:
        stream.write(text)
        stream.flush()
    except BrokenPipeError:
        with suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, stream.fileno())
            os.close(nowhere)
