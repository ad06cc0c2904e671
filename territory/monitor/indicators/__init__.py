"""Figures of the review by territory, district and company, each with its goal and owner."""
