"""The pictures of steps: one before and one after each, none of them twice."""

from dataclasses import dataclass, field

from qagent.act import Executor
from qagent.desktop.base import Picture
from qagent.stop import StopSignal
from qscreen.wire import Action, PressKeys, Step, TypeText


@dataclass
class Sink:
    """Takes pictures."""

    taken: dict[str, bytes] = field(default_factory=dict)

    def add(self, name: str, picture: Picture) -> str | None:
        self.taken[name] = picture.bgra
        return name


def _step(number: int, action: Action) -> Step:
    return Step(id=f"s{number}", action=action, because="test")


def _pictured(paper, monkeypatch) -> None:
    """The paper desktop shows its text."""

    def capture() -> Picture:
        return Picture(2, 1, paper.text.encode().ljust(8)[:8])

    monkeypatch.setattr(paper, "capture", capture)


def test_the_picture_after_a_step_is_the_one_before_the_next(paper, policy, monkeypatch) -> None:
    _pictured(paper, monkeypatch)
    sink = Sink()
    executor = Executor(paper, policy, StopSignal(), sink)
    first = executor.perform(_step(1, TypeText(text="ab")))
    second = executor.perform(_step(2, TypeText(text="cd")))
    assert (first.before_key, first.after_key) == ("s1-before", "s1-after")
    assert (second.before_key, second.after_key) == ("s1-after", "s2-after")
    assert {name: data.strip() for name, data in sink.taken.items()} == {
        "s1-before": b"", "s1-after": b"ab", "s2-after": b"abcd",
    }  # fmt: skip


def test_a_screen_that_changed_between_two_steps_is_taken_anew(paper, policy, monkeypatch) -> None:
    _pictured(paper, monkeypatch)
    sink = Sink()
    executor = Executor(paper, policy, StopSignal(), sink)
    executor.perform(_step(1, TypeText(text="ab")))
    paper.text = "ab!"
    second = executor.perform(_step(2, PressKeys(keys=("enter",))))
    assert second.before_key == "s2-before"
    assert sink.taken["s2-before"].strip() == b"ab!"
