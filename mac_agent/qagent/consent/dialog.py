"""The native dialog, shown by a process of its own.

The dialog's program gets the question by its command line; it never reads text of the screen as
markup or as escapes. Its process is named so that every agent on this desktop knows it: it is in
no snapshot, and no agent presses, clicks or types while it is open (see `guard`).
"""

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from qagent.consent.question import Question
from qagent.messages import catalogue, text
from qagent.stop import StopSignal
from qagent.words import reason

APP = "qagent-consent"
"""What the names of the dialogs' processes begin with."""

_GRACE_SECONDS = 6.0
"""Time that the dialog gets beside its own, which begins when it shows, before it is ended."""

_ZENITY_TIMED_OUT = 5
_TITLES = frozenset(catalogue()["dialog.title"])


class Answer(StrEnum):
    """What a person answered, or why nobody did."""

    ONCE = "once"
    RUN = "run"
    DENIED = "denied"
    TIMED_OUT = "timed_out"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer; with the reason when nobody could be asked."""

    answer: Answer
    why: str = ""


class Dialog(Protocol):
    """Asks a person."""

    def ask(self, question: Question, stop: StopSignal) -> Reply:
        """Show the question and wait for the answer.

        Raises:
            StoppedError: The work was stopped meanwhile; the dialog is gone by then.
        """
        ...


def is_own_dialog(app: str, title: str) -> bool:
    """Whether a window is a dialog of an agent, of this process or another.

    Args:
        app: Name of its program.
        title: Its title.
    """
    return app.startswith(APP) or title in _TITLES


class NativeDialog:
    """Asks with zenity on Linux and with the system's own dialog on macOS."""

    def ask(self, question: Question, stop: StopSignal) -> Reply:
        """Show the question and wait for the answer; no answer in time is a no."""
        stop.check()
        if sys.platform == "darwin":
            return self._run(_apple_command(question), "/usr/bin/osascript", question, stop)
        if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
            return Reply(Answer.UNAVAILABLE, text("consent.no_display"))
        program = shutil.which("zenity")
        if program is None:
            return Reply(Answer.UNAVAILABLE, text("consent.no_program"))
        return self._run(zenity_command(question), program, question, stop)

    def _run(
        self, argv: tuple[str, ...], program: str, question: Question, stop: StopSignal
    ) -> Reply:
        with tempfile.TemporaryFile() as complaints, tempfile.TemporaryFile() as output:
            try:
                process = subprocess.Popen(
                    argv,
                    executable=program,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=complaints,
                    env=_environment(),
                    start_new_session=True,
                )
            except OSError as error:
                return Reply(Answer.UNAVAILABLE, reason(error))
            try:
                ended = stop.wait_until(
                    lambda: process.poll() is not None, question.seconds + _GRACE_SECONDS
                )
            finally:
                process.kill()
                process.wait()
            if not ended:
                return Reply(Answer.TIMED_OUT)
            output.seek(0)
            complaints.seek(0)
            said = output.read(10_000).decode(errors="replace").strip()
            failed = b"cannot open display" in complaints.read(10_000).lower()
        if failed:
            return Reply(Answer.UNAVAILABLE, text("consent.no_display"))
        return _understand(process.returncode, said, question)


def _understand(code: int, said: str, question: Question) -> Reply:
    """Only the exact words of an allowing button allow; everything else is a no."""
    if sys.platform == "darwin":
        if code != 0:
            return Reply(Answer.UNAVAILABLE, text("consent.failed", code=code))
        named = {question.once: Answer.ONCE, question.run: Answer.RUN, "": Answer.TIMED_OUT}
        return Reply(named.get(said, Answer.DENIED))
    if code == 0 and not said:
        return Reply(Answer.ONCE)
    if code == 1:
        return Reply(Answer.RUN if said == question.run else Answer.DENIED)
    if code == _ZENITY_TIMED_OUT:
        return Reply(Answer.TIMED_OUT)
    return Reply(Answer.UNAVAILABLE, text("consent.failed", code=code))


def zenity_command(question: Question) -> tuple[str, ...]:
    """The command line of zenity; the name it runs under comes first."""
    return (
        f"{APP}-{secrets.token_hex(6)}",
        "--question",
        "--no-markup",
        f"--title={question.title}",
        f"--text={_without_escapes(question.body)}",
        f"--ok-label={question.once}",
        f"--extra-button={question.run}",
        f"--cancel-label={question.deny}",
        # Whoever types on when the dialog comes up denies.
        "--default-cancel",
        f"--timeout={question.seconds}",
        "--width=620",
    )


def _without_escapes(body: str) -> str:
    r"""Some versions of zenity read `\n` and the like in a text: a wide backslash is none."""
    return body.replace("\\", "\N{FULLWIDTH REVERSE SOLIDUS}")


_APPLE = """on run argv
  tell me to activate
  set answer to display dialog (item 1 of argv) with title (item 2 of argv) ¬
    buttons {item 3 of argv, item 4 of argv, item 5 of argv} ¬
    default button (item 5 of argv) with icon caution giving up after ((item 6 of argv) as integer)
  if gave up of answer then return ""
  return button returned of answer
end run"""


def _apple_command(question: Question) -> tuple[str, ...]:
    """The command line of osascript: the question goes by arguments, not into the script."""
    return (
        "osascript",
        "-e",
        _APPLE,
        question.body,
        question.title,
        question.run,
        question.once,
        question.deny,
        str(question.seconds),
    )


def _environment() -> dict[str, str]:
    """Ours, without what would change zenity's exit codes, and with a locale of UTF-8."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ZENITY_")}
    return kept if sys.platform == "darwin" else {**kept, "LC_ALL": "C.UTF-8"}
