"""A Secrets Manager inside this process whose rotations go as a test says, and a door."""

import io
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from qops.health.answers import CheckAnswer
from qops.health.model import Layer, Severity, State
from qops.rotation import watching

ACCOUNT = "arn:aws:secretsmanager:ap-northeast-2:000000000000:secret:"
FUNCTION = "arn:aws:lambda:ap-northeast-2:000000000000:function:qscreen-local-rotate-postgres:live"
NOW = datetime.now(UTC)


def refusal(code: str, operation: str, message: str = "no") -> ClientError:
    """An error as botocore raises it."""
    return ClientError({"Error": {"Code": code, "Message": message}}, operation)


class _Exceptions:
    ResourceNotFoundException = ClientError
    ClientError = ClientError


class World:
    """Clients, secrets, and which versions open the door.

    Attributes:
        secrets: What DescribeSecret answers, by name.
        open: Versions that open the door.
        rotation: What a rotation does, called with the secret and the version that it makes.
        refusals: Raised in place of an answer, by operation.
        log: Documents in the log of the rotation function.
        tasks: What the function was asked.
        stages_moved: Calls that moved a label.
    """

    exceptions = _Exceptions

    def __init__(self) -> None:
        self.secrets: dict[str, dict[str, Any]] = {}
        self.open: set[str] = set()
        self.rotation: Callable[[dict[str, Any], str], None] = self.succeed
        self.refusals: dict[str, Exception] = {}
        self.log: list[dict[str, Any]] = []
        self.tasks: list[str] = []
        self.stages_moved: list[dict[str, Any]] = []
        self.sessions: list[dict[str, Any]] = []

    def add(self, name: str, *, days: float = 1, every: int = 30, **more: Any) -> dict[str, Any]:
        """A secret whose present value is so many days old."""
        rotated = NOW - timedelta(days=days)
        secret = {
            "Name": f"qscreen-local/{name}",
            "ARN": f"{ACCOUNT}qscreen-local/{name}-abcdef",
            "RotationEnabled": True,
            "RotationLambdaARN": FUNCTION,
            "RotationRules": {"AutomaticallyAfterDays": every},
            "VersionIdsToStages": {"v1": ["AWSCURRENT"]},
            "CreatedDate": rotated,
            "LastRotatedDate": rotated,
            "LastChangedDate": rotated,
            "NextRotationDate": rotated + timedelta(days=every),
            **more,
        }
        self.secrets[secret["Name"]] = secret
        self.open.add("v1")
        return secret

    # How rotations go.

    def succeed(self, secret: dict[str, Any], token: str) -> None:
        """All four steps, at once."""
        self.open.add(token)
        for step in watching.STEPS:
            self.log.append({"message": "Rotation step done", "step": step, "token": token})
        self._move(secret, "AWSCURRENT", token)

    def fail(self, _secret: dict[str, Any], token: str) -> None:
        """The test step fails, again and again."""
        self.open.add(token)
        for number in range(watching.ATTEMPTS):
            failed = {"message": "Rotation step failed", "step": "testSecret", "try": number}
            self.log.append({**failed, "token": token, "why": "the door stays shut"})

    def hang(self, _secret: dict[str, Any], _token: str) -> None:
        """Nothing is ever heard of it."""

    # The clients, all in one.

    def client(self, _service: str, **_: Any) -> "World":
        return self

    def get_paginator(self, operation: str) -> Any:
        world = self

        class Pages:
            def paginate(self, **asked: Any) -> Iterator[dict[str, Any]]:
                world._refuse(operation)
                if operation == "list_secrets":
                    yield {"SecretList": list(world.secrets.values())}
                elif operation == "filter_log_events":
                    texts = [json.dumps(one) for one in world.log]
                    yield {"events": [{"message": text} for text in ["START", *texts]]}
                elif operation == "list_functions":
                    names = {"QS_DB_SECRET_ARN": f"{ACCOUNT}qscreen-local/postgres-abcdef"}
                    yield {
                        "Functions": [
                            {
                                "FunctionName": f"qscreen-{where}-recorder",
                                "Environment": {"Variables": names},
                            }
                            for where in ("local", "other")
                        ]
                    }
                else:
                    yield {"DBProxies": []}
                del asked

        return Pages()

    def describe_secret(self, SecretId: str) -> dict[str, Any]:  # noqa: N803 - boto3's names
        self._refuse("describe_secret")
        return json.loads(json.dumps(self._secret(SecretId), default=str), object_hook=_dates)

    def rotate_secret(self, SecretId: str, ClientRequestToken: str) -> None:  # noqa: N803
        self._refuse("rotate_secret")
        secret = self._secret(SecretId)
        secret["VersionIdsToStages"][ClientRequestToken] = ["AWSPENDING"]
        self.rotation(secret, ClientRequestToken)

    def update_secret_version_stage(self, **asked: Any) -> None:
        self._refuse("update_secret_version_stage")
        self.stages_moved.append(asked)
        self._move(
            self._secret(asked["SecretId"]),
            asked["VersionStage"],
            asked.get("MoveToVersionId"),
            asked.get("RemoveFromVersionId"),
        )

    def get_function_configuration(self, FunctionName: str) -> None:  # noqa: N803
        del FunctionName
        self._refuse("get_function_configuration")

    def invoke(self, FunctionName: str, Payload: bytes) -> dict[str, Any]:  # noqa: N803
        assert FunctionName == FUNCTION
        event = json.loads(Payload)
        self.tasks.append(event["Task"])
        self._refuse("invoke")
        failure = self.refusals.get(event["Task"])
        if failure is not None:
            told = {"errorType": type(failure).__name__, "errorMessage": str(failure)}
            return {"FunctionError": "Unhandled", "Payload": _body(told)}
        stages = self._secret(event["SecretId"])["VersionIdsToStages"]
        current = next((one for one, its in stages.items() if "AWSCURRENT" in its), None)
        if event["Task"] == "retire":
            self.open &= {current}
        versions = [one for one, its in stages.items() if its]
        versions += [one for one in event.get("Versions", ()) if one not in versions]
        return {
            "Payload": _body(
                {
                    "versions": [
                        {"version": one, "stages": stages.get(one, []), "opens": one in self.open}
                        for one in versions
                    ],
                    "sessions": self.sessions,
                }
            )
        }

    def _secret(self, name: str) -> dict[str, Any]:
        return next(one for one in self.secrets.values() if name in {one["Name"], one["ARN"]})

    def _refuse(self, operation: str) -> None:
        if operation in self.refusals:
            raise self.refusals[operation]

    def _move(
        self, secret: dict[str, Any], stage: str, to: str | None, of: str | None = None
    ) -> None:
        stages = secret["VersionIdsToStages"]
        for version, labels in stages.items():
            if stage in labels and (of in {None, version}):
                labels.remove(stage)
                if stage == "AWSCURRENT":
                    for others in stages.values():
                        if "AWSPREVIOUS" in others:
                            others.remove("AWSPREVIOUS")
                    labels.append("AWSPREVIOUS")
        if to is not None:
            stages[to] = [one for one in stages[to] if one not in {"AWSPENDING", "AWSPREVIOUS"}]
            stages[to].append(stage)


def _dates(document: dict[str, Any]) -> dict[str, Any]:
    return {
        name: datetime.fromisoformat(value) if name.endswith("Date") else value
        for name, value in document.items()
    }


def _body(document: dict[str, Any]) -> io.BytesIO:
    return io.BytesIO(json.dumps(document).encode())


class Health:
    """What the checks of the platform say, in turn; the last one goes on."""

    def __init__(self) -> None:
        self.states = [State.HEALTHY]

    def __call__(self, *_: Any) -> list[CheckAnswer]:
        state = self.states.pop(0) if len(self.states) > 1 else self.states[0]
        return [
            CheckAnswer(
                id="data.database-connects",
                layer=Layer.DATA,
                severity=Severity.CRITICAL,
                title="PostgreSQL takes connections",
                state=state,
                deep=True,
                seconds=0,
                findings=[],
                meaning="",
                repair="",
                runbook="",
            )
        ]


class Clock:
    """A monotonic clock that moves when somebody waits."""

    def __init__(self) -> None:
        self.time = 0.0

    def sleep(self, seconds: float) -> None:
        self.time += seconds
