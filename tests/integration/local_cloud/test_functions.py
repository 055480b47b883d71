"""Functions run as separate processes, with their own environment, layers and time limit."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from typing import Any

import psutil
from local_cloud_support import archive, eventually, invoke

from qops.local import LocalCloudState

REPORT = """
import json, os, sys
def handler(event, context):
    return {
        "pid": os.getpid(), "environment": dict(os.environ), "event": event,
        "left": context.get_remaining_time_in_millis(),
    }
"""


def test_each_function_has_a_process_and_an_environment_of_its_own(
    client: Any, function: Callable[..., str], state: LocalCloudState
) -> None:
    function("own-a", REPORT, Environment={"Variables": {"QS_ENVIRONMENT": "a"}})
    function("own-b", REPORT, Environment={"Variables": {"QS_PREFIX": "b"}})
    a, b = invoke(client, "own-a", {}), invoke(client, "own-b", {})
    assert a["pid"] != b["pid"] != os.getpid()
    assert a["environment"]["QS_ENVIRONMENT"] == "a"
    assert "QS_ENVIRONMENT" not in b["environment"]
    assert b["environment"]["QS_PREFIX"] == "b"
    assert a["environment"]["AWS_ENDPOINT_URL"] == state.url
    assert a["environment"]["AWS_REGION"] == state.region
    assert a["environment"]["AWS_ACCESS_KEY_ID"].startswith("ASIA")
    assert "VIRTUAL_ENV" not in a["environment"]


def test_layers_are_on_the_path(client: Any, function: Callable[..., str]) -> None:
    layer = client("lambda").publish_layer_version(
        LayerName="shared", Content={"ZipFile": archive({"python/shared_part.py": "VALUE = 41"})}
    )
    source = "import shared_part\ndef handler(event, context): return shared_part.VALUE + 1\n"
    function("layered", source, Layers=[layer["LayerVersionArn"]])
    assert invoke(client, "layered", {}) == 42


def test_a_timeout_kills_the_process(
    client: Any, function: Callable[..., str], tmp_path: Any
) -> None:
    witness = tmp_path / "pid"
    source = (
        "import os, pathlib, time\n"
        "def handler(event, context):\n"
        "    pathlib.Path(event).write_text(str(os.getpid()))\n"
        "    time.sleep(60)\n"
    )
    # Long enough for the handler to begin on a busy machine.
    function("sleeper", source, Timeout=5)
    began = time.monotonic()
    answer = client("lambda").invoke(FunctionName="sleeper", Payload=json.dumps(str(witness)))
    assert time.monotonic() - began < 35, "before the handler ends by itself"
    assert answer["FunctionError"] == "Unhandled"
    assert "timed out" in json.load(answer["Payload"])["errorMessage"]
    assert eventually(lambda: not psutil.pid_exists(int(witness.read_text())))
    function("after", "def handler(event, context): return 1\n")
    assert invoke(client, "after", {}) == 1


def test_an_alias_answers_its_version(client: Any, function: Callable[..., str]) -> None:
    function("versioned", "def handler(event, context): return 'first'\n")
    published = client("lambda").publish_version(FunctionName="versioned")["Version"]
    client("lambda").create_alias(FunctionName="versioned", Name="live", FunctionVersion=published)
    client("lambda").update_function_code(
        FunctionName="versioned",
        ZipFile=archive({"handler.py": "def handler(event, context): return 'second'\n"}),
    )
    assert invoke(client, "versioned:live", {}) == "first"
    assert invoke(client, "versioned", {}) == "second"


def test_an_error_names_its_class(client: Any, function: Callable[..., str]) -> None:
    source = "class Broken(Exception): pass\ndef handler(event, context): raise Broken('why')\n"
    function("broken", source)
    answer = client("lambda").invoke(FunctionName="broken")
    error = json.load(answer["Payload"])
    assert answer["FunctionError"] == "Unhandled"
    assert error["errorMessage"] == "why"
    assert error["errorType"] == "Broken"


def test_a_process_goes_on_after_an_exception(client: Any, function: Callable[..., str]) -> None:
    source = (
        "import os\n"
        "seen = []\n"
        "def handler(event, context):\n"
        "    seen.append(event)\n"
        "    if event == 'bad': raise ValueError('bad')\n"
        "    if event == 'end': os._exit(1)\n"
        "    return [os.getpid(), seen]\n"
    )
    function("surviving", source)
    first, _ = invoke(client, "surviving", "a")
    refused = client("lambda").invoke(FunctionName="surviving", Payload=json.dumps("bad"))
    assert json.load(refused["Payload"])["errorType"] == "ValueError"
    assert invoke(client, "surviving", "b") == [first, ["a", "bad", "b"]]
    # The end of the process is another matter.
    ended = client("lambda").invoke(FunctionName="surviving", Payload=json.dumps("end"))
    assert ended["FunctionError"] == "Unhandled"
    second, seen = invoke(client, "surviving", "c")
    assert second != first
    assert seen == ["c"]
