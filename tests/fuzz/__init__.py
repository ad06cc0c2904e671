"""Random scenarios for the command line, and a stranger's judgement of what it writes."""
