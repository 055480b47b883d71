"""The route table with what documentation and client need to know of each operation."""

import re
from dataclasses import dataclass
from typing import Any

from qscreen.api.examples import EXAMPLES, PROBLEM_EXAMPLES
from qscreen.api.routes import ROUTES, Route
from qscreen.wire import Problem, WireModel
from qscreen.wire.setting import SETTING_NAME_PATTERN

IDENTIFIER_PATTERN = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"

FAULTS = (429, 500, 502, 503, 504)
"""What any request may meet: the gateway and the platform behind it at their limits."""
_PROTECTED = (400, 401, 403, *FAULTS)
_OF_BODY = (413,)
_PATH_PARAMETER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of an operation.

    Attributes:
        name: Its name.
        place: ``path``, ``query`` or ``header``.
        required: Whether it must be sent.
        description: What it is.
        example: A value.
        schema: Its schema.
    """

    name: str
    place: str
    required: bool
    description: str
    example: str | int
    schema: dict[str, Any]


_IDEMPOTENCY_KEY = Parameter(
    "Idempotency-Key",
    "header",
    True,
    "Key of this request, chosen by the caller, e.g. a UUID. The same key with the same body "
    "answers the same result and does nothing twice; with another body it is a 409.",
    "0b6b5a0e-6a53-4b5e-8a56-3c3f5d2f9a11",
    {"type": "string", "minLength": 8, "maxLength": 128},
)
_IF_NONE_MATCH = Parameter(
    "If-None-Match",
    "header",
    False,
    "Entity tags that the caller knows; if the answer has one of them it is a 304 without a body.",
    '"6f1c0d8a2b7e4f9d8c3a5b1e"',
    {"type": "string", "minLength": 1, "maxLength": 1024},
)
_LIMIT = Parameter(
    "limit",
    "query",
    False,
    "Items per page at most; the API chooses when it is absent.",
    20,
    {"type": "integer", "minimum": 1, "maximum": 100},
)
_NEXT_TOKEN = Parameter(
    "next_token",
    "query",
    False,
    "Where to go on: `next_token` of the page before.",
    "eyJydW5faWQiOiAicnVuLTEifQ",
    {"type": "string", "minLength": 1, "maxLength": 2048},
)


@dataclass(frozen=True, slots=True)
class Operation:
    """A route and what follows from it.

    Attributes:
        route: The route.
    """

    route: Route

    @property
    def method_name(self) -> str:
        """Name of the client's method: the operation id in snake case."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", self.route.operation_id).lower()

    @property
    def tag(self) -> str:
        """First segment of the path after the version; groups the operations."""
        return self.route.path.split("/")[2]

    @property
    def path_parameters(self) -> tuple[str, ...]:
        """Names of the path's parameters, in order."""
        return tuple(_PATH_PARAMETER.findall(self.route.path))

    @property
    def path_expression(self) -> str:
        """Python expression of the path with quoted parameters."""
        if not self.path_parameters:
            return f'"{self.route.path}"'
        quoted = _PATH_PARAMETER.sub(
            lambda m: f"{{{m[1]}}}" if m[1] == "version" else f"{{segment({m[1]})}}",
            self.route.path,
        )
        return f'f"{quoted}"'

    def path_meaning(self, name: str) -> str:
        """Say what a parameter of the path is.

        Args:
            name: Name of the parameter.

        Returns:
            A sentence.
        """
        return _path_parameter(name).description

    @property
    def documented(self) -> bool:
        """Whether the client's method takes arguments."""
        return bool(self.parameters or self.route.request)

    @property
    def description(self) -> str:
        """A paragraph for the documentation."""
        needs = f"Needs the scope `{self.route.scope.value}`." if self.route.scope else "Public."
        return f"{self.route.summary}. {needs}"

    @property
    def answer(self) -> str:
        """Description of the successful answer."""
        return {200: "Done", 201: "Created", 202: "Accepted"}[self.route.status]

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """All parameters: path, then header, then query."""
        found = [_path_parameter(name) for name in self.path_parameters]
        if self.route.idempotency_key:
            found.append(_IDEMPOTENCY_KEY)
        if self.route.if_match:
            found.append(_if_match(required=self.route.if_match == "required"))
        if self.conditional:
            found.append(_IF_NONE_MATCH)
        if self.route.paginated:
            found += [_LIMIT, _NEXT_TOKEN]
        return tuple(found)

    @property
    def conditional(self) -> bool:
        """Whether it may answer that nothing has changed."""
        return self.route.etag and self.route.method == "GET"

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Documented problem answers, by status."""
        shared = _PROTECTED if self.route.scope else FAULTS
        of_body = _OF_BODY if self.route.request else ()
        statuses = sorted({*shared, *of_body, *self.route.problems})
        return tuple(PROBLEM_EXAMPLES[status] for status in statuses)

    @property
    def request_example(self) -> object:
        """Example of the body as JSON data; None without a body."""
        return as_json(EXAMPLES[self.route.request]) if self.route.request else None

    @property
    def response_example(self) -> object:
        """Example of the successful answer as JSON data."""
        return as_json(EXAMPLES[self.route.response])


def as_json(model: WireModel) -> object:
    """Dump a model as JSON data without the fields that are null.

    Args:
        model: The model.

    Returns:
        Dicts, lists and scalars.
    """
    return model.model_dump(mode="json", exclude_none=True)


def _if_match(*, required: bool) -> Parameter:
    rule = "Without it the request is a 428." if required else "Without it any state is changed."
    return Parameter(
        "If-Match",
        "header",
        False,
        f"Entity tag that the caller looked at, or `*`; with another one it is a 412. {rule}",
        '"6f1c0d8a2b7e4f9d8c3a5b1e"',
        {"type": "string", "minLength": 1, "maxLength": 1024},
    )


_OTHER_PATH_PARAMETERS = {
    "setting_name": Parameter(
        "setting_name",
        "path",
        True,
        "Name of the setting: words joined by dots.",
        "report.language",
        {"type": "string", "minLength": 1, "maxLength": 100, "pattern": SETTING_NAME_PATTERN},
    ),
    "version": Parameter(
        "version",
        "path",
        True,
        "Number of the version.",
        1,
        {"type": "integer", "minimum": 1, "maximum": 1000000},
    ),
}
_EXAMPLE_IDS = {
    "run": "run-01jd3k9v7c",
    "device": "dev-7h2k9q",
    "command": "cmd-01jd3k9w2x",
    "template": "tpl-5c1e8d",
    "schedule": "sch-2b9f4a",
    "session": "ses-8d3e1c",
    "job": "job-4f7a6b",
}


def _path_parameter(name: str) -> Parameter:
    if name in _OTHER_PATH_PARAMETERS:
        return _OTHER_PATH_PARAMETERS[name]
    what = name.removesuffix("_id")
    return Parameter(
        name,
        "path",
        True,
        f"Id of the {what}.",
        _EXAMPLE_IDS[what],
        {"type": "string", "minLength": 3, "maxLength": 64, "pattern": IDENTIFIER_PATTERN},
    )


OPERATIONS: tuple[Operation, ...] = tuple(Operation(route) for route in ROUTES)
"""All operations, in the order of the route table."""


def operations_by_path() -> dict[str, list[Operation]]:
    """Group the operations as an OpenAPI document does.

    Returns:
        Operations by path template, in the order of the route table.
    """
    grouped: dict[str, list[Operation]] = {}
    for operation in OPERATIONS:
        grouped.setdefault(operation.route.path, []).append(operation)
    return grouped


def models_of_operations() -> tuple[type[WireModel], ...]:
    """List the models that operations take or answer, and the problem.

    Returns:
        The models, each once, sorted by name.
    """
    found: set[type[WireModel]] = {Problem}
    for operation in OPERATIONS:
        found.add(operation.route.response)
        if operation.route.request:
            found.add(operation.route.request)
    return tuple(sorted(found, key=lambda model: model.__name__))
