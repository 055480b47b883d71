"""Files of settings: what holds, where it is from, how it is changed; and completion."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from golden_files import Golden

from qops import __main__ as entry
from qops.commands.completing import FRAMEWORKS, LAYERS, check_ids
from qops.compliance.judging import catalogue
from qops.configuration import keys
from qops.configuration.answers import (
    ConfigAnswer,
    ConfigChangeAnswer,
    ConfigPathAnswer,
    FileAnswer,
    SettingAnswer,
)
from qops.configuration.completion import CompletionAnswer, install
from qops.configuration.files import settings_files
from qops.errors import QopsError
from qops.health.checks import CHECKS
from qops.health.model import Layer
from qops.settings import load_settings


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """The checkout's file and the user's; neither is there yet."""
    checkout, user = tmp_path / "checkout", tmp_path / "user"
    for folder in (checkout, user):
        folder.mkdir()
    monkeypatch.delenv("QOPS_CONFIG")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(user))
    monkeypatch.setattr("qops.settings.checkout", lambda: checkout)
    monkeypatch.setattr("qops.configuration.showing.checkout", lambda: checkout)
    return checkout / "qops.toml", user / "qops" / "qops.toml"


@pytest.fixture
def qops(capsys: pytest.CaptureFixture[str]):
    """Runs qops; its exit code, and what it answered or what it complains of."""

    def run(*words: str) -> tuple[int, dict]:
        capsys.readouterr()
        code = entry.run([*words, "--json"])
        document = json.loads(capsys.readouterr().out)
        assert document["exit_code"] == code
        return code, document["result"] or document["error"]

    return run


def sources(qops, *words: str) -> dict[str, tuple[object, str]]:
    result = qops("config", *words)[1]
    return {one["name"]: (one["value"], one["source"]) for one in result["settings"]}


def test_an_option_wins_over_a_variable_over_the_checkout_over_the_user(
    files, qops, monkeypatch
) -> None:
    repository, user = files
    assert sources(qops)["env"] == ("local", "default")
    for where in ([], ["--repository"]):
        assert qops("config", "set", "env", "dev" if where else "prod", *where)[0] == 0
    assert user.read_text() == 'env = "prod"\n'
    assert repository.read_text() == 'env = "dev"\n'
    assert sources(qops)["env"] == ("dev", "file")
    monkeypatch.setenv("QOPS_ENV", "prod")
    assert sources(qops)["env"] == ("prod", "variable")
    assert sources(qops, "--env", "local")["env"] == ("local", "option")
    monkeypatch.delenv("QOPS_ENV")
    assert qops("config", "unset", "env", "--repository")[1]["before"] == "dev"
    assert sources(qops)["env"] == ("prod", "file")


def test_the_commands_take_what_the_files_say(files, qops, monkeypatch) -> None:
    seen: list[dict] = []

    def check_health(settings, *, deep, only, aws):
        seen.append({"deep": deep, "only": list(only), "environment": settings.environment})
        raise QopsError("Seen.")

    monkeypatch.setattr("qops.health.checking.check_health", check_health)
    files[0].write_text('env = "dev"\n[health]\ndeep = true\nonly = ["network", "ai"]\n')
    assert qops("health")[0] == 1
    assert seen.pop() == {"deep": True, "only": ["network", "ai"], "environment": "dev"}
    qops("health", "--only", "data", "--env", "prod")
    assert seen.pop() == {"deep": True, "only": ["data"], "environment": "prod"}
    monkeypatch.setenv("QOPS_HEALTH_DEEP", "false")
    qops("health")
    assert seen.pop()["deep"] is False


def test_general_settings_and_paths_are_those_of_the_file(files, monkeypatch, tmp_path) -> None:
    monkeypatch.setattr("qops.processes.group_status", lambda folder: None)
    files[0].write_text('port = 4611\nhome = "state"\n')
    settings = load_settings("local")
    assert (settings.port, settings.home) == (4611, files[0].parent / "state")
    monkeypatch.setenv("QOPS_PORT", "4612")
    assert load_settings("local").port == 4612
    assert load_settings("local", environ={}).port == 4566


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[helth]\ndeep = true", "health"),
        ("[health]\ndep = true", "health.deep"),
        ("prot = 1", "port"),
        ('port = "x"', "port: 'x' is not an integer"),
        ('env = "moon"', "'moon' is none of local, dev, prod"),
        ("[health]\nonly = [1]", "health.only: [1] is not an array of strings"),
        ("yes = true", "agrees to something"),
        ("[apply]\ndestroys = ['a']", "agrees to something"),
        ("port = = 1", "qops.toml cannot be read"),
    ],
)
def test_a_file_that_makes_no_sense_is_refused(files, qops, text, told) -> None:
    files[0].write_text(text)
    code, error = qops("status")
    assert (code, error["code"]) == (64, "usage")
    shown = " ".join([error["what"], *error["details"]])
    assert told in shown
    assert str(files[0]) in shown
    assert entry.run(["config", "path"]) == 0  # what mends it goes on
    assert entry.run(["--help"]) == 0


def test_what_is_wrong_can_be_taken_out_and_the_rest_stays(files, qops) -> None:
    text = "# mine\nport = 4600  # free here\nprot = 1\n\n[health]\ndep = true\n"
    files[1].parent.mkdir()
    files[1].write_text(text)
    assert qops("config")[0] == 64
    for name in ("prot", "health.dep"):
        assert qops("config", "unset", name)[0] == 0
    assert files[1].read_text() == "# mine\nport = 4600  # free here\n\n"
    assert qops("config")[0] == 0
    assert qops("config", "unset", "prot")[0] == 64
    assert qops("config", "unset", "port")[1]["before"] == 4600


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["prot", "1"], "port"),
        (["deep", "true"], "health.deep"),
        (["port", "many"], "not an integer"),
        (["health.deep", "perhaps"], "not a boolean"),
        (["env", "moon"], "local, dev, prod"),
        (["yes", "true"], "command line"),
    ],
)
def test_setting_what_makes_no_sense_is_refused(files, qops, words, told) -> None:
    code, error = qops("config", "set", *words)
    assert code == 64
    assert told in " ".join([error["what"], error["why"], error["next_step"]])
    assert not files[1].exists()


def test_one_is_told_what_hides_a_setting(files, qops, monkeypatch) -> None:
    files[0].write_text("port = 4601\n")
    assert qops("config", "set", "port", "4600")[1]["hidden_by"] == str(files[0])
    monkeypatch.setenv("QOPS_PORT", "4602")
    assert qops("config", "set", "port", "4600")[1]["hidden_by"] == "QOPS_PORT"


def test_a_file_that_is_named_must_be_there(tmp_path, qops, monkeypatch) -> None:
    file = tmp_path / "mine.toml"
    monkeypatch.setenv("QOPS_CONFIG", str(file))
    assert qops("status")[0] == 64
    assert qops("config", "set", "quiet", "true")[0] == 0
    assert sources(qops)["quiet"] == (True, "file")
    assert qops("config", "set", "quiet", "no", "--repository")[0] == 64


def test_the_user_s_file_is_where_the_system_has_such(monkeypatch, tmp_path) -> None:
    home = {"HOME": "/home/kim", "APPDATA": "/roaming"}
    assert settings_files(tmp_path, home)[1].path == Path("/home/kim/.config/qops/qops.toml")
    monkeypatch.setattr("qops.configuration.files.os.name", "nt")
    monkeypatch.setattr("qops.configuration.files.Path", type(tmp_path))
    assert str(settings_files(tmp_path, home)[1].path) == "/roaming/qops/qops.toml"


def test_the_schema_of_the_file_holds_what_the_file_may(capsys) -> None:
    assert entry.run(["config", "schema"]) == 0
    schema = json.loads(capsys.readouterr().out)
    jsonschema.Draft202012Validator.check_schema(schema)
    check = jsonschema.Draft202012Validator(schema)
    assert check.is_valid({"port": 4600, "health": {"deep": True, "only": ["ai"]}})
    for wrong in ({"prot": 1}, {"env": "moon"}, {"health": {"deep": "yes"}}, {"yes": True}):
        assert not check.is_valid(wrong)


def test_every_option_can_be_set_except_agreement() -> None:
    names = set(keys.all_keys())
    assert {"health.every", "cost.usage", "diagram.out", "env", "home"} <= names
    assert not [name for name in names if name.rpartition(".")[2] in keys.CONFIRMING]


def test_what_config_prints(golden: Golden) -> None:
    told = {"variables": ["QOPS_X"], "help": "한글"}
    settings = [
        SettingAnswer(name="env", value="local", source="default", origin="", **told),
        SettingAnswer(name="quiet", value=True, source="option", origin="--quiet", **told),
        SettingAnswer(name="port", value="4600", source="variable", origin="QOPS_PORT", **told),
        SettingAnswer(
            name="health.only", value=["network", "data.database-connects", "security"],
            source="file", origin="/home/한글 사용자/.config/qops/qops.toml", **told,
        ),
    ]  # fmt: skip
    kinds = (("/work/한글/qops.toml", "repository", False), ("/home/한글/qops.toml", "user", True))
    places = [
        FileAnswer.model_validate({"path": path, "kind": kind, "exists": there})
        for path, kind, there in kinds
    ]
    golden("config", ConfigAnswer(files=places, settings=settings))
    golden("config", ConfigAnswer(files=places, settings=settings), "-q", variant="quiet")
    golden("config path", ConfigPathAnswer(files=places, written=places[1].path))
    change = ConfigChangeAnswer(
        file=places[1].path, name="port", before=4566, value=4600, hidden_by="QOPS_PORT"
    )
    golden("config set", change, "port", "4600")
    gone = change.model_copy(update={"value": None, "hidden_by": ""})
    golden("config unset", gone, "port")
    golden("config unset", gone.model_copy(update={"before": None}), "port", variant="nothing")
    file = "/home/한글/.local/share/bash-completion/completions/qops"
    done = CompletionAnswer.model_validate(
        {"shell": "bash", "file": file, "next_step": "Start a new shell."}
    )
    golden("completion install", done, "bash")


def test_what_is_completed_is_what_there_is() -> None:
    assert set(check_ids()) == {check.id for check in CHECKS}
    assert tuple(Layer) == LAYERS
    assert set(catalogue()["frameworks"]) == set(FRAMEWORKS)


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("qops heal", ["health"]),
        ("qops health --env ", ["local", "dev", "prod"]),
        ("qops health explain data.database-c", ["data.database-connects"]),
        ("qops health --only netw", ["network", *(n for n in check_ids() if n[:7] == "network")]),
        ("qops compliance --framework is", ["isms-p"]),
        ("qops config set health.d", ["health.deep", "health.details"]),
        ("qops run --mode d", ["dry_run"]),
        ("qops schema health", ["health", "health explain"]),
        ("qops plan --qu", ["--quiet"]),
    ],
)
def test_bash_completes(words: str, offered: list[str], tmp_path: Path) -> None:
    """The script, in a real bash, with a qops that is the checkout's."""
    bash = shutil.which("bash")
    assert bash
    program = tmp_path / "qops"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m qops "$@"\n')
    program.chmod(0o755)
    line = words.split(" ")
    typed = " ".join(f"'{word}'" for word in line)
    script = (
        f'eval "$({program} completion show bash)"\n'
        f"COMP_WORDS=({typed})\nCOMP_CWORD={len(line) - 1}\n_qops_completion qops\n"
        'printf "%s\\n" "${COMPREPLY[@]}"\n'
    )
    variables = {**os.environ, "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(
        [bash, "--norc", "-c", script], capture_output=True, text=True, check=True, env=variables
    )
    assert sorted(done.stdout.split("\n")[:-1]) == sorted(offered), done.stderr


def test_other_shells_are_asked_in_their_way(monkeypatch, capsys) -> None:
    for shell, more in (
        ("zsh", {}), ("fish", {"_TYPER_COMPLETE_FISH_ACTION": "get-args"}),
        ("powershell", {"_TYPER_COMPLETE_WORD_TO_COMPLETE": "heal"}),
    ):  # fmt: skip
        with monkeypatch.context() as patch:
            patch.setenv("_QOPS_COMPLETE", f"complete_{shell}")
            patch.setenv("_TYPER_COMPLETE_ARGS", "qops heal")
            for name, value in more.items():
                patch.setenv(name, value)
            with pytest.raises(SystemExit) as ended:
                entry.run([])
        assert ended.value.code == 0
        assert "health" in capsys.readouterr().out


def test_installing_writes_where_the_shell_looks(tmp_path: Path) -> None:
    environ = {"HOME": str(tmp_path)}
    for shell, place in (
        ("bash", ".local/share/bash-completion/completions/qops"), ("zsh", ".zfunc/_qops"),
        ("fish", ".config/fish/completions/qops.fish"),
        ("powershell", ".config/qops/completion.ps1"),
    ):  # fmt: skip
        answer = install(shell, environ=environ)
        assert answer.file == str(tmp_path / place)
        assert "_QOPS_COMPLETE" in Path(answer.file).read_text()
        assert answer.next_step
    (tmp_path / "file").write_text("")
    with pytest.raises(QopsError, match="could not be written"):
        install("bash", environ={"XDG_DATA_HOME": str(tmp_path / "file")})
