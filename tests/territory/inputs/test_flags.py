"""Truths are read in every spelling that spreadsheets and systems have for them."""

import pandas as pd

from territory.inputs.flags import is_yes


def test_yes_in_any_language_is_yes_and_everything_else_is_no():
    yes = ["TRUE", "true", "Y", "yes", "x", "X", "1", "1.0", "WAHR", "Ja", "VRAI", "Oui", "S\u00cd"]
    no = ["FALSE", "n", "", "0", "FALSCH", "nein", "FAUX", "perhaps", "2"]
    assert is_yes(pd.Series([*yes, *no])).tolist() == [True] * len(yes) + [False] * len(no)
