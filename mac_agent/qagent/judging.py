"""Judging a step before it is performed: by the goal, and by where its result would go."""

from qagent.consent import Guard, Source
from qagent.consent import goal as goals
from qagent.observe import take_snapshot
from qagent.policy import DATA_OF_ACTION, Denial, Policy
from qscreen.wire import Command, Snapshot, Step


def explained(
    command: Command, step: Step, policy: Policy, guard: Guard, source: Source
) -> goals.Unexplained:
    """Whether the goal explains a step; a mark of the planner always needs an answer.

    Args:
        command: The step's command, with the goal.
        step: The step.
        policy: The policy in force.
        guard: Looks at the screen where the review needs it.
        source: Where the command comes from.
    """
    here = source is not Source.CLOUD
    marked = step.consent is not None
    # The platform lets no marked step go on before a person has confirmed its run.
    confirmed = marked and not here and policy.consent.cloud_confirmation
    if here and command.goal is None:
        return goals.Unexplained(asks=marked)

    def snapshot() -> Snapshot | None:
        with guard.looking(policy):
            return take_snapshot(guard, command.device_id, hides=policy.hides)

    found = goals.judge(step, command.steps, command.goal, snapshot)
    return goals.Unexplained(asks=(marked or found.asks) and not confirmed, refused=found.refused)


def denies_leaving(step: Step, policy: Policy, source: Source) -> Denial | None:
    """What a step reads for the cloud or for a model must be allowed to leave the device.

    Args:
        step: The step.
        policy: The policy in force.
        source: Where the step comes from.
    """
    data = DATA_OF_ACTION.get(step.action.kind)
    if source is Source.LOCAL or data is None or policy.may_leave(data):
        return None
    return policy.denies_leaving(data)
