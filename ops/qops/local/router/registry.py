"""Operations of ours and corrections of answers, each a small function on parsed parameters.

::

    @operation("xray", "CreateGroup")
    async def create_group(call: Call) -> Answer: ...     # we answer; PassOn: the backend does

    @before("elasticache", "DeleteReplicationGroup")
    async def forget(call: Call) -> None: ...             # runs before the backend; may raise Fault

    @after("elasticache", "DescribeReplicationGroups")
    async def add_ports(call: Call, answer: Answer) -> None: ...   # changes the parsed answer

Services are named as botocore names their models. An operation of ours wins over the backend;
``before`` and ``after`` apply to whatever answers.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qops.local.router.context import Context

Answer = dict[str, Any]


class Fault(Exception):  # noqa: N818 (the word of the service models)
    """An error answer of ours, serialised as the protocol of the service wants it."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        """Keeps the parts of the answer.

        Args:
            code: Error code of the service's model.
            message: Message for the client.
            status: HTTP status where the model does not set one.
        """
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


class PassOn(Exception):  # noqa: N818 (not an error: control flow between handler and router)
    """Raised by an operation of ours to let the backend answer."""


@dataclass
class Call:
    """One operation on its way.

    Attributes:
        service: botocore name of the service.
        operation: Name of the operation.
        params: Parsed parameters.
        region: Region of the request.
        access_key: Access key of the caller.
        context: Everything the router owns.
        client_gone: Whether the client has closed its connection meanwhile.
        notes: What a ``before`` leaves for an ``after``.
        streamed: Content type and pieces of an answer that is sent as it comes.
    """

    service: str
    operation: str
    params: dict[str, Any]
    region: str
    access_key: str
    context: Context
    client_gone: Callable[[], bool] = lambda: False
    notes: dict[str, Any] = field(default_factory=dict)
    streamed: tuple[str, AsyncIterator[bytes]] | None = None

    def stream(self, content_type: str, pieces: AsyncIterator[bytes]) -> None:
        """Has the answer sent in pieces, in the stead of what the operation returns."""
        self.streamed = (content_type, pieces)

    @property
    def account(self) -> str:
        """Account id."""
        return self.context.config.account

    def records(self, kind: str) -> dict[str, Any]:
        """Our own records of a kind for this service and region, kept in the store."""
        return self.context.store.records(self.region, self.service, kind)

    def arn(self, resource: str, *, region: str | None = None, service: str | None = None) -> str:
        """An ARN of this account."""
        where = self.region if region is None else region
        return f"arn:aws:{service or self.service}:{where}:{self.account}:{resource}"

    async def aws(self, service: str, operation: str, /, **params: Any) -> Answer:
        """Calls an operation of a backend directly, as the account's root and past our hooks.

        Raises:
            Fault: The backend answered with an error.
        """
        return await self.context.backends.call(service, operation, params, self.region)


Operation = Callable[[Call], Awaitable[Answer]]
Before = Callable[[Call], Awaitable[None]]
After = Callable[[Call, Answer], Awaitable[None]]


@dataclass
class Hooks:
    """What is registered for one operation."""

    operation: Operation | None = None
    before: list[Before] = field(default_factory=list)
    after: list[After] = field(default_factory=list)


class Registry:
    """All operations and hooks by service and operation."""

    def __init__(self) -> None:
        self._hooks: dict[str, dict[str, Hooks]] = {}

    def hooks(self, service: str, operation: str) -> Hooks | None:
        """What is registered for an operation, if anything."""
        return self._hooks.get(service, {}).get(operation)

    def knows(self, service: str) -> bool:
        """Whether anything is registered for a service."""
        return service in self._hooks

    def entry(self, service: str, operation: str) -> Hooks:
        """The entry of an operation, made when missing."""
        return self._hooks.setdefault(service, {}).setdefault(operation, Hooks())

    def operations(self) -> list[tuple[str, str]]:
        """Service and operation of everything registered."""
        return [(service, name) for service, names in self._hooks.items() for name in names]


REGISTRY = Registry()


def operation(service: str, *names: str) -> Callable[[Operation], Operation]:
    """Registers who answers the operations of these names."""

    def register(function: Operation) -> Operation:
        for name in names:
            REGISTRY.entry(service, name).operation = function
        return function

    return register


def before(service: str, *names: str) -> Callable[[Before], Before]:
    """Registers what runs before the operations of these names."""

    def register(function: Before) -> Before:
        for name in names:
            REGISTRY.entry(service, name).before.append(function)
        return function

    return register


def after(service: str, *names: str) -> Callable[[After], After]:
    """Registers what changes the answers of the operations of these names."""

    def register(function: After) -> After:
        for name in names:
            REGISTRY.entry(service, name).after.append(function)
        return function

    return register
