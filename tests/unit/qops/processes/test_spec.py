"""Groups as data."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qops.processes import (
    ChildSpec,
    CommandReady,
    FileReady,
    GroupSpec,
    HttpReady,
    LogReady,
    ReadyProbe,
    TcpReady,
)
from qops.processes.state import ChildState, GroupState, read_state, write_state


def child(name: str, *after: str, ready: ReadyProbe | None = None) -> ChildSpec:
    return ChildSpec(name, ("true",), {"A": "1"}, Path("/x.log"), after=after, ready=ready)


@pytest.mark.parametrize(
    "probe",
    [
        None,
        TcpReady(1),
        HttpReady("http://127.0.0.1:1/"),
        FileReady("/x"),
        LogReady("ready"),
        CommandReady(("true", "x")),
    ],
)
def test_a_group_travels_as_json(probe: ReadyProbe | None) -> None:
    group = GroupSpec("g", Path("/f"), (child("a", ready=probe), child("b", "a")), {"port": 1})
    assert GroupSpec.from_json(json.loads(json.dumps(group.to_json()))) == group


def test_names_and_order_are_checked() -> None:
    with pytest.raises(ValueError, match="twice"):
        GroupSpec("g", Path("/f"), (child("a"), child("a")))
    with pytest.raises(ValueError, match="starts after"):
        GroupSpec("g", Path("/f"), (child("a", "b"), child("b")))


def test_a_state_is_read_back_and_a_broken_one_is_none(tmp_path: Path) -> None:
    state = GroupState("g", "ready", 1, 2.5, 3.5, [ChildState("a", "ready", "/log", pid=4)])
    write_state(tmp_path, state)
    assert read_state(tmp_path) == state
    for broken in ("", "[]", '{"version": 1}', '{"version": 99}'):
        (tmp_path / "state.json").write_text(broken, encoding="utf-8")
        assert read_state(tmp_path) is None
