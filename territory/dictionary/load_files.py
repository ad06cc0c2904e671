"""The columns of the files that a CRM loads: its own field names, and what they hold here."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from territory.dictionary.field import Field, fields_of

__all__ = ["LOAD_FILES"]

LOAD_FILES: Mapping[str, tuple[Field, ...]] = MappingProxyType(
    {
        "rollout/{number}_{object}_{operation}.csv": fields_of(
            """
Id | id | - | the record's id in Salesforce, 18 characters
Name | text | - | name of a new territory
DeveloperName | id | - | its API name
Territory2ModelId | id | - | model that it belongs to
Territory2TypeId | id | - | its type
ParentTerritory2Id | id | - | territory above it
AccountAccessLevel | text | - | access of its members to accounts
OpportunityAccessLevel | text | - | access to opportunities
CaseAccessLevel | text | - | access to cases
ContactAccessLevel | text | - | access to contacts, where the org has it
ObjectId | id | - | id of the account that is assigned
Territory2Id | id | - | id of the territory
AssociationCause | text | - | Territory2Manual, or as the extract says
UserId | id | - | id of the member
RoleInTerritory2 | text | - | the member's role
AccountId | id | - | account of a contact or a deal
OwnerId | id | - | user who owns the record
Account_vod__c | id | - | the account's id (Veeva on Salesforce)
External_Id_vod__c | id | - | the account's external id
Territory_vod__c | text | - | stays empty: only what is added and dropped is told
Territory_To_Add_vod__c | text | - | territories that the account joins, between delimiters
Territory_to_Drop_vod__c | text | - | territories that it leaves
external_id__v | id | - | external id in Vault: of a territory, an account or a membership
name__v | text | - | name of a new territory
parent_territory__v | id | - | territory above it
start_date__v | text | - | first day (Align)
end_date__v | text | - | last day (Align)
account__v | id | - | the account's id in Vault
territory__v | text | - | territory; of the account loader it stays empty
territory_to_add__v | text | - | territories that the account joins, between delimiters
territory_to_drop__v | text | - | territories that it leaves
user__v | id | - | the user's id in Vault
aln_territory__v | id | - | territory in Align
aln_roster_member__v | id | - | roster member in Align
account_id | id | - | the account's own id (other CRMs)
crm_id | id | - | its id in the extract, where one is given
team | text | - | whose territories they are
territory_id | id | - | the territory
rep_id | id | - | the rep
district_id | id | - | district of a new territory
region_id | id | - | its region
effective_from | text | - | first day
effective_to | text | - | last day
{code_field} | text | - | field of the account that rollout.code_field names: the territory's code
""",
            source="territory rollout; the names are the CRM's",
        ),
        "rollout/guarantee.csv": fields_of(
            """
rep_id | id | - | the rep
rep_name | text | - | the rep's name
months | number | - | months held harmless after the go-live
gross_usd | number | USD | mean cost of the guarantee | sum over months of max(0, same month of last year - pay)
anyway_usd | number | USD | what it would cost with unchanged territories; empty: not known
increment_usd | signed | USD | what the new territories cause | gross_usd - anyway_usd
p90_usd | number | USD | gross cost in a dear year | 90th percentile
""",  # noqa: E501
            source="territory rollout",
        ),
    }
)
