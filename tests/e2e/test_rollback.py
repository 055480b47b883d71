"""Back to a recorded release on the applied platform, while the API is asked without a pause."""

import threading
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from e2e_endpoint import client
from e2e_qops import home, qops

from qops.platform.aws import Aws
from qops.platform.backend import state_place
from qops.platform.trails import open_trail
from qops.releases.recording import record_found
from qops.settings import Settings, load_settings

FUNCTION, ALIAS = "qscreen-local-api", "live"
MODELS = "/qscreen/local/models"


@pytest.fixture
def settings(config: dict[str, Any]) -> Settings:
    if not (home() / "local").is_dir():
        pytest.skip("qops knows the local cloud of its own home only; this endpoint is another")
    return load_settings("local")


def version() -> str:
    found = client("lambda").get_alias(FunctionName=FUNCTION, Name=ALIAS)
    return str(found["FunctionVersion"])


def publish(description: str) -> str:
    """Another version of the same code, with a setting of its own."""
    functions = client("lambda")
    functions.update_function_configuration(FunctionName=FUNCTION, Description=description)
    functions.get_waiter("function_updated").wait(FunctionName=FUNCTION)
    return str(functions.publish_version(FunctionName=FUNCTION)["Version"])


def parameter() -> str:
    return str(client("ssm").get_parameter(Name=MODELS)["Parameter"]["Value"])


def put(value: str) -> None:
    client("ssm").put_parameter(Name=MODELS, Value=value, Type="String", Overwrite=True)


@pytest.fixture
def moved(settings: Settings) -> Iterator[tuple[str, str]]:
    """The version of a recorded release, and another one that runs instead."""
    aws, notices = Aws(settings), []
    record_found(
        settings, aws, open_trail(settings, aws), place=state_place(settings, aws),
        actor="e2e", notice=notices.append,
    )  # fmt: skip
    assert notices == []
    functions = client("lambda")
    before, value = version(), parameter()
    told = functions.get_function_configuration(FunctionName=FUNCTION)["Description"]
    after = publish("of a release that broke something")
    assert after != before
    try:
        functions.update_alias(FunctionName=FUNCTION, Name=ALIAS, FunctionVersion=after)
        put(value.replace("{", "{ ", 1))
        yield before, after
    finally:
        functions.update_alias(FunctionName=FUNCTION, Name=ALIAS, FunctionVersion=before)
        functions.update_function_configuration(FunctionName=FUNCTION, Description=told)
        functions.delete_function(FunctionName=FUNCTION, Qualifier=after)  # a plan would take it
        if parameter() != value:
            put(value)


def test_a_rollback_leads_back_and_no_request_fails(
    moved: tuple[str, str], config: dict[str, Any]
) -> None:
    before, after = moved
    code, listed = qops("releases")
    assert (code, listed["result"]["recorded"]) == (2, False)
    assert any(f"version {before}, now {after}" in line for line in listed["result"]["differs"])
    stop, statuses = threading.Event(), []

    def ask() -> None:
        with httpx.Client(timeout=30) as http:
            while not stop.is_set():
                statuses.append(http.get(f"{config['api_url']}/v1/health").status_code)

    def answered(more: int) -> None:
        wanted, until = len(statuses) + more, time.monotonic() + 120
        while len(statuses) < wanted and time.monotonic() < until:
            time.sleep(0.05)
        assert len(statuses) >= wanted

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        answered(3)
        code, answer = qops("rollback", "--yes")
        answered(3)
    finally:
        stop.set()
        asking.join()
    assert code == 0, answer
    moves = {one["name"]: (one["before"], one["after"]) for one in answer["result"]["functions"]}
    assert moves == {f"{FUNCTION}:{ALIAS}": (after, before)}
    assert [one["name"] for one in answer["result"]["parameters"]] == [MODELS]
    assert version() == before
    assert not parameter().startswith("{ ")
    assert set(statuses) == {200}
    assert qops("releases")[0] == 0
    _, trail = qops("audit")
    actions = [row["action"] for row in trail["result"]["rows"]]
    assert actions[-3:] == ["rollback.start", "rollback.end", "release.record"]
