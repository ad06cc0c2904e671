"""Named one-line mutants of the sources, and which of them the tests let live.

``python -m tests.mutants`` says it; a name or a part of one picks mutants.
"""
