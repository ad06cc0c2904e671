"""Near to 45 minutes, middle to 120, far beyond."""

import numpy as np

from territory.encoding.routed.classes import class_of


def test_the_edges_belong_to_the_farther_class():
    assert class_of(np.array([0.0, 44.9, 45.0, 119.9, 120.0, 900.0])).tolist() == [0, 0, 1, 1, 2, 2]
