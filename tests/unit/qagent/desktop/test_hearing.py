"""When input came, by the server's own clock."""

import pytest

from qagent.desktop.linux.watching import ServerTime


def test_what_is_heard_late_keeps_the_time_at_which_it_came() -> None:
    clock = ServerTime()
    assert clock.at(5_000, now=100.0) == 100.0
    assert clock.at(5_200, now=103.0) == pytest.approx(100.2)
    assert clock.at(0, now=103.5) == 103.5
    # A quicker delivery tells better how the clocks stand.
    assert clock.at(9_000, now=103.9) == pytest.approx(103.9)


def test_the_count_of_milliseconds_begins_anew() -> None:
    clock = ServerTime()
    clock.at((1 << 32) - 10, now=100.0)
    assert clock.at(15, now=100.1) == pytest.approx(100.1)
