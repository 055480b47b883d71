"""What the API depends on, and one small question to each.

Each question is one that the API's own role may ask anyway, so that a deep health check needs no
rights of its own and says what the API itself would meet.
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

from qs_cloud import clients
from qs_cloud.calls import error_code
from qs_cloud.config import variable
from qscreen.wire import CheckState, HealthCheck

TIMEOUT_SECONDS = 5.0
"""What has not answered by then is unknown."""

_PROBE = "health-probe"
_TABLES = {
    "runs": ("QS_RUNS_TABLE", ("run_id",)),
    "devices": ("QS_DEVICES_TABLE", ("device_id",)),
    "commands": ("QS_COMMANDS_TABLE", ("command_id",)),
    "sessions": ("QS_SESSIONS_TABLE", ("session_id",)),
    "configuration": ("QS_CONFIGURATION_TABLE", ("server", "name")),
    "idempotency": ("QS_IDEMPOTENCY_TABLE", ("id",)),
}


@dataclass(frozen=True, slots=True)
class Dependency:
    """One thing that the API depends on.

    Attributes:
        name: What is asked, e.g. ``table runs``.
        ask: Asks it; raises if it does not answer as it should.
    """

    name: str
    ask: Callable[[], object]


@dataclass(frozen=True, slots=True)
class Dependencies:
    """All that the API depends on.

    Attributes:
        tables: Name and key attributes of each table, by purpose.
        buckets: Name of each bucket and a prefix that may be listed, by purpose.
        queue_url: The jobs queue.
        state_machine_arn: The state machine of a run.
        secrets: ARN of each secret, by purpose.
    """

    tables: dict[str, tuple[str, tuple[str, ...]]]
    buckets: dict[str, tuple[str, str]]
    queue_url: str
    state_machine_arn: str
    secrets: dict[str, str]

    @classmethod
    def from_environment(cls) -> "Dependencies":
        """Read the function's environment.

        Returns:
            The dependencies.

        Raises:
            ConfigurationError: If a variable is missing.
        """
        return cls(
            tables={purpose: (variable(name), keys) for purpose, (name, keys) in _TABLES.items()},
            buckets={
                "screenshots": (variable("QS_SCREENSHOTS_BUCKET"), "runs/"),
                "templates": (variable("QS_TEMPLATES_BUCKET"), "templates/"),
            },
            queue_url=variable("QS_JOBS_QUEUE_URL"),
            state_machine_arn=variable("QS_STATE_MACHINE_ARN"),
            secrets={
                "postgres": variable("QS_DB_SECRET_ARN"),
                "redis": variable("QS_CACHE_SECRET_ARN"),
            },
        )

    def all(self) -> Iterator[Dependency]:
        """Name everything that is asked.

        Yields:
            One dependency after the other.
        """
        # Made before the threads are: making a client is not safe beside another.
        for client in (
            clients.dynamodb,
            clients.s3,
            clients.secretsmanager,
            clients.sqs,
            clients.stepfunctions,
        ):
            client()
        for purpose, (table, keys) in self.tables.items():
            yield Dependency(f"table {purpose}", _asking(_read_table, table, keys))
        for purpose, (bucket, prefix) in self.buckets.items():
            yield Dependency(f"bucket {purpose}", _asking(_list_bucket, bucket, prefix))
        yield Dependency("queue jobs", lambda: _read_queue(self.queue_url))
        yield Dependency("state machine run", lambda: _list_executions(self.state_machine_arn))
        for purpose, secret in self.secrets.items():
            yield Dependency(f"secret {purpose}", _asking(_describe_secret, secret))


def check(
    dependencies: Iterator[Dependency], timeout_seconds: float = TIMEOUT_SECONDS
) -> tuple[HealthCheck, ...]:
    """Ask all at the same time, and wait for a bounded time.

    Args:
        dependencies: What is asked.
        timeout_seconds: How long is waited.

    Returns:
        What each said, in the order of the questions.
    """
    asked = tuple(dependencies)
    pool = ThreadPoolExecutor(max_workers=max(len(asked), 1), thread_name_prefix="health")
    try:
        answers = {one.name: pool.submit(_ask, one) for one in asked}
        wait(answers.values(), timeout=timeout_seconds)
        return tuple(_result(name, future, timeout_seconds) for name, future in answers.items())
    finally:
        # What still waits ends by the clients' own limits; nobody waits for it here.
        pool.shutdown(wait=False, cancel_futures=True)


def _ask(dependency: Dependency) -> HealthCheck:
    began = time.perf_counter()
    state, detail = CheckState.HEALTHY, None
    try:
        dependency.ask()
    except Exception as error:
        state, detail = CheckState.UNHEALTHY, error_code(error)
    return HealthCheck(
        name=dependency.name,
        state=state,
        milliseconds=round((time.perf_counter() - began) * 1000, 1),
        detail=detail,
    )


def _result(name: str, future: "Future[HealthCheck]", waited: float) -> HealthCheck:
    if future.done() and not future.cancelled():
        return future.result()
    return HealthCheck(
        name=name, state=CheckState.UNKNOWN, milliseconds=waited * 1000, detail="TimedOut"
    )


def _asking(question: Callable[..., object], *arguments: object) -> Callable[[], object]:
    return lambda: question(*arguments)


def _read_table(table: str, keys: tuple[str, ...]) -> object:
    return clients.dynamodb().get_item(
        TableName=table, Key={name: {"S": _PROBE} for name in keys}, ConsistentRead=True
    )


def _list_bucket(bucket: str, prefix: str) -> object:
    return clients.s3().list_objects_v2(Bucket=bucket, Prefix=prefix, MaxKeys=1)


def _read_queue(url: str) -> object:
    return clients.sqs().get_queue_attributes(
        QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"]
    )


def _list_executions(arn: str) -> object:
    return clients.stepfunctions().list_executions(stateMachineArn=arn, maxResults=1)


def _describe_secret(arn: str) -> object:
    return clients.secretsmanager().describe_secret(SecretId=arn)
