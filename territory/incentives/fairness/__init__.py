"""The back-test: whether quotas would have been fair in past and simulated years."""
