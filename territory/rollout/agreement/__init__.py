"""The review of a plan with those it concerns: sheets out, challenges back."""
