"""Which services each function may call, read off its imports: nothing is run."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2] / "lambda_src"
SHARED = ("qs_cloud", "qs_mcp", "qs_planning")

_OF_CLIENT = {
    "apigateway": "API Gateway control",
    "bedrock": "Bedrock control",
    "bedrock-runtime": "Bedrock",
    "comprehend": "Comprehend",
    "dynamodb": "DynamoDB",
    "elasticache": "ElastiCache control",
    "events": "EventBridge",
    "rekognition": "Rekognition",
    "s3": "S3",
    "scheduler": "EventBridge Scheduler",
    "secretsmanager": "Secrets Manager",
    "sqs": "SQS",
    "ssm": "Parameter Store",
    "stepfunctions": "Step Functions",
    "sts": "STS",
    "textract": "Textract",
}
_OF_MODULE = {"qs_cloud.postgres": "PostgreSQL", "qs_cloud.cache": "Redis"}
_OF_IMPORT = {"urllib.request": "HTTP", "botocore.httpsession": "HTTP"}
_HTTP = {
    "authorizer": "Cognito keys",
    "rotate-partner-key": "own API",
    "ship-logs": "OpenSearch",
}


def functions() -> list[str]:
    """Names of all functions: the folders with a handler."""
    return sorted(path.parent.name for path in ROOT.glob("*/handler.py"))


def services_of(function: str) -> frozenset[str]:
    """What a function may call: services of AWS, and servers.

    Args:
        function: Name of its folder.

    Returns:
        The services' names as people write them.
    """
    found: set[str] = set()
    for module in _reached(function):
        tree = _tree(module)
        found.update(_of_calls(tree))
        for imported in _imports(tree):
            if imported in _OF_MODULE:
                found.add(_OF_MODULE[imported])
            if imported in _OF_IMPORT:
                found.add(_HTTP[function])
    return frozenset(found)


def _reached(function: str) -> set[Path]:
    """The modules that a function's handler imports, directly or through others."""
    folder = ROOT / function
    waiting, reached = [folder / "handler.py"], set()
    while waiting:
        path = waiting.pop()
        if path in reached:
            continue
        reached.add(path)
        for name in _imports(_tree(path)):
            for base in (folder, ROOT):
                found = _file(base, name)
                if found is not None:
                    waiting.append(found)
    return reached


def _file(base: Path, name: str) -> Path | None:
    path = base.joinpath(*name.split("."))
    if path.with_suffix(".py").is_file():
        return path.with_suffix(".py")
    package = path / "__init__.py"
    return package if package.is_file() and name.startswith("qs_") else None


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{one.name}" for one in node.names)


def _of_calls(tree: ast.Module) -> Iterator[str]:
    """Services of `clients.<service>()` and of `Session().client("<service>", ...)`."""
    if any(isinstance(node, ast.FunctionDef) and node.name == "dynamodb" for node in tree.body):
        return  # The module that makes the clients calls none of them.
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        owner = node.func.value
        if isinstance(owner, ast.Name) and owner.id == "clients" and node.func.attr in _OF_CLIENT:
            yield _OF_CLIENT[node.func.attr]
        if node.func.attr == "client" and node.args and isinstance(node.args[0], ast.Constant):
            yield _OF_CLIENT[str(node.args[0].value)]


def tells_the_audit(function: str) -> bool:
    """Whether a function tells the audit of events that nobody has written down before.

    Args:
        function: Name of its folder.
    """
    calls = (
        node
        for module in _reached(function)
        for node in ast.walk(_tree(module))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    )
    return any(
        call.func.attr == "tell" and ast.unparse(call.func.value).endswith(("trail", "trail()"))
        for call in calls
        if isinstance(call.func, ast.Attribute)
    )
