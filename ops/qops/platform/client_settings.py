"""What a client needs to know of the platform, from its parameter ``/qscreen/<env>/client``."""

import json
from dataclasses import asdict, dataclass

from qops.errors import PrerequisiteError
from qops.platform.aws import Aws
from qops.settings import Settings


@dataclass(frozen=True, slots=True)
class ClientSettings:
    """The published settings.

    Attributes:
        environment: Name of the environment.
        region: AWS region.
        api_url: Address of the API, with its stage.
        user_pool_id: Cognito user pool.
        client_id: App client without a secret.
        issuer: Issuer of the tokens.
    """

    environment: str
    region: str
    api_url: str
    user_pool_id: str
    client_id: str
    issuer: str

    def as_json(self) -> str:
        """The settings as the parameter's value has them."""
        return json.dumps(asdict(self))


def read_client_settings(settings: Settings, aws: Aws) -> ClientSettings:
    """Read the parameter.

    Args:
        settings: Which environment.
        aws: Its clients.

    Raises:
        PrerequisiteError: The platform is not applied.
    """
    ssm = aws.client("ssm")
    name = f"/qscreen/{settings.environment}/client"
    try:
        value = ssm.get_parameter(Name=name)["Parameter"]["Value"]
    except ssm.exceptions.ParameterNotFound as error:
        raise PrerequisiteError(
            f"The platform is not applied in environment {settings.environment}.",
            why=f"Its parameter {name} does not exist.",
            next_step="Apply it: qops up" if settings.local else "Apply it: qops plan, qops apply",
        ) from error
    data = json.loads(value)
    return ClientSettings(
        **{field: str(data[field]) for field in ClientSettings.__dataclass_fields__}
    )
