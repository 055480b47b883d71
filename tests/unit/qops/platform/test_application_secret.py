"""The application's secret gets its first value from its rotation."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from qops.platform.application_secret import LIMIT_SECONDS, RotationError, ensure_application_secret
from qops.settings import Settings

FUNCTION = "arn:aws:lambda:ap-northeast-2:000000000000:function:qscreen-local-rotate-postgres"


class Secrets:
    """Secrets Manager with one secret; its rotation ends after some questions."""

    class exceptions:  # noqa: N801 - boto3's name
        class ResourceNotFoundException(Exception):  # noqa: N818
            pass

        ClientError = ClientError

    def __init__(self, *stages: dict[str, list[str]] | None, rotation: bool = True) -> None:
        self.stages = list(stages)
        self.rotation = rotation
        self.asked: list[str] = []
        self.rotations = 0
        self.fault: ClientError | None = None
        self.refusals: list[ClientError] = []

    def client(self, service: str) -> "Secrets":
        assert service == "secretsmanager"
        return self

    def describe_secret(self, SecretId: str) -> dict[str, Any]:  # noqa: N803
        self.asked.append(SecretId)
        stages = self.stages.pop(0) if len(self.stages) > 1 else self.stages[0]
        if stages is None:
            raise self.exceptions.ResourceNotFoundException
        found: dict[str, Any] = {"VersionIdsToStages": stages}
        return found | {"RotationLambdaARN": FUNCTION} if self.rotation else found

    def rotate_secret(self, SecretId: str) -> None:  # noqa: N803
        self.rotations += 1
        if self.refusals:
            raise self.refusals.pop()
        if self.fault is not None:
            raise self.fault


@pytest.fixture
def settings(tmp_path) -> Settings:
    return Settings(repository=tmp_path, home=tmp_path)


def ensure(settings: Settings, secrets: Secrets, said: list[str] | None = None) -> bool:
    clock = iter(range(10_000))
    return ensure_application_secret(
        settings,
        secrets,  # type: ignore[arg-type]
        notice=(said if said is not None else []).append,
        now=lambda: float(next(clock)),
        sleep=lambda seconds: None,
    )


CURRENT = {"v1": ["AWSCURRENT"]}
PENDING = {"v1": ["AWSPENDING"]}


def test_a_secret_with_a_value_is_left_alone(settings: Settings) -> None:
    secrets = Secrets(CURRENT)
    assert not ensure(settings, secrets)
    assert (secrets.rotations, secrets.asked) == (0, ["qscreen-local/postgres"])


def test_an_environment_without_the_secret_is_left_alone(settings: Settings) -> None:
    secrets = Secrets(None)
    assert not ensure(settings, secrets)
    assert secrets.rotations == 0


def test_a_secret_without_a_value_is_rotated_and_waited_for(settings: Settings) -> None:
    secrets, said = Secrets({}, {}, PENDING, CURRENT), []
    assert ensure(settings, secrets, said)
    assert secrets.rotations == 1
    assert len(secrets.asked) == 4
    assert "first rotation" in said[0]


def test_a_rotation_that_runs_already_is_waited_for(settings: Settings) -> None:
    secrets = Secrets({}, CURRENT)
    secrets.fault = _fault("InvalidRequestException", "A previous rotation is already in progress")
    assert ensure(settings, secrets)


def test_a_rotation_is_started_again_once_the_test_of_its_schedule_is_over(
    settings: Settings,
) -> None:
    secrets = Secrets({}, PENDING, {}, {}, CURRENT)
    message = "A previous rotation isn't complete. That rotation will be reattempted."
    secrets.refusals = [_fault("InvalidRequestException", message) for _ in range(2)]
    assert ensure(settings, secrets)
    assert secrets.rotations == 3


def test_a_rotation_that_cannot_start_says_why(settings: Settings) -> None:
    secrets = Secrets({})
    secrets.fault = _fault("AccessDeniedException", "no permission")
    with pytest.raises(RotationError) as caught:
        ensure(settings, secrets)
    assert "AccessDeniedException: no permission" in caught.value.why
    assert "run qops up again" in caught.value.next_step


def test_a_secret_without_a_rotation_says_what_to_do(settings: Settings) -> None:
    with pytest.raises(RotationError) as caught:
        ensure(settings, Secrets({}, rotation=False))
    assert "rotation is not configured" in caught.value.why
    assert "qops up" in caught.value.next_step


@pytest.mark.parametrize(("stages", "why"), [(PENDING, "did not finish"), ({}, "has not begun")])
def test_a_rotation_that_does_not_end_is_given_up(settings: Settings, stages, why: str) -> None:
    with pytest.raises(RotationError) as caught:
        ensure(settings, Secrets({}, stages))
    assert f"{LIMIT_SECONDS:.0f} s" in caught.value.what
    assert why in caught.value.why
    assert "/aws/lambda/qscreen-local-rotate-postgres" in caught.value.next_step


def _fault(code: str, message: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "RotateSecret")
