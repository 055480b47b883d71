"""What a plan is made from, and what is there now: state, configuration, provider lock, person."""

import getpass
import socket
from datetime import UTC, datetime
from pathlib import Path

from qops.applying.checks import require_fresh
from qops.applying.seal import Seal, StateVersion, file_digest, planned_state
from qops.platform.aws import Aws
from qops.platform.deployment import Deployment
from qops.platform.workspace import current_commit, sources_digest
from qops.settings import Settings

_HEAD = "bytes=0-4095"


def person(settings: Settings, aws: Aws) -> str:
    """Who acts: the caller as AWS knows it, on the local cloud the account of this machine.

    Args:
        settings: Which environment.
        aws: Its clients.
    """
    if settings.local:
        return f"{getpass.getuser()}@{socket.gethostname()}"
    return str(aws.client("sts").get_caller_identity()["Arn"])


def make_seal(
    settings: Settings, deployment: Deployment, plan: Path, *, purpose: str = "apply"
) -> Seal:
    """The seal of a plan that was made just now.

    Args:
        settings: Which environment.
        deployment: What planned.
        plan: The plan file.
        purpose: What the plan is for.

    Raises:
        RefusedError: It is no plan file.
    """
    state = planned_state(plan)
    return Seal(
        environment=settings.environment,
        plan=file_digest(plan),
        planned_by=person(settings, Aws(settings)),
        planned_at=datetime.now(UTC).isoformat(timespec="seconds"),
        lineage=state.lineage,
        serial=state.serial,
        configuration=configuration_digest(settings),
        provider_lock=_lock_digest(deployment),
        commit=current_commit(settings.repository),
        purpose=purpose,
    )


def require_as_planned(settings: Settings, deployment: Deployment, aws: Aws, seal: Seal) -> None:
    """Refuse a plan when what it was made from is no longer what is there.

    Terraform looks at the state once more, under its lock, before it changes anything.

    Args:
        settings: Which environment.
        deployment: What would apply.
        aws: Clients of the environment.
        seal: The plan's seal.

    Raises:
        RefusedError: The plan is stale, or for another environment.
    """
    require_fresh(
        seal,
        environment=settings.environment,
        state=current_state(aws, deployment),
        configuration=configuration_digest(settings),
        provider_lock=_lock_digest(deployment),
    )


def current_state(aws: Aws, deployment: Deployment) -> StateVersion:
    """The version of the state as it is now; of none when there is none yet.

    Args:
        aws: Clients of the environment.
        deployment: Knows where the state is.
    """
    bucket, key = deployment.state_place
    s3 = aws.client("s3")
    try:
        answer = s3.get_object(Bucket=bucket, Key=key, Range=_HEAD)
    except (s3.exceptions.NoSuchKey, s3.exceptions.NoSuchBucket):
        return StateVersion()
    return StateVersion.of(answer["Body"].read())


def configuration_digest(settings: Settings) -> str:
    """A digest of what a plan depends on: Terraform files, values, commit, archives.

    Args:
        settings: Which environment.
    """
    built = settings.build_home
    return sources_digest(settings, sorted([*built.glob("*.zip"), *built.glob("*.json")]))


def _lock_digest(deployment: Deployment) -> str:
    lock = deployment.workspace.root / ".terraform.lock.hcl"
    return file_digest(lock) if lock.is_file() else ""
