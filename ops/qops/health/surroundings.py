"""What a check may use: the environment, its clients, what exists; and how a refusal is judged."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from qops.health.model import Finding, State
from qops.inventory.model import Inventory, Resource
from qops.platform.aws import Aws
from qops.settings import Settings

_MISSING = (
    "NotFound",
    "NoSuch",
    "DoesNotExist",
    "NonExistent",
)
"""Parts of the codes with which services say that a thing does not exist."""

_EMULATOR_LACKS = frozenset({"NotImplementedByEmulator", "NotImplemented", "UnknownOperation"})
_LOCALSTACK_LACKS = ("not yet implemented", "not included", "not implemented")


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Surroundings:
    """What a check looks at, and with.

    Attributes:
        settings: Which environment.
        aws: Its clients; safe to share by threads.
        inventory: What was applied.
        now: Clock.
    """

    settings: Settings
    aws: Aws
    inventory: Inventory
    now: Callable[[], datetime] = field(default=_utc_now)

    def client(self, service: str) -> Any:
        """The client of a service."""
        return self.aws.client(service)

    def each(
        self,
        things: Iterable[Resource],
        name: str,
        look: Callable[[Resource], "Finding | Iterable[Finding]"],
    ) -> Iterator[Finding]:
        """Look at each of some resources; a refusal for one does not hide the others.

        Args:
            things: The resources.
            name: Attribute with the name under which a person knows one.
            look: Finds out about one; whatever it raises becomes a finding.
        """
        for thing in things:
            yield from self.one(thing.text(name), lambda thing=thing: look(thing))  # type: ignore[misc]

    def one(
        self, subject: str, look: Callable[[], "Finding | Iterable[Finding]"]
    ) -> Iterator[Finding]:
        """Look at one thing; whatever it raises becomes a finding.

        Args:
            subject: Its name.
            look: Finds out.
        """
        try:
            found = look()
            yield from [found] if isinstance(found, Finding) else list(found)
        except Exception as error:
            yield self.judge(subject, error)

    def judge(self, subject: str, error: Exception) -> Finding:
        """What a failed question says about the thing.

        A service that answers "it does not exist" says that it is unhealthy: the state has it.
        What the emulator cannot tell does not apply here. Everything else leaves it unknown.

        Args:
            subject: Name of the thing.
            error: What was raised.
        """
        from botocore.exceptions import ClientError

        if isinstance(error, ClientError):
            answer = error.response.get("Error", {})
            code, text = str(answer.get("Code", "")), str(answer.get("Message", ""))
            if self.settings.local and (
                code in _EMULATOR_LACKS or any(part in text for part in _LOCALSTACK_LACKS)
            ):
                return Finding(
                    subject, State.NOT_APPLICABLE, f"the local cloud has no {error.operation_name}"
                )
            if any(part in code for part in _MISSING):
                return Finding(subject, State.UNHEALTHY, "it is in the state, but does not exist")
            return Finding(
                subject, State.UNKNOWN, f"{error.operation_name} was refused: {code or text}"
            )
        return Finding(subject, State.UNKNOWN, f"no answer: {brief(error)}")

    def metric(
        self,
        namespace: str,
        name: str,
        dimensions: dict[str, str],
        *,
        statistic: str = "Sum",
        minutes: int = 15,
    ) -> float | None:
        """The latest figures of a metric, put together.

        Args:
            namespace: Its namespace.
            name: Its name.
            dimensions: Its dimensions.
            statistic: Sum, Maximum, Minimum or Average.
            minutes: How far back, minutes.

        Returns:
            The sum of sums, the mean of averages, the largest or the least; None without any.
        """
        end = self.now()
        points = self.client("cloudwatch").get_metric_statistics(
            Namespace=namespace,
            MetricName=name,
            Dimensions=[{"Name": key, "Value": value} for key, value in dimensions.items()],
            StartTime=end - timedelta(minutes=minutes),
            EndTime=end,
            Period=60 * minutes,
            Statistics=[statistic],
        )["Datapoints"]
        values = [float(point[statistic]) for point in points]
        if not values:
            return None
        together: dict[str, Callable[[list[float]], float]] = {
            "Sum": sum,
            "Maximum": max,
            "Minimum": min,
            "Average": lambda them: sum(them) / len(them),
        }
        return together[statistic](values)

    def promise(self, alarm: str, otherwise: float) -> float:
        """What an alarm of the platform promises: its threshold, where the state has the alarm.

        Args:
            alarm: Name of the alarm without the environment's prefix.
            otherwise: The promise where there are no alarms: the default of the module.
        """
        name = f"{self.settings.prefix}-{alarm}"
        for one in self.inventory.of("aws_cloudwatch_metric_alarm"):
            if one.text("alarm_name") == name and one.attributes.get("threshold") is not None:
                return float(one.attributes["threshold"])
        return otherwise


def brief(error: Exception) -> str:
    """An error in one line of at most 160 characters."""
    lines = str(error).strip().splitlines()
    text = lines[0] if lines else type(error).__name__
    return text if len(text) <= 160 else text[:159] + "…"


def healthy(subject: str, detail: str = "") -> Finding:
    """A finding: it is as it must be."""
    return Finding(subject, State.HEALTHY, detail)


def unhealthy(subject: str, detail: str) -> Finding:
    """A finding: it is not as it must be."""
    return Finding(subject, State.UNHEALTHY, detail)


def unknown(subject: str, detail: str) -> Finding:
    """A finding: it could not be told."""
    return Finding(subject, State.UNKNOWN, detail)


def not_applicable(subject: str, detail: str) -> Finding:
    """A finding: the question does not make sense here."""
    return Finding(subject, State.NOT_APPLICABLE, detail)


def judged(subject: str, good: bool, detail: str) -> Finding:
    """A finding by a yes or no.

    Args:
        subject: Name of the thing.
        good: Whether it is as it must be.
        detail: What was seen, said in both cases.
    """
    return Finding(subject, State.HEALTHY if good else State.UNHEALTHY, detail)
