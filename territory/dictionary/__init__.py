"""What every column of every file means: kept once, read by everything that reads or writes."""
