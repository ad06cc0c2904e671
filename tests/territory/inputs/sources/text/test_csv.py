"""Texts in the shapes that programs and people give them are tables."""

import pytest

from territory.inputs.sources.open import open_table


@pytest.mark.parametrize(
    "text",
    [
        "a~b\n1~2\n",
        "a^b\n1^2\n",
        "a | b\n---+---\n1 | 2\n(1 row)\n",
        "| a | b |\n|---|:--|\n| 1 | 2 |\n",
        '"a,b"\n"1,2"\n',
        '"a;""b"""\n"1;2"\n',
    ],
)
def test_texts_that_people_have_are_tables(tmp_path, text):
    path = tmp_path / "a.txt"
    path.write_text(text, encoding="utf-8")
    frame = open_table(path).frame
    assert [str(name).strip() for name in frame.columns] == ["a", "b"]
    assert frame.iloc[0].str.strip().tolist() == ["1", "2"]
    assert len(frame) == 1


def test_a_column_of_quoted_sentences_stays_one_column(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('"note"\n"one, two"\n"three"\n', encoding="utf-8")
    assert open_table(path).frame["note"].tolist() == ["one, two", "three"]
