"""Geometry of units: borders, cells, travel, outlines and maps; knows no names, people or money."""
