"""``qops down`` and ``qops reset``: nothing is left running."""

import shutil
from dataclasses import dataclass

from qops.agent.lifecycle import stop_agent
from qops.platform.bring_up import local_cloud
from qops.platform.deployment import Notice
from qops.settings import Settings


@dataclass(frozen=True, slots=True)
class TakenDown:
    """What was running and is not any more."""

    agent: bool
    cloud: bool


def take_down(settings: Settings, *, notice: Notice) -> TakenDown:
    """Stop the agent with its desktop, then the local cloud.

    Args:
        settings: The local environment.
        notice: Called with a line for the person.

    Returns:
        What was running.

    Raises:
        QopsError: A process survived.
    """
    agent = stop_agent(settings)
    if agent:
        notice("The agent and its desktop have stopped.")
    cloud = local_cloud(settings).stop()
    if cloud:
        notice("The local cloud has stopped.")
    return TakenDown(agent=agent, cloud=cloud)


def reset(settings: Settings, *, notice: Notice) -> TakenDown:
    """Take everything down and remove what the local cloud, Terraform and the demo wrote.

    Args:
        settings: The local environment.
        notice: Called with a line for the person.

    Returns:
        What was running.
    """
    done = take_down(settings, notice=notice)
    local_cloud(settings).reset()
    for folder in (
        settings.terraform_home,
        settings.demo_home,
        settings.agent_home,
        settings.home / "desktop",
    ):
        shutil.rmtree(folder, ignore_errors=True)
    return done
