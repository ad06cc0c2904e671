"""What a stranger's machine gets: the lock files, the two commands, and nothing of this machine."""

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LOCKS = ("requirements.lock", "requirements-test.lock")
TABLE = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT = TABLE["project"]


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def named(requirements: list[str]) -> set[str]:
    """Normal names of requirements, the project's own extras left out."""
    names = {normal(re.split(r"[^A-Za-z0-9._-]", line)[0]) for line in requirements}
    return names - {normal(PROJECT["name"])}


def pins(lock: str) -> dict[tuple[str, str], list[str]]:
    """Hashes of each pinned ``(name==version, marker)``."""
    text = (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", " ")
    out = {}
    for line in filter(None, text.splitlines()):
        requirement, *hashes = re.split(r"\s+--hash=", line.strip())
        pin, _, marker = requirement.partition(";")
        out[pin.strip(), marker.strip()] = hashes
    return out


def committed() -> list[Path]:
    """Files under version control, or every file where this is no checkout."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    names = [name for name in listed.stdout.split("\0") if name]
    if listed.returncode or not names:
        pytest.skip("this is no git checkout, so nothing says which files are the project's")
    return [ROOT / name for name in names if (ROOT / name).is_file()]


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_pins_releases_with_hashes_and_nothing_else(lock: str):
    for (pin, _), hashes in pins(lock).items():
        assert re.fullmatch(r"[a-z0-9-]+==[0-9][0-9a-z.]*", pin)
        assert hashes, f"{pin} has no hash"
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", each) for each in hashes)


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_index(lock: str):
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert not re.search(r"://|--(extra-)?index|--find-links|--trusted-host|#", text)


def test_the_locks_hold_every_dependency():
    extras = PROJECT["optional-dependencies"]
    runtime = named(PROJECT["dependencies"] + extras["belgium"] + extras["build"])
    tested = runtime | named(extras["test"] + extras["notebooks"])
    for lock, wanted in zip(LOCKS, (runtime, tested), strict=True):
        assert wanted <= {pin.split("==")[0] for pin, _ in pins(lock)}


def test_the_test_lock_holds_the_runtime_lock():
    assert {pin for pin, _ in pins(LOCKS[0])} <= {pin for pin, _ in pins(LOCKS[1])}


def test_dependencies_have_no_upper_bound():
    extras = [line for lines in PROJECT["optional-dependencies"].values() for line in lines]
    assert not [line for line in PROJECT["dependencies"] + extras if re.search("<|==|~=", line)]


def test_the_installed_version_is_the_one_in_the_project_file():
    assert version(PROJECT["name"]) == PROJECT["version"]


@pytest.mark.parametrize("script", [".ci/run", ".ci/system", ".ci/venv", ".ci/lock"])
def test_the_scripts_can_be_run_and_are_sound(script: str):
    assert os.access(ROOT / script, os.X_OK)
    subprocess.run(["bash", "-n", ROOT / script], check=True)


@pytest.mark.parametrize(
    "target", ["demo", "test", "check", "kernels", "install", "system", "lock", "clean", "bench"]
)
def test_the_makefile_knows_the_target(target: str):
    asked = subprocess.run(
        ["make", "--dry-run", target], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert asked.returncode == 0, asked.stderr


def planned(target: str, venv: Path, *given: str) -> list[str]:
    """Lines that make would run for a target where nothing is installed yet."""
    words = ["make", "--dry-run", "--no-print-directory", target, f"VENV={venv}", *given]
    asked = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
    return asked.stdout.splitlines()


def test_kernels_are_compiled_without_the_packages_of_the_tests(tmp_path: Path):
    lines = planned("kernels", tmp_path)
    assert ".ci/venv runtime" in lines
    assert ".ci/venv test" not in lines


def test_tests_begin_when_all_is_installed_compiled_and_well_formed(tmp_path: Path):
    lines = planned("test", tmp_path, "BEFORE=system")
    (began,) = [at for at, line in enumerate(lines) if "-m pytest" in line]
    for word in (".ci/venv test", ".ci/system chromium", "-m tests.kernels", "format", "check ."):
        assert any(word in line for line in lines[:began]), word


def test_what_the_system_lacks_is_said_by_its_package(tmp_path: Path):
    for name in ("bash", "id"):
        (tmp_path / name).symlink_to(str(shutil.which(name)))
    asked = subprocess.run(
        [tmp_path / "bash", ROOT / ".ci" / "system", "bash", "chromedriver", "pdftotext"],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert asked.returncode == 2
    needed = "chromium-driver poppler-utils"
    assert asked.stderr == f"error: the tests need {needed}\n\nhint: apt install {needed}\n"


def test_a_missing_python_is_said_in_one_clear_line(tmp_path: Path):
    asked = subprocess.run(
        [ROOT / ".ci" / "venv", "runtime"],
        env=os.environ | {"PYTHON": "no-such-python", "VENV": str(tmp_path / "venv")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert asked.returncode == 2
    assert asked.stderr.startswith("error: no-such-python is not installed\n\nhint: install Python")


def test_no_committed_file_names_a_machine_or_an_index():
    # In pieces, so that this file does not name them either.
    words = ["/" + "work/", "/" + "root/", "/" + "home/", "pypi" + ".org", "python" + "hosted.org"]
    words += ["deb." + "debian.org", "registry." + "npmjs"]
    found = []
    for path in committed():
        text = path.read_bytes().decode("utf-8", errors="replace")
        found += [f"{path.relative_to(ROOT)}: {word}" for word in words if word in text]
    assert not found


def sources(folder: Path) -> Path:
    """Copy the files under version control, as a fresh clone has them."""
    for path in committed():
        target = folder / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    return folder


def built(source: Path, kind: str, out: Path) -> Path:
    """Build a wheel or sdist with the project's own backend, no network asked."""
    code = f"import sys; from setuptools import build_meta; build_meta.build_{kind}(sys.argv[1])"
    done = subprocess.run(
        [sys.executable, "-c", code, str(out)],
        cwd=source,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (file,) = out.iterdir()
    return file


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a fresh environment into which the wheel of the sdist is installed."""
    place = tmp_path_factory.mktemp("package")
    sdist = built(sources(place / "clone"), "sdist", place / "sdist")
    with tarfile.open(sdist) as archive:
        # Debian's 3.11.2 has no filters yet, and takes no word for one.
        vars(archive)["extraction_filter"] = getattr(tarfile, "data_filter", None)
        archive.extractall(place)
    wheel = built(place / sdist.name.removesuffix(".tar.gz"), "wheel", place / "wheel")
    venv = place / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", venv], check=True)
    ours = sysconfig.get_path("purelib", vars={"base": str(venv), "platbase": str(venv)})
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    subprocess.run(
        [*pip, "--python", venv, "install", "-q", "--no-deps", "--no-index", wheel], check=True
    )
    # The libraries of this environment, to be quick; the project itself comes from the wheel.
    shared = [each for each in sys.path if each.endswith(("site-packages", "dist-packages"))]
    # The extras are taken away: nothing but what needs them may miss them.
    without = "import sys; sys.modules.update(dict.fromkeys(['pyarrow', 'sklearn']))"
    (Path(ours) / "shared.pth").write_text("\n".join([*shared, without]) + "\n")
    # Machine code that other tests have made of the same kernels is not made a second time.
    made = Path("solvers", "kernels", "__pycache__")
    if (ROOT / made).is_dir():
        shutil.copytree(ROOT / made, Path(ours) / made, dirs_exist_ok=True)
    return venv


def in_folder(installed: Path, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [installed / "bin" / words[0], *words[1:]],
        cwd=folder,
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_installed_package_is_the_wheel_with_its_scenarios(installed: Path, tmp_path: Path):
    code = (
        "import territory, json\n"
        "from territory.inputs.scenario.scenario import embedded_scenarios\n"
        "print(json.dumps([territory.__file__, sorted(embedded_scenarios())]))"
    )
    done = in_folder(installed, tmp_path, "python", "-c", code)
    assert done.returncode == 0, done.stderr
    place, names = json.loads(done.stdout)
    assert Path(place).is_relative_to(installed)
    assert names == sorted(path.stem for path in (ROOT / "scenarios").glob("*.toml"))


@pytest.mark.slow
def test_the_installed_command_makes_and_extends_the_demo_in_another_folder(
    installed: Path, tmp_path: Path
):
    def territory(*words: str) -> str:
        done = in_folder(installed, tmp_path, "territory", *words)
        assert done.returncode == 0, done.stderr
        return done.stdout

    territory("init", "demo")
    territory("check", "demo/texas_ortho.toml")
    (tmp_path / "mine.toml").write_text(
        'extends = "texas_ortho"\nsolve.seed = 3\noutputs.formats = ["html"]\n'
    )
    territory("design", "mine.toml", "--effort", "quick", "--out", "plan")
    territory("map", "plan", "--out", "again.html")
    for page in ("again.html", "plan/map.html", "plan/report.html"):
        assert (tmp_path / page).stat().st_size > 100_000


def test_an_installed_bug_names_its_line(installed: Path, tmp_path: Path):
    code = (
        "from territory.cli.failures import failure_of\n"
        "from territory.messages import counted\n"
        "try: counted(None, 1)\n"
        "except Exception as error: print(failure_of(error))\n"
    )
    done = in_folder(installed, tmp_path, "python", "-c", code)
    assert re.search(r"territory/messages\.py:\d+ in counted", done.stdout), done.stdout


@pytest.mark.parametrize("name", ["geo", "solvers"])
def test_a_users_file_of_a_package_name_is_named(name: str, installed: Path, tmp_path: Path):
    (tmp_path / f"{name}.py").write_text("mine = 1\n")
    for words in (["-m", "territory", "check", "x.toml"], ["-c", "import territory"]):
        done = in_folder(installed, tmp_path, "python", *words)
        assert done.returncode == (2 if words[0] == "-m" else 1)
        assert f"error: {tmp_path / name}.py takes the place of the planner's own" in done.stderr
        assert "this is a bug" not in done.stderr


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (
            "from territory.inputs.sources.frames import read_parquet as call; given = [None]",
            "territory-design[parquet]",
        ),
        (
            "from functools import partial; from territory.market.customers.profile import _fitted;"
            " call = partial(_fitted, event='won'); given = [None] * 7",
            "territory-design[profile]",
        ),
    ],
)
def test_what_needs_an_extra_says_which(call: str, words: str, installed: Path, tmp_path: Path):
    code = (
        f"{call}\ntry:\n    call(*given)\nexcept Exception as error:\n    print(error, vars(error))"
    )
    done = in_folder(installed, tmp_path, "python", "-c", code)
    assert words in done.stdout, done.stderr
