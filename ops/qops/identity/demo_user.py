"""Makes the local cloud's user through Cognito's admin API."""

import contextlib
import secrets
import string
from typing import Any

from qops.identity.sign_in import SignIn
from qops.identity.store import DemoUser, Tokens

USERNAME = "demo@qscreen.example"
GROUP = "user"
_PASSWORD_LENGTH = 24


def create_demo_user(cognito: Any, user_pool_id: str, sign_in: SignIn) -> tuple[DemoUser, Tokens]:
    """Make the user, put it into its group and enrol its authenticator by a real sign-in.

    A user of that name whose secrets are lost is removed first: it cannot sign in any more.

    Args:
        cognito: boto3 client of ``cognito-idp`` with admin rights.
        user_pool_id: The pool.
        sign_in: Dialogue with the pool's app client.

    Returns:
        The user with its secrets, and the tokens of its first sign-in.

    Raises:
        SignInError: The first sign-in failed.
    """
    password = random_password()
    with contextlib.suppress(cognito.exceptions.UserNotFoundException):
        cognito.admin_delete_user(UserPoolId=user_pool_id, Username=USERNAME)
    cognito.admin_create_user(
        UserPoolId=user_pool_id,
        Username=USERNAME,
        MessageAction="SUPPRESS",
        UserAttributes=[
            {"Name": "email", "Value": USERNAME},
            {"Name": "email_verified", "Value": "true"},
        ],
    )
    cognito.admin_set_user_password(
        UserPoolId=user_pool_id, Username=USERNAME, Password=password, Permanent=True
    )
    cognito.admin_add_user_to_group(UserPoolId=user_pool_id, Username=USERNAME, GroupName=GROUP)
    enrolment = sign_in.first(USERNAME, password)
    user = DemoUser(
        user_pool_id=user_pool_id,
        username=USERNAME,
        password=password,
        totp_secret=enrolment.totp_secret,
    )
    return user, enrolment.tokens


def random_password() -> str:
    """A password with letters of both cases, digits and signs, 24 characters."""
    classes = (string.ascii_lowercase, string.ascii_uppercase, string.digits, "!#%+-=@_")
    letters = [secrets.choice(kind) for kind in classes]
    letters += [secrets.choice("".join(classes)) for _ in range(_PASSWORD_LENGTH - len(letters))]
    secrets.SystemRandom().shuffle(letters)
    return "".join(letters)
