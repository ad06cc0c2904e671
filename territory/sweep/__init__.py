"""Many plans of one question, each solved warm from its neighbour.

The door; everything behind it is loaded on first use:

* `frontier_of`: plans that none beats in balance, travel and disruption.
"""

from territory.lazy import door

__getattr__, __dir__, __all__ = door(__name__, {"frontier_of": ".frontier"})
