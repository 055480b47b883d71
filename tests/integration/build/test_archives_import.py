"""The real archives: each handler starts with nothing but its archive, the layer and boto3."""

import dataclasses
import shutil
import zipfile
from pathlib import Path

import pytest

from qops.build import build, verify
from qops.build.building import BuildManifest
from qops.build.errors import BuildError
from qscreen.api.mcp import MCP_SERVERS

ROOT = Path(__file__).resolve().parents[3]


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
