"""The authorizer before a pool, a table and a clock of our own."""

from types import ModuleType
from typing import Any

import pytest
from qs_authorizer.authorizing import Authorizer
from qs_authorizer.denials import Denials
from qs_authorizer.devices import Devices
from qs_authorizer.keys import SigningKeys
from qs_authorizer.tokens import Verifier
from signed_requests import ISSUER, Clock, Pool, Table, Trail


@pytest.fixture
def pool() -> Pool:
    return Pool()


@pytest.fixture
def table() -> Table:
    return Table()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def handler(
    environment: None, load_handler: Any, pool: Pool, table: Table, clock: Clock
) -> ModuleType:
    module: ModuleType = load_handler("authorizer")
    keys = SigningKeys("https://keys", load=pool)
    module._authorizer = Authorizer(  # type: ignore[attr-defined]
        Verifier(keys, ISSUER, frozenset({"client-1", "client-2"})),
        Devices("devices", load=table, clock=clock),
        Denials(Trail()),  # type: ignore[arg-type]
    )
    return module
