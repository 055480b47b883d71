"""The supervisor itself, in this process."""

import io
import signal
import threading
import time
from pathlib import Path

import pytest

from qops.processes import GroupSpec
from qops.processes.supervisor import Supervisor


@pytest.fixture
def supervisor(tmp_path: Path) -> Supervisor:
    return Supervisor(GroupSpec("test group", tmp_path, ()), io.StringIO())


def test_a_signal_that_another_thread_takes_ends_the_group(supervisor: Supervisor) -> None:
    def take() -> None:
        time.sleep(0.3)  # by then the main thread waits, as a rule; earlier proves less
        signal.pthread_kill(threading.get_ident(), signal.SIGUSR1)
        if not heard.wait(30):
            supervisor.ask_to_stop("the signal was not heard")

    heard = threading.Event()

    def hear(_number: int, _frame: object) -> None:
        heard.set()
        supervisor.ask_to_stop("")

    before = signal.signal(signal.SIGUSR1, hear)
    try:
        taking = threading.Thread(target=take)
        taking.start()
        assert supervisor.watch() is None
        taking.join()
    finally:
        signal.signal(signal.SIGUSR1, before)
