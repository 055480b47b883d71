"""Runs Terraform: python-terraform makes the command lines, this module runs them.

python-terraform 0.10.1 knows Terraform's option syntax (flags, repeated options, backend
settings), and that part is used: :meth:`python_terraform.Terraform.generate_cmd_string`.
Its ``cmd`` cannot be used for long work: it captures everything until the end, so that no event
can be shown; its ``synchronous=False`` leaks into the command line as an option; it takes no
environment; and it leaves Terraform running when the caller is interrupted. So the process is
ours: line by line, own environment, and an interrupt is passed on once and waited for, because
Terraform must get the chance to write its state.
"""

import json
import signal
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from python_terraform import IsFlagged, Terraform

from qops.errors import PrerequisiteError
from qops.processes import PipedProgram
from qops.terraform.errors import (
    KilledInInterruptError,
    ProviderUnavailableError,
    TerraformError,
    error_of,
)
from qops.terraform.events import Changes, Diagnostic, Event, parse_event

OnEvent = Callable[[Event], object]
PlanMode = Literal["normal", "destroy", "refresh_only"]
"""Terraform's planning modes."""

_KEPT_LINES = 200
"""Lines of plain output kept for an error message."""

_CHANGES_PRESENT = 2
"""Exit code of ``plan -detailed-exitcode`` when there is something to do."""

_INTERRUPT_SECONDS = 60.0
"""Time that Terraform gets to write its state after an interrupt, seconds."""

_ORPHAN_SECONDS = 900.0
"""Time that it gets when this process was killed: what is being made must come to its end."""


@dataclass(frozen=True, slots=True)
class PlanResult:
    """A saved plan.

    Attributes:
        file: The plan file.
        changes: Counts of resources.
        empty: Whether there is nothing to do, output values included.
        warnings: Warnings that Terraform reported.
    """

    file: Path
    changes: Changes
    empty: bool
    warnings: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class ApplyResult:
    """What an apply or a destroy did."""

    changes: Changes
    warnings: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class Output:
    """An output value of the root module."""

    value: Any
    sensitive: bool = False


@dataclass(slots=True)
class _Finished:
    code: int
    events: list[Event] = field(default_factory=list)
    text: list[str] = field(default_factory=list)

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        return tuple(e.diagnostic for e in self.events if e.diagnostic is not None)

    def changes(self, operation: str) -> Changes:
        for event in reversed(self.events):
            if event.type == "change_summary" and event.operation == operation:
                return event.changes or Changes()
        return Changes()


class TerraformRunner:
    """One Terraform root with its own data folder and environment.

    Attributes:
        folder: The root module's folder.
    """

    def __init__(
        self,
        binary: Path,
        folder: Path,
        *,
        data_folder: Path,
        environment: Mapping[str, str],
        parallelism: int | None = None,
        orphan_seconds: float = _ORPHAN_SECONDS,
    ) -> None:
        """Prepare a runner; nothing runs yet.

        Args:
            binary: The Terraform program.
            folder: The root module's folder.
            data_folder: ``TF_DATA_DIR``: providers, modules and backend settings go there.
            environment: The complete environment of Terraform; nothing is inherited.
            parallelism: Concurrent operations; Terraform's default when absent.
            orphan_seconds: Time that Terraform gets to end when this process was killed, seconds.
        """
        self.folder = folder
        self._orphan_seconds = orphan_seconds
        self._parallelism = parallelism
        self._command_lines = Terraform(working_dir=str(folder), terraform_bin_path=str(binary))
        self._environment = {
            **environment,
            "TF_IN_AUTOMATION": "1",
            "TF_INPUT": "0",
            "CHECKPOINT_DISABLE": "1",
            "TF_DATA_DIR": str(data_folder),
            # Terraform and its providers live for a minute or two: collecting garbage less often
            # takes some more memory and a good part of their work away.
            "GOGC": environment.get("GOGC", "400"),
        }

    def init(
        self,
        *,
        backend: Mapping[str, str] | None = None,
        with_backend: bool = True,
        on_event: OnEvent | None = None,
    ) -> None:
        """Install modules and providers, configure the backend.

        Args:
            backend: Values of ``-backend-config``.
            with_backend: Whether the backend is configured; it need not be there otherwise.
            on_event: Called for each event as it arrives.

        Raises:
            ProviderUnavailableError: A provider can be had neither from a mirror nor from the
                registry.
            TerraformError: Any other failure.
        """
        finished = self._run(
            "init",
            on_event=on_event,
            json=IsFlagged,
            input=False,
            reconfigure=IsFlagged,
            lockfile="readonly",
            **({"backend_config": dict(backend or {})} if with_backend else {"backend": False}),
        )
        if finished.code == 0:
            return
        what = f"Terraform could not be initialised in {self.folder}."
        if any("provider" in d.summary.lower() for d in finished.diagnostics):
            raise ProviderUnavailableError(
                what,
                diagnostics=finished.diagnostics,
                output=finished.text,
                next_step=(
                    "Check the network, or set QOPS_PROVIDER_MIRROR to a folder laid out as "
                    "<host>/hashicorp/aws/<version>/<os_arch>."
                ),
            )
        raise self._error(what, finished)

    def validate(self) -> tuple[Diagnostic, ...]:
        """Check the configuration.

        Returns:
            Warnings and errors; empty when all is well.

        Raises:
            TerraformError: The check itself could not run.
        """
        finished = self._run("validate", json=IsFlagged)
        data = self._json_text(finished, "The configuration could not be checked.")
        return tuple(Diagnostic.parse(item) for item in data.get("diagnostics", ()))

    def plan(
        self,
        out: Path,
        *,
        var_files: Sequence[Path] = (),
        mode: PlanMode = "normal",
        targets: Sequence[str] = (),
        on_event: OnEvent | None = None,
    ) -> PlanResult:
        """Make a saved plan.

        Args:
            out: Plan file to write.
            var_files: Variable files, later ones win.
            mode: Whether to plan what the configuration asks for, the removal of everything, or
                only to take over what the real resources have become.
            targets: Addresses that the plan is limited to, with what they depend on.
            on_event: Called for each event as it arrives.

        Returns:
            The plan.

        Raises:
            TerraformError: Terraform could not plan.
        """
        options: dict[str, Any] = {
            "json": IsFlagged,
            "input": False,
            "detailed_exitcode": IsFlagged,
            "out": str(out),
            "var_file": [str(path) for path in var_files],
            "target": list(targets),
        }
        if mode != "normal":
            options[mode] = IsFlagged
        if self._parallelism is not None:
            options["parallelism"] = self._parallelism
        finished = self._run("plan", on_event=on_event, **options)
        if finished.code not in {0, _CHANGES_PRESENT}:
            raise self._error("Terraform could not make a plan.", finished)
        return PlanResult(
            file=out,
            changes=finished.changes("plan"),
            empty=finished.code == 0,
            warnings=finished.diagnostics,
        )

    def apply(self, plan: Path, *, on_event: OnEvent | None = None) -> ApplyResult:
        """Apply a saved plan; there is no other way to change anything.

        Args:
            plan: The plan file.
            on_event: Called for each event as it arrives.

        Returns:
            What was done.

        Raises:
            TerraformError: Terraform failed; part of the plan may have been applied.
        """
        options: dict[str, Any] = {"json": IsFlagged, "input": False}
        if self._parallelism is not None:
            options["parallelism"] = self._parallelism
        finished = self._run("apply", str(plan), on_event=on_event, **options)
        if finished.code != 0:
            raise self._error(
                "Terraform stopped in the middle of the apply.",
                finished,
                next_step="Mend the cause and apply again: what was made is in the state.",
            )
        changes = finished.changes("apply")
        if changes.total == 0:
            changes = finished.changes("destroy")
        return ApplyResult(changes=changes, warnings=finished.diagnostics)

    def show(self, plan: Path | None = None) -> Mapping[str, Any]:
        """The state, or a saved plan, in Terraform's JSON form.

        Args:
            plan: Plan file; the state when absent.

        Raises:
            TerraformError: It could not be shown.
        """
        arguments = () if plan is None else (str(plan),)
        finished = self._run("show", *arguments, json=IsFlagged, no_color=IsFlagged)
        if plan is None:
            return self._json_text(finished, "Terraform could not show the state.")
        return self._json_text(
            finished,
            f"Terraform could not show {plan}.",
            next_step="Name a plan that this version of Terraform has made, or make one: qops plan",
        )

    def outputs(self) -> Mapping[str, Output]:
        """The outputs of the last apply.

        Raises:
            TerraformError: They could not be read.
        """
        finished = self._run("output", json=IsFlagged, no_color=IsFlagged)
        data = self._json_text(finished, "The outputs could not be read.")
        return {
            name: Output(value=item.get("value"), sensitive=bool(item.get("sensitive")))
            for name, item in data.items()
        }

    def _json_text(self, finished: _Finished, what: str, next_step: str = "") -> dict[str, Any]:
        try:
            data = json.loads("\n".join(finished.text))
        except ValueError:
            raise self._error(what, finished, next_step) from None
        if not isinstance(data, dict):
            raise self._error(what, finished, next_step)
        return data

    def _error(self, what: str, finished: _Finished, next_step: str = "") -> TerraformError:
        return error_of(
            what,
            finished.diagnostics,
            finished.text[-_KEPT_LINES:],
            next_step=next_step,
            killed=finished.code < 0,
        )

    def _run(
        self, command: str, *arguments: str, on_event: OnEvent | None = None, **options: Any
    ) -> _Finished:
        line: list[str] = self._command_lines.generate_cmd_string(command, *arguments, **options)
        return self._stream(line, keep_all_text=command in _WHOLE_DOCUMENT, on_event=on_event)

    def _stream(
        self, line: Sequence[str], *, keep_all_text: bool, on_event: OnEvent | None
    ) -> _Finished:
        try:
            process = PipedProgram(
                line,
                cwd=self.folder,
                env=self._environment,
                stop_signal=signal.SIGINT,
                stop_seconds=self._orphan_seconds,
            )
        except OSError as error:
            raise PrerequisiteError(
                f"{line[0]} could not be started.",
                why=str(error),
                next_step="Run qops doctor: it finds or fetches Terraform.",
            ) from error
        errors: deque[str] = deque(maxlen=_KEPT_LINES)
        reader = threading.Thread(
            target=lambda: errors.extend(text.rstrip() for text in process.stderr), daemon=True
        )
        reader.start()
        events: list[Event] = []
        text: deque[str] = deque(maxlen=None if keep_all_text else _KEPT_LINES)
        try:
            for raw in process.stdout:
                if keep_all_text:  # one document: parsed once, at its end
                    text.append(raw.rstrip("\n"))
                    continue
                event = parse_event(raw)
                if event.type == "text":
                    text.append(raw.rstrip("\n"))
                    continue
                events.append(event)
                if on_event is not None:
                    on_event(event)
            code = process.wait()
        except BaseException as error:
            if not _interrupt(process):
                raise KilledInInterruptError from error
            raise
        finally:
            reader.join(timeout=5)
            process.close()
        if not keep_all_text or code != 0:
            text.extend(line for line in errors if line)
        return _Finished(code=code, events=events, text=list(text))


_WHOLE_DOCUMENT = frozenset({"validate", "show", "output"})
"""Commands whose ``-json`` answer is one document, not a stream of events."""


def _interrupt(process: PipedProgram) -> bool:
    """Ask Terraform to end; False when it had to be killed before it had done so."""
    if not process.running:
        return True
    process.signal(signal.SIGINT)
    # Its output is read on: a full pipe would keep it from ending.
    drain = threading.Thread(target=lambda: deque(process.stdout, maxlen=0), daemon=True)
    drain.start()
    try:
        process.wait(_INTERRUPT_SECONDS)
    except (subprocess.TimeoutExpired, KeyboardInterrupt):
        process.kill()
        return False
    finally:
        drain.join(timeout=5)
    return True
