"""Names of a drawn map: none covers another, however many there are."""

import numpy as np

from territory.publish.maps.names import free_places


def apart(places, sizes):
    places, sizes = np.array(places), np.array(sizes)
    return all(
        (np.abs(places[i] - places[j]) >= (sizes[i] + sizes[j]) / 2 - 1e-9).any()
        for i in range(len(places))
        for j in range(i)
    )


def test_a_hundred_names_of_one_place_find_places_of_their_own():
    sizes = [(4.0 + at % 3, 1.0) for at in range(100)]
    places = free_places([(0.0, 0.0)] * 100, sizes)
    assert places[0] == (0.0, 0.0)
    assert apart(places, sizes)


def test_names_that_are_free_stay_and_the_others_go_around_them():
    anchors = [(0.0, 0.0), (1.0, 0.0), (3.0, 0.0)]
    sizes = [(2.5, 1.0)] * 3
    places = free_places(anchors, sizes)
    assert (places[0], places[2]) == (anchors[0], anchors[2])
    assert places[1] != anchors[1]
    assert apart(places, sizes)


def test_no_name_has_no_place():
    assert free_places([], []) == []
