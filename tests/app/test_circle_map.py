"""Names on the map of the rescue circle stand where they cover neither each other nor the edge."""

from __future__ import annotations

from dashboards import circle_map
from dashboards.circle_map import Frame

# a degree of latitude is 111 km; on a phone the drawing below is 358 px for 0.4 degrees of longitude
CORNERS = [(120.3, 29.8), (120.7, 30.2)]


def sides(seats, marks=()):
    return circle_map.sides(Frame([*CORNERS, *((x, y) for x, y, _ in seats)]), seats, marks)


def test_a_name_alone_stands_above_its_seat():
    assert sides([(120.5, 30.0, "柯桥")]) == ["n"]


def test_names_of_neighbours_do_not_cover_each_other():
    south, north = sides([(120.5, 30.0, "柯桥"), (120.5, 30.01, "华舍")])
    assert (south, north) == ("s", "n")
    west, east = sides([(120.45, 30.0, "Yangxunqiao"), (120.5, 30.0, "Qianqing")])
    assert {west, east} != {"n"}


def test_a_name_at_the_edge_turns_inward():
    left, right = sides([(120.3, 30.0, "Yangxunqiao"), (120.7, 30.0, "Yangxunqiao")])
    assert left in {"e", "ne", "se"}
    assert right in {"w", "nw", "sw"}


def test_a_name_gives_way_to_what_else_is_drawn():
    assert sides([(120.5, 30.0, "柯桥")], [(120.5, 30.012, 19.0)]) != ["n"]


def test_the_page_says_the_side_of_every_name():
    teams = [(x, y, "team") for x, y in CORNERS]
    drawn = circle_map.drawing("map", [], teams, [], [(120.5, 30.0, "柯桥"), (120.6, 30.1, "马鞍")])
    assert drawn.count("transform:translate(calc(0px - 50%),calc(-7px - 100%))") == 2, (
        "above: half its width back, its height up"
    )
