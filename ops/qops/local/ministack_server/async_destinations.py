"""Lambda: what becomes of a failed asynchronous invocation is the matter of the qualifier invoked.

A destination, the number of tries and the age of an event are configured for a version or an alias
(``PutFunctionEventInvokeConfig``). MiniStack keeps them so, and then looks at those of the function
alone: what an alias says was never heeded, and its failures were lost.
"""

from __future__ import annotations

import functools
from typing import Any

from ministack.services import lambda_svc

_QUALIFIER = 7
"""Place of the qualifier in the ARN of a function, between colons."""


def install() -> None:
    """Wraps the beginning of an asynchronous invocation."""
    begin = lambda_svc.invoke_async_with_retry

    @functools.wraps(begin)
    def begun(func: dict[str, Any], event: Any) -> None:
        config = func.get("config") or func
        known = lambda_svc._functions.get(config.get("FunctionName", "")) or {}
        chosen = of_qualifier(
            known.get("event_invoke_configs") or {}, config.get("FunctionArn", "")
        )
        begin({**func, "event_invoke_config": chosen, "event_invoke_configs": {}}, event)

    lambda_svc.invoke_async_with_retry = begun


def of_qualifier(configs: dict[str, Any], arn: str) -> dict[str, Any]:
    """The configuration that holds for an invocation.

    Args:
        configs: Configurations of the function by their qualifier; of none, ``""``.
        arn: What was invoked.

    Returns:
        The configuration; empty without one.
    """
    parts = arn.split(":")
    qualifier = parts[_QUALIFIER] if len(parts) > _QUALIFIER else ""
    names = ("", "$LATEST") if qualifier in {"", "$LATEST"} else (qualifier,)
    return dict(next((configs[name] for name in names if configs.get(name)), {}))
