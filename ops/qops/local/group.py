"""The processes of the local cloud as a group for the supervisor."""

from __future__ import annotations

import os
import secrets
import shutil
from pathlib import Path

from qops.local.engines.reading_environment import package_settings
from qops.local.model import ACCOUNT, Folders
from qops.local.ports import free_ports
from qops.local.router.config import RouterConfig
from qops.processes import ChildSpec, GroupSpec, HttpReady, TcpReady

NAME = "local cloud"
_STOP_SECONDS = 4.0
_ROUTER_STOP_SECONDS = 12.0
_READY_SECONDS = 120.0
"""A part that ends is told at once; this is for one that a busy machine is slow to start."""
_QOPS = Path(__file__).resolve().parents[1]


def local_cloud_group(folders: Folders, python: Path, port: int, region: str) -> GroupSpec:
    """Prepares empty folders and describes the processes of a new cloud.

    Args:
        folders: Where the files go; data of an earlier life is removed.
        python: Python of the local cloud's environment.
        port: The public port.
        region: Default region.

    Returns:
        The group, with its router's settings written.
    """
    shutil.rmtree(folders.data, ignore_errors=True)
    for folder in (folders.data / "home", folders.data / "tmp", folders.logs):
        folder.mkdir(parents=True, exist_ok=True)
    ministack_port, moto_port = free_ports(2)
    config = RouterConfig(
        port=port,
        ministack_port=ministack_port,
        moto_port=moto_port,
        region=region,
        account=ACCOUNT,
        folder=str(folders.data / "engines"),
        generation=secrets.token_hex(8),
        package_settings=package_settings(),
        model_url=os.environ.get("QOPS_LOCAL_MODEL_URL", ""),
        model_name=os.environ.get("QOPS_LOCAL_MODEL_NAME", ""),
        model_key=os.environ.get("QOPS_LOCAL_MODEL_KEY", ""),
    )
    settings = folders.data / "router.json"
    config.save(settings)
    base = _base_environment(folders, python)
    qops = {**base, "PYTHONPATH": str(_import_path(folders, "path", _QOPS))}
    # the local model is the command grammar; only the router may see it, not the functions
    router = {**base, "PYTHONPATH": str(_import_path(folders, "router-path", _QOPS, _qscreen()))}
    return GroupSpec(
        name=NAME,
        folder=folders.local,
        children=(
            ChildSpec(
                name="moto",
                argv=(str(python), "-m", "qops.local.router.moto_server", str(moto_port)),
                env={**qops, "MOTO_PORT": str(moto_port)},
                log=folders.logs / "moto.log",
                ready=TcpReady(moto_port),
                ready_timeout=_READY_SECONDS,
                stop_timeout=_STOP_SECONDS,
            ),
            ChildSpec(
                name="ministack",
                argv=(
                    *(str(python), "-m", "hypercorn", "qops.local.ministack_server.app:app"),
                    *("--bind", f"127.0.0.1:{ministack_port}", "--keep-alive", "75"),
                    *("--graceful-timeout", "1", "--log-level", "WARNING"),
                ),
                env={**qops, **_ministack_environment(folders, config)},
                log=folders.logs / "ministack.log",
                ready=HttpReady(f"http://127.0.0.1:{ministack_port}/_ministack/health"),
                ready_timeout=_READY_SECONDS,
                stop_timeout=_STOP_SECONDS,
            ),
            ChildSpec(
                name="router",
                argv=(str(python), "-m", "qops.local.router", str(settings)),
                env=router,
                log=folders.logs / "router.log",
                ready=HttpReady(f"{config.url}/_qscreen/health"),
                ready_timeout=_READY_SECONDS,
                stop_timeout=_ROUTER_STOP_SECONDS,
            ),
        ),
        details={
            "generation": config.generation,
            "port": port,
            "region": region,
            "account": ACCOUNT,
        },
    )


def _base_environment(folders: Folders, python: Path) -> dict[str, str]:
    """What every process of the cloud gets; nothing of the caller's environment leaks in."""
    return {
        "PATH": f"{python.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "HOME": str(folders.data / "home"),
        "TMPDIR": str(folders.data / "tmp"),
        "LANG": "C.UTF-8",
        "PYTHONUNBUFFERED": "1",
        # the sources are a person's checkout: bytecode goes beside the cloud's own packages
        "PYTHONPYCACHEPREFIX": str(python.parent.parent / "pycache"),
        "NO_PROXY": "*",
    }


def _ministack_environment(folders: Folders, config: RouterConfig) -> dict[str, str]:
    # functions inherit this environment: whatever is here they see too
    return {
        "AUTH": "true",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_ENDPOINT_URL": config.url,
        "GATEWAY_PORT": str(config.port),
        "IOT_MTLS_ENABLED": "0",
        "LAMBDA_EXECUTOR": "local",
        "LOG_LEVEL": "WARNING",
        "MINISTACK_ACCOUNT_ID": config.account,
        "MINISTACK_HOST": "127.0.0.1",
        "MINISTACK_REGION": config.region,
        "S3_DATA_DIR": str(folders.data / "s3"),
        "SFTP_ENABLED": "0",
        "STATE_DIR": str(folders.data / "ministack"),
    }


def _qscreen() -> Path:
    """Where the command grammar is."""
    # not imported at the top: the processes of the cloud import this module too, without it
    import qscreen

    return Path(qscreen.__file__).resolve().parent


def _import_path(folders: Folders, name: str, *packages: Path) -> Path:
    """A folder with nothing but these packages in it, so that no other one of ours leaks in."""
    path = folders.local / name
    path.mkdir(parents=True, exist_ok=True)
    for package in packages:
        link = path / package.name
        if not link.is_symlink() or link.resolve() != package:
            link.unlink(missing_ok=True)
            link.symlink_to(package)
    return path
