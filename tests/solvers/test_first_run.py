"""Kernels that no disk holds are compiled before there is a plan, and Ctrl+C ends that at once."""

import ctypes
import math
import os
import subprocess
import sys

import pytest
from numba import njit

from solvers.first_run import compile_kernels, must_compile

BROKEN_OFF = """
import signal, sys, time
from solvers.first_run import compile_kernels, must_compile
assert must_compile()
try:
    compile_kernels(lambda event: signal.setitimer(signal.ITIMER_PROF, 1.5))
except KeyboardInterrupt:
    sys.exit(130)
"""


def test_what_is_compiled_is_not_compiled_again_and_nothing_is_said_to_be_found():
    events = []
    compile_kernels(events.append)
    assert not must_compile()
    assert [math.isfinite(each.objective) for each in events] == [False]


@pytest.mark.skipif(sys.platform == "win32", reason="no such timer there")
def test_a_keyboard_interrupt_ends_the_compiling_of_a_first_run_within_two_seconds(tmp_path):
    handler = "import signal\nsignal.signal(signal.SIGPROF, signal.default_int_handler)\n"
    before = os.times()
    done = subprocess.run(
        [sys.executable, "-c", handler + BROKEN_OFF],
        env={**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)},
        check=False,
        timeout=120,
    )
    after = os.times()
    spent = after.children_user - before.children_user
    assert done.returncode == 130
    # 1 s for the imports, 1.5 s of compiling, 2 s until it ends.
    assert spent < 6.0


def _press_within_c():
    """Let a KeyboardInterrupt come where Python code is called by C, which cannot pass it on."""

    def interrupted():
        raise KeyboardInterrupt

    ctypes.CFUNCTYPE(None)(interrupted)()


def test_an_interrupt_that_a_callback_of_the_compiler_swallows_is_raised_at_its_next_step(
    monkeypatch,
):
    went_on = []

    def compile_one():
        _press_within_c()
        njit(lambda x: x + 1)(1)
        went_on.append(True)

    monkeypatch.setattr("solvers.first_run._use_every_kernel", compile_one)
    with pytest.raises(KeyboardInterrupt):
        compile_kernels(lambda event: None)
    assert not went_on


@pytest.mark.parametrize(("pressed", "ends_by"), [(True, KeyboardInterrupt), (False, RuntimeError)])
def test_an_error_that_follows_a_swallowed_interrupt_is_that_interrupt_and_others_stay(
    monkeypatch, pressed, ends_by
):
    def fail():
        if pressed:
            _press_within_c()
        raise RuntimeError("no compiled object yet")

    before = sys.unraisablehook
    monkeypatch.setattr("solvers.first_run._use_every_kernel", fail)
    with pytest.raises(ends_by):
        compile_kernels(lambda event: None)
    assert sys.unraisablehook is before
