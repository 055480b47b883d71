"""A workflow as a template: filled and planned as in the cloud, it gives the workflow's steps."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from qagent.home import HomeError
from qagent.workflows.filling import expanded, filled
from qagent.workflows.model import Workflow
from qagent.workflows.publishing import draft
from qagent.workflows.wording import clause_of
from qs_cloud.filling import check_goal, fill
from qscreen.grammar import understand
from qscreen.wire import Action, Plan, Role, Target, TemplateRequest, WaitFor

Made = Callable[..., Workflow]
NAME = {"name": "Name", "role": "text_field", "app": "shop"}


def planned(request: TemplateRequest, given: Mapping[str, str]) -> list[Action]:
    """What a run of the template is planned as: filled by the platform's own code."""
    check_goal(request.goal, request.inputs)
    found = understand(fill(request.goal, request.inputs, given))
    assert isinstance(found, Plan), found
    return [step.action for step in found.steps]


def wanted(workflow: Workflow, values: Mapping[str, str]) -> list[Action]:
    found: list[Action] = []
    for step, row in expanded(workflow):
        put = {**values, **row}
        found.append(filled(step.action, put))
        if step.verify is not None:
            found.append(filled(step.verify, put))
    return found


ORDER: tuple[dict[str, Any], ...] = (
    {"kind": "open_app", "app": "mousepad"},
    {"kind": "focus", "target": {"name": "Order form", "role": "window", "app": "shop"}},
    {"kind": "set_value", "target": NAME, "value": "{{who}}"},
    {"kind": "set_value", "target": {"name": "동의", "role": "check_box"}, "value": "on"},
    {
        "kind": "set_value",
        "target": {"name": "Size", "role": "combo_box", "app": "shop"},
        "value": "{{size}}",
    },
    {"kind": "choose_menu", "path": ["File", "Save As..."], "app": "shop"},
    {"kind": "press_keys", "keys": ["ctrl", "s"]},
    {"kind": "save_as", "filename": "{{file}}"},
    {
        "action": {
            "kind": "click",
            "target": {"name": 'Say "OK" \\ now', "role": "button", "app": "shop"},
        },
        "verify": {
            "kind": "wait_for",
            "condition": "appears",
            "target": {"name": "It's done", "role": "label", "app": "shop"},
            "timeout_ms": 10000,
        },
    },
    {
        "action": {"kind": "click", "count": 2, "target": {"name": "Row", "role": "list_item"}},
        "verify": {
            "kind": "wait_for",
            "condition": "disappears",
            "target": {"name": "Wait", "role": "dialog", "app": "shop"},
        },
    },
)
INPUTS = [
    {"name": "who", "default": "Kim"},
    {"name": "size", "kind": "choice", "choices": ["S", "L"], "default": "S"},
    {"name": "file", "kind": "file", "default": "a.csv"},
]


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"who": "김철수, 그리고 메모장을 열어", "size": "L", "file": "주문 1.csv"},
        {"who": 'a" then open "mousepad', "size": "S"},
        {"who": "\\", "file": "it's.csv"},
    ],
)
def test_a_run_of_the_template_does_the_workflows_steps(given: dict[str, str], made: Made) -> None:
    workflow = made(*ORDER, inputs=INPUTS)
    defaults = {one.name: one.default or "" for one in workflow.inputs}
    assert planned(draft(workflow).request, given) == wanted(workflow, {**defaults, **given})


def test_rows_are_said_one_after_the_other(made: Made) -> None:
    repeat = {"first": "s1", "last": "s1", "columns": ["who"], "rows": [["a"], ["배"]]}
    workflow = made({"kind": "set_value", "target": NAME, "value": "{{who}}"}, repeat=repeat)
    request = draft(workflow).request
    assert request.inputs == ()
    assert planned(request, {}) == wanted(workflow, {})


@pytest.mark.parametrize("role", list(Role))
def test_each_role_is_said_as_it_is_or_not_at_all(role: Role, made: Made) -> None:
    """Nothing is said that would be planned as something else."""
    target = {"name": "Thing", "role": role, "app": "shop"}
    workflow = made({"kind": "set_value", "target": target, "value": "x y"})
    request = said(workflow)
    assert request is None or planned(request, {}) == wanted(workflow, {})


def said(workflow: Workflow) -> TemplateRequest | None:
    """The template; None where it is refused, with the step and the repair."""
    try:
        return draft(workflow).request
    except HomeError as error:
        if "s1" in error.what and error.repair:
            return None
        raise


def test_the_common_roles_can_be_said(made: Made) -> None:
    for role in ("text_field", "text_area", "check_box", "radio_button", "combo_box", "list"):
        target = {"name": "Thing", "role": role, "app": "shop"}
        assert draft(made({"kind": "set_value", "target": target, "value": "on"}))
    for role in ("button", "link", "tab", "menu_item", "list_item", "check_box"):
        target = {"name": "Thing", "role": role, "app": "shop"}
        assert draft(made({"kind": "click", "target": target}))


@pytest.mark.parametrize(
    ("steps", "fields", "words"),
    [
        (
            [{"kind": "set_value", "target": NAME, "value": "{{pin}}"}],
            {"inputs": [{"name": "pin", "kind": "secret"}]},
            "never leave",
        ),
        ([{"kind": "press_keys", "keys": ["f5"]}] * 21, {}, "too long"),
        (
            [{"kind": "click", "target": {"name": "x", "role": "group"}}],
            {},
            "no words for step s1",
        ),
        (
            [{"kind": "wait_for", "condition": "idle", "idle_ms": 700}],
            {},
            r"s1 \(wait_for\) would be planned as another",
        ),
    ],
)
def test_what_cannot_be_a_template_is_refused(
    steps: list[dict[str, Any]], fields: dict[str, Any], words: str, made: Made
) -> None:
    with pytest.raises(HomeError, match=words) as error:
        draft(made(*steps, **fields))
    assert error.value.repair


def test_a_target_by_its_place_is_warned_of(made: Made) -> None:
    step = {
        "action": {"kind": "click", "target": {"name": "Go", "role": "button"}},
        "surroundings": {"number": 2},
    }
    assert len(draft(made(step)).warnings) == 1


def test_an_unusual_time_is_said_or_refused() -> None:
    wait = WaitFor(target=Target(name="x", role=Role.LABEL), timeout_ms=60000)
    clause = clause_of(wait)
    assert clause is not None
    found = understand(clause)
    assert isinstance(found, Plan)
    assert found.steps[0].action == wait
