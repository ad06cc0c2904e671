"""The mutants fit the sources that they are mutants of."""

from pathlib import Path

import pytest

from tests.mutants.__main__ import nearest_first
from tests.mutants.catalogue import MUTANTS

ROOT = Path(__file__).resolve().parents[2]


def test_there_are_at_least_sixty_mutants_with_names_of_their_own():
    assert len({(each.path, each.name) for each in MUTANTS}) == len(MUTANTS) >= 60


@pytest.mark.parametrize("path", sorted({each.path for each in MUTANTS}))
def test_each_mutant_changes_one_place_and_has_tests_to_meet(path):
    text = (ROOT / path).read_text()
    mine = [each for each in MUTANTS if each.path == path]
    assert {each.name: text.count(each.old) for each in mine} == {each.name: 1 for each in mine}
    assert all(each.old != each.new for each in mine)
    assert [test for each in mine for test in each.tests if not (ROOT / test).exists()] == []


def test_a_mutant_meets_the_tests_of_its_own_module_first_and_none_is_added_or_lost():
    by_path = {each.path: each for each in MUTANTS}
    rules = nearest_first(by_path["territory/encoding/rules.py"])
    assert rules[0] == "tests/territory/encoding/test_rules.py"
    assert rules[1:] == by_path["territory/encoding/rules.py"].tests
    bands = by_path["solvers/problem/bands.py"]
    assert nearest_first(bands) == bands.tests
