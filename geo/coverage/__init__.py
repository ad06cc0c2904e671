"""Polygons as one coverage: borders vertex for vertex, slits closed or looked across."""
