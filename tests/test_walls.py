"""The walls between the packages, the size of their files and the lightness of their doors."""

import ast
import importlib
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import networkx as nx
import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("territory", "solvers", "geo")
FILES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
LONGEST = 400
FULL = 12

# Which folders may import a library at all; everything below them may too.
ALLOWED = {
    "ortools": ("solvers",),
    "numba": ("solvers",),
    "shapely": ("geo",),
    "pyproj": ("geo",),
    "folium": ("geo",),
    "branca": ("geo",),
    "geopandas": ("geo", "territory/inputs", "territory/publish"),
    "pandas": ("geo", "territory"),
    "pydantic": ("territory",),
    "sklearn": ("territory/market",),
    "typer": ("territory",),
    "rich": ("territory",),
    "territory": ("territory",),
    "solvers": ("solvers", "territory"),
    "geo": ("geo", "territory"),
}
# Slow to import: inside the functions that use them, so that every door opens quickly.
HEAVY = ("ortools", "folium", "geopandas", "numba", "sklearn")
KERNELS = "solvers/kernels"
# May be named everywhere as the type of what is handed over.
NAMED_ONLY = ("folium", "geopandas")

NOT_BEHIND_A_DOOR = (
    *("ortools", "numba", "geopandas", "pyogrio", "folium", "branca", "shapely", "pyproj"),
    *("pandas", "pyarrow", "openpyxl", "sklearn"),
)
NOT_FOR_HELP = (*NOT_BEHIND_A_DOOR, "scipy", "networkx", "jinja2")

MAY_SAY_ANY = {
    "territory/plan_record.py",
    "territory/publish/charts/sheet.py",
    "territory/publish/slides/sheet.py",
}

MIRRORED = ("solvers", "territory/encoding")
# Types and names only: nothing that could be tested alone.
WITHOUT_DEEDS = {
    "solvers/arrays.py",
    "solvers/conflict/report.py",
    "solvers/events.py",
    "solvers/exact/result.py",
    "solvers/kernels/records.py",
    "solvers/problem/parts.py",
    "solvers/search/choice.py",
}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def imported(node: ast.AST) -> list[str]:
    """Top-level packages that an import statement names."""
    if isinstance(node, ast.Import):
        return [alias.name.split(".")[0] for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
        return [node.module.split(".")[0]]
    return []


def run_at_import(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Statements that run when the module is imported: not in functions, not for type checkers."""
    for node in body:
        yield node
        if isinstance(node, ast.If) and "TYPE_CHECKING" not in ast.unparse(node.test):
            yield from run_at_import(node.body + node.orelse)
        elif isinstance(node, ast.Try):
            handlers = [each for handler in node.handlers for each in handler.body]
            yield from run_at_import(node.body + handlers + node.orelse + node.finalbody)
        elif isinstance(node, ast.With | ast.ClassDef):
            yield from run_at_import(node.body)


def for_type_checkers(path: Path) -> set[int]:
    """Lines of imports that only type checkers read."""
    return {
        below.lineno
        for node in tree_of(path).body
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for below in ast.walk(node)
        if isinstance(below, ast.Import | ast.ImportFrom)
    }


@cache
def imports_of(path: Path) -> tuple[tuple[int, str], ...]:
    """Line and top-level package of every import of a file, wherever it stands."""
    return tuple(
        (node.lineno, package)
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for package in imported(node)
    )


def test_a_file_imports_only_what_its_room_may():
    wrong = [
        f"{name_of(path)}:{line} imports {package}"
        for path in FILES
        for line, package in imports_of(path)
        if package in ALLOWED
        and not any(name_of(path).startswith(room + "/") for room in ALLOWED[package])
        if not (package in NAMED_ONLY and line in for_type_checkers(path))
    ]
    assert not wrong


def test_heavy_libraries_are_imported_where_they_are_used():
    wrong = [
        f"{name_of(path)}:{node.lineno} imports {package} on import"
        for path in FILES
        for node in run_at_import(tree_of(path).body)
        for package in imported(node)
        if package in HEAVY and not (package == "numba" and name_of(path).startswith(KERNELS))
    ]
    assert not wrong


def test_a_module_is_short():
    n_lines = {name_of(path): len(path.read_text("utf-8").splitlines()) for path in FILES}
    long = {name: n for name, n in n_lines.items() if n > LONGEST}
    assert not long, "split them by their ideas"


def test_a_folder_holds_few_modules():
    held = Counter(name_of(path.parent) for path in FILES if path.name != "__init__.py")
    full = {folder: n for folder, n in held.items() if n > FULL}
    assert not full, "group their modules"


def test_no_module_imports_itself_on_any_way():
    # For type checkers or inside a function counts too: a circle is two ideas that are one.
    modules = {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in FILES}
    graph = nx.DiGraph()
    for name, path in modules.items():
        own = name.removesuffix(".__init__")
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                named = [f"{node.module}.{alias.name}" for alias in node.names]
                targets = [each if each in modules else node.module for each in named]
            elif isinstance(node, ast.Import):
                targets = [alias.name for alias in node.names]
            else:
                continue
            graph.add_edges_from((own, target) for target in targets)
    circles = [sorted(each) for each in nx.strongly_connected_components(graph) if len(each) > 1]
    assert not circles


def test_no_folder_of_solvers_imports_itself_on_any_way():
    graph = nx.DiGraph()
    for path in (each for each in FILES if each.parts[len(ROOT.parts)] == "solvers"):
        own = path.parent.name if path.parent.name != "solvers" else path.stem
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("solvers."):
                graph.add_edge(own, node.module.split(".")[1])
    circles = [sorted(each) for each in nx.strongly_connected_components(graph) if len(each) > 1]
    assert not circles


def test_tolerances_have_names():
    bare = []
    for path in FILES:
        tree = tree_of(path)
        named = {node.value for node in tree.body if isinstance(node, ast.Assign)}
        bare += [
            f"{name_of(path)}:{node.lineno}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and node.value in (1e-9, 1e-12) and node not in named
        ]
    assert not bare, "LIMIT is 1e-9 and NONZERO 1e-12"


def test_every_module_has_its_mirror_among_the_tests():
    modules = {name_of(each) for each in FILES if each.name != "__init__.py"}
    bare = {
        name
        for name in modules
        if name.startswith(MIRRORED)
        and not (ROOT / "tests" / Path(name).parent / f"test_{Path(name).name}").exists()
    }
    assert bare == WITHOUT_DEEDS, "write the mirror"


def test_the_walls_and_floors_of_the_import_linter_hold():
    code = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    done = subprocess.run(
        [sys.executable, "-c", code, "--no-cache"],
        capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


def test_a_module_says_its_idea():
    silent = [name_of(path) for path in FILES if not ast.get_docstring(tree_of(path))]
    assert not silent, "write the docstring"


def test_spelling_is_compared_in_one_place():
    named = {
        name_of(path) for path in FILES if "difflib" in {package for _, package in imports_of(path)}
    }
    assert named <= {"territory/messages.py"}, "use `closest` or `likeness`"


def test_only_the_console_prints():
    prints = {
        f"{name_of(path)}:{node.lineno}"
        for path in FILES
        if name_of(path) != "territory/cli/console.py"
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "print"
    }
    assert not prints


@pytest.mark.parametrize("room", PACKAGES)
def test_every_room_is_typed(room: str):
    assert (ROOT / room / "py.typed").is_file()


def loaded_by(code: str) -> set[str]:
    """Top-level packages that a fresh interpreter has loaded after running the code."""
    code += (
        "\nimport sys; sys.stderr.write(' '.join(sorted({n.split('.')[0] for n in sys.modules})))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return set(done.stderr.split())


@pytest.mark.parametrize("room", PACKAGES)
def test_a_door_opens_without_slow_libraries(room: str):
    assert loaded_by(f"import {room}").isdisjoint(NOT_BEHIND_A_DOOR)


def test_help_needs_no_slow_library():
    code = (
        "import sys; sys.argv = ['territory', '--help']\n"
        "from territory.cli.app import main\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert end.code in (0, None)"
    )
    assert loaded_by(code).isdisjoint(NOT_FOR_HELP)


ROOMS = [
    "market",
    "workforce",
    "review",
    "incentives",
    "publish",
    "monitor",
    "encoding",
    "rollout",
    "sweep",
]
DOORS = ("territory", "solvers", "geo", *(f"territory.{room}" for room in ROOMS))


@pytest.mark.parametrize("room", DOORS)
def test_every_name_of_a_door_opens_and_is_explained(room: str):
    door = importlib.import_module(room)
    modules = {each.stem for each in (ROOT / room.replace(".", "/")).iterdir()}
    modules -= {"design"} if room == "territory" else set()  # loaded with the door, on purpose
    for name in door.__all__:
        assert getattr(door, name) is not None
        assert f"* `{name}`: " in str(door.__doc__)
    assert not modules & set(door.__all__)  # a module that is imported would take the name over


@pytest.mark.parametrize("notebook", sorted(ROOT.glob("notebooks/*.ipynb")), ids=lambda f: f.stem)
def test_a_notebook_imports_from_doors_only(notebook: Path):
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.ImportFrom) and imported(node)[0] in PACKAGES:
            assert node.module in DOORS, f"{node.module} is behind a door"


def test_any_stands_only_where_the_outside_comes_in():
    """JSON of unknown plans, settings of matplotlib, charts of python-pptx: nowhere else."""
    found = {
        name_of(path): n
        for path in FILES
        if path.is_relative_to(ROOT / "territory")
        if (n := len(re.findall(r"\bAny\b", path.read_text(encoding="utf-8"))))
    }
    assert set(found) <= MAY_SAY_ANY, found
    assert sum(found.values()) <= 12, found
