"""Node programs that judge the servers, installed once into a folder that git ignores."""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from mcp_gateway import gateway

from qops.build.samples import ENVIRONMENT as NAMES

ROOT = Path(__file__).resolve().parents[3]
HERE = Path(__file__).parent
INSTALL_SECONDS = 400

for _folder in sorted((ROOT / "lambda_src").glob("mcp-*/handler.py")):
    if str(_folder.parent) not in sys.path:
        sys.path.append(str(_folder.parent))
if str(HERE) not in sys.path:
    sys.path.append(str(HERE))

ENVIRONMENT = {
    **NAMES,
    "AWS_DEFAULT_REGION": "ap-northeast-2",
    "AWS_REGION": "ap-northeast-2",
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    # Nothing listens there: a tool that needs AWS says so.
    "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
    "AWS_MAX_ATTEMPTS": "1",
    "POWERTOOLS_SERVICE_NAME": "mcp",
}


@pytest.fixture(scope="session")
def node_bin() -> Path:
    """The folder with ``node``, ``conformance`` and ``mcp-inspector``."""
    if shutil.which("npm") is None:
        pytest.skip("npm is not installed, so the conformance suite and the inspector cannot run")
    wanted = (HERE / "package.json").read_bytes()
    home = ROOT / ".qscreen" / "test" / "node" / hashlib.sha256(wanted).hexdigest()[:12]
    found = home / "node_modules" / ".bin"
    if not (home / "installed").is_file():
        home.mkdir(parents=True, exist_ok=True)
        (home / "package.json").write_bytes(wanted)
        done = subprocess.run(
            ["npm", "install", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"],
            cwd=home,
            capture_output=True,
            text=True,
            timeout=INSTALL_SECONDS,
            check=False,
        )
        assert done.returncode == 0, f"npm install failed: {done.stderr[-2000:]}"
        (home / "installed").touch()
    return found


@pytest.fixture(scope="session")
def node_environment(node_bin: Path) -> dict[str, str]:
    return {
        **os.environ,
        "PATH": os.pathsep.join((str(node_bin), os.environ.get("PATH", ""))),
        "NO_UPDATE_NOTIFIER": "1",
    }


@pytest.fixture(scope="module")
def fixtures_url() -> Iterator[str]:
    """The test-only server behind our transport; its table is in an account inside this process."""
    from fixtures_server import FixturesServer
    from moto import mock_aws

    from qs_cloud import clients
    from qs_mcp import lambda_handler

    server = FixturesServer()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in ENVIRONMENT.items():
            patch.setenv(name, value)
        patch.delenv("AWS_ENDPOINT_URL")
        with (
            mock_aws(),
            gateway({server.entry.path: lambda_handler(server)}) as address,
        ):
            clients.dynamodb().create_table(
                TableName=os.environ["QS_IDEMPOTENCY_TABLE"],
                KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
                AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
                BillingMode="PAY_PER_REQUEST",
            )
            yield address + server.entry.path


@pytest.fixture(scope="session")
def servers() -> Iterator[str]:
    """All servers of the platform behind one address."""
    import importlib

    from qs_mcp import lambda_handler

    before = dict(os.environ)
    os.environ.update(ENVIRONMENT)
    handlers = {}
    for folder in sorted((ROOT / "lambda_src").glob("mcp-*/handler.py")):
        name = folder.parent.name.replace("-", "_")
        server = importlib.import_module(f"qs_{name}.server").server
        handlers[server.entry.path] = lambda_handler(server)
    try:
        with gateway(handlers) as address:
            yield address
    finally:
        os.environ.clear()
        os.environ.update(before)
