"""Many plans of one question, each solved warm from its neighbour."""
