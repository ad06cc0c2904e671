"""A plugin of mypy that changes no type: its collector of circles looks after 3 million new things.

mypy asks for 200,000 itself; what it makes it keeps, and a third of its time went into looking.
"""

import gc

from mypy.plugin import Plugin

__all__ = ["plugin"]


def plugin(version):
    """Return a plugin that does nothing; mypy has set its own threshold before it loads any."""
    gc.set_threshold(3_000_000, 50, 50)
    return Plugin
