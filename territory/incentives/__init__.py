"""What a plan means for the people in it: quotas, whether they are fair, and what they pay."""
