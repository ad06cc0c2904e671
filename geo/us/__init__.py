"""The United States: states, counties, ZIP codes and their codes, offline."""
