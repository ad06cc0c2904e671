"""Exports of the usual systems are read without a mapping."""

import pandas as pd
import pytest

from territory.inputs.headers.columns import columns_of
from territory.inputs.headers.matched import matched_headers

SALESFORCE_API = [
    *("Id", "Name", "Type", "OwnerId", "ParentId", "BillingStreet", "BillingCity"),
    *("BillingState", "BillingPostalCode", "BillingCountry", "BillingLatitude"),
    *("BillingLongitude", "ShippingPostalCode", "ShippingCity", "AnnualRevenue"),
]
SALESFORCE_LABELS = [
    *("Account ID (18)", "Account Name", "Account Type", "Billing Street", "Billing City"),
    *("Billing State/Province", "Billing Zip/Postal Code", "Owner", "Parent Account"),
    *("Annual Potential", "LTM Revenue", "Visits per Year", "Hours per Year"),
]
VEEVA = ["id", "name__v", "postal_code__v", "city__v", "state__v", "country__v", "latitude__v"]
VEEVA_CLASSIC = ["Id", "Formatted_Name_vod__c", "Zip_vod__c", "City_vod__c", "State_vod__c"]
HUBSPOT = ["Record ID", "Company name", "Street Address", "City", "State/Region", "Postal Code"]
DYNAMICS = [
    *("accountid", "name", "address1_line1", "address1_city", "address1_stateorprovince"),
    *("address1_postalcode", "address1_latitude", "address1_longitude", "parentaccountid"),
]
NPPES = [
    *("NPI", "Entity Type Code", "Provider Organization Name (Legal Business Name)"),
    "Provider First Line Business Practice Location Address",
    "Provider Business Practice Location Address City Name",
    "Provider Business Practice Location Address State Name",
    "Provider Business Practice Location Address Postal Code",
    "Provider Business Mailing Address Postal Code",
]
CMS = ["Facility ID", "Facility Name", "Address", "City/Town", "State", "ZIP Code", "Hospital Type"]


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        (
            [
                "Cust No.",
                "Customer",
                "Facility Class",
                "Zip/Postal",
                "Planned Visits / Yr",
                "Est. Annual Potential",
                "Net Sales FY26",
            ],
            {
                "account_id": "Cust No.",
                "name": "Customer",
                "type": "Facility Class",
                "zip": "Zip/Postal",
                "n_calls": "Planned Visits / Yr",
                "potential_usd": "Est. Annual Potential",
            },
        ),
        (
            SALESFORCE_API,
            {"account_id": "Id", "name": "Name", "zip": "BillingPostalCode", "city": "BillingCity"}
            | {"lon": "BillingLongitude", "idn": "ParentId", "revenue_usd": "AnnualRevenue"},
        ),
        (
            SALESFORCE_LABELS,
            {"account_id": "Account ID (18)", "zip": "Billing Zip/Postal Code"}
            | {"state": "Billing State/Province", "potential_usd": "Annual Potential"}
            | {"revenue_usd": "LTM Revenue", "n_calls": "Visits per Year"}
            | {"service_h": "Hours per Year", "idn": "Parent Account", "type": "Account Type"},
        ),
        (VEEVA, {"account_id": "id", "name": "name__v", "zip": "postal_code__v"}),
        (VEEVA_CLASSIC, {"account_id": "Id", "name": "Formatted_Name_vod__c", "zip": "Zip_vod__c"}),
        (HUBSPOT, {"account_id": "Record ID", "name": "Company name", "state": "State/Region"}),
        (
            DYNAMICS,
            {"account_id": "accountid", "zip": "address1_postalcode", "lat": "address1_latitude"},
        ),
        (
            NPPES,
            {
                "account_id": "NPI",
                "npi": "NPI",
                "name": NPPES[2],
                "zip": NPPES[6],
                "city": NPPES[4],
            },
        ),
        (CMS, {"account_id": "Facility ID", "city": "City/Town", "zip": "ZIP Code"}),
    ],
)
def test_a_standard_export_needs_no_mapping(headers, expected):
    cells = pd.DataFrame({name: [f"{at}", f"{at}x"] for at, name in enumerate(headers)})
    found = matched_headers(cells, columns_of("accounts"), {})
    assert not [note for note in found.notes if note[0] == "error"]
    assert expected.items() <= found.headers.items()


def test_annual_revenue_is_taken_with_a_warning(read):
    found = read(accounts="Id,BillingPostalCode,AnnualRevenue,potential_usd\nA-1,77002,5,1\n")
    assert "what the customer earns" in str(found.audit.messages("warning"))


def test_a_roster_of_names_has_ids_and_percent(read):
    found = read(
        accounts="account_id,zip,potential_usd\nA-1,77002,1\n",
        reps="Rep,Home Zip,FTE %\nMaria Alvarez,06103,100\nBo Sample,06604,80\n",
    )
    assert not found.audit.errors
    assert found.reps["fte"].tolist() == [0.8, 1.0]
    assert found.reps["name"].tolist() == found.reps["rep_id"].tolist()
