"""``qops users``: the people of the user pool."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from qops.commands.execution import EnvOption, JsonOption, YesOption, execute
from qops.commands.showing import shown_by

if TYPE_CHECKING:
    from qops.settings import Settings
    from qops.terminal import Terminal
    from qops.users.answers import (
        GroupsAnswer,
        UserAnswer,
        UserDisabledAnswer,
        UserResetAnswer,
        UsersAnswer,
    )

app = typer.Typer(
    help="The people of the user pool: who there is, what they may, their end.",
    epilog="Each command takes --env and --json. They need AWS credentials, not a sign-in.",
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

UserName = Annotated[str, typer.Argument(metavar="USER", help="Address, or the id (sub).")]

_SHOWING = "qops.users.showing"


def _confirmed_by(terminal: "Terminal", word: str) -> Callable[[str], None]:
    return lambda consequence: terminal.require_typed(word, consequence=consequence)


@app.command("list", short_help="List users with their groups.")
def list_(
    group: Annotated[str | None, typer.Option(help="Only of this group.")] = None,
    totp: Annotated[
        bool, typer.Option("--totp", help="Ask for authenticators, a call for each user.")
    ] = False,
    env: EnvOption = "local",
    as_json: JsonOption = False,
) -> None:
    """List users with their groups."""

    def use_case(settings: "Settings", terminal: "Terminal") -> "UsersAnswer":  # noqa: ARG001
        from qops.platform.aws import Aws
        from qops.users.answers import UsersAnswer, UserShown
        from qops.users.changing import require_groups
        from qops.users.pool import Pool

        pool = Pool.of(settings, Aws(settings))
        if group is not None:
            require_groups(pool, [group])
        people = [one for one in pool.people(totp=totp) if group in {None, *one.groups}]
        return UsersAnswer(users=[UserShown.of(one) for one in people])

    execute("users list", use_case, shown_by(_SHOWING, "show_users"), env=env, as_json=as_json)


@app.command(short_help="Invite a user; a password is mailed, never typed.")
def add(
    email: Annotated[str, typer.Argument(metavar="ADDRESS", help="Mail address.")],
    group: Annotated[
        list[str] | None, typer.Option(help="Group; may be repeated, one at least.")
    ] = None,
    env: EnvOption = "local",
    as_json: JsonOption = False,
) -> None:
    """Invite a user. Cognito mails a temporary password; the first sign-in sets up TOTP."""

    def use_case(settings: "Settings", terminal: "Terminal") -> "UserAnswer":  # noqa: ARG001
        from qops.platform.aws import Aws
        from qops.users.answers import UserAnswer, UserShown
        from qops.users.changing import add_user
        from qops.users.pool import Pool

        person = add_user(Pool.of(settings, Aws(settings)), email, group or [])
        return UserAnswer(
            user=UserShown.of(person),
            did="Invited: a temporary password is on its way by mail.",
        )

    execute("users add", use_case, shown_by(_SHOWING, "show_user"), env=env, as_json=as_json)


@app.command(short_help="Keep a user out; what is signed in ends.")
def disable(
    user: UserName, env: EnvOption = "local", as_json: JsonOption = False, yes: YesOption = False
) -> None:
    """Keep a user out; what is signed in ends. The last administrator cannot be disabled."""

    def use_case(settings: "Settings", terminal: "Terminal") -> "UserDisabledAnswer":
        from qops.platform.aws import Aws
        from qops.users.answers import UserDisabledAnswer
        from qops.users.changing import disable_user
        from qops.users.pool import Pool

        aws = Aws(settings)
        confirm = _confirmed_by(terminal, user)
        pool = Pool.of(settings, aws)
        return UserDisabledAnswer.of(disable_user(settings, aws, pool, user, confirm))

    execute(
        "users disable", use_case, shown_by(_SHOWING, "show_disabled"), env=env, as_json=as_json,
        yes=yes,
    )  # fmt: skip


@app.command(short_help="Let a user in again.")
def enable(user: UserName, env: EnvOption = "local", as_json: JsonOption = False) -> None:
    """Let a user in again."""

    def use_case(settings: "Settings", terminal: "Terminal") -> "UserAnswer":  # noqa: ARG001
        from qops.platform.aws import Aws
        from qops.users.answers import UserAnswer, UserShown
        from qops.users.changing import enable_user
        from qops.users.pool import Pool

        person = enable_user(Pool.of(settings, Aws(settings)), user)
        return UserAnswer(user=UserShown.of(person), did="May sign in again.")

    execute("users enable", use_case, shown_by(_SHOWING, "show_user"), env=env, as_json=as_json)


@app.command(short_help="Show groups and their scopes; change those of a user.")
def groups(
    user: Annotated[
        str | None, typer.Argument(metavar="[USER]", help="Whose; all groups when absent.")
    ] = None,
    add: Annotated[
        list[str] | None, typer.Option(help="Put the user into it; may be repeated.")
    ] = None,
    remove: Annotated[
        list[str] | None, typer.Option(help="Take the user out of it; may be repeated.")
    ] = None,
    env: EnvOption = "local",
    as_json: JsonOption = False,
    yes: YesOption = False,
) -> None:
    """Show the groups with the scopes that they carry, or show and change those of a user."""

    def use_case(settings: "Settings", terminal: "Terminal") -> "GroupsAnswer":
        from qops.errors import UsageError
        from qops.platform.aws import Aws
        from qops.users.answers import GroupsAnswer, GroupShown, UserShown
        from qops.users.changing import change_groups
        from qops.users.pool import Pool

        pool = Pool.of(settings, Aws(settings))
        shown = [GroupShown.of(role) for role in pool.roles()]
        if user is None:
            if add or remove:
                raise UsageError(
                    "Whose groups?", next_step="Name the user: qops users groups USER --add ..."
                )
            return GroupsAnswer(groups=shown, user=None, did="")
        before = pool.person(user)
        after = change_groups(pool, user, add or [], remove or [], _confirmed_by(terminal, user))
        did = "The groups were changed." if set(before.groups) != set(after.groups) else ""
        ours = [group for group in shown if group.name in after.groups]
        return GroupsAnswer(groups=ours, user=UserShown.of(after), did=did)

    execute(
        "users groups", use_case, shown_by(_SHOWING, "show_groups"), env=env, as_json=as_json,
        yes=yes,
    )  # fmt: skip


@app.command("reset-totp", short_help="Delete a lost authenticator; sign-in asks for another.")
def reset_totp(
    user: UserName, env: EnvOption = "local", as_json: JsonOption = False, yes: YesOption = False
) -> None:
    """Delete the authenticator of a user who lost it; the next sign-in sets up another.

    What is signed in ends. Devices, runs, groups and the password stay: until another one is set
    up, whoever knows the password could set up theirs.
    """

    def use_case(settings: "Settings", terminal: "Terminal") -> "UserResetAnswer":
        from qops.platform.aws import Aws
        from qops.users.answers import UserResetAnswer
        from qops.users.changing import reset_totp as reset
        from qops.users.pool import Pool

        aws = Aws(settings)
        pool = Pool.of(settings, aws)
        return UserResetAnswer.of(reset(settings, aws, pool, user, _confirmed_by(terminal, user)))

    execute(
        "users reset-totp", use_case, shown_by(_SHOWING, "show_reset"), env=env, as_json=as_json,
        yes=yes,
    )  # fmt: skip
