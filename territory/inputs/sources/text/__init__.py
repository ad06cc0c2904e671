"""Delimited text: which encoding its bytes are in, and where its rows and fields end."""
