"""Every compiled read stays inside its array: the kernels' tests once more, with bounds checked."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
CHECKED = "NUMBA_BOUNDSCHECK"


@pytest.mark.slow
@pytest.mark.skipif(CHECKED in os.environ, reason="bounds are being checked already")
def test_the_kernels_tests_pass_with_every_index_checked(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", str(HERE)],
        # Little is made faster: what is compiled here runs but once.
        env={**os.environ, CHECKED: "1", "NUMBA_OPT": "1", "NUMBA_CACHE_DIR": str(tmp_path)},
        cwd=HERE.parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:]
