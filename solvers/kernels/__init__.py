"""Compiled loops over arrays, each beside a plain twin that the tests compare it with."""
