"""Partners, and the value of their secrets."""

import hashlib
from functools import lru_cache

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from qs_cloud.config import ConfigurationError, variable
from qs_cloud.rotation import RotationError


class Partner(BaseModel):
    """One partner, as the function's environment names him."""

    model_config = ConfigDict(frozen=True)

    name: str = Field(pattern=r"^[a-z][a-z0-9-]{1,30}$")
    secret_arn: str = Field(min_length=1)

    @property
    def plan_name(self) -> str:
        """Name of his usage plan."""
        return f"{variable('QS_PREFIX')}-{self.name}"

    @property
    def key_prefix(self) -> str:
        """What the names of his keys begin with."""
        return f"{self.plan_name}."


class PartnerSecret(BaseModel):
    """Value of the secret ``<prefix>/partner-<name>``: what the partner is given."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    partner: str
    api_key: str = Field(min_length=20, max_length=128)

    def key_name(self, partner: Partner) -> str:
        """Name the key in API Gateway, so that a repeated step finds it.

        Args:
            partner: The partner.

        Returns:
            The partner's prefix and a digest of the key, which does not give it away.
        """
        return partner.key_prefix + hashlib.sha256(self.api_key.encode()).hexdigest()[:16]


def parse_secret(text: str) -> PartnerSecret:
    """Read the value of a secret.

    Args:
        text: The value, JSON.

    Returns:
        The typed value.

    Raises:
        RotationError: If it cannot be used; names the fields, never their values.
    """
    try:
        return PartnerSecret.model_validate_json(text)
    except ValidationError as error:
        fields = sorted({".".join(map(str, fault["loc"])) for fault in error.errors()})
        raise RotationError(
            f"The partner's secret is not usable at {', '.join(fields) or 'the whole'}. It must "
            "be JSON with partner and api_key. Delete the version and rotate again."
        ) from None


def partners() -> tuple[Partner, ...]:
    """Read the partners that the function's environment names.

    Returns:
        The partners, by name.

    Raises:
        ConfigurationError: If ``QS_PARTNERS`` is missing or unusable.
    """
    return _parse(variable("QS_PARTNERS"))


def partner_of(secret_arn: str) -> Partner:
    """Find the partner of a secret.

    Args:
        secret_arn: ARN of the secret.

    Returns:
        The partner.

    Raises:
        RotationError: If the secret is no partner's.
        ConfigurationError: If ``QS_PARTNERS`` is missing or unusable.
    """
    found = next((one for one in partners() if one.secret_arn == secret_arn), None)
    if found is None:
        raise RotationError(
            "The secret is no partner's that this release knows. Nothing was changed. Name the "
            "partner in the settings of the client layer (terraform/platform) and apply."
        )
    return found


@lru_cache(maxsize=4)
def _parse(text: str) -> tuple[Partner, ...]:
    try:
        found = TypeAdapter(dict[str, str]).validate_json(text)
        return tuple(Partner(name=name, secret_arn=found[name]) for name in sorted(found))
    except ValidationError as error:
        raise ConfigurationError(
            "The variable QS_PARTNERS is not usable: it must be JSON with the ARN of the secret "
            "by the partner's name. Correct it (terraform/platform) and deploy again."
        ) from error
