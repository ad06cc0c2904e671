"""Make accounts.csv of the real Texas case from two tables that `territory import` has written.

    territory import hifld-hospitals HOSPITALS.csv --state TX --type hospital \
        --out scenarios/real_texas/hospitals.csv
    territory import cms-asc ASC_FACILITY.csv --state TX --out scenarios/real_texas/centers.csv
    python scenarios/real_texas/prepare.py
    territory design scenarios/real_texas.toml

The rates below are planning assumptions without a source: replace them by what your company knows.
"""

from pathlib import Path

import pandas as pd

FOLDER = Path(__file__).resolve().parent
CODES = dict.fromkeys(("zip", "county_fips", "ccn", "npi"), str)

CASES_A_BED = 0.9  # orthopaedic cases a year for each hospital bed
ALL_PAYERS = 2.5  # surgery centers report Medicare's cases, two fifths of all
DEVICE_USD = 1_800  # potential of one case
CASES_A_CALL, FEWEST_CALLS, MOST_CALLS = 24, 2, 12  # a year
CALL_H, COVER_H = 1.2, 0.18  # hours for one call, hours of case coverage for one case

hospitals = pd.read_csv(FOLDER / "hospitals.csv", dtype=CODES)
centers = pd.read_csv(FOLDER / "centers.csv", dtype=CODES)
hospitals["procedures"] = CASES_A_BED * hospitals["beds"].fillna(hospitals["beds"].median())
# Centers that report no orthopaedic cases are no customers.
centers = centers[centers["procedures"] > 0].copy()
centers["procedures"] *= ALL_PAYERS

accounts = pd.concat([hospitals, centers], ignore_index=True)
cases = accounts["procedures"].round(1)
calls = (cases / CASES_A_CALL).clip(FEWEST_CALLS, MOST_CALLS).round()
accounts["n_calls"] = calls
accounts["service_h"] = (CALL_H * calls + COVER_H * cases).round(1)
accounts["potential_usd"] = (DEVICE_USD * cases).round(2)
accounts.to_csv(FOLDER / "accounts.csv", index=False, lineterminator="\n")
