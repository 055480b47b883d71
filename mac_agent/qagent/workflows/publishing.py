"""Publishing a workflow as a template of the platform.

The template's goal says each step in the words of the command grammar. Before it is sent, the
goal is filled with the defaults and planned here by the same grammar as in the cloud: it must
give exactly the workflow's steps. What was around an element, and a workflow's secrets, have no
place in a goal; the one is told, the other is refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from qagent.home import HomeError
from qagent.messages import text
from qagent.words import said
from qagent.workflows.filling import expanded, filled, names_of
from qagent.workflows.model import Variable, VariableKind, Workflow
from qagent.workflows.values import check_names
from qagent.workflows.wording import clause_of
from qscreen.api.client import ApiClient
from qscreen.grammar import understand
from qscreen.wire import Action, NotUnderstood, Template, TemplateRequest
from qscreen.wire.template import PLACEHOLDER

_MOST_STEPS = 20
"""Most steps of a plan (`qscreen.wire.Plan`)."""

_LONGEST = 2000
"""Longest goal, characters."""

_SAMPLES = {
    VariableKind.INTEGER: "1",
    VariableKind.NUMBER: "1.5",
    VariableKind.DATE: "2026-01-31",
}


@dataclass(frozen=True, slots=True)
class Draft:
    """A template that can be published.

    Attributes:
        request: What the platform is sent.
        warnings: What the template does less well than the workflow on this device.
    """

    request: TemplateRequest
    warnings: tuple[str, ...]


def draft(workflow: Workflow) -> Draft:
    """Say a workflow as a template.

    Args:
        workflow: The workflow.

    Raises:
        HomeError: It has a secret, is too long, or a step cannot be said.
    """
    check_names(workflow)
    secrets = [one.name for one in workflow.inputs if one.kind is VariableKind.SECRET]
    if secrets:
        names = ", ".join(secrets)
        raise HomeError(text("publish.secret", names=names), text("publish.secret.repair"))
    actions: list[tuple[str, Action]] = []
    warnings: list[str] = []
    for step, row in expanded(workflow):
        actions.append((step.id, filled(step.action, row)))
        if step.verify is not None:
            actions.append((step.id, filled(step.verify, row)))
        if step.surroundings is not None and step.surroundings.number is not None:
            warnings.append(text("publish.surroundings", step=step.id))
    clauses = []
    for step_id, action in actions:
        clause = clause_of(action)
        if clause is None:
            raise HomeError(
                text("publish.unsayable", step=step_id, kind=said("kind", action.kind)),
                text("publish.unsayable.repair"),
            )
        clauses.append(clause)
    goal = ".\n".join(clauses)
    if len(actions) > _MOST_STEPS or len(goal) > _LONGEST:
        raise HomeError(
            text("publish.too_long", steps=len(actions), characters=len(goal)),
            text("publish.too_long.repair"),
        )
    used = {name for step in workflow.steps for name in names_of(step)}
    inputs = tuple(one for one in workflow.inputs if one.name in used)
    _check(goal, actions, inputs)
    request = TemplateRequest(
        title=workflow.title,
        description=workflow.description,
        goal=goal,
        inputs=tuple(one.as_input() for one in inputs),
    )
    return Draft(request, tuple(dict.fromkeys(warnings)))


def publish(api: ApiClient, made: Draft, key: str, template_id: str = "") -> Template:
    """Make a template, or a new version of one.

    Args:
        api: The platform.
        made: The template.
        key: Idempotency key of a new one.
        template_id: The template to change; empty for a new one.

    Raises:
        ApiError: The platform did not take it.
    """
    if not template_id:
        return api.create_template(made.request, idempotency_key=key)
    found = api.get_template(template_id)
    return api.update_template(template_id, made.request, if_match=found.etag)


def sample_values(inputs: tuple[Variable, ...]) -> dict[str, str]:
    """A value for each input: its default, or one of its kind."""
    values = {}
    for one in inputs:
        sample = one.choices[0] if one.choices else _SAMPLES.get(one.kind, f"sample {one.name}")
        values[one.name] = one.default if one.default is not None else sample
    return values


def _check(goal: str, actions: list[tuple[str, Action]], inputs: tuple[Variable, ...]) -> None:
    """The goal, planned as in the cloud, must give the steps; the first that differs is named."""
    values = sample_values(inputs)
    found = understand(_put(goal, values))
    wanted = [(step_id, filled(action, values)) for step_id, action in actions]
    if isinstance(found, NotUnderstood):
        line = goal.count("\n", 0, min(found.start, len(goal)))
        step_id = wanted[min(line, len(wanted) - 1)][0]
        raise HomeError(
            text("publish.not_understood", step=step_id, why=found.because),
            text("publish.unsayable.repair"),
        )
    planned = [step.action for step in found.steps]
    for place, (step_id, action) in enumerate(wanted):
        if place >= len(planned) or planned[place] != action:
            raise HomeError(
                text("publish.differs", step=step_id, kind=said("kind", action.kind)),
                text("publish.unsayable.repair"),
            )
    if len(planned) != len(wanted):
        raise HomeError(
            text("publish.differs", step=wanted[-1][0], kind=said("kind", wanted[-1][1].kind)),
            text("publish.unsayable.repair"),
        )


def _put(goal: str, values: Mapping[str, str]) -> str:
    """Fill a goal as the platform does: escaped for the quotation marks around it."""

    def value(name: str) -> str:
        return values[name].replace("\\", "\\\\").replace('"', '\\"')

    return PLACEHOLDER.sub(lambda found: value(found[1]), goal)
