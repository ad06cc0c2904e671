"""How tables refer to each other: ids and names matched, hit rates, owners and rosters."""
