"""The IAM actions that sources of ours call for, read with mypy's types.

mypy checks the sources once and leaves the type of every expression. From where a function or a
command of qops begins, a call graph follows what reachable code names; a call on an object whose
type is a boto3 client is an AWS operation, and botocore's models tell which.
"""

import ast
import functools
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import botocore.session
from botocore import xform_name
from mypy import build
from mypy.config_parser import parse_config_file
from mypy.modulefinder import BuildSource
from mypy.nodes import (
    Decorator,
    Expression,
    MemberExpr,
    MypyFile,
    NameExpr,
    Node,
    SymbolNode,
    TypeInfo,
)
from mypy.options import Options
from mypy.types import CallableType, Instance, Type, TypeType, UnionType, get_proper_type
from terraform_copy import REPOSITORY

SOURCES = REPOSITORY / "lambda_src"
PREFIXES = {
    "bedrock_runtime": "bedrock",
    "opensearch": "es",
    "service-quotas": "servicequotas",
    "stepfunctions": "states",
}
"""IAM's name of a service where it is not boto3's."""

RENAMED = {
    "bedrock:Converse": {"bedrock:InvokeModel"},
    "bedrock:ConverseStream": {"bedrock:InvokeModelWithResponseStream"},
    # API Gateway knows methods, not operations.
    "apigateway:CreateApiKey": {"apigateway:POST"},
    "apigateway:CreateUsagePlanKey": {"apigateway:POST"},
    "apigateway:DeleteApiKey": {"apigateway:DELETE"},
    "apigateway:GetApiKey": {"apigateway:GET"},
    "apigateway:GetApiKeys": {"apigateway:GET"},
    "apigateway:GetUsage": {"apigateway:GET"},
    "apigateway:GetUsagePlanKey": {"apigateway:GET"},
    "apigateway:GetUsagePlans": {"apigateway:GET"},
    "lambda:Invoke": {"lambda:InvokeFunction"},
    "dynamodb:TransactWriteItems": {"dynamodb:PutItem", "dynamodb:UpdateItem"},
    "s3:CopyObject": {"s3:GetObject", "s3:PutObject"},
    "s3:GetBucketEncryption": {"s3:GetEncryptionConfiguration"},
    "s3:GetBucketReplication": {"s3:GetReplicationConfiguration"},
    "s3:GetPublicAccessBlock": {"s3:GetBucketPublicAccessBlock"},
    "s3:DeleteObjects": {"s3:DeleteObject", "s3:DeleteObjectVersion"},
    "s3:HeadObject": {"s3:GetObject"},
    "s3:ListObjectVersions": {"s3:ListBucketVersions"},
    "s3:ListObjectsV2": {"s3:ListBucket"},
    "sqs:SendMessageBatch": {"sqs:SendMessage"},
    "sqs:DeleteMessageBatch": {"sqs:DeleteMessage"},
}
"""Operations that IAM knows by other names."""

IMPLIED = {
    "bedrock:InvokeModel": {"bedrock:ApplyGuardrail"},
    "sts:AssumeRole": {"sts:TagSession"},
    "sqs:CreateQueue": {"sqs:TagQueue"},
    # What is made bears tags.
    "rds:CreateDBSnapshot": {"rds:AddTagsToResource"},
    "rds:RestoreDBInstanceFromDBSnapshot": {"rds:AddTagsToResource"},
    # The schedule gets a role, and its content a key that the service looks at for the caller.
    "scheduler:CreateSchedule": {"iam:PassRole", "kms:DescribeKey"},
}
"""What an operation needs beside its own action, as the platform calls it: with the guardrail, and
with tags."""

LIBRARIES = {
    "aws_lambda_powertools.utilities.idempotency.persistence.dynamodb.DynamoDBPersistenceLayer": {
        "dynamodb:DeleteItem",
        "dynamodb:GetItem",
        "dynamodb:PutItem",
        "dynamodb:UpdateItem",
    },
}
"""Classes of libraries that call AWS with a client of ours."""

ServiceOf = Callable[[MemberExpr, str, int], str | None]
"""Tells the service of a method that is called on an object without a type, in a module's line."""


@dataclass
class Part:
    """A function, a method, or the lines of a module outside of its functions."""

    names: set[str] = field(default_factory=set)
    actions: set[str] = field(default_factory=set)
    methods: set[str] = field(default_factory=set)
    """Methods called through a protocol: those of any reachable class may be meant."""

    is_class: bool = False


def reachable_actions(parts: dict[str, Part], *starts: str) -> set[str]:
    """The actions that are called from some parts on.

    Args:
        parts: The call graph.
        starts: Full names of the parts.
    """
    seen: set[str] = set()
    ahead = list(starts)
    while ahead:
        name = ahead.pop()
        if name not in seen and name in parts:
            seen.add(name)
            ahead += parts[name].names
        if not ahead:
            methods = {method for name in seen for method in parts[name].methods}
            classes = [name for name in seen if parts[name].is_class]
            meant = {f"{home}.{method}" for home in classes for method in methods}
            ahead += [name for name in meant - seen if name in parts]
    actions = {action for name in seen for action in parts[name].actions}
    for action in list(actions):
        actions |= IMPLIED.get(action, set())
    return actions


def checked(sources: list[BuildSource], homes: Iterable[Path]) -> build.BuildResult:
    """What mypy knows of sources once it has checked them.

    Args:
        sources: The modules; what they import is found.
        homes: Folders of the packages.
    """
    options = Options()
    parse_config_file(
        options, lambda: None, str(REPOSITORY / "pyproject.toml"), sys.stdout, sys.stderr
    )
    options.export_types = options.preserve_asts = True
    options.incremental = False
    options.mypy_path = [str(home) for home in homes]
    return build.build(sources, options)


def call_graph(
    result: build.BuildResult, own: tuple[str, ...], service_of: ServiceOf | None = None
) -> dict[str, Part]:
    """Functions, methods and classes, what they name, and the actions that they call for.

    Args:
        result: The checked sources.
        own: How the names of modules begin that are ours.
        service_of: Tells a client by other means than its type.
    """
    parts: dict[str, Part] = {}
    for name, module in result.files.items():
        if name.startswith(own):
            _read(module, result.types, parts, service_of)
    return parts


def _read(
    mypy_file: MypyFile,
    types: dict[Expression, Type],
    parts: dict[str, Part],
    service_of: ServiceOf | None,
) -> None:
    """Fill the parts of one module.

    Python's own syntax tree gives the extent of functions and the imports; mypy's expressions lie
    in them by line.
    """
    module = mypy_file.fullname
    tree = ast.parse(Path(mypy_file.path).read_text(encoding="utf-8"))
    extents = list(_extents(tree, module))
    parts.setdefault(module, Part())
    for _, _, name in extents:
        parts.setdefault(name, Part())

    def part_at(line: int) -> Part:
        # The outermost function: what is nested in it runs for it.
        inside = [name for first, last, name in extents if first <= line <= last]
        return parts[inside[0] if inside else module]

    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            part_at(node.lineno).names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            part_at(node.lineno).names |= {node.module, *(n for n in names if _is_module(n))}
        elif isinstance(node, ast.FunctionDef) and any(map(_declares_a_tool, node.decorator_list)):
            # What a server is handed it calls, and nothing else names it.
            parts[module].names.add(f"{module}.{node.name}")
        elif isinstance(node, ast.ClassDef):
            part = parts.setdefault(f"{module}.{node.name}", Part())
            part.is_class = True
            part.names |= {
                f"{module}.{node.name}.{method.name}"
                for method in node.body
                if isinstance(method, ast.FunctionDef) and method.name.startswith("__")
            }
    for expression in _references(mypy_file):
        here = part_at(expression.line)
        if expression.fullname:
            here.names.add(expression.fullname)
        if isinstance(expression.node, TypeInfo):
            here.actions |= LIBRARIES.get(expression.node.fullname, set())
        if isinstance(expression, MemberExpr):
            for info in _classes(types, expression.expr):
                symbol = info.get(expression.name)
                if symbol is not None and symbol.node is not None:
                    here.names.add(_fullname(symbol.node))
                if info.is_protocol:
                    here.methods.add(expression.name)
                if service := _service(info):
                    here.actions |= _actions(service, expression.name, tree, expression.line)
            if service_of and (service := service_of(expression, module, expression.line)):
                here.actions |= _actions(service, expression.name, tree, expression.line)


def _declares_a_tool(decorator: ast.expr) -> bool:
    """Whether a decorator is ``@server.tool(...)`` of a remote MCP server."""
    return (
        isinstance(decorator, ast.Call)
        and isinstance(decorator.func, ast.Attribute)
        and decorator.func.attr == "tool"
    )


_ELSEWHERE = frozenset({"node", "info", "type", "names", "original_def", "analyzed"})
"""Attributes of mypy's nodes that lead out of the syntax tree."""


def _references(root: MypyFile) -> Iterator[NameExpr | MemberExpr]:
    """Every name and attribute of a module.

    mypy's own traversers are compiled and cannot be subclassed; its nodes tell their attributes.
    """
    seen: set[int] = set()
    ahead: list[object] = list(root.defs)
    while ahead:
        here = ahead.pop()
        if isinstance(here, list | tuple):
            ahead += here
        elif isinstance(here, Node) and not isinstance(here, MypyFile) and id(here) not in seen:
            seen.add(id(here))
            if isinstance(here, NameExpr | MemberExpr):
                yield here
            attributes = {a for c in type(here).__mro__ for a in getattr(c, "__mypyc_attrs__", ())}
            ahead += [getattr(here, a, None) for a in attributes - _ELSEWHERE]


def _extents(tree: ast.Module, module: str) -> Iterator[tuple[int, int, str]]:
    """First and last line and full name of the functions and methods that are not nested."""
    for node in tree.body:
        members = node.body if isinstance(node, ast.ClassDef) else [node]
        home = f"{module}.{node.name}" if isinstance(node, ast.ClassDef) else module
        for member in members:
            if isinstance(member, ast.FunctionDef | ast.AsyncFunctionDef):
                yield member.lineno, member.end_lineno or member.lineno, f"{home}.{member.name}"


def _is_module(name: str) -> bool:
    inside = Path(*name.split("."))
    homes = [SOURCES, *SOURCES.iterdir(), REPOSITORY / "ops"]
    return any(
        (home / inside).with_suffix(".py").is_file() or (home / inside / "__init__.py").is_file()
        for home in homes
    )


def _classes(types: dict[Expression, Type], expression: Expression) -> Iterator[TypeInfo]:
    found = types.get(expression)
    yield from _infos(found) if found is not None else ()


def _service(info: TypeInfo) -> str | None:
    """The service whose client a class is; a protocol of ours bears the service's name."""
    if info.fullname.startswith("mypy_boto3_") and info.name.endswith("Client"):
        return info.fullname.split(".")[0].removeprefix("mypy_boto3_")
    if info.fullname.startswith("qs_cloud.clients.") and info.is_protocol:
        return info.name.lower()
    return None


def _infos(found: Type) -> Iterator[TypeInfo]:
    proper = get_proper_type(found)
    if isinstance(proper, Instance):
        yield proper.type
    elif isinstance(proper, UnionType):
        for item in proper.items:
            yield from _infos(item)
    elif isinstance(proper, TypeType):
        yield from _infos(proper.item)
    elif isinstance(proper, CallableType) and proper.is_type_obj():
        yield proper.type_object()


def _fullname(node: SymbolNode) -> str:
    return node.func.fullname if isinstance(node, Decorator) else node.fullname


def _actions(service: str, method: str, tree: ast.Module, line: int) -> set[str]:
    if method in ("generate_presigned_url", "get_paginator", "get_waiter"):
        method = _first_argument(tree, line, method)
    elif method == "generate_presigned_post":
        method = "put_object"
    operation = methods(service).get(method)
    if operation is None:
        return set()
    action = f"{PREFIXES.get(service, service)}:{operation}"
    return RENAMED.get(action, {action})


def _first_argument(tree: ast.Module, line: int, method: str) -> str:
    """The operation that a call of a method on a line names."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == method
            and node.lineno <= line <= (node.end_lineno or node.lineno)
            and node.args
            and isinstance(node.args[0], ast.Constant)
        ):
            return str(node.args[0].value)
    raise AssertionError(f"{method} with a computed operation, line {line}")


@functools.cache
def methods(service: str) -> dict[str, str]:
    """The operations of a service, by the name of boto3's method.

    Args:
        service: boto3's name of it.
    """
    model = botocore.session.get_session().get_service_model(service.replace("_", "-"))
    return {xform_name(name): name for name in model.operation_names}
