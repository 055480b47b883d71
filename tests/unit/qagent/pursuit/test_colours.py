"""Names of colours, as a reader tells them apart."""

import pytest

from qagent.pursuit.colours import name_of, shade_of


@pytest.mark.parametrize(
    ("pixel", "name"),
    [
        ((255, 0, 0), "red"),
        ((250, 8, 4), "red"),
        ((128, 128, 128), "grey"),
        ((0, 255, 255), "cyan"),
        ((255, 0, 255), "magenta"),
        ((128, 0, 0), "maroon"),
        ((254, 254, 254), "white"),
    ],
)
def test_the_nearest_name_is_told(pixel: tuple[int, int, int], name: str) -> None:
    assert name_of(pixel) == name


@pytest.mark.parametrize(
    ("pixel", "hue"),
    [
        ((90, 20, 20), "red"),
        ((250, 200, 200), "red"),
        ((20, 60, 20), "green"),
        ((200, 200, 250), "blue"),
        ((120, 120, 121), "grey"),
    ],
)
def test_shades_have_the_name_of_their_hue(pixel: tuple[int, int, int], hue: str) -> None:
    assert shade_of(pixel) == hue
