"""The README names no command and no option that the program does not know, and leaves none out."""

import pytest
import typer

from territory.cli.app import _application
from tests.readme_lines import ELSEWHERE, LINES, README, commands_of

NAMED = commands_of(README.read_text(encoding="utf-8"))
KNOWN = typer.main.get_command(_application("")).commands


def options_of(name, *, required=False):
    return {
        text
        for each in KNOWN[name].params
        if each.param_type_name == "option" and (each.required or not required)
        for text in (*each.opts, *each.secondary_opts)
    }


@pytest.mark.parametrize(
    ("name", "options"), NAMED, ids=[f"{at}-{name}" for at, (name, _) in enumerate(NAMED)]
)
def test_a_line_of_the_readme_names_what_the_program_knows(name, options):
    assert name in KNOWN
    assert set(options) <= options_of(name)


def test_every_command_of_the_readme_is_run_by_a_line_or_another_test():
    run = {line.split(" ")[0] for line in LINES}
    assert {name for name, _ in NAMED} <= run | set(ELSEWHERE)


@pytest.mark.parametrize("line", LINES)
def test_a_line_that_is_run_gives_every_option_that_the_command_needs(line):
    command, *rest = line.split(" ")
    assert options_of(command, required=True) <= set(rest)
    assert {word for word in rest if word.startswith("--")} <= options_of(command)
