"""The IAM actions that qops's own source calls for, command by command.

Clients of qops are made by their service's name and have no type: what ``client("<service>")``
gave is followed to the calls on it. Where one is handed on, ``HANDED`` tells its service. A call
that nothing tells the service of fails the reading, so that none goes unseen.
"""

import ast
import functools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from iam_calls import call_graph, checked, methods, reachable_actions
from mypy.build import BuildResult
from mypy.modulefinder import BuildSource
from mypy.nodes import CallExpr, Expression, MemberExpr, NameExpr, StrExpr
from mypy.types import AnyType, get_proper_type
from terraform_copy import REPOSITORY

from qops.cli import app
from qops.commands.surface import command_line, walk

OPS = REPOSITORY / "ops"
HOMES = (OPS, REPOSITORY / "lambda_src")
OWN = ("qops", "qscreen")

THE_LINE = "qops.cli"
"""Names every command; whoever looks at the options of all of them runs none."""

OPEN = frozenset(
    {
        "cognito-idp:AssociateSoftwareToken",
        "cognito-idp:GetTokensFromRefreshToken",
        "cognito-idp:InitiateAuth",
        "cognito-idp:RespondToAuthChallenge",
        "cognito-idp:VerifySoftwareToken",
        "sts:GetCallerIdentity",
    }
)
"""What needs no right: signing in, and asking who one is."""

OF_THE_MACHINE = (
    "qops.build",
    "qops.demo",
    "qops.identity.demo_user",
    "qops.language",
    "qops.local",
    "qops.platform.local_state",
    "qops.reading",
)
"""What serves the local cloud, and asks no account of AWS."""

HANDED = {
    ("qops.applying.trail", "_client"): "s3",
    ("qops.cost.update", "client"): "pricing",
    ("qops.drills.cache", "_client"): "elasticache",
    ("qops.drills.items", "dynamodb"): "dynamodb",
    ("qops.drills.objects", "s3"): "s3",
    ("qops.drills.tables", "client"): "dynamodb",
    ("qops.identity.sign_in", "_cognito"): "cognito-idp",
    ("qops.queues.depths", "sqs"): "sqs",
    ("qops.queues.moving", "sqs"): "sqs",
    ("qops.runs.history", "s3"): "s3",
    ("qops.state.locks", "_client"): "s3",
    ("qops.state.store", "_client"): "s3",
    ("qops.users.changing", "cognito"): "cognito-idp",
    ("qops.users.pool", "cognito"): "cognito-idp",
    ("qops.users.sessions", "cognito"): "cognito-idp",
    ("qops.users.sessions", "dynamodb"): "dynamodb",
}
"""Service of a client that is handed on: by module and the name that it has there."""

INDIRECT = frozenset({"get_paginator", "get_waiter"})
"""Methods that are handed the name of an operation."""


VERSIONS = {"s3:ListBucketVersions": "s3:GetObjectVersion"}
"""What reads an object where its versions are listed, beside ``s3:GetObject``."""


@functools.cache
def command_actions() -> dict[str, set[str]]:
    """The actions of every command.

    Returns:
        Actions such as ``sqs:ListQueues`` by the name of the command (``state restore``).
    """
    result = checked(_sources(), HOMES)
    reading = _Reading(result)
    parts = call_graph(result, OWN, reading.service_of)
    assert not reading.unknown, (
        f"of which service is the client in {sorted(reading.unknown)}? Say so in HANDED"
    )
    parts.pop(THE_LINE)
    found = {name: reachable_actions(parts, part) for name, part in _commands().items()}
    return {
        name: actions - OPEN | {VERSIONS[listing] for listing in VERSIONS.keys() & actions}
        for name, actions in found.items()
    }


def _sources() -> list[BuildSource]:
    found = []
    for file in sorted((OPS / "qops").rglob("*.py")):
        inside = file.relative_to(OPS).with_suffix("").parts
        module = ".".join(inside[:-1] if inside[-1] == "__init__" else inside)
        if not f"{module}.".startswith(tuple(f"{name}." for name in OF_THE_MACHINE)):
            found.append(BuildSource(str(file), module, None))
    return found


def _commands() -> dict[str, str]:
    """The full name of the function that each command is, by its words; groups only prepare."""
    functions: dict[str, Any] = {
        name: getattr(command, "callback", None)
        for name, command in walk(command_line(app))
        if getattr(command, "invoke_without_command", True)
    }
    return {
        name: f"{function.__module__}.{function.__qualname__}"
        for name, function in functions.items()
        if function is not None
    }


class _Reading:
    """Finds the service of a client that has no type."""

    def __init__(self, result: BuildResult) -> None:
        self.unknown: set[str] = set()
        self._types = result.types
        trees = {
            name: ast.parse(Path(file.path).read_text(encoding="utf-8"))
            for name, file in result.files.items()
            if f"{name}.".startswith("qops.")
        }
        self._made = {name: list(_clients_made(tree)) for name, tree in trees.items()}
        named = {service for tree in trees.values() for service in _services(tree)}
        self._methods = {
            *INDIRECT,
            *(name for service in named | set(HANDED.values()) for name in methods(service)),
        }

    def service_of(self, called: MemberExpr, module: str, line: int) -> str | None:
        """The service, where the method is one of boto3's and its object has no type.

        Args:
            called: The method.
            module: Where it is called.
            line: On which line of it.
        """
        receiver = called.expr
        found = self._types.get(receiver)
        if (
            called.name not in self._methods
            or module.startswith(OF_THE_MACHINE)
            or found is None
            or not isinstance(get_proper_type(found), AnyType)
        ):
            return None
        service = self._service(receiver, called.name, module, line)
        if service is None:
            self.unknown.add(f"{module}:{line} {called.name}")
        return service

    def _service(self, receiver: Expression, method: str, module: str, line: int) -> str | None:
        if isinstance(receiver, CallExpr):
            return _made_here(receiver)
        if not isinstance(receiver, NameExpr | MemberExpr):
            return None
        handed = HANDED.get((module, receiver.name))
        made = [
            service
            for name, made_on, service in self._made[module]
            if name == receiver.name and made_on <= line
        ]
        can = [
            service
            for service in (handed, *reversed(made))
            if service and (method in INDIRECT or method in methods(service))
        ]
        return can[0] if can else None


def _made_here(call: CallExpr) -> str | None:
    """The service of ``something.client("service")``."""
    first = call.args[0] if call.args else None
    named = isinstance(call.callee, MemberExpr) and call.callee.name == "client"
    return first.value if named and isinstance(first, StrExpr) else None


def _services(tree: ast.Module) -> Iterator[str]:
    """Every service whose client a module makes."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(
                func=ast.Attribute(attr="client"), args=[ast.Constant(value=str(service)), *_]
            ):
                yield service


def _clients_made(tree: ast.Module) -> Iterator[tuple[str, int, str]]:
    """Names that a module gives to clients: the name, on which line, of which service."""
    assigned = (node for node in ast.walk(tree) if isinstance(node, ast.Assign))
    for node in sorted(assigned, key=lambda one: one.lineno):
        match node:
            case ast.Assign(
                targets=[ast.Name(id=name)],
                value=ast.Call(
                    func=ast.Attribute(attr="client"), args=[ast.Constant(value=str(service)), *_]
                ),
            ):
                yield name, node.lineno, service
