"""Output that is whole or not there: written beside its place, flushed to the disk, then moved in.

Everything is prepared in a hidden folder beside its place, `.territory-….part`. The process that
works in it holds a lock on it, so whoever comes later knows whether its maker still lives: parts
of dead processes are cleared by the next one that writes or reads there, and a folder that such a
process had moved aside is put back.
"""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from territory.errors import InputError
from territory.messages import Message, visible
from territory.own_files import is_ours

try:
    import fcntl
except ImportError:  # Windows has no such locks: there a part is stale when it is a day old
    fcntl = None  # type: ignore[assignment]

__all__ = ["check_folder", "recover", "whole_file", "whole_files", "whole_folder"]

_PREFIX, _SUFFIX = ".territory-", ".part"
_NEW, _OLD = "new", "old"
_STALE_S = 86_400.0
_EXCHANGE = 2
_HINTS = {
    errno.ENOSPC: "make room on that disk, or name another place with --out",
    errno.EDQUOT: "your quota there is used up: make room, or name another place with --out",
    errno.EFBIG: "files there may not grow that large; name another place with --out",
    errno.ENAMETOOLONG: "name a place with a shorter path with --out",
    errno.EIO: "that disk has a fault; name another place with --out",
}
_HINT = "name another place with --out"


@contextmanager
def whole_file(path: str | Path, *, guard: bool = True) -> Iterator[Path]:
    """Give a path to write a file to; move it to its place when the block ends well.

    A link is followed, so that the file that it points to changes. A file that is there already is
    replaced only where this product wrote it (see :func:`territory.own_files.is_ours`).

    Parameters
    ----------
    path : str or Path
        Where the file is to be; folders above it are made.
    guard : bool
        Refuse to replace a file that this product did not write.

    Yields
    ------
    Path
        The path to write to; it has the name that the file will have.

    Raises
    ------
    InputError
        The place cannot be written to (no right, disk full, path too long), or something stands
        there that this product did not write. Nothing is left behind then.
    """
    if _inside_part(Path(path)):
        yield Path(path)
        return
    with _explained(path), _part(path) as (part, target):
        fresh = part / _NEW / target.name
        yield fresh
        if guard:
            _refuse_foreign(Path(path), fresh)
        _keep_mode(target, fresh)
        _flush(fresh)
        fresh.replace(target)
        _flush(target.parent, deep=False)


@contextmanager
def whole_files(folder: str | Path, *, guard: bool = True) -> Iterator[Path]:
    """Give a folder to write files to; move each into its place when the block ends well.

    Other files in the place are left alone. Every one that would be replaced is looked at before
    the first is moved.

    Parameters
    ----------
    folder : str or Path
        Where the files are to be; made if absent.
    guard : bool
        Refuse to replace a file that this product did not write.

    Yields
    ------
    Path
        An empty folder to write the files to.

    Raises
    ------
    InputError
        The place cannot be written to, or one of the files there is not this product's.
    """
    with _explained(folder):
        place = Path(os.path.realpath(folder))
        if place.exists() and not place.is_dir():
            raise InputError(Message(f"{_said(folder)} is a file; expected a folder", hint=_HINT))
        with _part(place / "files") as (part, _):
            fresh = part / _NEW
            yield fresh
            names = sorted(each.name for each in fresh.iterdir())
            for name in names if guard else []:
                _refuse_foreign(Path(folder) / name, fresh / name)
            for name in names:
                _flush(fresh / name)
            for name in names:
                (fresh / name).replace(os.path.realpath(place / name))
            _flush(place, deep=False)


@contextmanager
def whole_folder(path: str | Path, *, marker: str) -> Iterator[Path]:
    """Give an empty folder to write to; exchange it with what is there when the block ends well.

    The exchange is one step where the system has one (Linux: ``renameat2``). Elsewhere the old
    folder is moved aside first; it is put back when the second step fails, and by
    :func:`recover` when the process dies between the two.

    Parameters
    ----------
    path : str or Path
        Where the folder is to be. A link is followed.
    marker : str
        Name of the file by which a folder of this kind is known; one without it is replaced only
        when it is empty.

    Yields
    ------
    Path
        The folder to write to; it has the name that it will have.

    Raises
    ------
    InputError
        As for :func:`check_folder`; or the disk is full, or fails.
    """
    check_folder(path, marker=marker)
    with _explained(path), _part(path) as (part, target):
        fresh = part / _NEW / target.name
        fresh.mkdir()
        yield fresh
        _keep_mode(target, fresh)
        _flush(fresh)
        if target.exists():
            check_folder(path, marker=marker)
            _exchange(fresh, target, aside=part / _OLD / target.name)
        else:
            fresh.rename(target)
        _flush(target.parent, deep=False)


def check_folder(path: str | Path, *, marker: str) -> None:
    """Refuse a place that a folder cannot be written to, before the work is done.

    Parameters
    ----------
    path : str or Path
    marker : str
        Name of the file by which a folder of this kind is known.

    Raises
    ------
    InputError
        It is a file, a folder that holds something else, or its parent cannot be written to.
    """
    with _explained(path):
        target = Path(os.path.realpath(path))
        if target.exists():
            if not target.is_dir():
                raise InputError(Message(f"{_said(path)} is a file; expected a folder", hint=_HINT))
            if not (target / marker).is_file() and any(target.iterdir()):
                raise InputError(
                    Message(
                        f"{_said(path)} exists and holds other files (no {marker})",
                        hint="name another folder with --out, or move that one away",
                    )
                )
        parent = next(each for each in target.parents if each.exists())
        if not (parent.is_dir() and os.access(parent, os.W_OK | os.X_OK)):
            raise InputError(
                Message(
                    f"{_said(parent)} cannot be written to", hint="name another folder with --out"
                )
            )


def recover(path: str | Path) -> None:
    """Clear what dead processes left beside a place, and put back what they had moved aside.

    Parameters
    ----------
    path : str or Path
        A file or folder, there or not. Nothing happens where its folder cannot be written.
    """
    with suppress(OSError, ValueError):
        parent = Path(os.path.realpath(path)).parent
        for part in sorted(parent.glob(f"{_PREFIX}*{_SUFFIX}")):
            with suppress(OSError):
                _clear_if_dead(part)


def _clear_if_dead(part: Path) -> None:
    held = _lock(part, wait=False)
    if held is None:
        return
    try:
        for aside in (part / _OLD).glob("*"):
            place = part.parent / aside.name
            if not os.path.lexists(place):
                aside.rename(place)
        shutil.rmtree(part, ignore_errors=True)
    finally:
        _unlock(held)


@contextmanager
def _part(path: str | Path) -> Iterator[tuple[Path, Path]]:
    """Make a locked hidden folder beside a place; clear it, and new parents, where all fails."""
    target = Path(os.path.realpath(path))
    if target.exists() and not (target.is_file() or target.is_dir()):
        raise InputError(Message(f"{_said(path)} is no ordinary file or folder", hint=_HINT))
    made = [each for each in (target.parent, *target.parent.parents) if not each.exists()]
    recover(target)
    part = held = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        while held is None:
            part = Path(tempfile.mkdtemp(prefix=_PREFIX, suffix=_SUFFIX, dir=target.parent))
            held = _lock(part, wait=True)
        assert part is not None
        (part / _NEW).mkdir()
        (part / _OLD).mkdir()
        yield part, target
        made = []
    finally:
        if part is not None:
            shutil.rmtree(part, ignore_errors=True)
        if held is not None:
            _unlock(held)
        for each in made:
            with suppress(OSError):
                each.rmdir()


def _lock(part: Path, *, wait: bool) -> int | None:
    """Lock a part and return the handle; None where a living process has it or it is gone."""
    if fcntl is None:
        young = part.parent.stat().st_mtime - part.stat().st_mtime < _STALE_S
        return -1 if wait or not young else None
    handle = os.open(part, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        # A file system without locks: no part of another process is ever taken for stale there.
        if wait and error.errno not in {errno.EINTR, errno.EDEADLK}:
            return handle
        os.close(handle)
        return None
    try:
        still = os.path.samestat(os.fstat(handle), part.stat())
    except FileNotFoundError:
        still = False
    if not still:
        os.close(handle)
        return None
    return handle


def _unlock(handle: int) -> None:
    if handle >= 0:
        os.close(handle)


def _exchange(fresh: Path, target: Path, *, aside: Path) -> None:
    """Put the fresh folder in the place of the old one, which ends up in the part."""
    if _exchange_at_once(fresh, target):
        return
    target.rename(aside)
    try:
        fresh.rename(target)
    except BaseException:
        aside.rename(target)
        raise


def _exchange_at_once(one: Path, other: Path) -> bool:
    """Swap two paths in one step; False where the system or the file system cannot."""
    import ctypes

    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError, TypeError):
        return False
    here = -100  # AT_FDCWD
    if rename(here, os.fsencode(one), here, os.fsencode(other), _EXCHANGE) == 0:
        return True
    code = ctypes.get_errno()
    if code in {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EXDEV}:
        return False
    raise OSError(code, os.strerror(code), str(other))


def _refuse_foreign(target: Path, fresh: Path) -> None:
    if not target.exists() or is_ours(target, fresh=fresh):
        return
    raise InputError(
        Message(
            f"{_said(target)} exists and was not written by this command; it is left as it was",
            hint="name another place with --out, or move that file away",
        )
    )


def _keep_mode(target: Path, fresh: Path) -> None:
    """Give the fresh file or folder the rights of the one that it replaces."""
    if target.exists():
        with suppress(OSError):
            shutil.copymode(target, fresh)


def _flush(path: Path, *, deep: bool = True) -> None:
    """See to it that a file, or a folder and if `deep` all in it, is on the disk."""
    if path.is_dir():
        for each in path.iterdir() if deep else ():
            _flush(each)
        if os.name == "nt":
            return  # a folder cannot be opened there
    handle = os.open(path, os.O_RDONLY if os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in {errno.EINVAL, errno.ENOTSUP}:
            raise
    finally:
        os.close(handle)


def _inside_part(path: Path) -> bool:
    """Whether a file is being written into a part already, and so needs none of its own."""
    return any(
        each.startswith(_PREFIX) and each.endswith(_SUFFIX) for each in path.absolute().parts
    )


def _said(path: str | Path) -> str:
    return visible(str(path))


@contextmanager
def _explained(path: str | Path) -> Iterator[None]:
    """Turn what the system says about a place into a message that names it."""
    try:
        yield
    except UnicodeEncodeError as error:
        raise InputError(
            Message(
                f"{_said(path)} cannot be written: this system's file names are "
                f"{error.encoding} and cannot spell it",
                hint="run with LC_ALL=C.UTF-8, or name a place in plain letters with --out",
            )
        ) from error
    except OSError as error:
        if not _is_about(error, Path(path)):
            raise
        reason = error.strerror or str(error) or type(error).__name__
        raise InputError(
            Message(
                f"{_said(path)} cannot be written: {reason}",
                hint=_HINTS.get(error.errno or 0, _HINT),
            )
        ) from error
    except ValueError as error:
        if "embedded null" not in str(error):
            raise
        raise InputError(Message(f"{_said(path)} is no path that a file can have")) from error


def _is_about(error: OSError, path: Path) -> bool:
    """Whether an error is about writing here: full disks name no file, others name their own."""
    if not isinstance(error.filename, str | bytes):
        return True
    named = os.path.realpath(os.fsdecode(error.filename))
    if any(_PREFIX in each for each in Path(named).parts):
        return True
    target = os.path.realpath(path)
    return target == named or Path(named) in Path(target).parents
