"""From minutes by road to the hours and nights of a year of calls."""
