"""Types are rewritten so that different ones stay different, in every script."""

import pytest

from territory.inputs.tables.filled import type_name


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("ASC / Surgical", "asc_surgical"),
        ("Klinik f\u00fcr Geb\u00e4rden", "klinik_fur_gebarden"),
        ("H\u00f4pital", "hopital"),
        ("\u75c5\u9662", "\u75c5\u9662"),
        (
            "\u0411\u043e\u043b\u044c\u043d\u0438\u0446\u0430",
            "\u0431\u043e\u043b\u044c\u043d\u0438\u0446\u0430",
        ),
        ("--", "other"),
    ],
)
def test_a_type_keeps_its_letters(written, name):
    assert type_name(written) == name
