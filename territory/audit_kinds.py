"""The sentence of each kind of finding, the worst kinds first."""

from dataclasses import dataclass

__all__ = ["KINDS", "Kind"]


@dataclass(frozen=True, slots=True)
class Kind:
    """How a message speaks of rows with the same problem.

    Parameters
    ----------
    one, many : str
        What follows "1 of 1,204 accounts" and "3 of 1,204 accounts".
    hint : str, optional
        Something one can do, where no repair is known.
    """

    one: str
    many: str
    hint: str = ""


KINDS: dict[str, Kind] = {
    "wide_row": Kind(
        "has more fields than the header",
        "have more fields than the header",
        "put quotes around a field that contains the delimiter",
    ),
    "short_row": Kind(
        "has fewer fields than the header",
        "have fewer fields than the header",
        "complete the rows; an empty field still needs its delimiter",
    ),
    "oversold": Kind(
        "buys more than its potential",
        "buy more than their potential",
        "raise the potential (price, volume, payers), or check the sales",
    ),
    "nul": Kind("contains a NUL character", "contain NUL characters", "export the table again"),
    "missing_id": Kind("has no id", "have no id", "give every row an id"),
    "duplicate_id": Kind(
        "repeats an id",
        "repeat an id",
        "keep one row for each id; the audit names the line of the first one",
    ),
    "two_homes": Kind(
        "has two homes",
        "have two homes",
        "keep one row for each rep: where the rep sets out from; a second territory needs a rep, "
        "or a row with an id of its own",
    ),
    "no_pay_plan": Kind(
        "has a role without a pay plan",
        "have roles without a pay plan",
        "write the role under [pay.roles], or empty the cell: then the rep is paid by [pay]",
    ),
    "conflict": Kind(
        "gives its account or unit another territory",
        "give their accounts or units another territory",
        "say who leads: a column share (60 %) or role (primary), or keep one row for each; "
        'several = "first" for alignment under [inputs] takes the first row\'s',
    ),
    "shared_territory": Kind(
        "has the territory of another rep",
        "have the territory of another rep",
        "give each territory to one rep; leave territory_id empty where it is open",
    ),
    "no_place": Kind(
        "has no place on the map",
        "have no place on the map",
        "give each of them lon and lat, or a ZIP code, or a county FIPS code",
    ),
    "no_postal_place": Kind(
        "has no place on the map but a postal code",
        "have no place on the map but a postal code",
        'under [inputs.accounts] write postal_points = {file = "…"}, a table of codes with lon and '
        "lat, or place_by_city = true; rows of the United States need a column country",
    ),
    "bad_place": Kind(
        "has an impossible place",
        "have an impossible place",
        "correct lon and lat, or empty them where a ZIP code is given",
    ),
    "swapped": Kind("has lon and lat exchanged", "have lon and lat exchanged"),
    "unknown_zip": Kind("has an unknown ZIP code", "have an unknown ZIP code"),
    "unknown_fips": Kind("has an unknown county code", "have an unknown county code"),
    "fips_vintage": Kind(
        "has a county code of another year",
        "have county codes of another year",
        "use the county codes of 2016, or give lon and lat or a ZIP code",
    ),
    "lost_zeros": Kind("lost leading zeros of a code", "lost leading zeros of a code"),
    "not_a_number": Kind(
        "has a value that is no number",
        "have values that are no numbers",
        "write plain numbers: digits, a point for decimals; empty where unknown",
    ),
    "two_readings": Kind(
        "has a column of numbers that can be read in two ways",
        "have columns of numbers that can be read in two ways",
        'write decimal = "," or decimal = "." beside the file',
    ),
    "not_finite": Kind(
        "has a value that is not finite",
        "have values that are not finite",
        "leave unknown values empty",
    ),
    "out_of_range": Kind(
        "has a value outside its range", "have values outside their range", "correct the values"
    ),
    "returned_pieces": Kind(
        "counts less than no piece",
        "count less than no piece",
        "pieces that came back are taken off the period in which they were sold: add up the rows "
        "of each account and period, so that none is below 0; amounts may be negative",
    ),
    "payer_share": Kind(
        "has a payer's share above 1",
        "have a payer's share above 1",
        "write shares between 0 and 1: for 36 percent 0.36",
    ),
    "payer_mix": Kind(
        "has a payer mix over 100 %",
        "have a payer mix over 100 %",
        "mend the shares: together they are at most 1",
    ),
    "ownership_cycle": Kind(
        "makes ownership circular",
        "make ownership circular",
        "empty the parent of the owner at the top",
    ),
    "no_value": Kind(
        "has no value, and its type has no default",
        "have no value, and their types have no default",
        "fill the column, or write [defaults.other] in the scenario",
    ),
    "no_call_plan": Kind(
        "has a type and tier without a row in the call plan",
        "have a type and tier without a row in the call plan",
        'correct type and tier, or add a row under [callplan], for instance with tier = "*"',
    ),
    "missing_territory": Kind("names no territory", "name no territory", "fill territory_id"),
    "orphan": Kind(
        "refers to something unknown",
        "refer to something unknown",
        "check that the tables come from the same extract",
    ),
    "two_owners": Kind(
        "gives an account a second owner",
        "give an account a second owner",
        "keep one owner for each account",
    ),
    "two_parents": Kind(
        "gives an owner a second parent",
        "give an owner a second parent",
        "keep one parent for each owner",
    ),
    "outlier": Kind(
        "is far above its peers",
        "are far above their peers",
        "check the values against their source; they are kept",
    ),
    "open_leave": Kind("is on leave without an end", "are on leave without an end"),
    "empty_seat": Kind("is an empty seat", "are empty seats"),
    "vacant": Kind("names a territory without a rep", "name a territory without a rep"),
    "not_in_alignment": Kind(
        "has a territory that today's alignment does not know",
        "have a territory that today's alignment does not know",
    ),
    "other_state": Kind("has a ZIP code of another state", "have ZIP codes of another state"),
    "bad_code": Kind("has a code of the wrong form", "have a code of the wrong form"),
    "check_digit": Kind(
        "has an NPI whose check digit is wrong", "have an NPI whose check digit is wrong"
    ),
    "missing_marker": Kind(
        "has a mark for an unknown value; read as missing, never as zero",
        "have marks for unknown values; read as missing, never as zero",
    ),
    "outside": Kind(
        "lies outside the geography",
        "lie outside the geography",
        "take them out, correct their places, or add their states to the geography",
    ),
    "snapped": Kind("lies just outside every unit", "lie just outside every unit"),
    "other_county": Kind(
        "has a county code that its point contradicts",
        "have a county code that their point contradicts",
    ),
    "unknown_unit": Kind(
        "names a unit that the geography does not have",
        "name a unit that the geography does not have",
    ),
    "placed_by_county": Kind("was placed by its county", "were placed by their counties"),
    "placed_by_state": Kind(
        "was placed by its state alone",
        "were placed by their states alone",
        "give them a ZIP code or a city: their way is a guess",
    ),
    "placed_by_city": Kind("was placed by its city", "were placed by their cities"),
    "several_sites": Kind("has several sites", "have several sites"),
    "other_point": Kind(
        "has two published places that disagree", "have two published places that disagree"
    ),
    "case_twins": Kind(
        "has an id that differs from another in nothing but case",
        "have ids that differ from others in nothing but case",
        "write one id one way, or leave the row out with exclude",
    ),
    "placed_by_area": Kind(
        "was placed by the area of its postal code",
        "were placed by the areas of their postal codes",
    ),
    "placed_by_zip": Kind("was placed by its ZIP code", "were placed by their ZIP codes"),
    "formula": Kind(
        "has a formula without a stored value",
        "have formulas without stored values",
        "open and save the workbook once, or paste the values",
    ),
    "other_currency": Kind(
        "is in another currency",
        "are in another currency",
        "convert the amounts, or write their currency into the scenario",
    ),
    "other_year": Kind(
        "lies outside the time looked at",
        "lie outside the time looked at",
        "name the right file, --as-of or go_live",
    ),
    "period_gap": Kind("misses a period", "miss periods"),
    "period_lengths": Kind("has periods of several lengths", "have periods of several lengths"),
    "overlapping_periods": Kind(
        "overlaps another row's period",
        "overlap other rows' periods",
        "keep months or quarters, not both",
    ),
    "unknown_account": Kind(
        "is of an account that nobody knows",
        "are of accounts that nobody knows",
        "name them in the file of --accounts, or correct the ids",
    ),
    "date_order": Kind("ends before it begins", "end before they begin", "correct the dates"),
    "unknown_rep": Kind(
        "is none of the plan's",
        "are none of the plan's",
        "name the right file, or correct the ids",
    ),
    "unknown_territory": Kind(
        "names a territory that the plan does not have",
        "name territories that the plan does not have",
        "correct the ids",
    ),
    "unknown_status": Kind(
        "has a status that is none of open, won, lost",
        "have a status that is none of open, won, lost",
        "write open, won or lost",
    ),
    "bad_period": Kind(
        "has no period that can be read",
        "have no period that can be read",
        "write 2024-Q3, 2024-08 or 2024",
    ),
    "id_changed": Kind(
        "has an id that a spreadsheet changed",
        "have ids that a spreadsheet changed",
        "export the table as CSV, or format the column as text before the ids are pasted",
    ),
    "joined": Kind("was matched", "were matched"),
    "wrapped_code": Kind("has a code in a wrapping", "have codes in a wrapping"),
    "repeated_row": Kind("repeats an earlier row", "repeat an earlier row"),
    "blanks": Kind("had blanks around an id", "had blanks around an id"),
    "repaired": Kind("was repaired", "were repaired"),
    "type_name": Kind("has a type that was rewritten", "have a type that was rewritten"),
}
