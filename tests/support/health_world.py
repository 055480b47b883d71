"""A platform inside this process: moto's stores, a state that names them, answers of our own.

What moto cannot answer is answered here, and held to AWS's own description of the answer.
"""

from datetime import UTC, datetime
from typing import Any

import boto3
from botocore.exceptions import EndpointConnectionError
from botocore.stub import Stubber

from qops.health.checks import CHECKS
from qops.health.model import Check
from qops.health.running import Result, run_checks
from qops.health.surroundings import Surroundings
from qops.inventory.documents import parse_inventory
from qops.inventory.model import Inventory
from qops.settings import load_settings

REGION = "ap-northeast-2"
PREFIX = "qscreen-local"
ACCOUNT = "123456789012"
API = "https://api.example.com/local"
MAPPING = "0" * 36
NOW = datetime.now(UTC)

_clients: dict[str, Any] = {}
"""Making a client takes longer than a test: they are made once."""

_present: list["World"] = []


class World:
    """Clients of the platform, what they answer, and the state."""

    def __init__(self) -> None:
        self.answers: dict[tuple[str, str], Any] = {}
        self.metrics: dict[str, float] = {}
        self.down = False
        self.region = REGION
        self.account = ACCOUNT
        self.resources: list[dict[str, Any]] = []
        self.outputs: dict[str, Any] = {}
        self.environment = "local"
        _present.clear()
        _present.append(self)

    def client(self, service: str) -> Any:
        if service not in _clients:
            made = boto3.client(
                service, REGION, aws_access_key_id="test", aws_secret_access_key="test"
            )
            made.meta.events.register("before-call", _ask_present)
            _clients[service] = made
        return _clients[service]

    def answer(self, service: str, operation: str, answer: Any) -> None:
        """Answer an operation: with a document, or by raising an error."""
        if isinstance(answer, dict):
            with Stubber(self.client(service)) as stub:
                stub.add_response(_method(operation), answer)  # raises if AWS never says that
        self.answers[service, operation] = answer

    def asked(self, model: Any, **_: Any) -> Any:
        """What botocore's event before a call gets; None leaves the call to moto."""
        service = model.service_model.service_name
        if self.down:
            raise EndpointConnectionError(endpoint_url=f"https://{service}.test")
        known = self.answers.get((service, model.name))
        if known is None:
            return None
        if isinstance(known, Exception):
            raise known
        answer = known() if callable(known) else known
        return _Http(), {**answer, "ResponseMetadata": {"HTTPStatusCode": 200}}

    def add(
        self,
        kind: str,
        label: str = "this",
        module: str = "data",
        **attributes: Any,
    ) -> None:
        """Put a resource into the state, under a label of the configuration."""
        self.resources.append(
            {
                "mode": "managed",
                "module": f"module.{module}",
                "type": kind,
                "name": label,
                "instances": [{"attributes": attributes, "index_key": len(self.resources)}],
            }
        )

    @property
    def inventory(self) -> Inventory:
        outputs = {name: {"value": value} for name, value in self.outputs.items()}
        return parse_inventory(
            {"version": 4, "serial": 7, "outputs": outputs, "resources": self.resources}
        )

    def look(self, name: str) -> Result:
        """Run one check."""
        check = one(name)
        at = Surroundings(load_settings(self.environment), self, self.inventory)  # type: ignore[arg-type]
        (result,) = run_checks([check], at)
        return result


def _ask_present(**call: Any) -> Any:
    return _present[0].asked(**call)


class _Http:
    status_code = 200
    headers: dict[str, str] = {}  # noqa: RUF012


def _method(operation: str) -> str:
    from botocore import xform_name

    return str(xform_name(operation))


def one(name: str) -> Check:
    return next(check for check in CHECKS if check.id == name)
