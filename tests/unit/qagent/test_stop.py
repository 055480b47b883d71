"""Waiting for programs, on a clock that only the probes move."""

from collections.abc import Callable

import pytest

from qagent import stop
from qagent.stop import StoppedError, StopReason, StopSignal


@pytest.fixture
def probes(monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """How many probes of some seconds each are made until the time is over."""
    now = 0.0
    monkeypatch.setattr(stop.time, "monotonic", lambda: now)

    def count(seconds: float, timeout: float, **how: bool) -> int:
        made = 0

        def probe() -> None:
            nonlocal made, now
            made += 1
            now += seconds

        assert StopSignal().wait_until(probe, timeout, 0, **how) is None
        return made

    return count


def test_a_quick_machine_gives_a_program_the_time_that_was_said(
    probes: Callable[..., int],
) -> None:
    assert probes(0.125, 2.0) == 16


def test_a_machine_that_lags_gives_it_as_many_chances_within_bounds(
    probes: Callable[..., int],
) -> None:
    assert probes(0.5, 2.0) == 8
    assert probes(2.0, 2.0) == 4
    assert probes(100.0, 2.0) == 1
    assert probes(10.0, 30.0) == 5


def test_a_time_that_somebody_asked_for_is_kept(probes: Callable[..., int]) -> None:
    assert probes(0.5, 2.0, exact=True) == 4


def test_a_stop_ends_the_waiting_between_two_probes() -> None:
    signal = StopSignal()

    def probe() -> None:
        signal.set(StopReason.USER)

    with pytest.raises(StoppedError):
        signal.wait_until(probe, 60)
