"""Territory colours: neighbours differ, for every reader."""

import numpy as np

from geo.map.palette import LEAST_DISTANCE, LEAST_STEP, PALETTE, colours

# Machado, Oliveira, Fernandes (2009), severity 1.0, written down here once more as the oracle.
MACHADO = {
    "normal": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


def seen_lab(colour: str, vision: str) -> np.ndarray:
    """CIELAB of one colour for one vision, written out step by step."""
    srgb = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in srgb]
    seen = [
        min(1.0, max(0.0, sum(w * c for w, c in zip(row, linear, strict=True))))
        for row in MACHADO[vision]
    ]
    r, g, b = seen
    x = (0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047
    y = 0.2126729 * r + 0.7151522 * g + 0.0721750 * b
    z = (0.0193339 * r + 0.1191920 * g + 0.9503041 * b) / 1.08883

    def f(t: float) -> float:
        return t ** (1 / 3) if t > (6 / 29) ** 3 else t / (3 * (6 / 29) ** 2) + 4 / 29

    return np.array([116 * f(y) - 16, 500 * (f(x) - f(y)), 200 * (f(y) - f(z))])


def least_neighbour_distance(fills: list[str], edges: list[tuple[int, int]]) -> float:
    return min(
        float(np.linalg.norm(seen_lab(fills[a], vision) - seen_lab(fills[b], vision)))
        for a, b in edges
        for vision in MACHADO
    )


def test_the_first_seven_colours_can_be_told_apart_with_every_kind_of_vision():
    pairs = [(a, b) for a in range(7) for b in range(a)]
    assert least_neighbour_distance(list(PALETTE), pairs) >= LEAST_DISTANCE


def test_every_pair_of_the_palette_keeps_its_step_with_every_kind_of_vision():
    pairs = [(a, b) for a in range(len(PALETTE)) for b in range(a)]
    assert least_neighbour_distance(list(PALETTE), pairs) >= LEAST_STEP


def test_black_text_is_readable_on_every_colour_of_the_palette():
    for colour in PALETTE:
        luminance = ((seen_lab(colour, "normal")[0] + 16) / 116) ** 3
        assert (luminance + 0.05) / 0.05 >= 4.5, colour  # WCAG 2.1, level AA


def test_a_territory_keeps_its_colour_from_plan_to_plan():
    ids = [f"T{at:02d}" for at in range(20)]
    today = [(ids[at], ids[at + 1]) for at in range(19)]
    first = colours(ids, [("T00", "T07"), ("T03", "T04")], today=today)
    second = colours(ids[::-1], [("T01", "T19"), ("T05", "T11")], today=today[::-1])
    assert first == second
    assert len(set(first.values())) == 20


def test_neighbours_of_today_can_be_told_apart_by_everybody_where_there_is_a_choice():
    ids = [f"T{at:02d}" for at in range(7)]
    today = [(a, b) for a in ids for b in ids if a < b]
    fills = list(colours(ids, today=today).values())
    pairs = [(a, b) for a in range(7) for b in range(a)]
    assert least_neighbour_distance(fills, pairs) >= LEAST_DISTANCE


def test_neighbours_differ_also_where_there_are_more_territories_than_colours():
    side = 15
    ids = [f"{row:02d}-{column:02d}" for row in range(side) for column in range(side)]
    edges = [
        (f"{row:02d}-{column:02d}", f"{row + down:02d}-{column + right:02d}")
        for row in range(side)
        for column in range(side)
        for down, right in ((0, 1), (1, 0), (1, 1))
    ]
    edges += [(ids[0], other) for other in ids[1:40]]  # a hub with neighbours of every colour
    fills = colours(ids, edges)
    assert all(fills[a] != fills[b] for a, b in edges if b in fills)
    assert colours(ids, edges[::-1]) == fills


def test_no_territory_needs_no_colour_and_a_loop_is_ignored():
    assert colours([]) == {}
    assert colours(["T1"], [("T1", "T1"), ("T1", "T9")]) == {"T1": PALETTE[0]}
