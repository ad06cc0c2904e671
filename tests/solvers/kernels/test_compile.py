"""Kernels on disk are used only as long as no kernel's text has changed."""

import subprocess
import sys

from solvers.kernels import compile as compiling
from solvers.kernels.looks import looks


def test_a_kernel_on_disk_is_stamped_with_the_texts_of_all_kernels():
    # Without this a kernel goes on with the callees that it was compiled with. Its file's age says
    # nothing: a copy of the package with the kernels made for it need not make them again.
    stamp = looks._cache._cache_file._source_stamp
    assert stamp == compiling.SOURCES == compiling._digest()


def test_another_text_makes_another_stamp(tmp_path, monkeypatch):
    for name in ("compile.py", "moves.py"):
        (tmp_path / name).write_text("one = 1\n")
    monkeypatch.setattr(compiling, "__file__", str(tmp_path / "compile.py"))
    before = compiling._digest()
    (tmp_path / "moves.py").write_text("one = 2\n")
    assert compiling._digest() != before


def test_kernels_load_without_the_algebra_that_none_of_them_calls():
    asked = "import sys, solvers.kernels.routing.tours, numba.np.linalg as algebra; "
    told = "print('scipy.linalg' in sys.modules, algebra.ensure_blas.__name__)"
    done = subprocess.run(
        [sys.executable, "-c", asked + told], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["False", "ensure_blas"]
