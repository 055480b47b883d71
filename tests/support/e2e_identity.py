"""People of the end-to-end tests: real users of the user pool, with password and TOTP.

Written against Cognito's documentation and independent of the product's own sign-in, so that
a fault there cannot hide behind itself.
"""

import secrets
import uuid
from dataclasses import dataclass
from typing import Any

import pyotp
from e2e_endpoint import client


@dataclass(frozen=True)
class Person:
    """A user who has signed in with both factors.

    Attributes:
        username: Name in the pool.
        access_token: Access token of the sign-in.
    """

    username: str
    access_token: str


def create_person(config: dict[str, Any], group: str | None) -> Person:
    """Create a user, enrol a TOTP token at the first sign-in, and return the tokens.

    Args:
        config: The published client configuration.
        group: Group to put the user into, or None.

    Returns:
        The signed-in person.
    """
    idp = client("cognito-idp")
    pool, client_id = config["user_pool_id"], config["client_id"]
    username = f"e2e-{uuid.uuid4().hex[:10]}@example.com"
    password = f"Aa1!{secrets.token_urlsafe(24)}"
    idp.admin_create_user(
        UserPoolId=pool,
        Username=username,
        MessageAction="SUPPRESS",
        UserAttributes=[
            {"Name": "email", "Value": username},
            {"Name": "email_verified", "Value": "true"},
        ],
    )
    idp.admin_set_user_password(
        UserPoolId=pool, Username=username, Password=password, Permanent=True
    )
    if group:
        idp.admin_add_user_to_group(UserPoolId=pool, Username=username, GroupName=group)
    first = idp.initiate_auth(
        ClientId=client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": username, "PASSWORD": password},
    )
    assert first.get("ChallengeName") == "MFA_SETUP", (
        f"a pool with required MFA must not let a user without a token in: {first}"
    )
    associated = idp.associate_software_token(Session=first["Session"])
    verified = idp.verify_software_token(
        Session=associated["Session"],
        UserCode=pyotp.TOTP(associated["SecretCode"]).now(),
    )
    assert verified["Status"] == "SUCCESS"
    done = idp.respond_to_auth_challenge(
        ClientId=client_id,
        ChallengeName="MFA_SETUP",
        Session=verified["Session"],
        ChallengeResponses={"USERNAME": username},
    )
    return Person(username, done["AuthenticationResult"]["AccessToken"])
