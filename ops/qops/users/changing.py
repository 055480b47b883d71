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


class UserLostError(QopsError):
    """A user was removed and could not be made again."""

    code = "user_lost"


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


def reset_totp(
    settings: Settings, aws: Aws, pool: Pool, name: str, confirm: Confirm
) -> tuple[Person, Person]:
    """Give a user who lost the authenticator another start: removed and invited anew.

    Where a pool requires a second factor, Cognito cannot take an authenticator from a user:
    AdminSetUserMFAPreference answers success and changes nothing of it (API reference:
    "This operation doesn't reset an existing TOTP MFA for a user"; SoftwareTokenMfaSettingsType:
    "You can't turn off TOTP MFA for any of your users when MFA is required"). What is left is a new
    user of the same name.

    Returns:
        The user before and after.

    Raises:
        NotFoundError: There is no such user.
        RefusedError: It is the last administrator, or it was not wanted.
        UserLostError: The user was removed and could not be made again.
    """
    before = pool.person(name)
    address = before.email or before.username
    if not _EMAIL.fullmatch(address):
        raise UsageError(
            f"{before.username} has no address to invite to.",
            next_step="Set its attribute email in Cognito first.",
        )
    # Until the invitation is taken, nobody else could help when it gets lost.
    _keep_an_admin(pool, before, "invited anew")
    require_totp(pool)
    confirm(
        f"{address} is removed and invited anew: a new password, a new authenticator, the same "
        f"groups ({', '.join(before.groups) or 'none'}), and another id. What bears the old id "
        f"({before.sub}) stays with it: the devices must be enrolled anew, templates, schedules "
        "and settings are no longer the user's, runs are seen by operators only."
    )
    pool.cognito.admin_disable_user(UserPoolId=pool.id, Username=before.username)
    sign_out(settings, aws, pool, before)
    pool.cognito.admin_delete_user(UserPoolId=pool.id, Username=before.username)
    try:
        _invite(pool, before.username if "@" in before.username else address, before.groups)
    except Exception as error:
        groups = " ".join(f"--group {group}" for group in before.groups)
        raise UserLostError(
            f"{address} was removed, and could not be invited again.",
            why=str(error),
            next_step=f"Mend that, then: qops users add {address} {groups}",
        ) from error
    return before, pool.person(address)


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
            next_step=f"Look: qops users list. Its groups: qops users groups {email}",
        ) from error
    try:
        for group in groups:
            pool.cognito.admin_add_user_to_group(
                UserPoolId=pool.id, Username=email, GroupName=group
            )
    except Exception:
        # Invited into no group, the user could sign in and do nothing.
        pool.cognito.admin_delete_user(UserPoolId=pool.id, Username=email)
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
