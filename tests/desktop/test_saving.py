"""Saving with a real file chooser; the oracle is the disk."""

from collections.abc import Callable
from pathlib import Path

import pytest
from desktop_programs import PATIENCE_SECONDS

from qagent.act import Executor
from qagent.desktop.backend import DesktopBackend
from qagent.desktop.base import Node
from qagent.policy import Policy
from qagent.stop import StopReason, StopSignal
from qscreen.wire import Action, Effect, EffectError, Outcome, SaveAs, Step, TypeText


def test_save_as_writes_exactly_what_is_shown(
    editor: Effect, perform: Callable[[Action], Effect], documents: Path, backend: DesktopBackend
) -> None:
    perform(TypeText(text="회의 3시, 2층"))
    effect = perform(SaveAs(filename="memo.txt"))
    assert effect.outcome is Outcome.CONFIRMED, effect.evidence
    assert (documents / "memo.txt").read_bytes() == "회의 3시, 2층".encode()
    assert any("memo.txt" in window.name for window in backend.windows())


def test_an_existing_file_is_not_overwritten(
    editor: Effect, perform: Callable[[Action], Effect], documents: Path, backend: DesktopBackend
) -> None:
    documents.mkdir(exist_ok=True)
    (documents / "memo.txt").write_bytes(b"precious")
    perform(TypeText(text="new text"))
    effect = perform(SaveAs(filename="memo.txt"))
    assert effect.outcome is Outcome.REFUSED
    assert effect.error is EffectError.WOULD_OVERWRITE
    assert (documents / "memo.txt").read_bytes() == b"precious"
    assert len(backend.windows()) == 1


def test_a_dangling_link_counts_as_existing(
    editor: Effect, perform: Callable[[Action], Effect], documents: Path, tmp_path: Path
) -> None:
    documents.mkdir(exist_ok=True)
    (documents / "link.txt").symlink_to(tmp_path / "elsewhere.txt")
    effect = perform(SaveAs(filename="link.txt"))
    assert effect.error is EffectError.WOULD_OVERWRITE
    assert not (tmp_path / "elsewhere.txt").exists()


def choosers(backend: DesktopBackend) -> list[Node]:
    return [one for one in backend.windows() if one.native_role == "file chooser"]


def test_stopped_in_the_dialog_leaves_no_dialog(
    editor: Effect,
    backend: DesktopBackend,
    policy: Policy,
    documents: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stop = StopSignal()
    fill = backend.set_text

    def fill_and_stop(node: Node, text: str) -> None:
        assert choosers(backend)
        fill(node, text)
        stop.set(StopReason.CANCELLED)

    monkeypatch.setattr(backend, "set_text", fill_and_stop)
    executor = Executor(backend, policy, stop)
    effect = executor.perform(Step(id="s1", action=SaveAs(filename="never.txt"), because="test"))
    assert effect.error is EffectError.STOPPED
    assert StopSignal().wait_until(lambda: not choosers(backend), PATIENCE_SECONDS)
    assert not (documents / "never.txt").exists()
