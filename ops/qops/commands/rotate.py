"""``qops rotate`` and ``qops secrets``."""

from typing import TYPE_CHECKING, Annotated

import typer

from qops.commands.execution import EnvOption, JsonOption, YesOption, execute

if TYPE_CHECKING:
    from rich.console import Console

    from qops.rotation.answers import RotateAnswer, SecretsAnswer
    from qops.rotation.secrets import Secret
    from qops.settings import Settings
    from qops.terminal import Terminal


def secrets(env: EnvOption = "local", as_json: JsonOption = False) -> None:
    """Show every secret with its age. Exit code 2 when one is overdue or needs attention."""

    def use_case(settings: "Settings", terminal: "Terminal") -> "SecretsAnswer":  # noqa: ARG001
        from qops.platform.aws import Aws
        from qops.rotation.choosing import list_secrets

        return list_secrets(settings, Aws(settings))

    execute("secrets", use_case, _show_secrets, env=env, as_json=as_json)


def rotate(
    names: Annotated[
        list[str] | None, typer.Argument(help="Secrets, such as postgres or redis.")
    ] = None,
    due: Annotated[bool, typer.Option("--due", help="All that need it.")] = False,
    every: Annotated[bool, typer.Option("--all", help="All that a function rotates.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Tell which, why, and who uses them; change nothing.")
    ] = False,
    follow: Annotated[
        bool, typer.Option("--follow", help="Go on with a rotation that has begun already.")
    ] = False,
    abandon: Annotated[
        bool, typer.Option("--abandon", help="Give up a rotation that has begun and failed.")
    ] = False,
    keep_former: Annotated[
        bool,
        typer.Option("--keep-former", help="Do not end the former credential once it is unused."),
    ] = False,
    timeout: Annotated[
        float, typer.Option(min=10, help="Longest time for a secret's four steps, seconds.")
    ] = 300.0,
    env: EnvOption = "local",
    as_json: JsonOption = False,
    yes: YesOption = False,
) -> None:
    """Rotate secrets, prove the new credential, end the former one.

    The rotation function makes, sets and tests the new credential; it is tried once more, and what
    depends on it is checked, before the former one is ended. If that fails, the version of before
    is made the present one again. Exit code 1 when a secret was not rotated or not proven.
    """

    def use_case(settings: "Settings", terminal: "Terminal") -> "RotateAnswer":
        from qops.platform.aws import Aws
        from qops.rotation.choosing import Wanted, names_of
        from qops.rotation.choosing import rotate as rotated

        wanted = Wanted(
            names=tuple(names or ()),
            due=due,
            all=every,
            dry_run=dry_run,
            follow=follow,
            abandon=abandon,
            keep_former=keep_former,
            limit_seconds=timeout,
        )

        def confirm(chosen: "tuple[Secret, ...]") -> None:
            does = "Gives up the rotation of" if abandon else "Rotates"
            terminal.require_typed(
                settings.environment,
                consequence=f"{does} {names_of(chosen)} in {settings.environment}"
                + ("." if keep_former or abandon else "; the former credentials are ended."),
            )

        return rotated(settings, Aws(settings), wanted, confirm=confirm, notice=terminal.notice)

    execute("rotate", use_case, _show_rotation, env=env, as_json=as_json, yes=yes)


def _show_secrets(answer: "SecretsAnswer", console: "Console") -> None:
    from qops.rotation.showing import show_secrets

    show_secrets(answer, console)


def _show_rotation(answer: "RotateAnswer", console: "Console") -> None:
    from qops.rotation.showing import show_rotation

    show_rotation(answer, console)
