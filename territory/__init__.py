"""Sales territory planner for healthcare field forces."""
