"""Reviews that end in decisions: agenda, record, escalation, balanced scorecard, maturity."""
