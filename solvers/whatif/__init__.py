"""What another territory would mean: single moves judged by the thousand."""
