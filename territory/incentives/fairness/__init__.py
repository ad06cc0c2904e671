"""The back-test: whether quotas would have been fair in past years."""
