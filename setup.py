"""What pyproject.toml cannot say: the scenarios at the top go into the package when it is built."""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py


class BuildWithScenarios(build_py):
    """Copy `scenarios/`, its one source, to where the installed product looks for it."""

    def run(self) -> None:
        """Build as usual, then add the scenarios; an editable install has the checkout's."""
        super().run()
        if not self.editable_mode:
            target = Path(self.build_lib, "territory", "inputs", "demo", "scenarios")
            shutil.rmtree(target, ignore_errors=True)
            shutil.copytree(
                Path(__file__).parent / "scenarios",
                target,
                ignore=shutil.ignore_patterns("__pycache__", "runs", ".*", "accounts.audit.csv"),
            )


setup(cmdclass={"build_py": BuildWithScenarios})
