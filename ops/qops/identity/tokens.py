"""Gives an access token that is still good, with as little ceremony as possible."""

import os
import time
from dataclasses import dataclass

from qops.errors import PrerequisiteError
from qops.identity.demo_user import create_demo_user
from qops.identity.sign_in import SignIn
from qops.identity.store import DemoUser, SecretFile, Tokens
from qops.platform.aws import Aws
from qops.platform.client_settings import ClientSettings, read_client_settings
from qops.settings import Settings

_SPARE_SECONDS = 60
"""A token that ends sooner than this is not used any more."""


@dataclass(frozen=True, slots=True)
class Identity:
    """The demo's user of one environment, with its files.

    Attributes:
        settings: Which environment.
        aws: Its clients.
    """

    settings: Settings
    aws: Aws

    def client_settings(self) -> ClientSettings:
        """What clients need to know, from the platform's parameter."""
        return read_client_settings(self.settings, self.aws)

    def ensure_user(self) -> DemoUser:
        """The demo's user; made when there is none in the present pool.

        Raises:
            SignInError: Its first sign-in failed.
        """
        client = self.client_settings()
        kept = self._user_file().read()
        if kept is not None and kept.get("user_pool_id") == client.user_pool_id:
            return DemoUser(**kept)
        user, tokens = create_demo_user(
            self.aws.client("cognito-idp"), client.user_pool_id, self._sign_in(client)
        )
        self._user_file().write(user)
        self._token_file().write(tokens)
        return user

    def access_token(self) -> str:
        """An access token that is good for at least a minute.

        Raises:
            PrerequisiteError: AWS, and no token was given.
            SignInError: Cognito did not let the user in.
        """
        given = os.environ.get("QOPS_ACCESS_TOKEN")
        if given:
            return given
        if not self.settings.local:
            raise PrerequisiteError(
                "qops has no user in this environment.",
                why="A user with stored secrets is made in the local cloud only.",
                next_step="Sign in with your own tool and set QOPS_ACCESS_TOKEN.",
            )
        user = self.ensure_user()
        client = self.client_settings()
        kept = self._token_file().read()
        tokens = Tokens(**kept) if kept else None
        if tokens and tokens.client_id == client.client_id:
            if tokens.expires_at - time.time() > _SPARE_SECONDS:
                return tokens.access_token
        else:
            tokens = None
        sign_in = self._sign_in(client)
        fresh = sign_in.refresh(tokens.refresh_token) if tokens else None
        if fresh is None:
            fresh = sign_in.again(user.username, user.password, user.totp_secret)
        self._token_file().write(fresh)
        return fresh.access_token

    def _sign_in(self, client: ClientSettings) -> SignIn:
        return SignIn(self.aws.client("cognito-idp"), client.client_id)

    def _user_file(self) -> SecretFile:
        return SecretFile(self.settings.demo_home / "user.json")

    def _token_file(self) -> SecretFile:
        return SecretFile(self.settings.demo_home / "tokens.json")
