"""A partner's API key, as a door whose key is rotated."""

import os
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from qs_cloud.rotation import RotationError
from qs_cloud.telemetry import logger
from qs_rotate_partner_key.gateway import (
    add_to_plan,
    delete_key,
    in_plan,
    keys_named,
    make_key,
    plan_named,
    value_of,
)
from qs_rotate_partner_key.partner import Partner, PartnerSecret, parse_secret

POLL_SECONDS = 3.0
PROBE_SECONDS = 90.0
"""API Gateway's stages learn of a new key within a minute or so."""
RESERVE_SECONDS = 10.0
"""Time that is kept at the end, to say what went wrong before Lambda ends the function."""
ANSWER_SECONDS = 5.0

_KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class PartnerKey:
    """The API key of one partner.

    Attributes:
        partner: The partner.
        remaining: Says how many seconds the function still has.
        sleep: Waits for seconds.
    """

    partner: Partner
    remaining: Callable[[], float]
    sleep: Callable[[float], None] = time.sleep

    def create(self, current: str | None) -> str:
        """Make the next value: a new key of 43 characters.

        Args:
            current: The present value; None before the first rotation.

        Returns:
            The next value.
        """
        del current
        value = PartnerSecret(partner=self.partner.name, api_key=secrets.token_urlsafe(_KEY_BYTES))
        return value.model_dump_json()

    def set(self, current: str | None, pending: str) -> None:
        """Make the next key in API Gateway, in the partner's plan; the present one stays.

        Args:
            current: The present value; None before the first rotation.
            pending: The next value.

        Raises:
            RotationError: If the value cannot be used, or there is no plan.
            CloudCallError: If API Gateway refuses or cannot be reached.
        """
        del current
        secret = parse_secret(pending)
        key_id = make_key(
            secret.key_name(self.partner), secret.api_key, f"Key of {self.partner.name}"
        )
        add_to_plan(key_id, self._plan())
        logger().info("Partner's key is in its plan", extra={"key_id": key_id})

    def test(self, pending: str) -> None:
        """See that API Gateway holds the key, in the plan, and that it opens the API.

        Args:
            pending: The next value.

        Raises:
            RotationError: If it does not.
            CloudCallError: If API Gateway cannot be reached.
        """
        secret = parse_secret(pending)
        if (why := self._closed(secret)) is not None:
            raise self._refusal(why)
        if url := os.environ.get("QS_PARTNER_PROBE_URL"):
            self._probe(url, secret.api_key)

    def opens(self, value: str) -> bool:
        """See whether API Gateway holds the key, enabled, in the partner's plan.

        Args:
            value: A value of the secret, of whatever age.

        Returns:
            Whether it does.

        Raises:
            RotationError: If the value cannot be used, or there is no plan.
            CloudCallError: If API Gateway cannot be reached.
        """
        return self._closed(parse_secret(value)) is None

    def retire(self, current: str) -> None:
        """Delete the partner's other keys before their overlap is over.

        Args:
            current: The present value.

        Raises:
            RotationError: If the value cannot be used.
            CloudCallError: If API Gateway refuses or cannot be reached.
        """
        kept = parse_secret(current).key_name(self.partner)
        for key in list(keys_named(self.partner.key_prefix)):
            if key.name != kept:
                delete_key(key.id)
                logger().info("Former key deleted", extra={"key_id": key.id})

    def sessions(self, current: str, version: str) -> Sequence[Mapping[str, object]]:
        """Tell nothing: a key has no sessions."""
        del current, version
        return ()

    def _closed(self, secret: PartnerSecret) -> str | None:
        name = secret.key_name(self.partner)
        found = next((key for key in keys_named(name) if key.name == name), None)
        if found is None:
            return "API Gateway has no such key"
        if value_of(found.id) != secret.api_key:
            return "API Gateway's key is disabled, or has another value"
        if not in_plan(found.id, self._plan()):
            return "the key is not in the partner's usage plan"
        return None

    def _plan(self) -> str:
        plan_id = plan_named(self.partner.plan_name)
        if plan_id is None:
            raise RotationError(
                f"There is no usage plan {self.partner.plan_name}, so a key of the partner would "
                "open nothing. Apply the client layer (terraform/platform), then start the "
                "rotation again."
            )
        return plan_id

    def _probe(self, url: str, api_key: str) -> None:
        waited = 0.0
        while (why := _refused(url, api_key)) is not None:
            if waited >= PROBE_SECONDS or self.remaining() < RESERVE_SECONDS:
                raise self._refusal(why)
            self.sleep(POLL_SECONDS)
            waited += POLL_SECONDS

    def _refusal(self, why: str) -> RotationError:
        return RotationError(
            f"The new key of {self.partner.name} does not open the API: {why}. The present key "
            "stays in use. Look at the keys and the usage plan in API Gateway, then start the "
            "rotation again."
        )


def _refused(url: str, api_key: str) -> str | None:
    """Send one request with the key; anything but a refusal of the key itself proves it."""
    from urllib.error import HTTPError
    from urllib.request import Request, urlopen

    if not url.startswith(("https://", "http://")):
        return "QS_PARTNER_PROBE_URL is no address of the web"
    request = Request(url, headers={"x-api-key": api_key})  # noqa: S310 - checked above
    try:
        with urlopen(request, timeout=ANSWER_SECONDS):  # noqa: S310
            return None
    except HTTPError as error:
        with error:
            kind = error.headers.get("x-amzn-errortype", "")
        # Without a token the route answers 401; that is the next door, behind the key's.
        if error.code == 403 and kind.startswith("ForbiddenException"):
            return "the API answers 403 to it"
        return None if error.code < 500 else f"the API answers {error.code}"
    except OSError as error:
        return f"the API cannot be reached ({type(error).__name__})"
