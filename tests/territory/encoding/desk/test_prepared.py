"""Texts come out of their block as they went in."""

from territory.encoding.desk.prepared import Texts


def test_each_text_is_found_in_its_block_also_an_empty_one():
    said = ["", "Åland", "", "a\x00b", "=1+1", "\udcff"]
    texts = Texts.of(said)
    assert texts.all() == said
    assert [texts[at] for at in range(len(said))] == said
    assert Texts.of([]).all() == []
