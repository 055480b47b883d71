"""``qops destroy``: removes the local platform through Terraform; the local cloud goes on."""

from collections.abc import Callable
from dataclasses import dataclass

from qops.agent.lifecycle import forget_enrolment, stop_agent_alone
from qops.errors import PrerequisiteError
from qops.platform.archives import build_archives
from qops.platform.aws import Aws
from qops.platform.bring_up import Show, local_cloud, timed_apply
from qops.platform.deployment import Deployment, Notice, find_tools
from qops.platform.recovery import StateRecord, Verdict
from qops.settings import Settings
from qops.terraform.events import Changes
from qops.terraform.progress import LayerTime


@dataclass(frozen=True, slots=True)
class Destroyed:
    """What a destroy did.

    Attributes:
        changes: What Terraform removed.
        left: Addresses that are still in the state.
        layers: When each layer was worked on.
    """

    changes: Changes
    left: tuple[str, ...]
    layers: tuple[LayerTime, ...]


def destroy(
    settings: Settings, *, notice: Notice, confirm: Callable[[str], None], show: Show
) -> Destroyed:
    """Plan the removal of everything, and apply that plan.

    The agent stops first: its device is among what is removed.

    Args:
        settings: The local environment.
        notice: Called with a line for the person.
        confirm: Called with the counts before anything changes; raises to refuse.
        show: Opens a view of Terraform's progress.

    Returns:
        What was done. A state that belongs to another cloud counts as empty.

    Raises:
        QopsError: The local cloud does not run, it was refused, or Terraform failed.
    """
    generation = local_cloud(settings).wait_healthy().generation
    deployment = Deployment(settings, find_tools(settings, notice=notice), notice=notice)
    record = StateRecord(deployment.workspace)
    verdict = record.judge(generation)
    if verdict is Verdict.RESET:
        raise PrerequisiteError(
            "The state is not to be trusted.",
            why="The last apply was killed before Terraform could record it.",
            next_step="Empty the local cloud instead: qops reset.",
        )
    if verdict is Verdict.DISCARD:
        notice("The state belongs to a local cloud that is gone: there is nothing to destroy.")
        record.discard()
    # The archives are read by the configuration, which is evaluated for a destroy too.
    build_archives(settings, notice=notice)
    # A file of its own: qops apply must never find a plan that removes everything.
    file = deployment.workspace.plan.with_name("destroy.tfplan")
    try:
        plan = deployment.plan(file, mode="destroy")
        if plan.changes.total == 0:
            return Destroyed(Changes(), remaining(deployment), ())
        confirm(f"{plan.changes.remove} resources are removed.")
        if stop_agent_alone(settings):
            notice("The agent has stopped.")
        forget_enrolment(settings)
        with record.applying(generation):
            changes, layers = timed_apply(deployment, show, file)
        remove_device_queues(settings)
    finally:
        file.unlink(missing_ok=True)
    return Destroyed(changes, remaining(deployment), layers)


def remove_device_queues(settings: Settings) -> None:
    """Delete the queues that the API made for devices: Terraform does not know them.

    Args:
        settings: Which environment.
    """
    sqs = Aws(settings).client("sqs")
    pages = sqs.get_paginator("list_queues").paginate(QueueNamePrefix=f"{settings.prefix}-device-")
    for url in [url for page in pages for url in page.get("QueueUrls", ())]:
        sqs.delete_queue(QueueUrl=url)


def remaining(deployment: Deployment) -> tuple[str, ...]:
    """Addresses that are still in the state.

    Args:
        deployment: Terraform, set up for one environment.
    """
    root = deployment.runner.show().get("values", {}).get("root_module", {})
    return tuple(sorted(_in_module(root)))


def _in_module(module: dict[str, object]) -> list[str]:
    resources = module.get("resources") or []
    children = module.get("child_modules") or []
    assert isinstance(resources, list)
    assert isinstance(children, list)
    found = [str(one["address"]) for one in resources if one.get("mode") == "managed"]
    return found + [address for child in children for address in _in_module(child)]
