"""API Gateway: settings in which MiniStack's answers differ from what was set."""

from __future__ import annotations

from typing import Any

from qops.local.router.registry import Answer, Call, PassOn, after, operation

_SERVICE = "apigateway"


@operation(_SERVICE, "CreateApiKey")
async def create_api_key(call: Call) -> Answer:
    """An empty value asks for a generated one; MiniStack finds it too short."""
    if call.params.get("value"):
        raise PassOn
    params = {key: value for key, value in call.params.items() if key != "value"}
    return await call.aws(_SERVICE, "CreateApiKey", **params)


@operation(_SERVICE, "GetApiKey", "GetApiKeys", "UpdateApiKey")
async def answer_api_key(call: Call) -> Answer:
    """Writes MiniStack's answer anew: after a change its truth values are texts."""
    return await call.aws(_SERVICE, call.operation, **call.params)


@operation(_SERVICE, "CreateBasePathMapping")
async def create_base_path_mapping(call: Call) -> Answer:
    """An empty base path is none; MiniStack would not find it again."""
    if call.params.get("basePath"):
        raise PassOn
    params = {key: value for key, value in call.params.items() if key != "basePath"}
    return await call.aws(_SERVICE, "CreateBasePathMapping", **params)


@after(_SERVICE, "GetStage", "GetStages", "CreateStage", "UpdateStage")
async def settle_stage(_call: Call, answer: Answer) -> None:
    """A stage without an access log has no settings of one, and one with a cache says it is there.

    The cache is declared only: nothing is cached. Settings of a method go by its path with escaped
    slashes.
    """
    for stage in answer.get("item") or [answer]:
        if stage.get("cacheClusterEnabled"):
            stage["cacheClusterStatus"] = "AVAILABLE"
        if not (stage.get("accessLogSettings") or {}).get("destinationArn"):
            stage.pop("accessLogSettings", None)
        if stage.get("methodSettings"):
            stage["methodSettings"] = _escaped(stage["methodSettings"])


@after(_SERVICE, "GetDomainName", "GetDomainNames", "CreateDomainName", "UpdateDomainName")
async def drop_empty_mutual_tls(_call: Call, answer: Answer) -> None:
    """A domain name without a trust store has no settings of mutual TLS."""
    for domain in answer.get("items") or [answer]:
        if not (domain.get("mutualTlsAuthentication") or {}).get("truststoreUri"):
            domain.pop("mutualTlsAuthentication", None)


@after(_SERVICE, "GetUsagePlan", "GetUsagePlans", "CreateUsagePlan", "UpdateUsagePlan")
async def drop_empty_limits(_call: Call, answer: Answer) -> None:
    """A usage plan without a quota or a throttle has no settings of one."""
    for plan in answer.get("items") or [answer]:
        if not (plan.get("quota") or {}).get("limit"):
            plan.pop("quota", None)
        throttle = plan.get("throttle") or {}
        if not throttle.get("burstLimit") and not throttle.get("rateLimit"):
            plan.pop("throttle", None)


def _escaped(settings: dict[str, Any]) -> dict[str, Any]:
    escaped = {}
    for key, value in settings.items():
        path, _, method = key.rpartition("/")
        escaped[f"{path.replace('/', '~1')}/{method}"] = value
    return escaped
