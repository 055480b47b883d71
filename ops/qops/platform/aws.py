"""Clients and environment variables that reach the environment's cloud, and no other."""

import os
import re
import threading
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from qops.errors import PrerequisiteError, UsageError
from qops.local.model import ACCESS_KEY, SECRET_KEY, LocalCloudError
from qops.settings import Settings

if TYPE_CHECKING:
    import boto3

_LOCAL_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})
_INHERITED_IDENTITY = (
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_ROLE_ARN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CA_BUNDLE",
)

CONNECT_SECONDS = 5
READ_SECONDS = 60
ATTEMPTS = 4
"""How often a call is made that fails by the network or by a throttle."""

SILENCE_SECONDS = 30
"""A local cloud that says nothing for so long will not answer a call either."""


def region_of(settings: Settings) -> str:
    """The region that the environment's tfvars name, or else the variable's default.

    Raises:
        PrerequisiteError: A file is missing, or neither names a region.
    """
    declared = settings.platform_folder / "variables.tf"
    try:
        values = settings.variables_file.read_text(encoding="utf-8")
        defaults = declared.read_text(encoding="utf-8")
    except OSError as error:
        raise PrerequisiteError(
            f"The values of environment {settings.environment} cannot be read.",
            why=str(error),
            next_step="Restore terraform/platform from git.",
        ) from error
    found = re.search(r'^region\s*=\s*"([a-z0-9-]+)"', values, re.MULTILINE) or re.search(
        r'^variable "region" \{[^}]*?^\s*default\s*=\s*"([a-z0-9-]+)"',
        defaults,
        re.MULTILINE | re.DOTALL,
    )
    if found is None:
        raise PrerequisiteError(
            f"Neither {settings.variables_file.name} nor variables.tf names a region.",
            next_step='Add a line such as region = "ap-northeast-2" to the first.',
        )
    return found.group(1)


def cloud_environment(
    settings: Settings, environ: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Environment variables for a program that talks to the environment's cloud.

    Args:
        settings: Which environment.
        environ: What to start from; this process's own when absent.

    Returns:
        The complete environment. For the local cloud nothing of a real AWS identity is left.
    """
    values = dict(os.environ if environ is None else environ)
    region = region_of(settings)
    values["AWS_REGION"] = values["AWS_DEFAULT_REGION"] = region
    if settings.local:
        for name in list(values):
            if name in _INHERITED_IDENTITY or name.startswith("AWS_ENDPOINT_URL_"):
                del values[name]
        values |= {
            "AWS_ENDPOINT_URL": settings.endpoint_url,
            "AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
            "AWS_EC2_METADATA_DISABLED": "true",
            # The account's own configuration must not redirect a service to the real AWS.
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        }
    return values


class Aws:
    """Makes boto3 clients for one environment, one for each service; safe to share by threads."""

    def __init__(self, settings: Settings) -> None:
        """Remember the environment; nothing is contacted."""
        self._settings = settings
        self._clients: dict[str, Any] = {}
        self._answers = not settings.local
        self._making = threading.Lock()

    @cached_property
    def region(self) -> str:
        """The environment's region."""
        return region_of(self._settings)

    @cached_property
    def _session(self) -> "boto3.Session":
        import boto3

        if self._settings.local:
            return boto3.Session(
                aws_access_key_id=ACCESS_KEY,
                aws_secret_access_key=SECRET_KEY,
                region_name=self.region,
            )
        return boto3.Session(region_name=self.region)

    def client(self, service: str, *, answer_seconds: int | None = None) -> Any:
        """The client of one service.

        Args:
            service: boto3's name of the service.
            answer_seconds: For calls that may take so long; they are not tried again.

        Returns:
            The client, with timeouts and bounded retries.

        Raises:
            UsageError: The local environment, but the client would reach another host.
            LocalCloudError: Something listens on the port of the local cloud and says nothing.
        """
        with self._making:
            name = service if answer_seconds is None else f"{service} {answer_seconds}"
            if name not in self._clients:
                self._require_answer()
                self._clients[name] = self._make_client(service, answer_seconds)
            return self._clients[name]

    def _require_answer(self) -> None:
        """Ask the local cloud once: a hung one would cost each call minutes, attempt by attempt.

        A port on which nobody listens refuses at once, and the call itself says so.
        """
        if self._answers:
            return
        import urllib.request
        from http.client import HTTPException

        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        address = f"{self._settings.endpoint_url}/_qscreen/health"
        try:
            opener.open(address, timeout=SILENCE_SECONDS).close()
        except (OSError, HTTPException) as error:
            if isinstance(error, TimeoutError) or isinstance(
                getattr(error, "reason", None), TimeoutError
            ):
                raise LocalCloudError(
                    "The local cloud does not answer.",
                    why=f"Something listens on {self._settings.endpoint_url}, but it said nothing "
                    f"for {SILENCE_SECONDS} s.",
                    next_step="Look: qops status. If it stays so: qops down, then qops up.",
                ) from error
        self._answers = True

    def _make_client(self, service: str, answer_seconds: int | None) -> Any:
        from botocore.config import Config

        local = self._settings.local
        client = self._session.client(  # type: ignore[call-overload]
            service,
            endpoint_url=self._settings.endpoint_url if local else None,
            config=Config(
                connect_timeout=CONNECT_SECONDS,
                read_timeout=answer_seconds or READ_SECONDS,
                retries={
                    "total_max_attempts": 1 if answer_seconds else ATTEMPTS,
                    "mode": "standard",
                },
                s3={"addressing_style": "path"} if local else None,
            ),
        )
        if local and urlsplit(client.meta.endpoint_url).hostname not in _LOCAL_HOSTS:
            raise UsageError(
                f"A client of {service} would have left this machine.",
                why=f"Its endpoint is {client.meta.endpoint_url}.",
                next_step="Unset AWS_ENDPOINT_URL_* and the endpoint settings of your profile.",
            )
        return client

    @cached_property
    def account(self) -> str:
        """The account's id."""
        return str(self.client("sts").get_caller_identity()["Account"])
