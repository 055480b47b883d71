"""The limits of the platform, each with the load it meets."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from qops.capacity.demand import (
    CACHE_FUNCTIONS,
    CALLBACKS_PER_RUN,
    DATABASE_FUNCTIONS,
    QUERY_SECONDS,
    Demand,
)
from qops.capacity.quotas import Quota
from qops.inventory.model import Inventory
from qops.sizing.instances import memory_gib_of
from qops.sizing.usage import Usage

_CONNECTION_BYTES = 9_531_392
_MOST_CONNECTIONS = 5000
"""RDS: max_connections is LEAST(memory / 9531392, 5000)
(docs.aws.amazon.com/prescriptive-guidance/latest/tuning-postgresql-parameters/max-connections.html).
The memory is a little less than the class's, so that the real figure is some percent lower."""

_WINDOW_SECONDS = 300
"""WAF counts requests over five minutes unless the rule says otherwise."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit and its load.

    Attributes:
        id: Stable name.
        layer: Layer of the platform.
        what: For a person.
        load: At the peak; a mean where ``scatters``.
        limit: None when it is not known.
        unit: Of both.
        limit_from: Setting, or source of the quota.
        arithmetic: How the load was computed.
        repair: What raises the limit.
        scatters: Whether the load is a number at work at once, which scatters around its mean.
        watched: Whether passing it raises an alarm instead of refusing calls.
    """

    id: str
    layer: str
    what: str
    load: Decimal
    limit: Decimal | None
    unit: str
    limit_from: str
    arithmetic: str
    repair: str
    scatters: bool = False
    watched: bool = False


def limits_of(
    inventory: Inventory, usage: Usage, demand: Demand, quotas: Mapping[str, Quota]
) -> Iterator[Limit]:
    """Every limit that the load meets.

    Args:
        inventory: The platform.
        usage: How it is used.
        demand: The load at the peak.
        quotas: Quotas of the account.
    """
    yield from _gateway(inventory, demand, quotas)
    yield from _firewall(inventory, usage, demand)
    yield from _functions(inventory, demand, quotas)
    yield from _machines(usage, demand, quotas)
    yield from _stores(inventory, demand, quotas)
    yield from _queues(inventory, usage)
    yield from _intelligence(usage, demand, quotas)
    yield from _budget(inventory, usage)


def _quota(
    id_: str,
    quotas: Mapping[str, Quota],
    *,
    layer: str,
    what: str,
    load: Decimal,
    arithmetic: str,
    repair: str = "Service Quotas: ask AWS to raise it",
    scatters: bool = False,
) -> Limit:
    quota = quotas[id_]
    if quota.value is None:
        repair = f"look it up and put it into the usage file: quotas: {{{id_}: ...}}"
    return Limit(
        id=id_,
        layer=layer,
        what=what,
        load=load,
        limit=quota.value,
        unit=quota.unit,
        limit_from=quota.source,
        arithmetic=arithmetic,
        repair=repair,
        scatters=scatters,
    )


def _gateway(inventory: Inventory, demand: Demand, quotas: Mapping[str, Quota]) -> Iterator[Limit]:
    for settings in inventory.of("aws_api_gateway_method_settings"):
        path = settings.text("method_path")
        rate = settings.block("settings").get("throttling_rate_limit")
        if rate is None or rate < 0 or path not in {"*/*", "~1v1~1runs/POST"}:
            continue
        all_ = path == "*/*"
        yield Limit(
            id="api.requests" if all_ else "api.runs",
            layer="network",
            what="requests to the API" if all_ else "POST /v1/runs",
            load=demand.requests if all_ else demand.runs,
            limit=Decimal(rate),
            unit="requests/s",
            limit_from="network.throttle_rate"
            if all_
            else 'network.method_throttles["POST /v1/runs"]',
            arithmetic="requests a day / 86400 x peak" if all_ else "runs a day / 86400 x peak",
            repair="raise it, and its burst, in the environment's tfvars",
        )
    yield _quota(
        "apigateway.requests", quotas, layer="network", what="requests, all APIs of the account",
        load=demand.requests, arithmetic="as api.requests; other APIs of the account add to it",
    )  # fmt: skip


def _firewall(inventory: Inventory, usage: Usage, demand: Demand) -> Iterator[Limit]:
    acl = inventory.one("aws_wafv2_web_acl")
    for rule in (acl.values.get("rule") or ()) if acl else ():
        statements = (rule.get("statement") or [{}])[0].get("rate_based_statement") or ()
        for rated in statements:
            window = rated.get("evaluation_window_sec") or _WINDOW_SECONDS
            by_address = rated.get("aggregate_key_type") == "IP"
            people = usage.users_per_address if by_address else Decimal(1)
            yield Limit(
                id="waf.address" if by_address else "waf.user",
                layer="security",
                what="requests from one address" if by_address else "requests of one user",
                load=demand.requests / usage.users * min(people, Decimal(usage.users)) * window,
                limit=Decimal(rated["limit"]),
                unit=f"requests in {window} s",
                limit_from="security.rate_limit" if by_address else "security.user_rate_limit",
                arithmetic="peak requests of a user x window"
                + (" x users_per_address" if by_address else ""),
                repair="raise it in the environment's tfvars",
            )


def _functions(
    inventory: Inventory, demand: Demand, quotas: Mapping[str, Quota]
) -> Iterator[Limit]:
    reserved = 0
    shared = Decimal(0)
    for function in inventory.of("aws_lambda_function"):
        own = function.number("reserved_concurrent_executions", -1)
        busy = demand.busy[function.name]
        if own < 0:
            shared += busy
            continue
        reserved += own
        if busy:
            yield Limit(
                id=f"lambda.{function.name}",
                layer="compute",
                what=f"{function.name} at work at once",
                load=busy,
                limit=Decimal(own),
                unit="executions",
                limit_from=f'compute.reserved_concurrency["{function.name}"]',
                arithmetic="calls/s x seconds (Little's law), and three roots of it",
                repair="raise it in the environment's tfvars, or shorten the call",
                scatters=True,
            )
    quota = quotas["lambda.concurrency"]
    yield Limit(
        id="lambda.concurrency",
        layer="compute",
        what="functions at work at once",
        load=shared,
        limit=None if quota.value is None else quota.value - reserved,
        unit=quota.unit,
        limit_from=f"{quota.source}, less {reserved} that are reserved",
        arithmetic="sum of calls/s x seconds (Little's law), and three roots of it",
        repair="Service Quotas: ask AWS to raise it, or reserve less",
        scatters=True,
    )
    if demand.busy:
        name = max(demand.busy, key=lambda one: demand.busy[one])
        yield _quota(
            "lambda.scaling", quotas, layer="compute", what=f"new environments of {name}",
            load=demand.busy[name], arithmetic="all of the busiest function's, from none in 10 s",
            repair="compute.provisioned_concurrency keeps some warm",
        )  # fmt: skip


def _machines(usage: Usage, demand: Demand, quotas: Mapping[str, Quota]) -> Iterator[Limit]:
    rows = (
        ("states.start", "executions begun", demand.runs, "runs/s"),
        (
            "states.transitions",
            "state transitions",
            demand.runs * usage.transitions_per_run,
            "runs/s x transitions_per_run",
        ),
        (
            "states.callbacks",
            "answers of devices",
            demand.runs * CALLBACKS_PER_RUN,
            f"runs/s x {CALLBACKS_PER_RUN}",
        ),
        (
            "states.open",
            "runs at work at once",
            demand.runs * usage.run_seconds,
            "runs/s x run_seconds (Little's law)",
        ),
    )
    for id_, what, load, arithmetic in rows:
        yield _quota(id_, quotas, layer="compute", what=what, load=load, arithmetic=arithmetic)


def _stores(inventory: Inventory, demand: Demand, quotas: Mapping[str, Quota]) -> Iterator[Limit]:
    for way, load in (("write", demand.writes), ("read", demand.reads)):
        yield _quota(
            f"dynamodb.table.{way}", quotas, layer="data", what=f"{way} units of one table",
            load=load, arithmetic="units of all tables, as if one had them all",
        )  # fmt: skip
    yield from _database(inventory, demand)
    if inventory.count("aws_elasticache_replication_group"):
        yield _quota(
            "elasticache.connections", quotas, layer="data", what="connections to Redis",
            load=sum((demand.busy.get(name, Decimal(0)) for name in CACHE_FUNCTIONS), Decimal(0)),
            arithmetic="one by each environment of the functions that use it",
            repair="a larger node has the same; use fewer environments", scatters=True,
        )  # fmt: skip


def _database(inventory: Inventory, demand: Demand) -> Iterator[Limit]:
    database = inventory.one("aws_db_instance")
    if database is None:
        return
    kind = database.text("instance_class")
    memory = memory_gib_of(kind)
    most = None
    if memory is not None:
        most = Decimal(min(memory * 2**30 // _CONNECTION_BYTES, _MOST_CONNECTIONS))
    used_by = {name: busy for name, busy in demand.busy.items() if name in DATABASE_FUNCTIONS}
    pool = inventory.one("aws_db_proxy_default_target_group")
    if pool is None:
        load = sum(used_by.values(), Decimal(0))
        source = f"max_connections of {kind}"
        arithmetic = "one by each environment of the functions that use it (Little's law)"
    else:
        percent = int(pool.block("connection_pool_config").get("max_connections_percent") or 100)
        most = None if most is None else most * percent / 100
        calls = sum((demand.calls[name] for name in used_by), Decimal(0))
        load = calls * QUERY_SECONDS
        source = f"max_connections of {kind}, {percent} % of them for the proxy"
        arithmetic = f"calls/s x {QUERY_SECONDS} s of a transaction (the proxy shares connections)"
    yield Limit(
        id="database.connections",
        layer="data",
        what="connections to PostgreSQL",
        load=load,
        limit=most,
        unit="connections",
        limit_from=source,
        arithmetic=arithmetic,
        repair="a larger data.database.instance_class"
        + ("" if pool else ", or data.database.proxy"),
        scatters=True,
    )


def _queues(inventory: Inventory, usage: Usage) -> Iterator[Limit]:
    from qops.sizing.durations import seconds_of

    mapping = next(
        (one for one in inventory.of("aws_lambda_event_source_mapping") if one.name == "jobs"), None
    )
    if mapping is None:
        return
    workers = mapping.block("scaling_config").get("maximum_concurrency")
    batch = mapping.number("batch_size", 10)
    seconds = seconds_of("work-jobs", usage)
    yield Limit(
        id="jobs.rate",
        layer="compute",
        what="jobs taken off the queue",
        load=usage.at_peak(usage.runs_a_day * usage.job_share),
        limit=None if not workers or not seconds else Decimal(workers) / seconds * batch,
        unit="jobs/s",
        limit_from="compute.jobs.max_concurrency x batch_size / seconds of a batch",
        arithmetic="runs/s x job_share; SQS itself takes any rate on a standard queue",
        repair="raise compute.jobs.max_concurrency and reserved_concurrency; jobs wait meanwhile",
    )


def _intelligence(usage: Usage, demand: Demand, quotas: Mapping[str, Quota]) -> Iterator[Limit]:
    tokens = usage.model_input_tokens + usage.model_output_tokens
    analyses = demand.runs * usage.analysis_share
    pages = (usage.pages_per_month + usage.table_pages_per_month) / usage.days_per_month
    rows = (
        (
            "bedrock.tokens_per_minute",
            "tokens of the planner's model",
            demand.runs * usage.model_share * tokens * 60,
            "runs/s x model_share x tokens x 60",
        ),
        (
            "rekognition.text",
            "calls of DetectText",
            analyses * usage.images_per_analysis,
            "runs/s x analysis_share x images_per_analysis",
        ),
        ("comprehend.calls", "calls of Comprehend", analyses * 3, "runs/s x analysis_share x 3"),
        ("textract.pages", "pages of Textract", usage.at_peak(pages), "pages a day / 86400 x peak"),
    )
    for id_, what, load, arithmetic in rows:
        yield _quota(id_, quotas, layer="ai", what=what, load=load, arithmetic=arithmetic)


def _budget(inventory: Inventory, usage: Usage) -> Iterator[Limit]:
    tokens = usage.model_input_tokens + usage.model_output_tokens
    for alarm in inventory.of("aws_cloudwatch_metric_alarm"):
        if alarm.name.startswith("tokens-") and "planner" in alarm.name:
            yield Limit(
                id="bedrock.tokens_per_day",
                layer="observability",
                what="tokens of the planner in a day",
                load=usage.runs_a_day * usage.model_share * tokens,
                limit=Decimal(alarm.number("threshold")),
                unit="tokens/day",
                limit_from="ai.token_budgets.planner, which an alarm watches",
                arithmetic="runs a day x model_share x tokens",
                repair="raise the budget in the environment's tfvars if that is meant",
                watched=True,
            )
