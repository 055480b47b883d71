"""Points and pixels, Retina and several displays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qagent.desktop.base import NoDisplayError
from qagent.desktop.macos.seam import Display, Point
from qagent.desktop.macos.space import Space
from qscreen.wire import Rect

RETINA = Display(1, 0, 0, 1440, 900, 2.0)
LEFT = Display(2, -1920, -180, 1920, 1080, 1.0)


def test_one_plain_display_is_points() -> None:
    space = Space((Display(1, 0, 0, 1920, 1080, 1.0),))
    assert space.rect(Point(10, 20), Point(30, 40)) == Rect(x=10, y=20, width=30, height=40)
    assert (space.screen.width, space.screen.height, space.screen.scale) == (1920, 1080, 1.0)


def test_retina_has_two_pixels_a_point() -> None:
    space = Space((RETINA,))
    assert space.rect(Point(10, 20), Point(30, 40)) == Rect(x=20, y=40, width=60, height=80)
    assert space.points(35, 61) == Point(17.5, 30.5)


def test_a_display_to_the_left_shifts_the_origin() -> None:
    space = Space((RETINA, LEFT))
    assert space.area(LEFT) == Rect(x=0, y=0, width=3840, height=2160)
    assert space.area(RETINA) == Rect(x=3840, y=360, width=2880, height=1800)
    assert (space.screen.width, space.screen.height) == (6720, 2160)
    assert space.points(3840, 360) == Point(0, 0)


@given(st.integers(0, 6719), st.integers(0, 2159))
def test_pixels_to_points_and_back(x: int, y: int) -> None:
    space = Space((RETINA, LEFT))
    rect = space.rect(space.points(x, y), Point(1, 1))
    assert rect is not None
    assert (rect.x, rect.y) == (x, y)


def test_no_area_is_no_place_and_no_display_is_told() -> None:
    assert Space((RETINA,)).rect(Point(0, 0), Point(0, 5)) is None
    with pytest.raises(NoDisplayError) as caught:
        Space(())
    assert caught.value.repair
