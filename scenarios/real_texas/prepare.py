"""Make accounts.csv of the real Texas case from four tables that `territory import` has written.

    territory import hifld-hospitals HOSPITALS.csv --state TX --type hospital \
        --type critical_access --type specialty --out scenarios/real_texas/hospitals.csv
    territory import cms-hospitals GENERAL_INFORMATION.csv --state TX \
        --out scenarios/real_texas/register.csv
    territory import cms-opps PROVIDER_APC.xlsx --state TX --out scenarios/real_texas/services.csv
    territory import cms-asc ASC_FACILITY.csv --state TX --out scenarios/real_texas/centers.csv
    .venv/bin/python scenarios/real_texas/prepare.py
    territory design scenarios/real_texas.toml

Hospitals take their CCN from the register and their services by it; what is matched, unmatched and
lost is printed. Centers and specialty hospitals that do no orthopaedics by what is published are no
accounts of this company; how many, and why, is printed too. What the tables do not say of the
others is estimated, and flagged, by `[market]` of real_texas.toml.
"""

import sys
from pathlib import Path

import pandas as pd

from territory.market.value.volumes import with_ccn, with_volumes

FOLDER = Path(__file__).resolve().parent
CODES = ("zip", "county_fips", "ccn", "npi", "name", "address", "city")
TEXTS = (*CODES, "focus", "services", "procedures_status", "procedures_period")


def table(name: str) -> pd.DataFrame:
    """Read one imported table; codes are text, missing text is ""."""
    frame = pd.read_csv(FOLDER / f"{name}.csv", dtype=dict.fromkeys(TEXTS, str))
    texts = frame.select_dtypes(include=["object", "str"]).columns
    return frame.fillna(dict.fromkeys([*texts, *TEXTS], ""))


def told(title: str, counts: dict[str, int]) -> None:
    """Print counts under a title."""
    lines = [f"  {count:>7,}  {what or 'not told'}\n" for what, count in counts.items()]
    sys.stdout.write("".join([f"{title}\n", *lines]))


hospitals, register, services, centers = (
    table(name) for name in ("hospitals", "register", "services", "centers")
)
hospitals, coded = with_ccn(hospitals, register)
told("hospitals and the register of CCNs, by", dict(coded))
hospitals, matched = with_volumes(hospitals, services)
told("hospitals and their services, by", dict(matched))

# A specialty hospital is an account where it has services, or a name of surgery or orthopaedics.
surgical = hospitals["focus"].isin(["orthopaedics", "surgery"])
other = (hospitals["type"] == "specialty") & hospitals["procedures"].isna() & ~surgical
told(
    "specialty hospitals left out, by what they do", dict(hospitals[other]["focus"].value_counts())
)

# Where CMS has no result for a center (footnote 5), 1 % of them have a count two years later: it is
# no account, unless its name says orthopaedics. Footnote 7 is a count of none.
absent = centers["procedures_status"].isin(["not available", "none"])
absent &= centers["focus"] != "orthopaedics"
told("centers left out, by what they do", dict(centers[absent]["focus"].value_counts()))

accounts = pd.concat([hospitals[~other], centers[~absent]], ignore_index=True)
accounts.to_csv(FOLDER / "accounts.csv", index=False, lineterminator="\n")
told("accounts, by type", dict(accounts["type"].value_counts()))
