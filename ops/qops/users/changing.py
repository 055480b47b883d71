"""Changes of users, with what guards them."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from qops.errors import PrerequisiteError, QopsError, RefusedError, UsageError
from qops.names import not_found
from qops.platform.aws import Aws
from qops.settings import Settings
from qops.users.pool import Person, Pool
from qops.users.sessions import sign_out
from qscreen.api.scopes import Group

_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")

Confirm = Callable[[str], object]
"""Called with what will happen; raises when it is not wanted."""


class UserExistsError(QopsError):
    """There is such a user already."""

    code = "user_exists"


class UserLeftError(QopsError):
    """A user was invited, got not all groups, and could not be removed again."""

    code = "user_left"


@dataclass(frozen=True, slots=True)
class Ended:
    """What became of a user's access.

    Attributes:
        person: The user afterwards.
        sessions: Sessions of the platform that were ended.
    """

    person: Person
    sessions: int


def require_totp(pool: Pool) -> None:
    """Refuse to invite anybody into a pool that asks for no second factor.

    Raises:
        PrerequisiteError: The pool does not require a TOTP code.
    """
    found = pool.cognito.get_user_pool_mfa_config(UserPoolId=pool.id)
    if found.get("MfaConfiguration") != "ON" or not found.get(
        "SoftwareTokenMfaConfiguration", {}
    ).get("Enabled"):
        raise PrerequisiteError(
            "The user pool does not require a TOTP code.",
            why=f"Its MFA is {found.get('MfaConfiguration', 'OFF')}; a password alone would do.",
            next_step="Somebody changed it by hand: qops plan shows it, qops apply mends it.",
        )


def add_user(pool: Pool, email: str, groups: Sequence[str]) -> Person:
    """Invite a user: Cognito makes a temporary password and mails it.

    Args:
        pool: The user pool.
        email: Address, and name for the sign-in.
        groups: Groups of the user, one at least.

    Raises:
        UsageError: It is no address, or no group is given.
        NotFoundError: There is no such group.
        UserExistsError: There is such a user.
        PrerequisiteError: The pool asks for no second factor.
    """
    if not _EMAIL.fullmatch(email):
        raise UsageError(
            f"{email!r} is no address.",
            why="The invitation is mailed to it, and it is the name for the sign-in.",
            next_step="Give one such as name@example.com.",
        )
    if not groups:
        raise UsageError(
            "A user without a group may do nothing.",
            next_step="Give --group; qops users groups lists them.",
        )
    require_groups(pool, groups)
    require_totp(pool)
    _invite(pool, email, groups)
    return pool.person(email)


def disable_user(settings: Settings, aws: Aws, pool: Pool, name: str, confirm: Confirm) -> Ended:
    """Keep a user out: no sign-in, and what is signed in ends.

    Raises:
        NotFoundError: There is no such user.
        RefusedError: It is the last administrator, or it was not wanted.
    """
    person = pool.person(name)
    _keep_an_admin(pool, person, "disabled")
    confirm(
        f"{person.email or person.username} can sign in no more, and what is signed in ends. "
        "Runs that go on are left alone."
    )
    pool.cognito.admin_disable_user(UserPoolId=pool.id, Username=person.username)
    sessions = sign_out(settings, aws, pool, person)
    return Ended(pool.person(person.username), sessions)


def enable_user(pool: Pool, name: str) -> Person:
    """Let a user in again.

    Raises:
        NotFoundError: There is no such user.
    """
    person = pool.person(name)
    pool.cognito.admin_enable_user(UserPoolId=pool.id, Username=person.username)
    return pool.person(person.username)


def change_groups(
    pool: Pool, name: str, add: Sequence[str], remove: Sequence[str], confirm: Confirm
) -> Person:
    """Put a user into groups and take him out of others; first in, then out.

    Raises:
        NotFoundError: There is no such user or group.
        UsageError: A group is to be added and removed.
        RefusedError: It would take the last administrator's group, or it was not wanted.
    """
    both = sorted(set(add) & set(remove))
    if both:
        raise UsageError(
            f"{', '.join(both)} is to be added and removed.", next_step="Decide for one."
        )
    require_groups(pool, [*add, *remove])
    person = pool.person(name)
    new = [one for one in add if one not in person.groups]
    old = [one for one in remove if one in person.groups]
    if Group.ADMIN.value in old:
        _keep_an_admin(pool, person, f"taken out of {Group.ADMIN.value}")
    if not new and not old:
        return person
    into, out = ", ".join(new) or "none", ", ".join(old) or "none"
    confirm(f"{person.email or person.username}: new groups {into}; groups that end {out}.")
    for group in new:
        pool.cognito.admin_add_user_to_group(
            UserPoolId=pool.id, Username=person.username, GroupName=group
        )
    for group in old:
        pool.cognito.admin_remove_user_from_group(
            UserPoolId=pool.id, Username=person.username, GroupName=group
        )
    return pool.person(person.username)


def reset_totp(settings: Settings, aws: Aws, pool: Pool, name: str, confirm: Confirm) -> Ended:
    """Take the authenticator from a user who lost it; the next sign-in sets up another.

    The user stays who he is: AdminDeleteSoftwareToken (since August 2026) deletes the software
    token alone, and where the pool requires a second factor the next sign-in is answered with
    MFA_SETUP (AWS API reference, AdminDeleteSoftwareToken). Sessions end first: what is done twice
    after a command that was cut short does no harm.

    Returns:
        The user afterwards.

    Raises:
        NotFoundError: There is no such user.
        PrerequisiteError: The pool asks for no second factor: a password alone would do then.
        RefusedError: It was not wanted.
    """
    before = pool.person(name)
    require_totp(pool)
    confirm(
        f"The authenticator of {before.email or before.username} is deleted and what is signed in "
        "ends; devices, runs, groups and the password stay. Until another one is set up, the "
        "password alone opens the door to that: be sure who asks, and that nobody else knows it."
    )
    sessions = sign_out(settings, aws, pool, before)
    pool.cognito.admin_delete_software_token(UserPoolId=pool.id, Username=before.username)
    return Ended(pool.person(before.username), sessions)


def _invite(pool: Pool, email: str, groups: Sequence[str]) -> None:
    try:
        pool.cognito.admin_create_user(
            UserPoolId=pool.id,
            Username=email,
            DesiredDeliveryMediums=["EMAIL"],
            UserAttributes=[
                {"Name": "email", "Value": email},
                {"Name": "email_verified", "Value": "true"},
            ],
        )
    except pool.cognito.exceptions.UsernameExistsException as error:
        raise UserExistsError(
            f"There is a user {email} already.",
            next_step=f"Its groups: qops users groups {email}. An invitation that was cut short "
            f"may lack some: qops users groups {email} --add GROUP",
        ) from error
    try:
        for group in groups:
            pool.cognito.admin_add_user_to_group(
                UserPoolId=pool.id, Username=email, GroupName=group
            )
    except BaseException as error:
        # Invited into no group, the user could sign in and do nothing.
        try:
            pool.cognito.admin_delete_user(UserPoolId=pool.id, Username=email)
        except Exception as second:
            add = " ".join(f"--add {group}" for group in groups)
            raise UserLeftError(
                f"{email} was invited, and neither put into every group nor removed again.",
                why=f"Groups: {str(error) or type(error).__name__} Removal: {second}",
                next_step=f"The invitation is on its way. Mend the causes, then: qops users groups "
                f"{email} {add}. Or remove the user: aws cognito-idp admin-delete-user "
                f"--user-pool-id {pool.id} --username {email}",
            ) from error
        raise


def require_groups(pool: Pool, groups: Sequence[str]) -> None:
    """Refuse groups that the pool does not have.

    Raises:
        NotFoundError: There is no such group; the nearest are told.
    """
    known = [role.name for role in pool.roles()]
    for group in groups:
        if group not in known:
            raise not_found("group", group, known, next_step=f"Groups: {', '.join(known)}.")


def _keep_an_admin(pool: Pool, person: Person, what: str) -> None:
    if not person.is_admin:
        return
    others = [one for one in pool.people() if one.is_admin and one.username != person.username]
    if not others:
        raise RefusedError(
            f"{person.email or person.username} is the last administrator and cannot be {what}.",
            why="Nobody could manage users and devices any more.",
            next_step="Make another one first: qops users groups NAME --add admin",
        )
