"""Checks of the layer network: the API and its latency promise, certificates, the firewall."""

import json
import socket
import ssl
import statistics
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from qops.health.model import Check, Finding, Layer, Severity, State
from qops.health.surroundings import (
    Surroundings,
    brief,
    judged,
    not_applicable,
    unhealthy,
    unknown,
)
from qscreen.api.scopes import Scope
from qscreen.wire import DeepHealth

API_SECONDS = 12.0
"""Limit of one request, seconds: more than a cold start takes."""

PROMISED_MS = 1000.0
"""``api_p95_ms`` of the layer observability where the state has no alarm that says it."""

PROBES = 20
"""Requests from which the latency is judged; p95 is then the second slowest."""

EXPIRY_DAYS = 30
"""ACM renews 60 days before the end; at half of that a renewal has failed."""


def _get(url: str) -> tuple[int, dict[str, Any]]:
    import httpx

    answer = httpx.get(url, timeout=API_SECONDS)
    try:
        body = answer.json()
    except ValueError:
        body = {}
    return answer.status_code, body if isinstance(body, dict) else {}


def _health_url(at: Surroundings) -> str:
    return str(at.inventory.output("api_url") or "")


def _answers(at: Surroundings) -> Iterator[Finding]:
    base = _health_url(at)
    if not base:
        yield not_applicable("API", "the state names no address of the API")
        return
    status, body = _get(f"{base}/v1/health")
    yield judged(
        base,
        status == 200 and body.get("status") == "ok",
        f"status {status}, says {body.get('status', 'nothing of its health')}",
    )


def _latency(at: Surroundings) -> Iterator[Finding]:
    base = _health_url(at)
    if not base:
        yield not_applicable("API", "the state names no address of the API")
        return
    promised = at.promise("api-latency", PROMISED_MS)
    import httpx

    times = []
    with httpx.Client(timeout=API_SECONDS) as client:
        for _ in range(PROBES + 1):
            started = time.monotonic()
            status = client.get(f"{base}/v1/health").status_code
            if status != 200:
                yield unknown(base, f"a probe got status {status}: there is no latency to judge")
                return
            times.append((time.monotonic() - started) * 1000)
    del times[0]  # opening the connection is no latency of the API
    p95 = statistics.quantiles(times, n=20, method="inclusive")[-1]
    yield judged(
        base,
        p95 <= promised,
        f"p95 {p95:.0f} ms of {PROBES} requests from here, promised {promised:.0f} ms",
    )


def _served_latency(at: Surroundings) -> Iterator[Finding]:
    promised = at.promise("api-latency", PROMISED_MS)
    for stage in at.inventory.of("aws_api_gateway_stage"):
        names = [one.text("name") for one in at.inventory.of("aws_api_gateway_rest_api")]

        def look(name: str = names[0] if names else "", stage: Any = stage) -> Finding:
            end = at.now()
            points = at.client("cloudwatch").get_metric_statistics(
                Namespace="AWS/ApiGateway",
                MetricName="Latency",
                Dimensions=[
                    {"Name": "ApiName", "Value": name},
                    {"Name": "Stage", "Value": stage.text("stage_name")},
                ],
                StartTime=end - timedelta(minutes=15),
                EndTime=end,
                Period=900,
                ExtendedStatistics=["p95"],
            )["Datapoints"]
            values = [float(one["ExtendedStatistics"]["p95"]) for one in points]
            if not values:
                return not_applicable(name, "no request was measured in the last 15 minutes")
            return judged(
                name,
                max(values) <= promised,
                f"p95 {max(values):.0f} ms of all requests, promised {promised:.0f} ms",
            )

        yield from at.one(stage.text("stage_name"), look)


_DEEP_HEALTH = {
    "resource": "/v1/health/deep",
    "path": "/v1/health/deep",
    "httpMethod": "GET",
    "headers": {},
    "multiValueHeaders": {},
    "queryStringParameters": None,
    "multiValueQueryStringParameters": None,
    "pathParameters": None,
    "stageVariables": None,
    "body": None,
    "isBase64Encoded": False,
    "requestContext": {
        "requestId": "qops-health",
        "resourcePath": "/v1/health/deep",
        "httpMethod": "GET",
        "path": "/v1/health/deep",
        "authorizer": {"sub": "qops", "username": "qops", "scopes": Scope.HEALTH_READ.value},
    },
}
"""What API Gateway sends for ``getDeepHealth``. An operator asks the function itself, by the right
to invoke it: the answer needs neither a signed-in user nor the way through the gateway."""


def _dependencies(at: Surroundings) -> Iterator[Finding]:
    name = (at.inventory.output("functions") or {}).get("api")
    if not name:
        yield not_applicable("API", "the state names no function of the API")
        return
    answer = at.client("lambda").invoke(
        FunctionName=name, Qualifier="live", Payload=json.dumps(_DEEP_HEALTH).encode()
    )
    payload = json.loads(answer["Payload"].read())
    if answer.get("FunctionError") or payload.get("statusCode") != 200:
        yield unhealthy(str(name), f"it fails: status {payload.get('statusCode', 'none')}")
        return
    for one in DeepHealth.model_validate_json(payload["body"]).checks:
        yield Finding(
            one.name,
            State(one.state.value),
            f"{one.milliseconds:.0f} ms" + (f", {one.detail}" if one.detail else ""),
        )


def _certificates(at: Surroundings) -> Iterator[Finding]:
    def look(certificate: Any) -> Finding:
        acm = at.client("acm")
        found = acm.describe_certificate(CertificateArn=certificate)["Certificate"]
        name, status = str(found["DomainName"]), str(found["Status"])
        if status != "ISSUED":
            return unhealthy(name, f"its status is {status}")
        return _by_expiry(name, found["NotAfter"], at.now())

    arns = {one.text("arn") for one in at.inventory.of("aws_acm_certificate")}
    for domain in at.inventory.of("aws_api_gateway_domain_name"):
        arns |= {domain.text("regional_certificate_arn"), domain.text("certificate_arn")}
    for arn in sorted(arns - {""}):
        yield from at.one(arn.rpartition("/")[2], lambda arn=arn: look(arn))  # type: ignore[misc]


def _served_certificate(at: Surroundings) -> Iterator[Finding]:
    parts = urlsplit(_health_url(at))
    if parts.scheme != "https" or not parts.hostname:
        yield not_applicable("API", "it is served without TLS: the local cloud's router")
        return
    port = parts.port or 443
    try:
        with (
            socket.create_connection((parts.hostname, port), timeout=API_SECONDS) as raw,
            ssl.create_default_context().wrap_socket(raw, server_hostname=parts.hostname) as tls,
        ):
            certificate = tls.getpeercert() or {}
    except ssl.SSLCertVerificationError as error:
        yield unhealthy(parts.hostname, f"its certificate is refused: {brief(error)}")
        return
    end = ssl.cert_time_to_seconds(str(certificate["notAfter"]))
    yield _by_expiry(parts.hostname, datetime.fromtimestamp(end, UTC), at.now())


def _by_expiry(name: str, end: datetime, now: datetime) -> Finding:
    days = (end - now).days
    return judged(name, days >= EXPIRY_DAYS, f"{days} days to {end:%Y-%m-%d}")


def _web_acl(at: Surroundings) -> Iterator[Finding]:
    def look(association: Any) -> Finding:
        answer = at.client("wafv2").get_web_acl_for_resource(
            ResourceArn=association.text("resource_arn")
        )
        found = answer.get("WebACL")
        if not found:
            return unhealthy("API", "no web ACL guards it, but the state has one")
        return judged(
            str(found["Name"]),
            found["ARN"] == association.text("web_acl_arn"),
            f"{found['Name']} guards the API",
        )

    yield from at.each(at.inventory.of("aws_wafv2_web_acl_association"), "resource_arn", look)


CHECKS = (
    Check(
        id="network.api-answers",
        layer=Layer.NETWORK,
        severity=Severity.CRITICAL,
        title="The API answers",
        meaning="Nobody can start a run, and devices cannot report, when the API does not answer.",
        repair="Look at compute.functions (the function api), then at the API's access log.",
        runbook="api.md#the-api-does-not-answer",
        look=_answers,
    ),
    Check(
        id="network.api-latency",
        layer=Layer.NETWORK,
        severity=Severity.HIGH,
        title="Latency of the API, asked from here",
        meaning="The API is slower than promised: 95 of 100 requests must be answered in time.",
        repair="Healthy network.api-latency-measured beside it means: the way from here is slow.",
        runbook="api.md#the-api-is-slow",
        look=_latency,
        deep=True,
        alone=True,
        timeout_seconds=45.0,
    ),
    Check(
        id="network.api-latency-measured",
        layer=Layer.NETWORK,
        severity=Severity.HIGH,
        title="Latency of the API, as the gateway measured it",
        meaning="The API was slower than promised for the requests of the last 15 minutes.",
        repair="Look at the trace map and at cold starts of the function api.",
        runbook="api.md#the-api-is-slow",
        look=_served_latency,
    ),
    Check(
        id="network.api-dependencies",
        layer=Layer.NETWORK,
        severity=Severity.CRITICAL,
        title="What the API depends on, asked by the API itself",
        meaning="The API runs, but a store that it needs refuses it: requests fail in part.",
        repair="Look at the check of that store, then at the role of the function api.",
        runbook="api.md#a-dependency-fails",
        look=_dependencies,
        deep=True,
        timeout_seconds=40.0,
    ),
    Check(
        id="network.certificates",
        layer=Layer.NETWORK,
        severity=Severity.HIGH,
        title="Certificates of the API's domain",
        meaning="A certificate ends soon or was not issued: clients will refuse the API that day.",
        repair="Restore the validation record of the certificate; ACM renews by itself then.",
        runbook="certificates.md#acm",
        look=_certificates,
    ),
    Check(
        id="network.served-certificate",
        layer=Layer.NETWORK,
        severity=Severity.HIGH,
        title="The certificate that the API shows",
        meaning="What clients see ends soon or is refused, whatever ACM says.",
        repair="Look which certificate the custom domain names, and whether DNS leads to it.",
        runbook="certificates.md#what-clients-see",
        look=_served_certificate,
        deep=True,
    ),
    Check(
        id="network.web-acl",
        layer=Layer.NETWORK,
        severity=Severity.HIGH,
        title="The web ACL guards the API",
        meaning="Requests reach the API without rate limits and managed rules.",
        repair="Plan and apply: Terraform associates it again.",
        runbook="api.md#no-web-acl",
        look=_web_acl,
    ),
)
"""The checks of this layer."""
