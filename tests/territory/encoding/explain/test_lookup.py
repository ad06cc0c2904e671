"""What a planner means by a name."""

import pytest

from territory.encoding.explain.lookup import find_subject
from territory.errors import InputError


def test_ids_are_found_and_unknown_ones_meet_their_neighbours(plan):
    assert find_subject(plan, "a00").name == "A00"
    assert find_subject(plan, "U00").kind == "unit"
    assert find_subject(plan, "T01").kind == "territory"
    with pytest.raises(InputError, match='"A05x" is no account, unit or territory') as caught:
        find_subject(plan, "A05x")
    assert 'like "A' in str(caught.value)
