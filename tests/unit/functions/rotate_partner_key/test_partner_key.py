"""The rotation of a partner's key; API Gateway and Secrets Manager live in this process (moto)."""

import json
import uuid
from collections import defaultdict
from datetime import UTC, date, timedelta
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from moto.core import DEFAULT_ACCOUNT_ID
from moto.secretsmanager.models import secretsmanager_backends
from qs_rotate_partner_key import partner_key, retiring
from qs_rotate_partner_key.retiring import KeysRemainError

from qs_cloud import clients
from qs_cloud.clock import utc_now
from qs_cloud.config import ConfigurationError
from qs_cloud.errors import BadPayloadError
from qs_cloud.rotation import RotationError

SECRET = "qscreen-test/partner-acme"
STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")
CONTEXT = SimpleNamespace(get_remaining_time_in_millis=lambda: 180_000)


@pytest.fixture
def plan(aws: None, monkeypatch: pytest.MonkeyPatch) -> str:
    """A partner as Terraform leaves him: a secret without a value, a plan without a key."""
    arn = clients.secretsmanager().create_secret(Name=SECRET)["ARN"]
    monkeypatch.setenv("QS_PARTNERS", json.dumps({"acme": arn}))
    monkeypatch.setenv("QS_KEY_OVERLAP_SECONDS", "86400")
    monkeypatch.setenv("QS_KEY_DEADLINE_SECONDS", str(14 * 86400))
    monkeypatch.delenv("QS_PARTNER_PROBE_URL", raising=False)
    gateway = clients.apigateway()
    gateway.create_usage_plan(name="qscreen-test-other")
    return gateway.create_usage_plan(name="qscreen-test-acme")["id"]


@pytest.fixture(autouse=True)
def calls(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """Calls by the key's value, which moto does not count; the partner comes with any key."""
    made: dict[str, int] = defaultdict(lambda: 1)

    def count(key_id: str, plan_id: str, first: date, last: date) -> int:
        assert first <= last
        key = clients.apigateway().get_api_key(apiKey=key_id, includeValue=True)
        return made[key["value"]]

    monkeypatch.setattr(retiring, "calls_with", count)
    return made


@pytest.fixture
def function(plan: str, load_handler: Any) -> ModuleType:
    found: ModuleType = load_handler("rotate-partner-key")
    return found


def arn() -> str:
    return clients.secretsmanager().describe_secret(SecretId=SECRET)["ARN"]


def begin() -> str:
    """What Secrets Manager does first: a pending version without a value."""
    token = str(uuid.uuid4())
    stored = secretsmanager_backends[DEFAULT_ACCOUNT_ID]["ap-northeast-2"].secrets[SECRET]
    if stored.versions:
        stored.remove_version_stages_from_old_versions(["AWSPENDING"])
        stored.versions[token] = {
            "createdate": 0,
            "version_id": token,
            "version_stages": ["AWSPENDING"],
        }
    return token


def rotate(function: ModuleType, *steps: str, token: str | None = None) -> str:
    token = token or begin()
    for step in steps or STEPS:
        event = {"SecretId": arn(), "ClientRequestToken": token, "Step": step}
        assert function.handler(event, CONTEXT) is None
    return token


def current() -> dict[str, str]:
    text = clients.secretsmanager().get_secret_value(SecretId=SECRET, VersionStage="AWSCURRENT")[
        "SecretString"
    ]
    value: dict[str, str] = json.loads(text)
    return value


def keys_in(plan: str) -> set[str]:
    """The values that open the API as the partner."""
    gateway = clients.apigateway()
    ids = {item["id"] for item in gateway.get_usage_plan_keys(usagePlanId=plan)["items"]}
    keys = gateway.get_api_keys(includeValues=True)["items"]
    return {key["value"] for key in keys if key["enabled"] and key["id"] in ids}


def test_the_first_rotation_makes_the_first_key(function: ModuleType, plan: str) -> None:
    rotate(function)
    value = current()
    assert value["partner"] == "acme"
    assert len(value["api_key"]) >= 20
    assert keys_in(plan) == {value["api_key"]}


def test_both_keys_are_valid_until_the_overlap_is_over(
    function: ModuleType, plan: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rotate(function)
    first = current()["api_key"]
    token = begin()
    for step in STEPS:
        assert first in keys_in(plan), f"before {step}"
        rotate(function, step, token=token)
    second = current()["api_key"]
    assert keys_in(plan) == {first, second}
    assert function.handler({"schedule": "rotate-partner-key"}, CONTEXT) == {"keys_deleted": 0}
    assert keys_in(plan) == {first, second}
    later = utc_now() + timedelta(hours=25)
    monkeypatch.setattr(retiring, "utc_now", lambda: later)
    assert function.handler({"schedule": "rotate-partner-key"}, CONTEXT) == {"keys_deleted": 1}
    values = {
        key["value"] for key in clients.apigateway().get_api_keys(includeValues=True)["items"]
    }
    assert values == {second}
    assert function.handler({"schedule": "rotate-partner-key"}, CONTEXT) == {"keys_deleted": 0}


def end_keys(function: ModuleType, monkeypatch: pytest.MonkeyPatch, **later: float) -> int:
    """One pass by the clock, which has gone on since the last one."""
    at = retiring.utc_now() + timedelta(**later)
    monkeypatch.setattr(retiring, "utc_now", lambda: at)
    answer = function.handler({"schedule": "rotate-partner-key"}, CONTEXT)
    return int(answer["keys_deleted"])


def test_a_partner_who_never_comes_with_the_new_key_keeps_the_former_one_until_the_deadline(
    function: ModuleType,
    plan: str,
    calls: dict[str, int],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    log: Any,
) -> None:
    rotate(function)
    rotate(function)
    second = current()["api_key"]
    calls[second] = 0
    both = keys_in(plan)
    for days in (2, 11):
        assert end_keys(function, monkeypatch, days=days) == 0
        assert keys_in(plan) == both
        assert "PartnerKeysUnproven" in capsys.readouterr().out
    assert "has not come with the new key" in log.getvalue()
    assert end_keys(function, monkeypatch, days=2) == 1
    assert keys_in(plan) == {second}
    told = capsys.readouterr().out
    assert "PartnerKeysEndedUnproven" in told
    assert "PartnerKeysUnproven" not in told
    assert "ends at its deadline" in log.getvalue()
    assert end_keys(function, monkeypatch, days=1) == 0
    assert "PartnerKeysEndedUnproven" not in capsys.readouterr().out


def test_a_partner_who_comes_late_ends_his_former_key(
    function: ModuleType, plan: str, calls: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    rotate(function)
    rotate(function)
    second = current()["api_key"]
    calls[second] = 0
    assert end_keys(function, monkeypatch, days=5) == 0
    calls[second] = 1
    assert end_keys(function, monkeypatch, hours=1) == 1
    assert keys_in(plan) == {second}


def test_the_rotations_own_try_of_a_key_is_not_the_partner(
    function: ModuleType, plan: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rotate(function)
    rotate(function)
    monkeypatch.setenv("QS_KEY_OVERLAP_SECONDS", "1")
    monkeypatch.setenv("QS_PARTNER_PROBE_URL", "https://api.example.com/v1/health")
    changed = clients.secretsmanager().describe_secret(SecretId=SECRET)["LastChangedDate"]
    evening = changed.astimezone(UTC).replace(hour=23, minute=59, second=59)
    for at, ended in ((evening + timedelta(0), 0), (evening + timedelta(days=1), 1)):
        monkeypatch.setattr(retiring, "utc_now", lambda at=at: at + timedelta(microseconds=1))
        answer = function.handler({"schedule": "rotate-partner-key"}, CONTEXT)
        assert answer == {"keys_deleted": ended}


def test_an_operator_ends_the_former_key_before_its_overlap_is_over(
    function: ModuleType, plan: str
) -> None:
    rotate(function)
    rotate(function)

    def ask(task: str) -> list[tuple[str, bool]]:
        answer = function.handler({"SecretId": arn(), "Task": task}, CONTEXT)
        return [(one["stages"][0], one["opens"]) for one in answer["versions"]]

    assert ask("prove") == [("AWSCURRENT", True), ("AWSPREVIOUS", True)]
    assert ask("retire") == [("AWSCURRENT", True), ("AWSPREVIOUS", False)]
    assert keys_in(plan) == {current()["api_key"]}


def test_a_key_that_waits_for_its_proof_is_not_deleted(
    function: ModuleType, plan: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rotate(function)
    rotate(function, "createSecret", "setSecret")
    both = keys_in(plan)
    assert len(both) == 2
    later = utc_now() + timedelta(days=3)
    monkeypatch.setattr(retiring, "utc_now", lambda: later)
    assert function.handler({"schedule": "rotate-partner-key"}, CONTEXT) == {"keys_deleted": 0}
    assert keys_in(plan) == both


def test_keys_of_others_are_left_alone(
    function: ModuleType, plan: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway = clients.apigateway()
    for name in ("qscreen-test-acme2.abc", "mine", "x-qscreen-test-acme.abc"):
        gateway.create_api_key(name=name, value=f"{name}-{'0' * 20}", enabled=True)
    rotate(function)
    rotate(function)
    later = utc_now() + timedelta(days=3)
    monkeypatch.setattr(retiring, "utc_now", lambda: later)
    assert function.handler({"schedule": "rotate-partner-key"}, CONTEXT) == {"keys_deleted": 1}
    assert len(gateway.get_api_keys()["items"]) == 4


@pytest.mark.parametrize("step", STEPS)
def test_each_step_may_be_repeated(function: ModuleType, plan: str, step: str) -> None:
    rotate(function)
    first = current()["api_key"]
    token = begin()
    for one in STEPS:
        rotate(function, one, token=token)
        if one == step:
            rotate(function, one, token=token)
    assert len(keys_in(plan)) == 2
    assert current()["api_key"] != first


def test_a_key_that_was_disabled_is_not_proven(function: ModuleType, plan: str) -> None:
    rotate(function)
    before = current()
    token = rotate(function, "createSecret", "setSecret")
    gateway = clients.apigateway()
    for item in gateway.get_api_keys(includeValues=True)["items"]:
        if item["value"] != before["api_key"]:
            gateway.update_api_key(
                apiKey=item["id"],
                patchOperations=[{"op": "replace", "path": "/enabled", "value": "false"}],
            )
    with pytest.raises(RotationError, match="acme does not open the API: API Gateway's key is dis"):
        rotate(function, "testSecret", token=token)
    assert current() == before
    assert keys_in(plan) == {before["api_key"]}


def test_a_key_outside_of_the_plan_is_not_proven(function: ModuleType, plan: str) -> None:
    rotate(function)
    before = current()
    token = rotate(function, "createSecret", "setSecret")
    gateway = clients.apigateway()
    for item in gateway.get_api_keys(includeValues=True)["items"]:
        if item["value"] != before["api_key"]:
            gateway.delete_usage_plan_key(usagePlanId=plan, keyId=item["id"])
    with pytest.raises(RotationError, match="not in the partner's usage plan"):
        rotate(function, "testSecret", token=token)
    assert current() == before


def test_a_key_that_is_gone_is_not_proven(function: ModuleType, plan: str) -> None:
    rotate(function)
    token = rotate(function, "createSecret")
    with pytest.raises(RotationError, match="no such key"):
        rotate(function, "testSecret", token=token)


def test_a_partner_without_a_plan_gets_no_key(function: ModuleType, plan: str) -> None:
    clients.apigateway().delete_usage_plan(usagePlanId=plan)
    with pytest.raises(RotationError, match="no usage plan qscreen-test-acme"):
        rotate(function, "createSecret")


def test_a_refused_probe_keeps_the_present_key(
    function: ModuleType, plan: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rotate(function)
    before = current()
    monkeypatch.setenv("QS_PARTNER_PROBE_URL", "https://api.example.com/v1/health")
    monkeypatch.setattr(partner_key, "_refused", lambda url, key: "the API answers 403 to it")
    monkeypatch.setattr(partner_key, "PROBE_SECONDS", 0.0)
    token = rotate(function, "createSecret", "setSecret")
    with pytest.raises(RotationError, match="the API answers 403 to it"):
        rotate(function, "testSecret", token=token)
    assert current() == before


def test_a_secret_of_somebody_else_is_refused(function: ModuleType) -> None:
    other = clients.secretsmanager().create_secret(Name="qscreen-test/redis")["ARN"]
    event = {"SecretId": other, "ClientRequestToken": "t" * 32, "Step": "createSecret"}
    with pytest.raises(RotationError, match="no partner's"):
        function.handler(event, CONTEXT)


def test_a_secret_with_another_value_is_told_and_the_others_are_done(
    function: ModuleType, plan: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = clients.secretsmanager().create_secret(
        Name="qscreen-test/partner-broken", SecretString='{"api_key": "short"}'
    )["ARN"]
    monkeypatch.setenv("QS_PARTNERS", json.dumps({"acme": arn(), "broken": broken}))
    rotate(function)
    rotate(function)
    later = utc_now() + timedelta(days=3)
    monkeypatch.setattr(retiring, "utc_now", lambda: later)
    with pytest.raises(KeysRemainError, match="of broken could not"):
        function.handler({"schedule": "rotate-partner-key"}, CONTEXT)
    assert keys_in(plan) == {current()["api_key"]}


@pytest.mark.parametrize("text", ["[]", '{"acme": 1}', '{"Acme Inc": "arn"}', "no json"])
def test_partners_that_cannot_be_read_are_a_fault_of_the_configuration(
    function: ModuleType, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setenv("QS_PARTNERS", text)
    with pytest.raises(ConfigurationError, match="QS_PARTNERS"):
        function.handler({"schedule": "rotate-partner-key"}, CONTEXT)


def test_an_event_that_is_no_step_is_refused(function: ModuleType) -> None:
    with pytest.raises(BadPayloadError):
        function.handler({"Step": "createSecret"}, CONTEXT)


def test_neither_logs_nor_names_show_a_key(
    function: ModuleType, plan: str, log: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    rotate(function)
    key = current()["api_key"]
    names = [item["name"] for item in clients.apigateway().get_api_keys()["items"]]
    assert key not in log.getvalue() + capsys.readouterr().out + "".join(names)
