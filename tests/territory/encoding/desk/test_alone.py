"""An account taken out of its unit is the item that encoding it apart gives."""

import numpy as np
import pytest

import territory
from territory.encoding.desk.alone import taken_out
from territory.encoding.desk.desk import Desk
from territory.encoding.desk.preparing import prepared_of
from territory.encoding.encode import encode
from territory.encoding.reopen import with_apart
from territory.inputs.scenario.scenario import read_scenario
from territory.publish.folder import read_plan
from tests.territory.review.ledger.test_ledger import EXTRA, TODAY
from tests.territory.worlds import grid_scenario


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    folder = tmp_path_factory.mktemp("grid")
    path = grid_scenario(folder, columns=6, alignment=TODAY, extra=EXTRA)
    made = territory.design(read_scenario(path).with_overrides(effort="quick"))
    return Desk(read_plan(made.save(folder / "plan")))


@pytest.mark.parametrize("rows", [[0], [5, 2], [7, 3, 0]])
def test_items_and_rules_are_those_of_the_plan_encoded_with_the_accounts_apart(desk, rows):
    found = taken_out(prepared_of(desk), np.array(rows))
    ids = frozenset(desk.plan.accounts["account_id"].iloc[rows])
    opened = with_apart(desk.opened, desk.opened.case.apart | ids)
    encoded = encode(opened.case, opened.roads)
    problem, land = encoded.problem, found.land
    assert found.held.item.tolist() == encoded.item_of_account.tolist()
    assert land.territory.tolist() == opened.assignment.tolist()
    assert np.array_equal(land.activity, problem.balance.activity)
    for mine, whole in (
        (land.indptr, problem.indptr),
        (land.exempt, problem.rules.exempt),
        (land.pinned, problem.rules.pinned),
        (land.forbidden, problem.rules.forbidden),
        (land.together, problem.rules.together),
        (land.current, problem.changes.current),
        (land.moved_weight, problem.changes.moved_weight),
        (land.moved_cap, problem.changes.moved_cap),
    ):
        assert mine.tolist() == whole.tolist()


def test_what_is_an_item_already_changes_nothing(desk):
    prepared = taken_out(prepared_of(desk), np.array([4]))
    assert taken_out(prepared, np.array([4])) is prepared
