import configparser
import json
import plistlib
import shlex
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner

from qagent import service_commands
from qagent.__main__ import app
from qagent.cloud.errors import DeviceRevokedError
from qagent.home import AgentHome
from qagent.service import ServiceError, manager, service_of
from qagent.service.units import FINAL_CODES, LABEL, launchd_plist, systemd_unit

COMMAND = ("/opt/my env/bin/python", "-m", "qagent", "serve")


class System:
    """The service manager's program: keeps what it was asked, answers as a test says."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, ...]] = []
        self.running = False
        self.refuses = ""
        self.ending = 0
        """How often a service that was booted out is still there."""

    def __call__(self, command: Sequence[str]) -> "subprocess.CompletedProcess[str]":
        words = tuple(command)
        self.asked.append(words)
        verb = words[2] if words[0] == "systemctl" else words[1]
        if verb == self.refuses:
            return subprocess.CompletedProcess(words, 1, "", "Failed to connect to bus\n")
        if verb in {"restart", "bootstrap"}:
            self.running = True
        elif verb in {"disable", "bootout"}:
            self.running, self.ending = False, 1
        elif verb == "print" and self.ending:
            self.ending -= 1
            return subprocess.CompletedProcess(words, 0, "", "")
        known = self.running if verb in {"is-active", "print"} else True
        said = ("active" if self.running else "inactive") if verb == "is-active" else ""
        return subprocess.CompletedProcess(words, 0 if known else 3, said, "")

    def verbs(self) -> list[str]:
        return [words[2] if words[0] == "systemctl" else words[1] for words in self.asked]


@pytest.fixture
def system() -> System:
    return System()


@pytest.fixture
def home(tmp_path: Path) -> AgentHome:
    made = AgentHome(tmp_path / "agent")
    made.create()
    made.device.write_text("{}", encoding="utf-8")
    return made


def unit(text: str) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(text)
    return parser


def test_the_unit_survives_spaces_and_the_signs_that_systemd_reads() -> None:
    text = systemd_unit(("/a b/100%/$x", 'say "hi"', "c\\d"), {"QAGENT_HOME": "/h 50%/$y"})
    service = unit(text)["Service"]
    assert shlex.split(service["ExecStart"].replace("%%", "%").replace("$$", "$")) == [
        "/a b/100%/$x",
        'say "hi"',
        "c\\d",
    ]
    assert service["Environment"] == '"QAGENT_HOME=/h 50%%/$y"'
    assert service["RestartPreventExitStatus"].split() == [str(code) for code in FINAL_CODES]
    assert unit(text)["Install"]["WantedBy"] == "graphical-session.target"


def test_the_launchd_agent_is_started_again_only_after_a_fault(tmp_path: Path) -> None:
    found = plistlib.loads(launchd_plist(COMMAND, {"QAGENT_HOME": "/h"}, tmp_path))
    assert found["Label"] == LABEL
    assert found["ProgramArguments"] == list(COMMAND)
    assert found["KeepAlive"] == {"SuccessfulExit": False}
    assert found["EnvironmentVariables"] == {"QAGENT_HOME": "/h", "QAGENT_SERVICE": "launchd"}
    assert found["LimitLoadToSessionType"] == "Aqua"


@pytest.mark.parametrize(
    ("platform", "file", "install", "uninstall"),
    [
        (
            "linux",
            "conf/systemd/user/qagent.service",
            ["daemon-reload", "enable", "restart", "is-active"],
            ["disable", "daemon-reload", "is-active"],
        ),
        (
            "darwin",
            f"Library/LaunchAgents/{LABEL}.plist",
            ["print", "bootstrap", "print"],
            ["print", "bootout", "print", "print", "print"],
        ),
    ],
)
def test_installing_starts_it_and_uninstalling_leaves_nothing(
    tmp_path: Path,
    home: AgentHome,
    system: System,
    platform: str,
    file: str,
    install: list[str],
    uninstall: list[str],
) -> None:
    environ = {
        "HOME": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path / "conf"),
        "QAGENT_LANG": "ko",
        "SECRET": "x",
    }
    service = service_of(home, platform=platform, environ=environ, run=system)
    state = service.install()
    assert (state.file, state.installed, state.running) == (tmp_path / file, True, True)
    assert system.verbs() == install
    content = state.file.read_bytes()
    assert sys.executable.encode() in content
    assert str(home.root).encode() in content
    assert b"QAGENT_LANG" in content
    assert b"SECRET" not in content
    system.asked.clear()
    gone = service.uninstall()
    assert (gone.installed, gone.running) == (False, False)
    assert system.verbs() == uninstall
    assert home.device.exists()
    assert list(state.file.parent.iterdir()) == []


def test_installing_again_replaces_the_running_one(
    tmp_path: Path, home: AgentHome, system: System
) -> None:
    service = service_of(home, platform="darwin", environ={"HOME": str(tmp_path)}, run=system)
    service.install()
    system.asked.clear()
    assert service.install().running
    # Only what launchd has let go of can be put in its place.
    assert system.verbs() == ["print", "bootout", "print", "print", "bootstrap", "print"]


@pytest.mark.parametrize(("locale", "told"), [("ko_KR.UTF-8", "ko"), ("fr_FR.UTF-8", "en")])
def test_the_service_speaks_as_the_shell_that_installs_it(
    tmp_path: Path, home: AgentHome, system: System, locale: str, told: str
) -> None:
    environ = {"HOME": str(tmp_path), "LANG": locale}
    service = service_of(home, platform="darwin", environ=environ, run=system)
    found = plistlib.loads(service.install().file.read_bytes())
    assert found["EnvironmentVariables"]["QAGENT_LANG"] == told


@pytest.mark.parametrize(("platform", "verb"), [("linux", "enable"), ("darwin", "bootstrap")])
def test_a_manager_that_refuses_is_told_with_what_it_said(
    tmp_path: Path, home: AgentHome, system: System, platform: str, verb: str
) -> None:
    system.refuses = verb
    service = service_of(home, platform=platform, environ={"HOME": str(tmp_path)}, run=system)
    with pytest.raises(ServiceError) as caught:
        service.install()
    assert "Failed to connect to bus" in caught.value.what
    assert "qagent serve" in caught.value.repair


def test_nothing_is_installed_for_a_device_that_is_not_enrolled(
    tmp_path: Path, system: System
) -> None:
    home = AgentHome(tmp_path / "agent")
    service = service_of(home, platform="linux", environ={"HOME": str(tmp_path)}, run=system)
    with pytest.raises(ServiceError) as caught:
        service.install()
    assert "qagent enrol" in caught.value.repair
    assert system.asked == []
    assert not service.file.exists()


def test_an_unknown_system_is_told_how_to_do_without(home: AgentHome) -> None:
    with pytest.raises(ServiceError, match="plan9"):
        service_of(home, platform="plan9")


def test_the_command_tells_by_its_exit_code_that_nothing_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, system: System
) -> None:
    monkeypatch.setenv("QAGENT_HOME", str(tmp_path / "agent"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("QAGENT_LANG", "en")
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.setattr(manager, "_run", system)
    monkeypatch.setattr(
        service_commands, "service_of", lambda home: service_of(home, platform="linux")
    )
    runner = CliRunner()
    status = runner.invoke(app, ["service", "status", "--json"])
    assert status.exit_code == 3
    assert json.loads(status.stdout)["installed"] is False
    install = runner.invoke(app, ["service", "install"])
    assert install.exit_code == 1
    assert "qagent enrol" in install.output


def test_a_revoked_device_is_not_served_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def revoked(*_: object) -> None:
        raise DeviceRevokedError("The platform does not accept this device.")

    monkeypatch.setattr("qagent.serve.serve", revoked)
    assert CliRunner().invoke(app, ["serve"]).exit_code in FINAL_CODES
    # launchd knows no final codes but that of success.
    monkeypatch.setenv("QAGENT_SERVICE", "launchd")
    ended = CliRunner().invoke(app, ["serve"])
    assert ended.exit_code == 0
    assert "does not accept" in ended.output
