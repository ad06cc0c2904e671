"""The scenario file of the synthetic demo company: the one source of its text."""

__all__ = ["SCENARIO_TEXT"]

SCENARIO_TEXT = """\
# A synthetic company: it sells orthopaedic devices in Texas with 20 reps. The counties and ZIP
# codes are real; every facility, person, number and identifier is invented. The tables are made
# by `territory init`, always the same.
name = "texas_ortho"
description = "Synthetic demo: 1,200 accounts, 20 reps, Texas"

[inputs]
accounts = "texas_ortho/accounts.csv"
reps = "texas_ortho/reps.csv"
alignment = "texas_ortho/alignment.csv"
history = "texas_ortho/history.csv"

[geography]
kind = "us_counties"
states = ["TX"]
# Harris County, and in it the medical centre's ZIP 77030, outweigh a territory: units above
# this share of a goal are split into ZIPs, and those into single accounts.
split_above = 0.4

# One territory for each rep of reps.csv. Goals follow capacity_h, so part-timers get less.
[measures.workload_h]
tolerance = 0.10

[measures.potential_usd]
tolerance = 0.10

[travel]
# Texan highways allow 112 to 120 km/h.
rural_kmh = 100

# Districts of 6 to 10 territories for a manager each, and regions of districts.
[hierarchy]
span_min = 6
span_max = 10

# Counties around Austin, Dallas, Fort Worth and Houston that grow fastest, and the part of each
# account's potential that competitors sell.
[review]
growth_units = ["48085", "48121", "48157", "48209", "48339", "48453", "48491"]
competitor_column = "competitor_share"

[objective]
travel_usd_h = 75
# An account that changes hands puts at risk 5 % of its yearly revenue and 1 % more for each year
# with its present rep.
handover = 0.05
handover_tenure = 0.01
idn_split_usd = 2000
# A kilometre of border: managers want territories that are drawn plainly.
border_usd_km = 5

[solve]
effort = "normal"
seed = 1

# Next year's goal is 6 % above last year's sales. Quotas follow what each territory is expected to
# sell: what its accounts buy again, and what of its headroom comes within the year.
[quotas]
growth = 0.06
over_assignment = 0.03
sales_cycle_months = {hospital = 9, critical_access = 9, asc = 5, clinic = 4, other = 6}

# At exactly 100 % a full-time rep earns $150,000, a tenth of the incentive on the company's sales.
# Bonuses come on top.
[pay]
base_usd = 85_000
target_incentive_usd = 65_000
rates = [
    {above = 0.0, up_to = 0.6, rate = 0.5},
    {above = 0.6, up_to = 1.0, rate = 1.75},
    {above = 1.0, up_to = 1.2, rate = 2.0},
    {above = 1.2, rate = 2.5},
]
cap = 2.5
team = {weight = 0.1, level = "company"}
new_logo = {usd = 750, min_revenue_usd = 10_000, cap_usd = 6_000}
strategic = {share = 0.01, min_growth = 0.05, tiers = ["A"], cap_usd = 10_000}
"""
