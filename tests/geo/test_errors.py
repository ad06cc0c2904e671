"""Messages of geography errors, by their text."""

from geo.errors import GeographyError


def test_an_error_shows_fact_evidence_and_hint_in_the_shape_of_the_house():
    error = GeographyError("2 units are lost", evidence=['"A"', '"B"'], hint="find them")
    assert str(error) == '2 units are lost\n  "A"\n  "B"\n\nhint: find them'


def test_an_error_shows_five_lines_of_evidence_and_counts_the_rest():
    error = GeographyError("7 units are lost", evidence=[f"unit {i}" for i in range(7)])
    assert str(error).splitlines()[-2:] == ["  unit 4", "  and 2 more"]
    assert len(error.evidence) == 7
