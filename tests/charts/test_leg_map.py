import re

import pytest

from episodes.charts.leg_map import HEIGHT, REGIONS, leg_parts
from episodes.charts.marks import WIDTH

LOCATIONS = {"calf", "foot", "toes", "shin", "thigh_front", "hamstring"}


def points(region):
    numbers = [float(value) for value in re.findall(r"-?[\d.]+", region.d)]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def middle(region):
    xs = [x for x, _ in points(region)]
    return (min(xs) + max(xs)) / 2


def test_every_place_with_a_name_has_one_region_on_each_side():
    keys = [region.key for region in REGIONS if not region.is_repeat]

    assert sorted(keys) == sorted(
        f"{side}-{location}" for side in ("left", "right") for location in LOCATIONS
    )


@pytest.mark.parametrize("view", ["back", "front"])
def test_left_is_left_in_both_views(view):
    left = [middle(region) for region in REGIONS if (region.view, region.side) == (view, "left")]
    right = [middle(region) for region in REGIONS if (region.view, region.side) == (view, "right")]

    assert max(left) < min(right)


def test_the_back_stands_left_of_the_front():
    assert max(middle(r) for r in REGIONS if r.view == "back") < min(
        middle(r) for r in REGIONS if r.view == "front"
    )


def test_the_right_leg_mirrors_the_left():
    by_place = {(region.view, region.location, region.side): region for region in REGIONS}

    for (view, location, side), left in by_place.items():
        if side == "left":
            right = by_place[view, location, "right"]
            sums = {round(a + b, 1) for (a, _), (b, _) in zip(points(left), points(right), strict=True)}
            assert max(sums) - min(sums) <= 0.2, location


def test_every_region_and_its_area_to_tap_lie_inside_the_map():
    for region in REGIONS:
        x, y, width, height = region.box
        assert all(x - 2 <= px <= x + width + 2 for px, _ in points(region)), region.key
        assert all(y - 2 <= py <= y + height + 2 for _, py in points(region)), region.key
        assert x >= 0
        assert x + width <= WIDTH
        assert y + height <= HEIGHT + 2


def test_the_big_toe_is_on_the_inner_side():
    [toes] = [region for region in REGIONS if region.key == "left-toes"]

    leftmost, rightmost = min(points(toes)), max(points(toes))
    assert rightmost[1] > leftmost[1]
    assert middle(toes) < rightmost[0]


def test_the_shade_grows_in_thirds_of_the_largest_number():
    counts = {("left", "calf"): 9, ("right", "calf"): 6, ("left", "shin"): 3, ("right", "shin"): 1}

    shades = {part.region.key: (part.count, part.shade) for part in leg_parts(counts)}

    assert shades["left-calf"] == (9, 3)
    assert shades["right-calf"] == (6, 2)
    assert shades["left-shin"] == (3, 1)
    assert shades["right-shin"] == (1, 1)
    assert shades["left-toes"] == (0, 0)


def test_a_diary_without_places_has_no_shade():
    assert {part.shade for part in leg_parts({})} == {0}
