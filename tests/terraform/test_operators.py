"""What qops calls for, and what the roles of the people who use it allow.

Whoever takes the role ``operator-read`` asks; the role ``operator`` acts as well, act by act.
Commands that plan, apply or serve the local cloud need other rights: see ``docs/qops/rights.md``.
"""

import functools

import hcl2
import pytest
from qops_calls import command_actions
from terraform_copy import REPOSITORY

SECURITY = REPOSITORY / "modules" / "security"

ASKS = frozenset(
    {
        "audit", "compliance", "devices list", "devices queue", "devices show", "health",
        "health explain", "jobs list", "jobs show", "logs", "queues", "releases", "runs history",
        "runs list", "runs report", "runs show", "runs watch", "secrets", "state", "state list",
        "state locks", "state versions", "status", "trace", "users list",
    }
)  # fmt: skip
BY_THE_API = frozenset({"devices revoke", "jobs cancel", "jobs submit", "run", "runs cancel"})
"""They change something as the person who is signed in, and need in AWS what those who ask need."""

ACTS = {
    "approve": "operator_acts",
    "drill lose-cache": "drill",
    "drill restore-db": "drill",
    "redrive": "redrive",
    "rollback": "rollback",
    "rotate": "rotate",
    "state approve": "state",
    "state restore": "state",
    "state unlock": "state",
    "users add": "users",
    "users disable": "users",
    "users enable": "users",
    "users groups": "users",
    "users reset-totp": "users",
}
"""The document of the act that a command is, or the one that every act has."""

BY_OTHER_RIGHTS = frozenset(
    {
        # Terraform plans or applies, with the roles of terraform/bootstrap.
        "adopt", "apply", "capacity", "cost", "destroy", "diagram", "drift", "plan", "promote",
        "state forget",
        # They read and write every item and object of the platform.
        "drill clean", "drill restore-buckets", "drill restore-tables",
        # The machine, a file, or the local cloud.
        "build", "completion install", "completion show", "config", "config path",
        "config schema", "config set", "config unset", "demo", "doctor", "down", "reset", "schema",
        "show", "up",
    }
)  # fmt: skip

HEALTH = frozenset(
    {
        "compliance", "drill lose-cache", "health", "health explain", "rollback", "rotate",
        "secrets",
    }
)  # fmt: skip
"""They look at the platform's health."""

NOT_GRANTED = {
    # action: commands that do without it
    # A function that is handed an event of one's own believes whoever it names. The check of the
    # API's dependencies is unknown, and letters of functions stay.
    "lambda:InvokeFunction": HEALTH - {"rotate"} | {"redrive"},
    # Asked on the local cloud alone.
    "secretsmanager:GetSecretValue": HEALTH,
}

FOR_THE_CALLER = {
    "kms:CreateGrant": "RDS encrypts a copy",
    "kms:Decrypt": "S3, SQS and DynamoDB decrypt",
    "kms:GenerateDataKey": "S3 and SQS encrypt",
}
"""What services do with the caller's rights."""


@functools.cache
def granted() -> dict[str, set[str]]:
    """The actions of the policy documents of the layer security, by name."""
    found: dict[str, set[str]] = {}
    for file in SECURITY.glob("*.tf"):
        for block in hcl2.loads(file.read_text(encoding="utf-8")).get("data", []):
            for named in (block.get('"aws_iam_policy_document"') or {}).items():
                name, document = named
                actions = found.setdefault(name.strip('"'), set())
                for statement in document.get("statement", []):
                    if isinstance(statement["actions"], list):
                        actions |= {str(action).strip('"') for action in statement["actions"]}
    return found


def missing(command: str, *documents: str) -> set[str]:
    allowed = set().union(*(granted()[name] for name in documents))
    without = {action for action, commands in NOT_GRANTED.items() if command in commands}
    return command_actions()[command] - allowed - without


def test_every_command_has_its_place() -> None:
    places = [ASKS, BY_THE_API, frozenset(ACTS), BY_OTHER_RIGHTS]
    known = command_actions().keys()
    assert not known - frozenset().union(*places), "say who may run the new command"
    assert sorted(known) == sorted(name for place in places for name in place)


@pytest.mark.parametrize("command", sorted(ASKS | BY_THE_API))
def test_who_reads_may_ask_what_a_command_asks(command: str) -> None:
    assert not missing(command, "operator_read"), "add it to operator_read_policy.tf"


@pytest.mark.parametrize("command", sorted(ACTS))
def test_an_operator_may_do_what_a_command_does(command: str) -> None:
    lacking = missing(command, "operator_read", "operator_acts", ACTS[command])
    assert not lacking, "add it to operator_acts.tf"


def test_nothing_is_granted_that_no_command_calls() -> None:
    calls = command_actions()
    asked = set().union(*(calls[name] for name in ASKS | BY_THE_API | ACTS.keys()))
    assert not granted()["operator_read"] - asked - FOR_THE_CALLER.keys()
    for act in set(ACTS.values()):
        done = set().union(*(calls[name] for name in ACTS if act in (ACTS[name], "operator_acts")))
        assert not granted()[act] - done - FOR_THE_CALLER.keys(), act


def test_the_excuses_are_used() -> None:
    calls = command_actions()
    for action, commands in NOT_GRANTED.items():
        assert {name for name in commands if action not in calls[name]} == set()
        assert action not in granted()["operator_read"]
    acts = [granted()[act] for act in set(ACTS.values())]
    assert FOR_THE_CALLER.keys() <= granted()["operator_read"].union(*acts)
