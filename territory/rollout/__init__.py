"""From a plan to the live field: what changes, in which waves, and the files that load it."""
