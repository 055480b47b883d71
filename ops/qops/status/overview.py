"""Collects what ``qops status`` shows; a part that cannot be read does not hide the others."""

from qops.agent.lifecycle import agent_state
from qops.errors import QopsError
from qops.failures import as_qops_error
from qops.identity.tokens import Identity
from qops.platform.aws import Aws
from qops.platform.bring_up import local_cloud
from qops.platform.client_settings import read_client_settings
from qops.runs.access import api_client
from qops.settings import Settings
from qops.status.answers import (
    Agent,
    Cloud,
    DeviceState,
    PlatformState,
    RunState,
    Service,
    StatusAnswer,
)

_RUNS_SHOWN = 5


def overview(settings: Settings) -> StatusAnswer:
    """Look at everything.

    Args:
        settings: Which environment.
    """
    cloud = _cloud(settings) if settings.local else None
    agent = _agent(settings) if settings.local else None
    if cloud is not None and not cloud.running:
        state = PlatformState(applied=False, api_url=None, detail="the local cloud does not run")
        return StatusAnswer(cloud=cloud, platform=state, agent=agent, devices=[], runs=[])
    state = _platform(settings)
    devices: list[DeviceState] = []
    runs: list[RunState] = []
    problem = ""
    if state.applied and _has_user(settings):
        try:
            devices, runs = _of_user(settings)
        except Exception as error:  # an API that is down is what this command is asked about
            known = as_qops_error(error)
            problem = f"{known.what} {known.why}".rstrip()
    return StatusAnswer(
        cloud=cloud, platform=state, agent=agent, devices=devices, runs=runs, problem=problem
    )


def _cloud(settings: Settings) -> Cloud:
    status = local_cloud(settings).status()
    return Cloud(
        running=status.running,
        endpoint=status.state.url if status.state else settings.endpoint_url,
        generation=status.state.generation if status.state else None,
        uptime_seconds=status.uptime_seconds,
        memory_bytes=status.rss_bytes,
        reason=status.reason,
        services=[
            Service(
                name=service.name,
                answered_by=service.answered_by,
                running=service.running,
                port=service.port,
            )
            for service in status.services
        ],
    )


def _agent(settings: Settings) -> Agent:
    state = agent_state(settings)
    return Agent(running=state.running, phase=state.phase, detail=state.detail)


def _platform(settings: Settings) -> PlatformState:
    try:
        client = read_client_settings(settings, Aws(settings))
    except QopsError as error:
        return PlatformState(applied=False, api_url=None, detail=error.why)
    except Exception as error:
        known = as_qops_error(error)
        return PlatformState(applied=False, api_url=None, detail=f"{known.what} {known.why}")
    return PlatformState(applied=True, api_url=client.api_url, detail="")


def _has_user(settings: Settings) -> bool:
    return (settings.demo_home / "user.json").exists()


def _of_user(settings: Settings) -> tuple[list[DeviceState], list[RunState]]:
    with api_client(settings, Identity(settings, Aws(settings))) as api:
        devices = api.list_devices(limit=100).items
        runs = api.list_runs(limit=_RUNS_SHOWN).items
    return (
        [
            DeviceState(
                device_id=device.device_id,
                name=device.name,
                platform=device.platform.value,
                status=device.status.value,
                last_seen_at=device.last_seen_at,
            )
            for device in devices
        ],
        [
            RunState(
                run_id=run.run_id,
                goal=run.goal,
                status=run.status.value,
                reason=run.reason.value if run.reason else None,
                created_at=run.created_at,
            )
            for run in runs
        ],
    )
