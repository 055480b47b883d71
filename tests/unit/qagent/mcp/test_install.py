"""Writing into other programs' files: nothing of theirs is lost, whatever state they are in."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from qagent.__main__ import app
from qagent.home import HomeError
from qagent.mcp.clients import COMBINED, entry
from qagent.mcp.install import BACKUP, put

THEIRS = """{
    "mcpServers": {
        "fetch": {"command": "uvx", "args": ["mcp-server-fetch"], "env": {"KEY": "비밀"}},
        "last": {"url": "https://example.com/mcp"}
    },
    "other": [1, 2.5, null]
}
"""


@pytest.fixture
def wanted(monkeypatch: pytest.MonkeyPatch) -> dict[str, dict[str, Any]]:
    monkeypatch.delenv("QAGENT_HOME", raising=False)
    return {COMBINED: entry("/usr/bin/qagent", "all")}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "settings" / "mcp.json"
    made.parent.mkdir()
    made.write_text(THEIRS, encoding="utf-8")
    made.chmod(0o640)
    return made


def names(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir())


def test_what_is_theirs_stays_and_the_file_as_it_was_too(file: Path, wanted: Any) -> None:
    change = put(file, wanted)
    assert (change.added, change.updated, change.removed) == ((COMBINED,), (), ())
    after = json.loads(file.read_text(encoding="utf-8"))
    ours = after["mcpServers"].pop(COMBINED)
    assert after == json.loads(THEIRS)
    assert list(after["mcpServers"]) == ["fetch", "last"]
    assert ours == {"command": "/usr/bin/qagent", "args": ["mcp", "all"], "timeout": 120000}
    assert "비밀" in file.read_text(encoding="utf-8")
    assert '\n    "other"' in file.read_text(encoding="utf-8")
    assert file.stat().st_mode & 0o777 == 0o640
    backup = file.with_name(file.name + BACKUP)
    assert change.backup == backup
    assert backup.read_text(encoding="utf-8") == THEIRS
    assert names(file.parent) == ["mcp.json", f"mcp.json{BACKUP}"]


def test_twice_is_once_and_uninstalling_leaves_what_was(file: Path, wanted: Any) -> None:
    put(file, wanted)
    written = file.read_bytes(), file.stat().st_mtime_ns
    assert put(file, wanted).none
    assert (file.read_bytes(), file.stat().st_mtime_ns) == written
    assert put(file, {}).removed == (COMBINED,)
    assert json.loads(file.read_text(encoding="utf-8")) == json.loads(THEIRS)
    assert put(file, {}).none


@pytest.mark.parametrize("theirs", [THEIRS, THEIRS.rstrip("\n"), json.dumps(json.loads(THEIRS))])
def test_a_dry_run_writes_nothing_and_shows_the_change(
    file: Path, wanted: Any, theirs: str
) -> None:
    file.write_text(theirs, encoding="utf-8")
    change = put(file, wanted, dry_run=True)
    assert change.added == (COMBINED,)
    lines = change.diff.splitlines()
    # Each line stands alone, also the last one of a file that does not end its last line.
    assert any(line.startswith("+") and line.endswith('"qscreen": {') for line in lines)
    assert all(line.startswith(("---", "+++", "@@", "+", "-", " ", "\\")) for line in lines)
    removed = [line[1:] for line in lines if line.startswith(("-", " ")) and line[:3] != "---"]
    assert set(removed) <= set(theirs.splitlines())
    assert names(file.parent) == ["mcp.json"]
    assert file.read_text(encoding="utf-8") == theirs


def test_a_file_that_is_not_there_is_made_for_its_owner(tmp_path: Path, wanted: Any) -> None:
    path = tmp_path / ".kiro" / "settings" / "mcp.json"
    change = put(path, wanted)
    assert (change.added, change.backup) == ((COMBINED,), None)
    assert json.loads(path.read_text(encoding="utf-8")) == {"mcpServers": wanted}
    assert path.stat().st_mode & 0o777 == 0o600
    assert put(tmp_path / "nothing.json", {}).none
    assert not (tmp_path / "nothing.json").exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b'{"mcpServers": {', "line 1"),
        (b'{"mcpServers": {}} // mine', "Extra data"),
        (b"[]", "list"),
        (b'{"mcpServers": []}', "list"),
        (b'{"mcpServers": {"a": 1, "a": 2}}', "'a' x2"),
        (b'{"mcpServers": {}, "x": "\xff"}', "UnicodeDecodeError"),
    ],
)
def test_a_file_that_cannot_be_read_whole_is_left_alone(
    file: Path, wanted: Any, content: bytes, words: str
) -> None:
    file.write_bytes(content)
    for servers in (wanted, {}):
        with pytest.raises(HomeError, match="left alone") as caught:
            put(file, servers)
        assert words in caught.value.what
        assert caught.value.repair
    assert file.read_bytes() == content
    assert names(file.parent) == ["mcp.json"]


def test_a_server_of_another_make_keeps_its_name(file: Path, wanted: Any) -> None:
    theirs = {"mcpServers": {COMBINED: {"command": "node", "args": ["mcp"]}}}
    file.write_text(json.dumps(theirs), encoding="utf-8")
    with pytest.raises(HomeError, match="another server"):
        put(file, wanted)
    assert put(file, {}).none
    assert json.loads(file.read_text(encoding="utf-8")) == theirs


def test_what_the_user_set_on_our_server_stays(file: Path, wanted: Any) -> None:
    put(file, wanted)
    content = json.loads(file.read_text(encoding="utf-8"))
    content["mcpServers"][COMBINED] |= {"command": "/old/qagent", "disabled": True, "timeout": 5}
    file.write_text(json.dumps(content), encoding="utf-8")
    assert put(file, wanted).updated == (COMBINED,)
    ours = json.loads(file.read_text(encoding="utf-8"))["mcpServers"][COMBINED]
    assert ours == {
        "command": "/usr/bin/qagent",
        "args": ["mcp", "all"],
        "disabled": True,
        "timeout": 5,
    }


def test_a_linked_file_stays_a_link(file: Path, tmp_path: Path, wanted: Any) -> None:
    link = tmp_path / "link.json"
    link.symlink_to(file)
    put(link, wanted)
    assert link.is_symlink()
    assert COMBINED in json.loads(file.read_text(encoding="utf-8"))["mcpServers"]


def test_a_file_that_changes_meanwhile_is_not_overwritten(
    file: Path, wanted: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from qagent.mcp import install

    write = install.write_whole

    def slow(path: Path, content: bytes, mode: int) -> None:
        write(path, content, mode)
        if path.name.endswith(BACKUP):
            file.write_text('{"theirs": "newer"}', encoding="utf-8")

    monkeypatch.setattr(install, "write_whole", slow)
    with pytest.raises(HomeError, match="changed meanwhile"):
        put(file, wanted)
    assert file.read_text(encoding="utf-8") == '{"theirs": "newer"}'


def test_a_crash_while_writing_leaves_the_old_file_whole(
    file: Path, wanted: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(HomeError, match="No space left"):
        put(file, wanted)
    assert file.read_text(encoding="utf-8") == THEIRS
    assert names(file.parent) == ["mcp.json"]


@pytest.mark.parametrize(
    ("tools", "after"),
    [(["fs_read"], ["fs_read", "@qscreen"]), (["*"], ["*"]), (["@qscreen"], ["@qscreen"])],
)
def test_an_agent_gets_the_right_to_use_the_server(
    file: Path, wanted: Any, tools: list[str], after: list[str]
) -> None:
    file.write_text(json.dumps({"name": "dev", "tools": tools}), encoding="utf-8")
    put(file, wanted, agent=True)
    content = json.loads(file.read_text(encoding="utf-8"))
    assert content["tools"] == after
    assert "allowedTools" not in content
    assert put(file, wanted, agent=True).none
    put(file, {}, agent=True)
    content = json.loads(file.read_text(encoding="utf-8"))
    assert content["tools"] == [one for one in tools if one != "@qscreen"]


def test_an_agent_that_is_not_there_is_not_made(tmp_path: Path, wanted: Any) -> None:
    with pytest.raises(HomeError, match="no agent"):
        put(tmp_path / "dev.json", wanted, agent=True)


@pytest.fixture
def user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "user"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("COLUMNS", "300")
    monkeypatch.setenv("PATH", "/nowhere")
    return home


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, list(arguments))
    return result.exit_code, result.output


def test_the_command_finds_the_clients_that_are_there(user: Path) -> None:
    code, output = run("install")
    assert code == 1
    assert "--file" in output
    (user / ".kiro").mkdir()
    assert run("install", "--dry-run")[0] == 0
    assert not (user / ".kiro" / "settings").exists()
    assert run("install")[0] == 0
    servers = json.loads((user / ".kiro" / "settings" / "mcp.json").read_text())["mcpServers"]
    assert list(servers) == ["qscreen"]
    assert Path(servers["qscreen"]["command"]).is_absolute()
    assert os.access(servers["qscreen"]["command"], os.X_OK)
    assert not (user / ".aws").exists()


def test_split_and_combined_replace_each_other(user: Path) -> None:
    arguments = ("install", "--client", "q", "--json")
    assert json.loads(run(*arguments)[1])[0]["added"] == ["qscreen"]
    path = user / ".aws" / "amazonq" / "mcp.json"
    found = json.loads(run(*arguments, "--split")[1])[0]
    assert (len(found["added"]), found["removed"], found["path"]) == (4, ["qscreen"], str(path))
    servers = json.loads(path.read_text())["mcpServers"]
    assert [one["args"] for one in servers.values()] == [
        ["mcp", name] for name in ("screen", "accessibility", "vision", "input")
    ]
    assert run("uninstall", "--client", "q")[0] == 0
    assert json.loads(path.read_text()) == {"mcpServers": {}}


def test_a_project_and_another_clients_file(user: Path, tmp_path: Path) -> None:
    assert run("install", "--client", "kiro", "--project", str(tmp_path))[0] == 0
    assert (tmp_path / ".kiro" / "settings" / "mcp.json").is_file()
    assert run("install", "--file", str(tmp_path / "any.json"))[0] == 0
    assert "qscreen" in json.loads((tmp_path / "any.json").read_text())["mcpServers"]


def test_unknown_names_are_explained(user: Path) -> None:
    assert "kiro" in run("install", "--client", "emacs")[1]
    code, output = run("mcp", "scren")
    assert code == 64
    assert "accessibility" in output
    assert "--command" in run("install", "--client", "q", "--command", "/no/qagent")[1]
