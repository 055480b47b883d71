"""What functions in the VPC call, and what the VPC lets them ask.

An endpoint answers for its service in the whole VPC, and its policy refuses what it does not name.
A call that is missing there works on the local cloud, where functions are in no VPC, and fails in
prod.
"""

import re
from typing import Any

import hcl2
import pytest
from function_calls import called_actions, functions
from terraform_copy import REPOSITORY

COMPUTE = REPOSITORY / "modules" / "compute"
NETWORK = REPOSITORY / "modules" / "network"
PROD = REPOSITORY / "terraform" / "platform" / "environments" / "prod.tfvars"
ENDPOINTS = "interface_endpoints"
FUNCTION = re.compile(r"^    ([a-z-]+) += \{\n(?:      .*\n)*?      stores +=( true| false)$", re.M)


def plain(text: object) -> str:
    return str(text).strip('"')


BASTION = REPOSITORY / "modules" / "devops" / "bastion_iam.tf"


def private_functions() -> set[str]:
    """Functions in the VPC: those that reach the stores there."""
    found = {
        name: stores.strip()
        for file in COMPUTE.glob("*.tf")
        for name, stores in FUNCTION.findall(file.read_text(encoding="utf-8"))
    }
    assert found.keys() == set(functions())
    return {name for name, stores in found.items() if stores == "true"}


def bastion_actions() -> set[str]:
    """What the host in the VPC may ask."""
    documents = (
        block[name]
        for block in hcl2.loads(BASTION.read_text(encoding="utf-8"))["data"]
        for name in block
        if plain(name) == "aws_iam_policy_document"
    )
    return {
        plain(action)
        for named in documents
        for name, document in named.items()
        if plain(name) == "bastion"
        for statement in document["statement"]
        for action in statement["actions"]
    }


def services(file: str, local: str) -> dict[str, Any]:
    """The entries of a map of the network's module."""
    text = (NETWORK / file).read_text(encoding="utf-8")
    (found,) = (block[local] for block in hcl2.loads(text)["locals"] if local in block)
    return {plain(name): entry for name, entry in found.items() if not name.startswith("__")}


def endpoints() -> dict[str, set[str]]:
    """Actions that may be asked through the endpoints of prod, by service."""
    named = {plain(name) for name in hcl2.loads(PROD.read_text("utf-8"))["network"][ENDPOINTS]}
    interfaces = services("interface_endpoints.tf", "_interface_services")
    gateways = services("gateway_endpoints.tf", "_gateway_services")
    statements = {name: interfaces[name] for name in named}
    statements |= {name: [statement] for name, statement in gateways.items()}
    return {
        name: {plain(action) for statement in entry for action in statement["actions"]}
        for name, entry in statements.items()
    }


@pytest.mark.parametrize("function", sorted(private_functions()))
def test_the_endpoints_of_prod_let_a_function_ask_what_it_calls(function: str) -> None:
    refused = called_actions()[function] - set().union(*endpoints().values())
    assert not refused, (
        f"{function} is in the VPC, where no endpoint takes {sorted(refused)}: name the service in "
        "prod.tfvars, and the actions in modules/network"
    )


def test_each_endpoint_of_prod_is_called() -> None:
    called = set().union(*(called_actions()[function] for function in private_functions()))
    idle = [service for service, actions in endpoints().items() if not actions & called]
    assert not idle, f"no function in the VPC calls {idle}, and each endpoint costs by the hour"


def test_an_endpoint_lets_the_bastion_ask_what_it_may() -> None:
    interfaces = services("interface_endpoints.tf", "_interface_services")
    lets = {
        plain(action)
        for entry in interfaces.values()
        for statement in entry
        for action in statement["actions"]
    }
    served = {action.partition(":")[0] for action in lets}
    asked = {one for one in bastion_actions() if one.partition(":")[0] in served - {"s3"}}
    assert len(asked) > 20
    assert not asked - lets, "an endpoint of its service would refuse it: see modules/network"
