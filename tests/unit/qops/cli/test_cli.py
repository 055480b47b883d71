import io
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
import typer
from botocore.exceptions import (
    EndpointConnectionError,
    NoCredentialsError,
    ReadTimeoutError,
)
from rich.console import Console

from qops import __main__ as entry
from qops.answer import Answer
from qops.cli import app
from qops.commands import execution
from qops.commands.answers import ANSWERS
from qops.commands.execution import execute, require_local
from qops.commands.surface import command_line, has_answer
from qops.errors import ExitCode, QopsError, RefusedError, UsageError
from qops.failures import as_qops_error, show_error
from qops.processes import GroupState
from qops.settings import load_settings
from qops.terminal import Terminal
from qscreen.api.transport import ApiContractError, ApiProblem, ApiUnreachable
from qscreen.wire import Problem, ProblemError

COMMANDS = {name: has_answer(command) for name, command in command_line(app).commands.items()}
"""Every command, and whether it prints an answer of its own."""


class Colour(Answer):
    name: str
    bad: bool = False

    @property
    def exit_code(self) -> int:
        return int(ExitCode.FINDINGS if self.bad else ExitCode.DONE)


def run(use_case, **options) -> int:
    with pytest.raises(typer.Exit) as caught:
        execute("paint", use_case, lambda a, c: c.print(f"colour {a.name}"), **options)
    return caught.value.exit_code


def test_an_answer_is_shown_and_gives_the_exit_code(capsys) -> None:
    assert run(lambda s, t: Colour(name="red")) == 0
    assert capsys.readouterr().out == "colour red\n"
    assert run(lambda s, t: Colour(name="red", bad=True)) == 2


def test_json_is_one_document_on_stdout_and_notices_are_not_in_it(capsys) -> None:
    def use_case(settings, terminal: Terminal) -> Colour:
        terminal.notice("working")
        return Colour(name="[bold]파랑")

    assert run(use_case, as_json=True) == 0
    seen = capsys.readouterr()
    assert json.loads(seen.out) == {
        "command": "paint", "environment": "local", "exit_code": 0, "error": None,
        "result": {"name": "[bold]파랑", "bad": False},
    }  # fmt: skip
    assert "working" in seen.err


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (QopsError("It broke.", why="Rust.", next_step="Oil it."), 1),
        (UsageError("Bad option."), 64),
        (RefusedError("Not allowed."), 3),
    ],
)
def test_errors_have_their_exit_codes_in_both_forms(error, code, capsys) -> None:
    def use_case(settings, terminal) -> Colour:
        raise error

    assert run(use_case) == code
    assert f"✗ {error.what}" in capsys.readouterr().err
    assert run(use_case, as_json=True) == code
    document = json.loads(capsys.readouterr().out)
    assert document["exit_code"] == code
    assert document["error"]["what"] == error.what


def test_ctrl_c_is_no_success(capsys) -> None:
    def use_case(settings, terminal) -> Colour:
        raise KeyboardInterrupt

    assert run(use_case) == execution.INTERRUPTED == 130
    assert "qops down" in capsys.readouterr().err


def test_an_unknown_environment_is_a_usage_error(capsys) -> None:
    assert run(lambda s, t: Colour(name="x"), env="moon") == 64
    assert "local, dev, prod" in capsys.readouterr().err


def test_local_commands_refuse_aws() -> None:
    with pytest.raises(UsageError) as caught:
        require_local(load_settings("prod"), "reset")
    assert caught.value.exit_code == 64


def test_unforeseen_errors_keep_their_traceback(tmp_path: Path) -> None:
    settings = replace(load_settings("dev"), home=tmp_path)
    known = as_qops_error(ZeroDivisionError("x / 0"), settings=settings)
    assert "ZeroDivisionError" in known.what
    assert "x / 0" in (tmp_path / "logs" / "qops-error.txt").read_text()


def test_problems_of_the_api_show_the_path_of_the_fault() -> None:
    problem = Problem(
        title="Bad Request",
        status=400,
        detail="The body does not match the schema.",
        next_step="Correct it.",
        errors=(ProblemError(path="/goal", detail="too short"),),
    )
    known = as_qops_error(ApiProblem(problem, 400))
    assert known.what == "Bad Request (400)."
    assert known.details == ("/goal: too short",)
    assert known.next_step == "Correct it."


def test_an_api_that_is_down_says_what_to_do() -> None:
    assert "qops up" in as_qops_error(ApiUnreachable("no connection")).next_step
    assert "another version" in as_qops_error(ApiContractError("no Run")).next_step


def test_an_error_is_rendered_with_cause_details_and_next_step() -> None:
    console = Console(file=io.StringIO(), width=100)
    show_error(
        QopsError("It [broke].", why="Rust.", next_step="Oil it.", details=["line 1"]), console
    )
    assert console.file.getvalue().splitlines() == [
        "✗ It [broke].",
        "  why:  Rust.",
        "        line 1",
        "  next: Oil it.",
    ]


def test_texts_of_many_lines_are_indented_and_counted_by_lines() -> None:
    console = Console(file=io.StringIO(), width=100)
    many = "\n\n".join(f"line {number}" for number in range(100))
    long = "x" * 5000
    show_error(QopsError("It broke.", why="Rust.\nAnd dust.", details=[long, many]), console)
    lines = [line.strip() for line in console.file.getvalue().splitlines()]
    assert lines[:3] == ["✗ It broke.", "why:  Rust.", "And dust."]
    rest = "".join(lines[3:]).partition("…")
    assert rest[0] == "x" * 400
    assert rest[2] == "".join(f"line {n}" for n in range(29)) + (
        "and 71 more lines: --json has them all"
    )


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as caught:
        (tmp_path / "none" / "report.html").write_text("x")
    known = as_qops_error(caught.value)
    assert "report.html" in known.what
    assert known.next_step
    assert as_qops_error(OSError("no file")).code == "internal"


def test_a_local_cloud_that_is_down_says_so_and_no_word_of_aws(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def shown(error: Exception, environment: str = "local") -> QopsError:
        settings = replace(load_settings(environment), home=tmp_path, port=4566)
        return as_qops_error(error, settings=settings)

    refused = EndpointConnectionError(endpoint_url="http://127.0.0.1:4566/")
    silent = ReadTimeoutError(endpoint_url="http://127.0.0.1:4566/")
    stopped = shown(refused)
    assert stopped.what == "The local cloud does not run."
    assert stopped.why == "Nothing listens on http://127.0.0.1:4566."
    assert stopped.next_step == "Start it with qops up."
    assert shown(silent).what == "The local cloud does not answer."
    assert "Check the network" in shown(refused, "dev").next_step

    def group(phase: str, port: int = 4566, reason: str | None = None) -> None:
        state = GroupState(
            name="local-cloud", phase=phase, supervisor_pid=1, supervisor_created=0.0, started=0.0,
            reason=reason, details={"port": port},
        )  # fmt: skip
        monkeypatch.setattr("qops.processes.group_status", lambda folder: state)

    group("failed", reason="router ended with code 137")
    assert shown(refused).why == "router ended with code 137"
    group("starting")
    assert shown(refused).what == "The local cloud is starting."
    group("ready")
    assert shown(refused).what == "The local cloud does not answer."
    group("ready", port=4600)
    assert shown(refused).what == "No local cloud runs on port 4566."
    assert "4600" in shown(refused).next_step


def test_missing_credentials_say_what_to_do() -> None:
    known = as_qops_error(NoCredentialsError())
    assert known.what == "There are no AWS credentials."
    assert "aws sso login" in known.next_step


def test_sigterm_ends_qops_as_ctrl_c_does() -> None:
    code = (
        "import os, signal, time; from qops import __main__ as entry\n"
        "def run(arguments):\n"
        "    os.kill(os.getpid(), signal.SIGTERM)\n"
        "    time.sleep(5)\n"
        "entry.run = run\n"
        "try:\n    entry.main()\n"
        "except KeyboardInterrupt:\n    print('as Ctrl-C')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "as Ctrl-C\n"


def test_a_typed_confirmation_must_match(monkeypatch) -> None:
    terminal = Terminal(must=Console(file=io.StringIO()))
    monkeypatch.setattr(Terminal, "interactive", property(lambda self: True))
    answers = iter(["prod", "yes"])
    monkeypatch.setattr(terminal.must, "input", lambda *a, **k: next(answers))
    terminal.require_typed("prod", consequence="It changes.")
    with pytest.raises(RefusedError, match="Nothing was done"):
        terminal.require_typed("prod", consequence="It changes.")


def test_without_a_person_only_yes_confirms(monkeypatch) -> None:
    monkeypatch.setattr(Terminal, "interactive", property(lambda self: False))
    Terminal(yes=True).require_typed("prod", consequence="c")
    with pytest.raises(RefusedError) as caught:
        Terminal().require_typed("prod", consequence="c")
    assert "--yes" in caught.value.next_step


@pytest.mark.parametrize("arguments", [["paint"], ["up", "--sideways"], ["run"]])
def test_a_bad_command_line_is_64_and_names_help(arguments, capsys) -> None:
    assert entry.run(arguments) == 64
    assert "qops --help" in capsys.readouterr().err


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command: str, capsys) -> None:
    assert entry.run([command, "--help"]) == 0
    text = capsys.readouterr().out
    assert "Usage: qops" in text
    if COMMANDS[command]:
        assert "--json" in text
        assert "--env" in text or command == "promote"  # it names two environments


def test_every_answer_has_a_schema_that_its_envelope_meets(capsys) -> None:
    assert {name for name in ANSWERS if name in COMMANDS} == {
        name for name, answers in COMMANDS.items() if answers
    }
    assert entry.run(["schema"]) == 0
    schemas = json.loads(capsys.readouterr().out)
    assert set(schemas) == set(ANSWERS)
    for schema in schemas.values():
        jsonschema.Draft202012Validator.check_schema(schema)
    with pytest.raises(typer.Exit):
        execute("down", lambda s, t: ANSWERS["down"](agent_stopped=True, cloud_stopped=False),
                lambda a, c: None, as_json=True)  # fmt: skip
    jsonschema.validate(json.loads(capsys.readouterr().out), schemas["down"])


@pytest.mark.parametrize(
    ("arguments", "command"), [(["run", "--json"], "run"), (["paint", "--json"], "paint")]
)
def test_a_wrong_command_line_is_one_json_document_too(arguments, command, capsys) -> None:
    assert entry.run(arguments) == 64
    document = json.loads(capsys.readouterr().out)
    assert (document["command"], document["exit_code"]) == (command, 64)
    assert document["error"]["code"] == "usage"
    assert document["error"]["what"]


def test_the_list_of_commands_is_whole_on_80_columns(monkeypatch, capsys) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert entry.run(["--help"]) == 0
    shown = capsys.readouterr().out
    assert "..." not in shown.partition("Commands:")[2]
    assert [name for name in COMMANDS if f"\n  {name} " not in shown] == []


def test_the_schema_of_an_unknown_command_is_a_usage_error(capsys) -> None:
    assert entry.run(["schema", "paint"]) == 64
    assert "doctor" in capsys.readouterr().err


def test_the_schema_of_a_command_of_a_group_takes_its_words_as_they_are_typed(capsys) -> None:
    assert entry.run(["schema", "runs", "list"]) == 0
    typed = json.loads(capsys.readouterr().out)
    assert entry.run(["schema", "runs list"]) == 0
    assert json.loads(capsys.readouterr().out) == typed


@pytest.mark.parametrize(
    ("variable", "value"), [("QOPS_PORT", "80"), ("QOPS_PORT", "x"), ("QOPS_PORT", "70000")]
)
def test_a_setting_that_makes_no_sense_is_named(variable, value) -> None:
    with pytest.raises(UsageError, match=variable):
        load_settings("local", environ={variable: value})


def test_settings_have_defaults_and_follow_the_environment(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("qops.processes.group_status", lambda folder: None)
    plain = load_settings("local", environ={})
    assert (plain.port, plain.home.name, plain.ci) == (4566, ".qscreen", False)
    moved = load_settings(
        "dev", environ={"QOPS_HOME": str(tmp_path), "QOPS_PORT": "5001", "CI": "true"}
    )
    assert (moved.home, moved.port, moved.ci, moved.prefix) == (
        tmp_path, 5001, True, "qscreen-dev",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("phase", "set_port", "port"),
    [("ready", "", 4611), ("ready", "4700", 4700), ("stopped", "", 4566)],
)
def test_a_running_cloud_is_found_without_naming_its_port(
    tmp_path: Path, monkeypatch, phase, set_port, port
) -> None:
    state = GroupState("local cloud", phase, 1, 0.0, 0.0, details={"port": 4611})
    monkeypatch.setattr("qops.processes.group_status", lambda folder: state)
    environ = {"QOPS_HOME": str(tmp_path), "QOPS_PORT": set_port}
    assert load_settings("local", environ=environ).port == port


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; from qops.__main__ import run; run(['--help']);"
        "print([m for m in ('boto3','botocore','pydantic','jinja2','httpx','rich','psutil',"
        "'python_terraform','cryptography') if m in sys.modules])"
    )
    before = os.times()
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ
    )
    after = os.times()
    assert done.stdout.splitlines()[-1] == "[]"
    # Generous: the figure of the bar (250 ms) is measured on a quiet machine, not here.
    user = after.children_user - before.children_user
    assert user + after.children_system - before.children_system < 5, "seconds of processor time"


def test_the_local_destroy_takes_no_plan(capsys) -> None:
    assert entry.run(["destroy", "--plan", "x.tfplan", "--yes", "--json"]) == ExitCode.USAGE
    assert "no plan is needed" in json.loads(capsys.readouterr().out)["error"]["what"]
