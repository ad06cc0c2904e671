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
affiliations = "texas_ortho/affiliations.csv"
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
calls_per_trip = 4

[objective]
travel_usd_h = 75
# An account that changes hands puts at risk 5 % of its yearly revenue and 1 % more for each year
# with its present rep.
handover = 0.05
handover_tenure = 0.01
idn_split_usd = 2000

[solve]
effort = "normal"
seed = 1
"""
