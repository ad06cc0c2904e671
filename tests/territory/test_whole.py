"""Output is whole or not there, whatever happens on the way: kills, full disks, faults, links."""

import errno
import os
import resource
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from territory import whole
from territory.errors import InputError
from territory.whole import recover, whole_file, whole_files, whole_folder

ROOT = Path(__file__).resolve().parents[2]

# Writes a folder over an old one, and dies at the given step: a step is one call into the system.
KILLED = """
import os, signal, sys
from pathlib import Path
from territory import whole
step, target, way = int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
taken = 0
def counting(call):
    def instead(*arguments, **options):
        global taken
        taken += 1
        if taken == step:
            os.kill(os.getpid(), signal.SIGKILL)
        return call(*arguments, **options)
    return instead
at_once = whole._exchange_at_once
whole._exchange_at_once = (lambda one, other: False) if way == "renames" else counting(at_once)
for name in ("mkdir", "rename", "replace", "fsync", "open", "rmdir", "unlink", "chmod", "close"):
    setattr(os, name, counting(getattr(os, name)))
if way == "file":
    with whole.whole_file(target / "a.csv") as fresh:
        fresh.write_text("a,b\\nnew,new\\n")
else:
    with whole.whole_folder(target, marker="plan.json") as fresh:
        (fresh / "plan.json").write_text("new")
        (fresh / "a.csv").write_text("new")
print("whole", taken)
"""


def old_plan(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / "plan.json").write_text("old")
    (folder / "a.csv").write_text("a,b\nold,old\n")
    return folder


def killed_at(step: int, target: Path, way: str) -> bool:
    done = subprocess.run(
        [sys.executable, "-S", "-c", KILLED, str(step), str(target), way],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert done.returncode in {0, -signal.SIGKILL}, done.stderr
    return done.returncode != 0


def hidden(folder: Path) -> list[str]:
    return [each.name for each in folder.iterdir() if each.name.startswith(".")]


@pytest.mark.parametrize("way", ["exchange", "renames"])
def test_a_folder_is_old_or_new_whenever_the_process_is_killed(tmp_path: Path, way: str):
    seen = []
    for step in range(1, 100):
        target = old_plan(tmp_path / f"{step}" / "plan")
        killed = killed_at(step, target, way)
        recover(target)
        words = {(target / name).read_text()[:3] for name in ("plan.json",)}
        words |= {"new" if (target / "a.csv").read_text() == "new" else "old"}
        assert len(words) == 1, f"killed at step {step} the folder is a mix"
        assert not hidden(target.parent), f"killed at step {step} something hidden stays"
        seen.append(words.pop())
        if not killed:
            break
    assert step > 10
    assert set(seen) == {"old", "new"}
    assert seen[-1] == "new"


def test_a_file_is_old_or_new_whenever_the_process_is_killed(tmp_path: Path):
    seen = []
    for step in range(1, 100):
        target = old_plan(tmp_path / f"{step}" / "plan")
        killed = killed_at(step, target, "file")
        recover(target / "a.csv")
        seen.append((target / "a.csv").read_text())
        assert not hidden(target)
        if not killed:
            break
    assert step > 5
    assert set(seen) == {"a,b\nold,old\n", "a,b\nnew,new\n"}


def test_the_part_of_a_living_process_is_left_alone(tmp_path: Path):
    with whole_file(tmp_path / "a.txt") as fresh:
        fresh.write_text("first")
        with whole_file(tmp_path / "b.txt") as other:
            other.write_text("second")
        assert fresh.read_text() == "first"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.txt", "b.txt"]


@pytest.mark.parametrize("code", [errno.EIO, errno.ENOSPC, errno.EDQUOT])
def test_a_second_rename_that_fails_puts_the_old_folder_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
):
    target = old_plan(tmp_path / "plan")
    monkeypatch.setattr(whole, "_exchange_at_once", lambda one, other: False)
    rename, calls = Path.rename, []

    def failing(self: Path, to: Path) -> Path:
        calls.append(to)
        if len(calls) == 2:
            raise OSError(code, os.strerror(code), str(self), None, str(to))
        return rename(self, to)

    monkeypatch.setattr(Path, "rename", failing)
    with (
        pytest.raises(InputError, match=f"plan cannot be written: {os.strerror(code)}"),
        whole_folder(target, marker="plan.json") as fresh,
    ):
        (fresh / "plan.json").write_text("new")
    assert (target / "plan.json").read_text() == "old"
    assert not hidden(tmp_path)
    assert len(calls) == 3


def test_a_failure_inside_leaves_nothing_and_is_passed_on(tmp_path: Path):
    with (
        pytest.raises(ZeroDivisionError),
        whole_folder(tmp_path / "new" / "plan", marker="plan.json") as fresh,
    ):
        (fresh / "plan.json").write_text("half")
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []


def test_a_reading_error_of_another_file_keeps_its_own_words(tmp_path: Path):
    with (
        pytest.raises(FileNotFoundError, match=r"absent\.csv"),
        whole_file(tmp_path / "out.csv"),
    ):
        (tmp_path / "elsewhere" / "absent.csv").read_text()


def test_what_the_product_did_not_write_is_never_overwritten(tmp_path: Path):
    mine = tmp_path / "accounts.csv"
    mine.write_text("account_id,name,zip\nA-1,Mercy,77002\n")
    with (
        pytest.raises(InputError, match=r"accounts\.csv exists and was not written by this"),
        whole_file(mine) as fresh,
    ):
        fresh.write_text("severity,kind,table,what\n")
    assert mine.read_text().startswith("account_id")
    with whole_file(tmp_path / "audit.csv") as fresh:
        fresh.write_text("severity,kind,table,what\n")
    with whole_file(tmp_path / "audit.csv") as fresh:
        fresh.write_text("severity,kind,table,what\nerror\n")
    assert (tmp_path / "audit.csv").read_text().endswith("error\n")


@pytest.mark.parametrize(
    ("name", "mine", "ours"),
    [
        ("map.html", b"<html>my page</html>", b'<meta content="territory-design">'),
        ("book.xlsx", b"PK mine", b"PK ours"),
        ("photo.png", b"\x89PNG mine", b"\x89PNG territory-design"),
        ("notes.md", b"# My notes\n", b"# Brief of T-01\n"),
        ("data.json", b'{"mine": 1}', b'{"status": "feasible"}'),
        ("layer.gpkg", b"SQLite format 3\0mine", b"SQLite format 3\0ours"),
    ],
)
def test_a_file_of_any_kind_that_is_not_ours_stays(
    tmp_path: Path, name: str, mine: bytes, ours: bytes
):
    (tmp_path / name).write_bytes(mine)
    with pytest.raises(InputError, match="left as it was"), whole_files(tmp_path) as fresh:
        (fresh / name).write_bytes(ours)
        (fresh / "another.txt").write_text("not even this")
    assert (tmp_path / name).read_bytes() == mine
    assert [each.name for each in tmp_path.iterdir()] == [name]


def test_a_link_is_followed_and_stays_a_link(tmp_path: Path):
    real = old_plan(tmp_path / "disk" / "plan")
    (tmp_path / "plan").symlink_to(real)
    (tmp_path / "a.csv").symlink_to(real / "a.csv")
    with whole_file(tmp_path / "a.csv") as fresh:
        fresh.write_text("a,b\nnew,new\n")
    assert (real / "a.csv").read_text() == "a,b\nnew,new\n"
    with whole_folder(tmp_path / "plan", marker="plan.json") as fresh:
        (fresh / "plan.json").write_text("new")
    assert (tmp_path / "plan").is_symlink()
    assert [each.read_text() for each in real.iterdir()] == ["new"]


def test_rights_of_a_replaced_file_are_kept(tmp_path: Path):
    target = tmp_path / "a.csv"
    target.write_text("a\n1\n")
    target.chmod(0o640)
    with whole_file(target) as fresh:
        fresh.write_text("a\n2\n")
    assert target.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("name", ["fifo", "folder/below/a_file", "x" * 300, "nul\0byte"])
def test_a_place_that_cannot_be_written_is_named(tmp_path: Path, name: str):
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "folder").write_text("a file")
    before = sorted(tmp_path.iterdir())
    with pytest.raises(InputError) as failed, whole_file(tmp_path / name) as fresh:
        fresh.write_text("x")
    assert str(tmp_path) in failed.value.message.fact
    assert sorted(tmp_path.iterdir()) == before


def test_a_path_too_long_for_the_system_is_named(tmp_path: Path):
    deep = tmp_path.joinpath(*["d" * 200] * 25, "plan")
    with pytest.raises(InputError, match="File name too long"), whole_file(deep) as fresh:
        fresh.write_text("x")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_may_not_grow_is_named_and_nothing_stays(tmp_path: Path):
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, before[1]))
    try:
        with (
            pytest.raises(InputError, match=r"out\.csv cannot be written: File too large"),
            whole_file(tmp_path / "out.csv") as fresh,
        ):
            fresh.write_text("x" * 100_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list(tmp_path.iterdir()) == []


FULL = """
mount -t tmpfs -o size=64k none "$1" && mkdir "$1/plan" && echo old > "$1/plan/plan.json" || exit 77
"$2" -S -c '
import sys
from pathlib import Path
from territory.errors import InputError
from territory.whole import whole_folder
place = Path(sys.argv[1])
try:
    with whole_folder(place / "plan", marker="plan.json") as fresh:
        (fresh / "plan.json").write_text("new" * 100_000)
except InputError as error:
    print(error)
print((place / "plan" / "plan.json").read_text(), [each.name for each in place.iterdir()])
' "$1"
"""


def test_a_full_disk_is_named_and_the_old_plan_stays(tmp_path: Path):
    if shutil.which("unshare") is None:
        pytest.skip("a small disk of our own needs unshare")
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", FULL, "sh", str(tmp_path), sys.executable],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    if done.returncode in {1, 77} and not done.stdout:
        pytest.skip(f"no small disk can be mounted here: {done.stderr.strip()}")
    assert f"error: {tmp_path / 'plan'} cannot be written: No space left on device" in done.stdout
    assert "hint: make room on that disk" in done.stdout
    assert "old\n ['plan']" in done.stdout


def test_a_name_that_the_locale_cannot_spell_is_said(tmp_path: Path):
    code = (
        "from pathlib import Path\n"
        "from territory.whole import whole_file\n"
        "from territory.errors import InputError\n"
        "try:\n"
        "    with whole_file(Path('\\u017b\\u00f3\\u0142\\u0107.csv')) as fresh:\n"
        "        fresh.write_text('a')\n"
        "except InputError as error:\n"
        "    print(ascii(str(error)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-X", "utf8=0", "-c", code],
        env=os.environ | {"LC_ALL": "POSIX", "PYTHONCOERCECLOCALE": "0", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    assert "cannot spell it" in done.stdout
    assert "LC_ALL=C.UTF-8" in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_what_else_lies_in_the_folder_around_is_left_alone(tmp_path):
    """A link to nowhere cannot be opened; a plan beside it is written all the same."""
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "broken").symlink_to(tmp_path / "nowhere")
    with whole_folder(tmp_path / "plan", marker="plan.json") as fresh:
        (fresh / "plan.json").write_text("{}")
    assert (tmp_path / "plan" / "plan.json").read_text() == "{}"
