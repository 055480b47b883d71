"""What the usage costs."""

from collections.abc import Iterator
from decimal import ROUND_CEILING, Decimal

from qops.cost.lines import Need
from qops.inventory.model import Inventory
from qops.sizing.durations import seconds_of
from qops.sizing.usage import Usage

_MILLION = Decimal(1_000_000)
_THOUSAND = Decimal(1000)
_KB_IN_GB = Decimal(1_000_000)
_LEAST_UNITS = Decimal(3)

WRITES_PER_RUN = 25
READS_PER_RUN = 40
WRITES_PER_REQUEST = Decimal("0.5")
READS_PER_REQUEST = 2
"""Units of DynamoDB by run and request: a run's item is written at each state, each command twice,
an idempotency record twice; the authorizer and the api read session, device and run."""

MESSAGES_PER_RUN = 4
"""Two commands and an audit message, each sent, received and deleted in part in batches."""

POLLS_PER_DEVICE_MINUTE = 3
"""A device's long poll of 20 s; devices are taken to be as many as users, for eight hours."""


def usage_needs(inventory: Inventory, usage: Usage) -> Iterator[Need]:
    """What the usage needs, of what the platform has.

    Args:
        inventory: The platform.
        usage: How it is used.
    """
    runs, requests = usage.runs_a_month, usage.requests_a_month
    if inventory.count("aws_api_gateway_rest_api"):
        yield _used("network", "API Gateway", "requests", "apigateway.rest", requests / _MILLION)
    if inventory.count("aws_wafv2_web_acl"):
        yield _used("security", "WAF", "requests", "waf.requests", requests / _MILLION)
    yield from _functions(inventory, usage)
    if inventory.count("aws_sfn_state_machine"):
        moves = runs * usage.transitions_per_run
        yield _used("compute", "Step Functions", "transitions", "sfn.transitions", moves / 1000)
        yield _used(
            "compute", "Step Functions", "express executions (analyses)", "sfn.express.requests",
            runs * usage.analysis_share / _MILLION,
        )  # fmt: skip
    if inventory.count("aws_sqs_queue"):
        polls = Decimal(usage.users * POLLS_PER_DEVICE_MINUTE * 60 * 8 * usage.days_per_month)
        calls = (runs * MESSAGES_PER_RUN + polls) / _MILLION
        yield _used("compute", "SQS", "requests", "sqs.standard", calls)
    if inventory.count("aws_dynamodb_table"):
        yield from _tables(usage)
    if inventory.count("aws_s3_bucket"):
        yield from _objects(usage)
    yield from _intelligence(inventory, usage)
    if inventory.count("aws_cloudwatch_log_group"):
        logs = requests * usage.log_kb_per_request / _KB_IN_GB
        yield _used("observability", "CloudWatch", "logs taken in", "logs.ingest", logs)
        kept = logs * usage.log_months
        yield _used("observability", "CloudWatch", "logs kept", "logs.storage", kept)
    yield from _traffic(inventory, usage)


def _used(layer: str, service: str, item: str, price: str, units: Decimal | None) -> Need:
    return Need(layer, service, item, price, units, by_usage=True)


def _functions(inventory: Inventory, usage: Usage) -> Iterator[Need]:
    for function in inventory.of("aws_lambda_function"):
        calls = calls_per_month(function.name, usage)
        if not calls:
            continue
        architecture = (function.values.get("architectures") or ["x86_64"])[0]
        size = Decimal(function.number("memory_size", 128)) / 1024
        seconds = seconds_of(function.name, usage)
        yield _used("compute", "Lambda", "requests", "lambda.requests", calls / _MILLION)
        yield _used(
            "compute", "Lambda", f"duration, {architecture}", f"lambda.duration.{architecture}",
            calls * seconds * size,
        )  # fmt: skip


def calls_per_month(function: str, usage: Usage) -> Decimal:
    """Calls of a function in a month.

    Args:
        function: Its short name, e.g. ``api``.
        usage: How the platform is used.
    """
    runs, requests = usage.runs_a_month, usage.requests_a_month
    tools = usage.users * usage.days_per_month
    table = {
        "api": requests,
        # API Gateway keeps an answer of the authorizer for five minutes by default; a quarter of
        # the requests are taken to find none.
        "authorizer": requests / 4,
        "dispatch": runs * 2,
        "planner": runs * Decimal("1.3"),
        "recorder": runs,
        "write-audit": runs / 5,
        "mcp-workflow": Decimal(tools),
        "mcp-planner": Decimal(tools),
    }
    return table.get(function, Decimal(0))


def _tables(usage: Usage) -> Iterator[Need]:
    runs, requests = usage.runs_a_month, usage.requests_a_month
    writes = runs * WRITES_PER_RUN + requests * WRITES_PER_REQUEST
    reads = runs * READS_PER_RUN + requests * READS_PER_REQUEST
    yield _used("data", "DynamoDB", "write units", "dynamodb.write", writes / _MILLION)
    yield _used("data", "DynamoDB", "read units", "dynamodb.read", reads / _MILLION)
    yield _used("data", "DynamoDB", "storage", "dynamodb.storage", usage.table_gb)
    yield _used("data", "DynamoDB", "point-in-time recovery", "dynamodb.pitr", usage.table_gb)


def stored_gb(usage: Usage) -> Decimal:
    """Pictures and snapshots that are kept, GB.

    Args:
        usage: How the platform is used.
    """
    pictures = usage.runs_a_month * usage.picture_share * usage.pictures_per_run
    snapshots = usage.runs_a_month * 2
    size = pictures * usage.picture_kb + snapshots * usage.snapshot_kb
    return size * usage.kept_months / _KB_IN_GB


def _objects(usage: Usage) -> Iterator[Need]:
    pictures = usage.runs_a_month * usage.picture_share * usage.pictures_per_run
    puts = pictures + usage.runs_a_month * 2
    yield _used("data", "S3", "pictures and snapshots", "s3.standard", stored_gb(usage))
    yield _used("data", "S3", "writes", "s3.put", puts / _THOUSAND)
    yield _used("data", "S3", "reads", "s3.get", puts * 2 / _THOUSAND)


def _intelligence(inventory: Inventory, usage: Usage) -> Iterator[Need]:
    models = models_of(inventory)
    calls = usage.runs_a_month * usage.model_share
    planner = models.get("planner", "planner")
    shown = models.get("planner", "the planner's model")
    for way, tokens in (("input", usage.model_input_tokens), ("output", usage.model_output_tokens)):
        yield _used(
            "ai", "Bedrock", f"{shown}, {way} tokens", f"bedrock.{planner}.{way}",
            calls * tokens / _MILLION,
        )  # fmt: skip
    analyses = usage.runs_a_month * usage.analysis_share
    yield _used(
        "ai", "Rekognition", "text in images", "rekognition.text",
        analyses * usage.images_per_analysis,
    )  # fmt: skip
    # Language, personal data and, with a classifier, intent: three questions about each text.
    units = analyses * units_of_text(usage.characters_per_analysis) * 3
    yield _used("ai", "Comprehend", "units of text", "comprehend.unit", units)
    yield _used("ai", "Textract", "pages, text", "textract.text", usage.pages_per_month)
    yield _used("ai", "Textract", "pages, tables", "textract.tables", usage.table_pages_per_month)


def units_of_text(characters: Decimal) -> Decimal:
    """What Comprehend charges for a request: begun hundreds of characters, three at least.

    Source: aws.amazon.com/comprehend/pricing.

    Args:
        characters: Length of the text.
    """
    return max((characters / 100).to_integral_value(ROUND_CEILING), _LEAST_UNITS)


def models_of(inventory: Inventory) -> dict[str, str]:
    """The model of each role, without geography and version.

    Args:
        inventory: The platform.

    Returns:
        E.g. ``{"planner": "anthropic.claude-sonnet-4-6"}``; empty without application profiles.
    """
    models = {}
    for profile in inventory.of("aws_bedrock_inference_profile"):
        source = str(profile.block("model_source").get("copy_from") or "")
        name = source.rpartition("/")[2]
        if name:
            models[profile.name] = name.partition(".")[2].partition(":")[0]
    return models


def _traffic(inventory: Inventory, usage: Usage) -> Iterator[Need]:
    if inventory.count("aws_nat_gateway"):
        yield _used("network", "VPC", "NAT traffic", "nat.gb", usage.nat_gb)
    if any(e.text("vpc_endpoint_type") == "Interface" for e in inventory.of("aws_vpc_endpoint")):
        yield _used("network", "VPC", "endpoint traffic", "vpce.gb", usage.endpoint_gb)
    yield _used("network", "Data transfer", "to the internet", "egress", usage.egress_gb)
    if inventory.count("aws_kms_key"):
        yield _used("security", "KMS", "requests", "kms.requests", usage.key_requests / 10_000)
    if inventory.count("aws_secretsmanager_secret"):
        reads = usage.secret_requests / 10_000
        yield _used("data", "Secrets Manager", "requests", "secret.requests", reads)
