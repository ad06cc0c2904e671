"""Make accounts.csv of the real Texas case from three tables that `territory import` has written.

    territory import hifld-hospitals HOSPITALS.csv --state TX --type hospital \
        --type critical_access --out scenarios/real_texas/hospitals.csv
    territory import cms-opps PROVIDER_APC.xlsx --state TX --out scenarios/real_texas/services.csv
    territory import cms-asc ASC_FACILITY.csv --state TX --out scenarios/real_texas/centers.csv
    .venv/bin/python scenarios/real_texas/prepare.py
    territory design scenarios/real_texas.toml

Every hospital and every surgery center of the tables becomes an account. What they do not say is
estimated, and flagged, by `[market]` of real_texas.toml; prices and hours are there as well.
"""

from pathlib import Path

import pandas as pd

from territory.market.value.volumes import with_volumes

FOLDER = Path(__file__).resolve().parent
CODES = ("zip", "county_fips", "ccn", "npi", "name", "address", "city")

# CMS publishes no outpatient service (APC) of a hospital under 11 cases: a hospital of its file
# without any of the three has at most 3 × 10 of them. The smallest count of a center is 35.
MOST_UNPUBLISHED_SERVICES = 30.0
MOST_UNPUBLISHED_CASES = 34.0

hospitals, services, centers = (
    pd.read_csv(FOLDER / f"{name}.csv", dtype=dict.fromkeys(CODES, str)).fillna(
        dict.fromkeys(CODES, "")
    )
    for name in ("hospitals", "services", "centers")
)
hospitals, _ = with_volumes(hospitals, services, suppressed_at_most=MOST_UNPUBLISHED_SERVICES)
unpublished = centers["procedures"].isna()
centers["procedures_at_most"] = unpublished.map({True: MOST_UNPUBLISHED_CASES})

accounts = pd.concat([hospitals, centers], ignore_index=True)
accounts.to_csv(FOLDER / "accounts.csv", index=False, lineterminator="\n")
