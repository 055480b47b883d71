"""What all commands have in common: quiet, colours, variables, terminals, systems."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from qops import __main__ as entry
from qops.answer import Answer
from qops.cli import app
from qops.commands.answers import ANSWERS
from qops.commands.execution import execute, require_local
from qops.commands.surface import SHARED, command_line, has_answer, key_of, options_of, walk
from qops.errors import NotAvailableError, QopsError
from qops.local.ports import free_ports
from qops.prerequisites.terraform_binary import find_terraform
from qops.settings import load_settings
from qops.terminal import MANNER, Manner, Terminal

ROOT = Path(__file__).resolve().parents[4]
HIDDEN = ROOT / "tests" / "support" / "hidden_posix.py"
COMMANDS = dict(walk(command_line(app)))

SEVERAL = {"QOPS_PLAN": {"plan", "show", "approve", "apply"}}
"""Variables that some commands share: one plan goes through all of them."""


@pytest.mark.parametrize("path", COMMANDS)
def test_every_option_has_a_variable_named_after_it(path: str) -> None:
    for option in options_of(COMMANDS[path]):
        names = [option.envvar] if isinstance(option.envvar, str) else list(option.envvar or [])
        key = key_of(option)
        own = "_".join(["QOPS", *path.split(), key]).replace("-", "_").upper()
        assert names[:1] == [SHARED.get(key, own)]
        assert all(path in SEVERAL.get(name, ()) for name in names[1:]), names


def test_no_two_options_have_the_same_variable() -> None:
    seen: dict[str, set[str]] = {}
    for path, command in COMMANDS.items():
        for option in options_of(command):
            names = [option.envvar] if isinstance(option.envvar, str) else option.envvar or []
            for name in names:
                seen.setdefault(name, set()).add(f"{path} {key_of(option)}")
    shared = {name for name, options in seen.items() if len(options) > 1}
    assert shared <= {*SHARED.values(), *SEVERAL}


def test_every_command_with_an_answer_can_be_quiet_and_plain() -> None:
    answering = {path for path, command in COMMANDS.items() if has_answer(command)}
    assert answering
    assert answering <= set(ANSWERS)
    for path in answering:
        assert {"quiet", "no-color"} <= {key_of(one) for one in options_of(COMMANDS[path])}, path


class Paint(Answer):
    colour: str

    @property
    def essentials(self) -> list[str]:
        return [self.colour]


@pytest.fixture
def paint(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Runs a command line with one command, which paints."""

    def use_case(settings: object, terminal: Terminal) -> Paint:
        terminal.notice("mixing")
        terminal.err.print("[bold]progress[/]")
        return Paint(colour="red")

    def paint(
        env: str = "local",
        as_json: bool = typer.Option(False, "--json"),
        fail: bool = typer.Option(False, "--fail"),
        markdown: bool = typer.Option(False, "--markdown"),
    ) -> None:
        def failing(settings: object, terminal: Terminal) -> Paint:
            raise QopsError("No paint.", next_step="Buy some.")

        execute(
            "paint", failing if fail else use_case,
            lambda answer, console: console.print(f"[bold red]It is {answer.colour}.[/]"),
            as_json=as_json, document=markdown,
        )  # fmt: skip

    small = typer.Typer()
    small.command()(paint)
    small.command()(lambda: None)
    monkeypatch.setattr("qops.cli.app", small)

    def run(*words: str) -> tuple[int, str, str]:
        code = entry.run(["paint", *words])
        seen = capsys.readouterr()
        return code, seen.out, seen.err

    return run


def test_quiet_leaves_errors_and_essentials(paint, monkeypatch) -> None:
    assert paint() == (0, "It is red.\n", "mixing\nprogress\n")
    assert paint("--quiet") == (0, "red\n", "")
    _, out, err = paint("--quiet", "--json")
    assert (json.loads(out)["result"], err) == ({"colour": "red"}, "")
    assert paint("-q", "--fail") == (1, "", "✗ No paint.\n  next: Buy some.\n")
    assert paint("-q", "--markdown") == (0, "It is red.\n", "")
    monkeypatch.setenv("QOPS_QUIET", "1")
    assert paint() == (0, "red\n", "")
    monkeypatch.setenv("QOPS_QUIET", "0")
    assert paint()[1] == "It is red.\n"


def test_variables_are_read_and_options_win(paint, monkeypatch) -> None:
    monkeypatch.setenv("QOPS_PAINT_FAIL", "true")
    assert paint()[0] == 1
    monkeypatch.setenv("QOPS_JSON", "1")
    assert json.loads(paint()[1])["error"]["what"] == "No paint."


@pytest.mark.parametrize(
    ("variables", "words", "coloured"),
    [
        ({}, [], True),
        ({"NO_COLOR": "1"}, [], False),
        ({"NO_COLOR": ""}, [], True),  # no-color.org: an empty one says nothing
        ({"QOPS_NO_COLOR": "1"}, [], False),
        ({}, ["--no-color"], False),
        ({"TERM": "dumb"}, [], False),
    ],
)
def test_colours_are_shown_unless_somebody_minds(
    paint, monkeypatch, variables, words, coloured
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("FORCE_COLOR", "1")  # as a terminal: capsys is none
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    out = paint(*words)[1]
    assert ("\x1b[" in out) == coloured, repr(out)
    assert "It is red." in out


@pytest.mark.parametrize(("term", "plain"), [("dumb", True), ("xterm-256color", False)])
def test_progress_comes_as_plain_lines_where_the_cursor_cannot_move(term, plain) -> None:
    from rich.console import Console

    from qops.terraform.events import Event
    from qops.terraform.progress_view import progress_view

    out = io.StringIO()
    console = Console(file=out, force_terminal=True, width=80, _environ={"TERM": term})
    with progress_view(console) as on_event:
        for kind in ("planned_change", "apply_start", "apply_complete"):
            on_event(Event(kind, "", address="module.ai.a.b", layer="ai", action="create"))
    assert (out.getvalue() == "  ai: 1 of 1 (1 of 1 in all)\n") is plain
    assert ("\x1b" not in out.getvalue()) is plain


def test_the_manner_of_one_command_is_not_that_of_the_next(paint) -> None:
    paint("--quiet", "--no-color")
    paint()
    assert MANNER.get() == Manner()


KOREAN = "✓ 회의 3시, 2층 → memo.txt │ 한글 🙂"
DECODED = {
    "cp949": "* 회의 3시, 2층 → memo.txt │ 한글 \\ud83d\\ude42",
    "cp1252": "* \\ud68c\\uc758 3\\uc2dc, 2\\uce35 > memo.txt | \\ud55c\\uae00 \\ud83d\\ude42",
    "cp437": "* \\ud68c\\uc758 3\\uc2dc, 2\\uce35 > memo.txt │ \\ud55c\\uae00 \\ud83d\\ude42",
    "utf-8": KOREAN,
}


@pytest.mark.parametrize("page", DECODED)
def test_no_code_page_makes_it_crash(page: str) -> None:
    code = (
        "from qops import __main__ as entry\n"
        "from qops.commands import down\n"
        "from qops.errors import QopsError\n"
        f"def fail(*_): raise QopsError({KOREAN!r})\n"
        "down._down = fail\n"
        "import sys; sys.argv = ['qops', 'down', *sys.argv[1:]]\n"
        "entry.main()"
    )

    def run(*words: str) -> subprocess.CompletedProcess[bytes]:
        variables = {**os.environ, "PYTHONIOENCODING": page, "COLUMNS": "120"}
        return subprocess.run(
            [sys.executable, "-c", code, *words], capture_output=True, env=variables, check=False
        )

    shown = run()
    assert shown.returncode == 1, shown.stderr
    assert DECODED[page] in shown.stderr.decode(page)
    document = json.loads(run("--json").stdout.decode(page))
    # A sign of ours may have become a plain one; what the platform says is read back as it was.
    assert "회의 3시, 2층" in document["error"]["what"]
    assert "🙂" in document["error"]["what"]


def _modules() -> list[str]:
    """Our modules that qops loads itself; not what only the local cloud's own programs load."""
    own = ("local/engines", "local/ministack_server", "local/router", "processes/guard.py",
           "processes/supervisor.py", "reading/", "language/", "__main__.py")  # fmt: skip
    files = sorted((ROOT / "ops" / "qops").rglob("*.py"))
    paths = [file.relative_to(ROOT / "ops").as_posix() for file in files]
    return [
        path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        for path in paths
        if not any(part in path for part in own)
    ]


def test_every_module_of_qops_is_imported_without_posix() -> None:
    done = subprocess.run(
        [sys.executable, str(HIDDEN), *_modules()], capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == {}


def test_the_hiding_hides() -> None:
    code = (
        "import sys, hidden_posix, types; hidden_posix.hide()\n"
        "ours = {'__name__': 'qops.x'}\n"
        "for line in ('import fcntl', 'import os; os.getuid', 'import signal; signal.SIGHUP'):\n"
        "    try: exec(line, ours)\n"
        "    except (ImportError, AttributeError): print('hidden')\n"
        "    exec(line, {'__name__': 'theirs'})\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": str(HIDDEN.parent)},
    )  # fmt: skip
    assert done.stdout.split() == ["hidden"] * 3


@pytest.mark.parametrize(
    "work",
    [
        lambda folder: require_local(load_settings("local", environ={}), "up"),
        lambda folder: find_terraform(folder, search_path="", allow_download=False),
    ],
    ids=["local cloud", "Terraform"],
)
def test_what_needs_linux_says_so(work, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qops.prerequisites.system.on_windows", lambda: True)
    with pytest.raises(NotAvailableError) as caught:
        work(tmp_path)
    assert "WSL" in caught.value.next_step


WITHOUT_POSIX = {
    ("--help",): 0,
    ("config", "--json"): 0,
    ("completion", "show", "powershell"): 0,
    ("health", "explain", "data.tables"): 0,
    ("schema", "plan"): 0,
    ("doctor",): None,  # it finds what is missing, and does not end in the middle
    ("health", "--env", "dev", "--only", "data"): 2,  # nobody answers: unknown
}
"""Command lines that must go through without POSIX, with their exit codes."""


@pytest.mark.parametrize("words", WITHOUT_POSIX, ids=" ".join)
def test_what_works_everywhere_runs_without_posix(words: tuple[str, ...], tmp_path: Path) -> None:
    code = (
        "import sys, hidden_posix; hidden_posix.hide()\n"
        "from qops.__main__ import run\n"
        "sys.exit(run(sys.argv[1:]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *words], capture_output=True, text=True, check=False,
        env={
            **os.environ, "PYTHONPATH": str(HIDDEN.parent), "QOPS_HOME": str(tmp_path),
            "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_MAX_ATTEMPTS": "1",
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{free_ports(1)[0]}",
            "AWS_DEFAULT_REGION": "ap-northeast-2",
        },
    )  # fmt: skip
    shown = done.stdout + done.stderr
    assert "does not know" not in shown, shown
    assert "on Windows" not in shown, shown  # a hidden module or attribute was asked for
    wanted = WITHOUT_POSIX[words]
    assert done.returncode == wanted if wanted is not None else done.returncode in {0, 2}, shown
