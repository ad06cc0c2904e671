"""The answer to why, for one item."""

from territory.encoding.explain.answer import explain_item


def test_the_answer_for_a_unit_lists_every_other_territory(position):
    answer = explain_item(position, 3)
    assert answer.name == position.case.unit_ids[3]
    assert len(answer.alternatives) == 1
    assert answer.second == answer.alternatives["territory_id"].iloc[0]
    assert answer.words
