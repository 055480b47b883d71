"""The device's policy: deny wins, and without a policy nothing is changed."""

from pathlib import Path

import pytest

from qagent.desktop.base import DesktopError
from qagent.policy import Policy, PolicyState, load_policy, ready_documents
from qscreen.wire import (
    Action,
    Click,
    OpenApp,
    Read,
    RiskCategory,
    SaveAs,
    Step,
    Target,
    TypeText,
)

READ = Read()
TYPE = TypeText(text="x")
SAVE = SaveAs(filename="a.txt")


def _step(action: Action) -> Step:
    return Step(id="s1", action=action, because="test")


def _load(tmp_path: Path, content: str) -> Policy:
    path = tmp_path / "policy.yaml"
    path.write_text(content, encoding="utf-8")
    return load_policy(path)


def test_without_a_policy_only_looking_is_allowed(tmp_path: Path) -> None:
    policy = load_policy(tmp_path / "absent.yaml")
    assert policy.state is PolicyState.ABSENT
    assert policy.denies_step(_step(READ)) is None
    for action in (TYPE, SAVE, OpenApp(app="x"), Click(target=Target(name="x"))):
        denial = policy.denies_step(_step(action))
        assert denial is not None
        assert str(tmp_path / "absent.yaml") in denial.message
        assert "allow.risks" in denial.message
    assert not policy.screenshots


@pytest.mark.parametrize(
    "content",
    [
        "version: 1\nallow: {risks: [everything]}\n",
        "version: 2\n",
        "allow: {risks: [edit]}\n",
        "version: 1\nalow: {risks: [edit]}\n",
        ": [not yaml",
        "",
        "- a list",
        "version: 1\ntyping_routes: []\n",
    ],
)
def test_a_broken_policy_allows_looking_only(tmp_path: Path, content: str) -> None:
    policy = _load(tmp_path, content)
    assert policy.state is PolicyState.BROKEN
    assert policy.denies_step(_step(READ)) is None
    denial = policy.denies_step(_step(TYPE))
    assert denial is not None
    assert policy.fault in denial.message


def test_deny_wins_over_allow(tmp_path: Path) -> None:
    policy = _load(
        tmp_path,
        "version: 1\nallow: {risks: [look, edit], apps: ['*']}\n"
        "deny: {actions: [type_text], apps: [terminal*]}\n",
    )
    assert policy.denies_step(_step(TYPE)) is not None
    assert policy.denies_step(_step(Click(target=Target(name="x")))) is None
    assert policy.denies_app("Terminal-emulator", RiskCategory.EDIT) is not None
    assert policy.denies_app("terminal", RiskCategory.LOOK) is not None
    assert policy.denies_app("mousepad", RiskCategory.EDIT) is None


def test_what_is_not_allowed_is_denied(tmp_path: Path) -> None:
    policy = _load(tmp_path, "version: 1\nallow: {risks: [edit], apps: [mousepad]}\n")
    denial = policy.denies_step(_step(SAVE))
    assert denial is not None
    assert "write_file" in denial.message
    other = policy.denies_app("gedit", RiskCategory.EDIT)
    assert other is not None
    assert "gedit" in other.message
    assert policy.denies_app("gedit", RiskCategory.LOOK) is None


def test_a_single_action_can_be_allowed(tmp_path: Path) -> None:
    policy = _load(tmp_path, "version: 1\nallow: {actions: [type_text], apps: [mousepad]}\n")
    assert policy.denies_step(_step(TYPE)) is None
    assert policy.denies_step(_step(Click(target=Target(name="x")))) is not None


def test_documents_folder_is_made_and_expanded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    policy = _load(tmp_path, "version: 1\ndocuments: ~/내 문서\n")
    assert ready_documents(policy) == tmp_path / "내 문서"
    assert (tmp_path / "내 문서").is_dir()


def test_documents_folder_that_is_a_file_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    policy = _load(tmp_path, f"version: 1\ndocuments: {tmp_path / 'file'}\n")
    with pytest.raises(DesktopError, match="documents"):
        ready_documents(policy)
