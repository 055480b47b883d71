"""Logs and metrics, by Powertools. Logs carry ids only: never a goal, a text or a picture."""

import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import MetricUnit, single_metric


@cache
def logger() -> Logger:
    """Logger of the function; its name is ``POWERTOOLS_SERVICE_NAME``."""
    return Logger()


def count(name: str, value: float = 1, dimensions: Mapping[str, str] | None = None) -> None:
    """Count something in CloudWatch (embedded metric format, one line on standard output).

    Args:
        name: Name of the metric.
        value: How many.
        dimensions: Dimensions beside the service.
    """
    _put(name, MetricUnit.Count, value, dimensions or {})


def milliseconds(name: str, value: float, dimensions: Mapping[str, str] | None = None) -> None:
    """Report a duration to CloudWatch.

    Args:
        name: Name of the metric.
        value: Duration, milliseconds.
        dimensions: Dimensions beside the service.
    """
    _put(name, MetricUnit.Milliseconds, value, dimensions or {})


def seconds(name: str, value: float, dimensions: Mapping[str, str] | None = None) -> None:
    """Report an age or a duration to CloudWatch.

    Args:
        name: Name of the metric.
        value: Seconds.
        dimensions: Dimensions beside the service.
    """
    _put(name, MetricUnit.Seconds, value, dimensions or {})


def _put(name: str, unit: MetricUnit, value: float, dimensions: Mapping[str, str]) -> None:
    with single_metric(name=name, unit=unit, value=value) as metric:
        for key, dimension in dimensions.items():
            metric.add_dimension(name=key, value=dimension)


@contextmanager
def log_ids(**ids: str) -> Iterator[None]:
    """Put ids on every log line of one invocation.

    Args:
        **ids: Ids of the run, device, command or request.

    Yields:
        Nothing.
    """
    log = logger()
    log.append_keys(**ids)
    try:
        yield
    finally:
        log.remove_keys(list(ids))


def fault(error: BaseException) -> dict[str, object]:
    """Describe an exception for the log without its message, which may quote a user's text.

    Args:
        error: The exception.

    Returns:
        Class names from the error to its first cause, the service's code where there is one,
        and the places it passed through.
    """
    chain: list[BaseException] = []
    link: BaseException | None = error
    while link is not None and link not in chain:
        chain.append(link)
        link = link.__cause__
    frames = traceback.extract_tb(error.__traceback__)
    return {
        "error": [type(one).__name__ for one in chain],
        "code": getattr(error, "code", None),
        "places": [f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in frames[-8:]],
    }
