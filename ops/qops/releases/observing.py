"""Asks what runs now: versions of aliases, versions of configuration parameters."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from qops.errors import RefusedError
from qops.inventory.model import Inventory
from qops.inventory.state import read_state
from qops.platform.aws import Aws
from qops.releases.model import AliasName, Running, Setting
from qops.settings import Settings

AT_ONCE = 8
"""Calls at a time; Lambda takes 15 a second of its control API before it throttles."""

_BATCH = 10
"""Names that GetParameters takes in one call."""

_ADDRESSES = frozenset({"client", "search"})
"""Parameters that name what Terraform made (URLs, ids, domains): an older one would name what may
be gone by now. They go back with the infrastructure only."""

_RECORDS = frozenset({"released-code"})
"""Parameters that tell what runs and that Terraform only makes: written anew, not gone back to."""


@dataclass(frozen=True, slots=True)
class Platform:
    """What there is to move.

    Attributes:
        aliases: All aliases of functions.
        shifted: Those whose version CodeDeploy decides, not Terraform.
        parameters: Names of the configuration parameters.
        record: Name of the parameter that tells what the pipeline released; empty without one.
    """

    aliases: tuple[AliasName, ...]
    shifted: frozenset[AliasName]
    parameters: tuple[str, ...]
    record: str = ""


def platform_of(inventory: Inventory) -> Platform:
    """What there is to move.

    Args:
        inventory: The applied platform.
    """
    aliases, shifted = [], set()
    for one in inventory.of("aws_lambda_alias"):
        alias = AliasName(one.text("function_name").rpartition(":")[2], one.text("name"))
        aliases.append(alias)
        if one.address.partition(".aws_lambda_alias.")[2].startswith("deployed"):
            shifted.add(alias)
    names = [one.text("name") for one in inventory.of("aws_ssm_parameter")]
    last = {name: name.rpartition("/")[2] for name in names if name}
    return Platform(
        aliases=tuple(sorted(aliases, key=str)),
        shifted=frozenset(shifted),
        parameters=tuple(
            sorted(name for name, word in last.items() if word not in _ADDRESSES | _RECORDS)
        ),
        record=next((name for name, word in last.items() if word in _RECORDS), ""),
    )


def read_platform(
    settings: Settings, aws: Aws, *, place: tuple[str, str] | None = None
) -> Platform:
    """What there is to move, from the state.

    Args:
        settings: Which environment.
        aws: Its clients.
        place: Bucket and key of the state, where they are known already.

    Raises:
        PrerequisiteError: The platform is not applied.
    """
    return platform_of(read_state(settings, aws, place=place))


def observe(platform: Platform, aws: Aws) -> Running:
    """What runs now.

    Args:
        platform: What to ask of.
        aws: The environment's clients.

    Raises:
        RefusedError: An alias is on its way from one version to another.
        botocore.exceptions.ClientError: An alias or a parameter is gone, or may not be read.
    """
    answers = look_at_aliases(aws, platform.aliases)
    found = dict(zip(platform.aliases, answers, strict=True))
    moving = sorted(
        str(alias)
        for alias, answer in found.items()
        if (answer.get("RoutingConfig") or {}).get("AdditionalVersionWeights")
    )
    if moving:
        raise RefusedError(
            f"{moving[0]} is being shifted from one version to another.",
            why=f"A deployment of CodeDeploy is under way for {len(moving)} of "
            f"{len(found)} functions: what runs is two versions.",
            next_step="Wait until it has ended; to take it back at once: aws deploy "
            "stop-deployment --auto-rollback-enabled --deployment-id ...",
        )
    return Running(
        aliases={alias: str(answer["FunctionVersion"]) for alias, answer in found.items()},
        settings=read_settings(platform.parameters, aws),
    )


def look_at_aliases(aws: Aws, aliases: "tuple[AliasName, ...]") -> list[dict[str, Any]]:
    """Ask Lambda where each alias points, several at a time.

    Args:
        aws: The environment's clients.
        aliases: The aliases.

    Returns:
        The answers, in order.
    """
    client = aws.client("lambda")

    def ask(alias: AliasName) -> dict[str, Any]:
        answer: dict[str, Any] = client.get_alias(FunctionName=alias.function, Name=alias.alias)
        return answer

    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        return list(pool.map(ask, aliases))


def read_settings(names: tuple[str, ...], aws: Aws) -> dict[str, Setting]:
    """The versions of parameters as they are now.

    Args:
        names: Their names.
        aws: The environment's clients.
    """
    client = aws.client("ssm")
    found = {}
    for start in range(0, len(names), _BATCH):
        answer = client.get_parameters(
            Names=list(names[start : start + _BATCH]), WithDecryption=True
        )
        for one in answer["Parameters"]:
            found[str(one["Name"])] = Setting(int(one["Version"]), digest(str(one["Value"])))
    return dict(sorted(found.items()))


def digest(value: str) -> str:
    """What tells values apart without telling them.

    Args:
        value: Value of a parameter.
    """
    return hashlib.sha256(value.encode()).hexdigest()[:16]
