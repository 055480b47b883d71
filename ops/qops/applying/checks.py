"""The refusals before an apply; each says what is wrong, why, and what to do."""

from collections.abc import Callable, Collection, Iterable

from qops.applying.seal import Seal, StateVersion
from qops.errors import RefusedError
from qops.review.model import ResourceChange, Review
from qops.review.risk import risk_tables

_LISTED = 20
"""So many addresses are listed in a refusal."""

REMOVAL = "destroy"
"""Purpose of a plan that removes everything."""

_DONE = {"delete": "deleted", "replace": "replaced"}


def require_fresh(
    seal: Seal, *, environment: str, state: StateVersion, configuration: str, provider_lock: str
) -> None:
    """Refuse a plan that was made from something else than what is there now.

    Args:
        seal: The plan's seal.
        environment: The environment that it would be applied to.
        state: The state as it is now.
        configuration: Digest of the configuration as it is now.
        provider_lock: SHA-256 of the provider lock file as it is now.

    Raises:
        RefusedError: The plan is for another environment, or stale.
    """
    if seal.environment != environment:
        raise RefusedError(
            f"The plan is for {seal.environment}, not for {environment}.",
            next_step=f"Apply it with --env {seal.environment}, or plan for {environment}.",
        )
    reasons = []
    if seal.state != state:
        reasons.append(f"the state was {seal.state}, it is {state}: something was applied since")
    if seal.configuration != configuration:
        reasons.append(
            "the configuration is another one: Terraform files, values, archives or the commit "
            f"(planned at {seal.commit[:12]})"
        )
    if seal.provider_lock != provider_lock:
        reasons.append("the provider lock file (.terraform.lock.hcl) is another one")
    if reasons:
        raise RefusedError(
            "The plan is stale.",
            why="; ".join(reasons) + ".",
            next_step=f"Plan again and review it: qops plan --env {environment}",
        )


def destroyed_beyond_routine(review: Review) -> list[ResourceChange]:
    """What is destroyed, apart from versions that each release makes anew.

    Args:
        review: The review of the plan.
    """
    routine = risk_tables().routine
    return [
        change
        for change in review.destroyed
        if not (change.action == "replace" and change.type in routine)
    ]


def require_few_destroyed(review: Review, allowed: int) -> None:
    """Refuse a plan that destroys more than was allowed.

    Args:
        review: The review of the plan.
        allowed: How many resources may be destroyed or replaced.

    Raises:
        RefusedError: There are more.
    """
    found = destroyed_beyond_routine(review)
    if len(found) <= allowed:
        return
    raise RefusedError(
        f"The plan destroys {len(found)} resources, and {allowed} are allowed.",
        why="Destroyed or replaced:",
        details=_listed(f"{change.action}  {change.address}" for change in found),
        next_step=f"Look at them (qops show); if they are meant: --allow-destroy {len(found)}",
    )


def confirm_stateful(
    review: Review, named: Collection[str], confirm: Callable[[str, str], None]
) -> None:
    """Ask for each resource that holds data and would be destroyed, by its address.

    The list of types is qops' own: taking ``prevent_destroy`` out of a block, or the whole block,
    changes nothing here.

    Args:
        review: The review of the plan.
        named: Addresses that were named on the command line.
        confirm: Called with an address and the consequence; raises to refuse.

    Raises:
        RefusedError: An address was named that the plan does not destroy.
    """
    held = {change.address: change for change in review.destroyed if change.stateful}
    strange = sorted(set(named) - held.keys())
    if strange:
        raise RefusedError(
            f"The plan does not destroy {strange[0]}.",
            why="--destroys names a resource with data that is destroyed or replaced.",
            details=_listed(held) if held else (),
            next_step="Leave the option out, or copy the address from qops show.",
        )
    for address, change in held.items():
        if address not in named:
            confirm(
                address,
                f"{address} is to be {_DONE[change.action]}, and with it goes {change.stateful}.",
            )


def require_applicable(review: Review) -> None:
    """Refuse a plan that Terraform could not finish.

    Args:
        review: The review of the plan.

    Raises:
        RefusedError: Planning failed half-way.
    """
    if review.errored:
        raise RefusedError(
            "The plan is only half of one: planning failed.",
            next_step="Mend the cause and plan again.",
        )


def _listed(lines: Iterable[str]) -> list[str]:
    found = list(lines)
    if len(found) <= _LISTED:
        return found
    return [*found[:_LISTED], f"… and {len(found) - _LISTED} more: qops show"]


def require_no_removal(seal: Seal) -> None:
    """Refuse to apply a plan that removes everything as if it were any other.

    Args:
        seal: The plan's seal.

    Raises:
        RefusedError: It is such a plan.
    """
    if seal.purpose == REMOVAL:
        raise RefusedError(
            "This plan removes everything.",
            why=f"It was made by qops destroy for {seal.environment}.",
            next_step=f"If that is meant: qops destroy --env {seal.environment} --plan FILE",
        )


def require_removal(seal: Seal) -> None:
    """Refuse to destroy by a plan that was not made for it.

    Args:
        seal: The plan's seal.

    Raises:
        RefusedError: It is another plan.
    """
    if seal.purpose != REMOVAL:
        raise RefusedError(
            "This plan does not remove everything.",
            why=f"It was made to {seal.purpose}.",
            next_step=f"Apply it: qops apply --env {seal.environment} --plan FILE; or make one that"
            f" removes: qops destroy --env {seal.environment}",
        )
