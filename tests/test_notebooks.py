"""Every notebook runs from top to bottom, is short, and is committed without its outputs."""

import ast
import json
import shutil
from pathlib import Path

import pytest

from tests.check_plan import check
from tests.check_plan import read as read_saved

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
MOST_CELLS, MOST_LINES = 15, 25


def read(path: Path):
    import nbformat

    return nbformat.read(path, as_version=4)


def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


@pytest.fixture
def copied(tmp_path):
    """A place with the scenarios: a notebook can save plans without touching the project."""
    shutil.copytree(
        ROOT / "scenarios", tmp_path / "scenarios", ignore=shutil.ignore_patterns("runs")
    )
    (tmp_path / "notebooks").mkdir()
    return tmp_path


def test_there_is_a_notebook_to_start_with():
    assert "01_first_territories" in {path.stem for path in NOTEBOOKS}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_short_and_needs_no_helper_functions(path):
    notebook = read(path)
    assert len(notebook.cells) <= MOST_CELLS
    for cell in code(notebook):
        assert len(cell.source.splitlines()) <= MOST_LINES
        nodes = list(ast.walk(ast.parse(cell.source)))
        assert not any(isinstance(node, ast.FunctionDef | ast.ClassDef) for node in nodes)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_committed_without_outputs(path):
    for cell in code(read(path)):
        assert cell.outputs == []
        assert cell.execution_count is None


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_folds_its_mathematics_at_the_end(path):
    last = read(path).cells[-1]
    assert last.cell_type == "markdown"
    assert last.source.startswith("<details>")
    assert last.source.rstrip().endswith("</details>")


@pytest.fixture(scope="session")
def kernel():
    """One interpreter for all notebooks of a test process: it loads every library once."""
    from jupyter_client import KernelManager

    manager = KernelManager(kernel_name="python3")
    manager.start_kernel()
    yield manager
    manager.shutdown_kernel(now=True)


def execute(notebook, kernel):
    """Run a notebook in an interpreter that goes on afterwards."""
    from nbclient import NotebookClient

    client = NotebookClient(notebook, timeout=600, km=kernel)
    try:
        client.execute()
    finally:
        client.kc.stop_channels()


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_from_top_to_bottom(path, copied, kernel):
    from nbformat.v4 import new_code_cell, new_notebook

    # Each begins without the names of the one before, in its own folder. What one has designed is
    # not designed anew for the next: the same scenario gives the same plan, by tests elsewhere.
    fresh = f"""%reset -f
import gc, os, sys
gc.set_threshold(50_000, 20, 20)
os.chdir({str(copied / "notebooks")!r})
sys.path.insert(0, {str(ROOT)!r})
from tests.designed_once import design_once
sys.path.pop(0)
design_once()
del gc, os, sys, design_once"""
    execute(new_notebook(cells=[new_code_cell(fresh)]), kernel)
    notebook = read(path)
    # Executing raises what a cell raises; warnings would be in its outputs.
    execute(notebook, kernel)
    streams = [
        output.text
        for cell in code(notebook)
        for output in cell.outputs
        if output.output_type == "stream" and output.name == "stderr"
    ]
    assert streams == []
    # A plan that a notebook saves keeps what its text says about plans, by a stranger's count and
    # on the road: the first notebook's is the demo's at normal effort.
    for saved in copied.rglob("plan.json"):
        record = json.loads(saved.read_text("utf-8"))
        assert record["violations"] == [], saved
        assert check(read_saved(saved.parent)) == []
        routed = record.get("routed")
        assert (path.stem != "01_first_territories") or routed
        if routed:
            assert routed["outside"] == []
            # The plan's hours are its tours' in the end, whatever it was found by: that is judged.
            for hours in ("estimate", "searched"):
                errors = routed[hours]
                assert abs(errors["near_error"]) <= 0.05
                assert abs(errors["far_error"]) <= 0.05
                assert abs(errors["worst_error"]) <= 0.15
                # No rank where no hour is off.
                assert abs(errors["distance_rank"] or 0.0) <= 0.3
