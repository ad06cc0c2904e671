"""Types are rewritten so that different ones stay different, in every script."""

import pytest

from territory.inputs.type_names import type_name


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


def test_ids_that_differ_in_case_are_warned_about_and_keys_of_a_crm_are_not(texts):
    head = "account_id,zip,potential_usd\n"
    said = texts("warning", accounts=f"{head}A-1,77002,5\na-1,77002,6\nB-2,77002,7\n")
    assert "2 of 3 accounts have ids that differ from others in nothing but case" in said
    keys = f"{head}001Ax00000B0000,77002,5\n001Ax00000b0000,77002,6\n"
    assert "nothing but case" not in texts("warning", accounts=keys)
