"""Reading what the planner gives: the scenario file, the tables, and where everything lies."""
