"""Texts come out of their block as they went in."""

from territory.encoding.desk.prepared import Texts


def test_each_text_is_found_in_its_block_also_an_empty_one():
    said = ["", "Åland", "", "a\x00b", "=1+1", "\udcff"]
    texts = Texts.of(said)
    assert texts.all() == said
    assert [texts[at] for at in range(len(said))] == said
    assert Texts.of([]).all() == []


def test_a_text_is_found_where_a_list_would_find_it():
    given = ["48201:77030", "48201:77030:A-1", "48201", "4820", "", "é:1", "48201"]
    texts = Texts.of(given)
    for name in [*given, "48201:77021", "é", "8201", "48201:77030:A-12"]:
        same = [at for at, each in enumerate(given) if name and each == name]
        split = [at for at, each in enumerate(given) if name and each.startswith(f"{name}:")]
        assert texts.found(name) == same
        assert texts.found(name, parts=True) == sorted([*same, *split])
    assert Texts.of([]).found("48201", parts=True) == []
