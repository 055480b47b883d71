"""``qops adopt`` and ``qops state forget``: plans that import a resource, or let go of one."""

from pathlib import Path

from qops.errors import PrerequisiteError, RefusedError, UsageError
from qops.platform.deployment import Notice
from qops.platform.planning import Purpose, make_plan
from qops.platform.workspace import further_plan
from qops.review.model import Review
from qops.settings import Settings
from qops.state.addresses import Address
from qops.state.document import StateDocument, read_state
from qops.state.place import StatePlace
from qops.terraform.errors import TerraformError
from qops.terraform.runner import PlanResult

_MANUAL = "https://registry.terraform.io/providers/hashicorp/aws/5.100.0/docs/resources/"


def plan_adoption(
    settings: Settings, address: str, identity: str, *, notice: Notice, file: Path | None = None
) -> tuple[PlanResult, Review]:
    """Save a plan that takes an existing resource into the state.

    The plan is limited to the resource and to what it depends on.

    Args:
        settings: Which environment.
        address: Where it stands in the configuration.
        identity: The id by which the provider imports it.
        notice: Called with a line for the person.
        file: Plan file; the environment's ``adopt.tfplan`` when absent.

    Raises:
        UsageError: The address or the id is none.
        RefusedError: Terraform manages it already, the configuration does not have it, or there is
            nothing with this id.
        QopsError: Terraform could not plan.
    """
    wanted = Address.parse(address)
    if not identity.strip():
        raise UsageError(
            "The id is empty.",
            next_step=f"What it is, {_manual(wanted)} tells under Import.",
        )
    document = _state(settings)
    if document is not None and any(one.address == wanted.text for one in document.managed):
        raise RefusedError(
            f"Terraform manages {wanted.text} already.",
            why=f"It is in the state, serial {document.version.serial}.",
            next_step="Look at it: qops state list. If it stands for another resource, let go of "
            "that one first: qops state forget",
        )
    blocks = {"import": [{"to": wanted.text, "id": _literal(identity)}]}
    options = {"blocks": blocks, "targets": (wanted.text,)}
    try:
        plan, review = make_plan(
            settings,
            file or further_plan(settings, "adopt"),
            notice=notice,
            purpose=Purpose("adopt", options),
        )
    except TerraformError as error:
        raise _import_refused(error, wanted, identity) from error
    if not any(one.address == wanted.text and one.import_id for one in review.changes):
        raise _not_configured(wanted)
    return plan, review


def plan_forgetting(
    settings: Settings, address: str, *, notice: Notice, file: Path | None = None
) -> tuple[PlanResult, Review]:
    """Save a plan that takes a resource out of the state and leaves it as it is.

    Args:
        settings: Which environment.
        address: Its address, without a key.
        notice: Called with a line for the person.
        file: Plan file; the environment's ``forget.tfplan`` when absent.

    Raises:
        UsageError: The address is none, or names one instance of several.
        RefusedError: Terraform does not manage it, or the configuration still has it.
        QopsError: Terraform could not plan.
    """
    wanted = Address.parse(address)
    if wanted.keyed:
        raise UsageError(
            f"{wanted.text} is one instance of a block.",
            why="Terraform forgets a block with all of its instances, by a plan that can be "
            "reviewed; single ones it would take out of the state at once and unseen.",
            next_step=f"Name the block: {wanted.block}; or give the instance a block of its own by "
            "a moved block first.",
        )
    document = _state(settings)
    known = [one.address for one in document.managed] if document is not None else []
    if not any(Address.of_block(one) == wanted.block for one in known):
        raise RefusedError(
            f"Terraform does not manage {wanted.text}.",
            why="It is not in the state.",
            next_step="Copy an address from: qops state list",
        )
    removed = {"from": wanted.block, "lifecycle": [{"destroy": False}]}
    options = {"blocks": {"removed": [removed]}, "targets": (wanted.block,)}
    try:
        return make_plan(
            settings,
            file or further_plan(settings, "forget"),
            notice=notice,
            purpose=Purpose("forget", options),
        )
    except TerraformError as error:
        if not any("still exists" in one.summary for one in error.diagnostics):
            raise
        raise RefusedError(
            f"The configuration still has {wanted.text}.",
            why="Terraform would make it a second time with the next apply.",
            next_step="Take its block out of the configuration first, then forget it.",
        ) from error


def _state(settings: Settings) -> StateDocument | None:
    place = StatePlace(settings)
    found = place.store.current()
    return None if found is None else read_state(found[0], place.store.name)


def _import_refused(error: TerraformError, wanted: Address, identity: str) -> Exception:
    """What Terraform said of an import, as far as it is the fault of the address or the id."""
    said = " ".join(f"{one.summary} {one.detail}" for one in error.diagnostics)
    if "onfiguration for import target does not exist" in said or "import target" in said.lower():
        return _not_configured(wanted)
    if "Cannot import non-existent remote object" in said:
        return RefusedError(
            f"There is no {wanted.type} with the id {identity!r}.",
            why="The provider looked for it and found none.",
            next_step=f"Which id it takes, {_manual(wanted)} tells under Import; look also at the "
            "region and the account.",
        )
    error.next_step = error.next_step or (
        f"Which id {wanted.type} takes, {_manual(wanted)} tells under Import."
    )
    return error


def _not_configured(wanted: Address) -> PrerequisiteError:
    return PrerequisiteError(
        f"The configuration has no {wanted.text}.",
        why="Terraform takes over only what a block describes; a key must be one of its count or "
        "for_each.",
        next_step="Write the block, or copy the address that qops plan would create.",
    )


def _manual(wanted: Address) -> str:
    return f"{_MANUAL}{wanted.type.removeprefix('aws_')}"


def _literal(text: str) -> str:
    """A text that Terraform's JSON syntax takes as it is, template signs included."""
    return text.replace("${", "$${").replace("%{", "%%{")
