"""The agent on web pages that nobody here wrote: the page gives the reward, not the agent."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from desktop_programs import PATIENCE_SECONDS
from miniwob_play import POLICY, play
from miniwob_referee import Referee, referee

from qagent.home import AgentHome
from qagent.local import LocalWork

EPISODES = (
    ("click-link", 11),
    ("click-checkboxes", 12),
    ("click-tab-2", 13),
    ("login-user", 14),
    ("choose-list", 15),
    ("find-word", 16),
    ("use-slider", 17),
    ("choose-date-easy", 18),
    ("read-table", 19),
    ("use-spinner", 20),
    ("click-color", 21),
)


@pytest.fixture(scope="module")
def players(
    desktop: dict[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Referee, LocalWork]]:
    """The referee's Chromium and the agent, for all episodes."""
    home = tmp_path_factory.mktemp("agent")
    (home / "policy.yaml").write_text(POLICY, encoding="utf-8")
    with ExitStack() as stack:
        judge = stack.enter_context(referee())
        yield judge, stack.enter_context(LocalWork(AgentHome(home), "test"))


@pytest.mark.parametrize(("task", "seed"), EPISODES)
def test_page_gives_the_full_reward(
    players: tuple[Referee, LocalWork], task: str, seed: int
) -> None:
    episode = play(*players, task, seed, PATIENCE_SECONDS)
    assert episode.solved, f"{episode.goal!r}: {episode.verdict}; the agent: {episode.told}"


def test_what_is_not_understood_is_left_alone(players: tuple[Referee, LocalWork]) -> None:
    episode = play(*players, "tic-tac-toe", 1, PATIENCE_SECONDS)
    assert (episode.understood, episode.steps, episode.verdict.done) == (False, 0, False)
