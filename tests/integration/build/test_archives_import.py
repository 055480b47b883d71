"""The real archives: each handler starts with nothing but its archive, the layer and boto3."""

import dataclasses
import json
import shutil
import subprocess
import sys
import zipfile
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from mcp_events import HANDSHAKE, MODERN, McpClient

from qops.build import build, verify
from qops.build.building import BuildManifest
from qops.build.errors import BuildError
from qops.build.samples import ENVIRONMENT
from qops.build.starts import measure
from qops.build.verification import runtime_packages, unpack
from qscreen.api.mcp import MCP_SERVERS

ROOT = Path(__file__).resolve().parents[3]
ANSWERING = """
import json, sys
sys.path[:0] = json.loads(sys.argv[1])
import handler
print(json.dumps([handler.handler(event, None) for event in json.load(sys.stdin)]))
"""


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> BuildManifest:
    folder = tmp_path_factory.mktemp("build") / "local"
    return build(ROOT, folder, progress=lambda _: None)


def test_each_handler_imports_in_a_fresh_process(manifest: BuildManifest) -> None:
    reports = {report.name: report for report in verify(manifest)}
    handlers = (ROOT / "lambda_src").glob("*/handler.py")
    assert set(reports) == {handler.parent.name for handler in handlers}
    for report in reports.values():
        assert 0 < report.cold_import_ms < 5000
        assert 0 < report.own_bytes < 200_000


def test_archives_carry_no_boto3_and_the_bytecode_of_their_runtime(manifest: BuildManifest) -> None:
    tag = manifest.runtime.replace("python3.", "cpython-3")
    for archive in manifest.manifest.parent.glob("*.zip"):
        with zipfile.ZipFile(archive) as opened:
            modules = [name for name in opened.namelist() if name.endswith(".py")]
            compiled = [name for name in opened.namelist() if name.endswith(".pyc")]
            assert all(f".{tag}.pyc" in name for name in compiled)
            if archive.name != "canary.zip":
                assert len(compiled) >= len(modules) * 0.98
            for name in opened.namelist():
                assert not name.removeprefix("python/").startswith(("boto3/", "botocore/"))


def test_a_package_that_is_missing_is_found(manifest: BuildManifest, tmp_path: Path) -> None:
    folder = tmp_path / "broken"
    shutil.copytree(manifest.manifest.parent, folder)
    with zipfile.ZipFile(folder / "recorder.zip", "w") as archive:
        archive.writestr("handler.py", "import a_package_nobody_has\n")
    broken = dataclasses.replace(manifest, manifest=folder / "manifest.json")
    with pytest.raises(BuildError) as found:
        verify(broken)
    assert "a_package_nobody_has" in found.value.why


def test_mcp_servers_carry_the_serving_half_of_the_sdk_only(manifest: BuildManifest) -> None:
    unused = ("httpx2/", "uvicorn/", "cryptography/", "jsonschema/", "multipart/", "pydantic/")
    for server in MCP_SERVERS:
        with zipfile.ZipFile(manifest.path_of(server.function)) as opened:
            names = opened.namelist()
        assert "mcp/server/lowlevel/server.py" in names
        assert not [name for name in names if name.startswith(unused)]
    report = {one.name: one for one in verify(manifest)}
    assert all(report[server.function].own_bytes < 5_000_000 for server in MCP_SERVERS)


def test_each_function_with_a_sample_answers_it_first_of_all(manifest: BuildManifest) -> None:
    names = ("api", "authorizer", "ship-logs", *(server.function for server in MCP_SERVERS))
    for report in measure(manifest, names, starts=1):
        assert report.answered
        assert 0 < report.import_ms < report.cold_ms


@pytest.mark.parametrize("revision", ["2025-03-26", HANDSHAKE, MODERN])
def test_a_server_that_started_in_parts_answers_as_one_that_started_at_once(
    manifest: BuildManifest, tmp_path: Path, revision: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = next(one for one in MCP_SERVERS if one.function == "mcp-language")
    sent: list[dict[str, Any]] = []
    answers: list[dict[str, Any]] = []
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "mcp-language")
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "QScreen")
    monkeypatch.syspath_prepend(ROOT / "lambda_src" / "mcp-language")
    at_once = import_module("qs_mcp").lambda_handler(import_module("qs_mcp_language.server").server)

    def keep(event: dict[str, Any], context: object) -> dict[str, Any]:
        sent.append(event)
        answers.append(at_once(event, context))
        return answers[-1]

    client = McpClient(keep, server.path, server.scope.value, revision)
    about = {"name": "tests", "version": "1"}
    client.send(
        "initialize",
        {"protocolVersion": revision, "capabilities": {}, "clientInfo": about},
    )
    client.send("server/discover")
    client.send("ping")
    client.send("tools/list")
    client.send("prompts/list")
    client.send("logging/setLevel", {"level": "loud"})
    client.call("find_intent", {"words": 3})
    client.call("nothing")

    folder = unpack(manifest.path_of("mcp-language"), tmp_path / "function")
    layer = unpack(manifest.path_of("layer"), tmp_path / "layer") / "python"
    paths = [str(folder), str(layer), str(runtime_packages(tmp_path / "runtime"))]
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-B", "-W", "error", "-c", ANSWERING, json.dumps(paths)],
        input=json.dumps(sent),
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
        env={**ENVIRONMENT, "POWERTOOLS_SERVICE_NAME": "mcp-language"},
    )
    # Lines before it are metrics.
    assert json.loads(done.stdout.splitlines()[-1]) == answers
    assert {answer["statusCode"] for answer in answers} & {200}
