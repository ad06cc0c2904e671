"""What a library prints from C does not get between a command and who reads it."""

import subprocess
import sys

PROGRAM = """
import ctypes
from solvers.mip.quiet import off_stdout
print("before")
with off_stdout():
    ctypes.CDLL(None).printf(b"from C\\n")
    print("from Python", flush=True)
print("after")
"""


def test_lines_of_a_library_go_to_standard_error_and_what_was_and_will_be_said_stays():
    found = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, check=True)
    assert found.stdout.split() == [b"before", b"after"]
    assert b"from C" in found.stderr


def test_without_standard_output_the_work_is_done_all_the_same():
    program = "import os; os.close(1)\nfrom solvers.mip.quiet import off_stdout\n"
    program += "with off_stdout():\n    os.write(2, b'done')\n"
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert found.stderr == b"done"
