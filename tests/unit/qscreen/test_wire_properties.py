"""What holds for every message: it is read again as it was written, and nothing else is read."""

import json
from datetime import UTC
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError

from qscreen import wire
from qscreen.api.operations import models_of_operations
from qscreen.api.schemas import Dialect, component_schemas
from qscreen.wire import RiskCategory, RunRequest, TemplateInput, TemplateRequest, WireModel
from qscreen.wire.action import RISK_OF_KIND

MODELS = sorted(
    {
        found
        for found in vars(wire).values()
        if isinstance(found, type) and issubclass(found, WireModel) and found is not WireModel
    },
    key=lambda model: model.__name__,
)
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=40)
ids = st.from_regex(r"[a-z][a-z0-9]{2,8}(-[a-z0-9]{1,8}){0,2}", fullmatch=True)

run_requests = st.one_of(
    st.builds(
        RunRequest,
        goal=texts.filter(bool),
        device_id=ids,
        mode=st.sampled_from(wire.RunMode),
        template_id=st.none(),
        template_version=st.none(),
        inputs=st.just({}),
    ),
    st.builds(
        RunRequest,
        goal=st.none(),
        template_id=ids,
        template_version=st.none() | st.integers(1, 99),
        inputs=st.dictionaries(st.from_regex(r"[a-z][a-z0-9_]{0,9}", fullmatch=True), texts),
        device_id=ids,
        mode=st.sampled_from(wire.RunMode),
    ),
)
template_inputs = st.one_of(
    st.builds(
        TemplateInput,
        name=st.just("a"),
        kind=st.just(wire.InputKind.TEXT),
        max_length=st.none() | st.integers(50, 1000),
        default=st.none() | texts.filter(bool),
        choices=st.just(()),
        minimum=st.none(),
        maximum=st.none(),
    ),
    st.builds(
        TemplateInput,
        name=st.just("a"),
        kind=st.just(wire.InputKind.INTEGER),
        minimum=st.none() | st.integers(-9, 0).map(float),
        maximum=st.none() | st.integers(1, 9).map(float),
        default=st.none() | st.just("0"),
        choices=st.just(()),
        max_length=st.none(),
    ),
)
names = texts.filter(bool)
targets = st.one_of(
    st.builds(wire.Target, name=names, role=st.none() | st.sampled_from(wire.Role), app=names),
    st.builds(wire.Target, name=st.none(), role=st.sampled_from(wire.Role), app=st.none() | names),
)
somewhere = st.none() | targets
cells = st.from_regex(r"[A-Z]{1,3}[1-9][0-9]{0,6}", fullmatch=True)
pixels = st.integers(-10000, 10000)
ACTIONS: dict[wire.ActionKind, st.SearchStrategy[Any]] = {
    wire.ActionKind.OPEN_APP: st.builds(wire.OpenApp, app=names, new_document=st.booleans()),
    wire.ActionKind.FOCUS: st.builds(wire.Focus, target=targets),
    wire.ActionKind.CLICK: st.builds(wire.Click, target=targets, count=st.integers(1, 3)),
    wire.ActionKind.TYPE_TEXT: st.builds(wire.TypeText, text=names, target=somewhere),
    wire.ActionKind.PRESS_KEYS: st.builds(
        wire.PressKeys,
        keys=st.lists(
            st.from_regex(r"[a-z_]{1,9}|f1[0-2]|f[1-9]|[!-~]", fullmatch=True),
            min_size=1,
            max_size=5,
        ).map(tuple),
    ),
    wire.ActionKind.SELECT: st.builds(wire.Select, option=names, target=somewhere),
    wire.ActionKind.SAVE_AS: st.builds(
        wire.SaveAs, filename=st.from_regex(r"[^/\\\x00-\x1f]{1,60}", fullmatch=True)
    ),
    wire.ActionKind.WAIT_FOR: st.one_of(
        st.builds(
            wire.WaitFor,
            target=targets,
            condition=st.sampled_from(("appears", "disappears")),
            text=st.none(),
        ),
        st.builds(wire.WaitFor, target=somewhere, condition=st.just("text"), text=names),
        st.builds(
            wire.WaitFor,
            target=st.none(),
            condition=st.just("idle"),
            text=st.none(),
            idle_ms=st.integers(100, 10000),
            timeout_ms=st.integers(10000, 60000),
        ),
    ),
    wire.ActionKind.READ: st.builds(wire.Read, target=somewhere),
    wire.ActionKind.SCROLL: st.builds(
        wire.Scroll, direction=st.sampled_from(wire.ScrollDirection), target=somewhere
    ),
    wire.ActionKind.SET_VALUE: st.builds(wire.SetValue, target=targets, value=texts),
    wire.ActionKind.DRAG: st.one_of(
        st.builds(wire.Drag, target=targets, onto=targets, right=st.just(0), down=st.just(0)),
        st.builds(
            wire.Drag, target=targets, onto=st.none(), right=pixels.filter(bool), down=pixels
        ),
    ),
    wire.ActionKind.CHOOSE_MENU: st.builds(
        wire.ChooseMenu,
        path=st.lists(names, min_size=1, max_size=8).map(tuple),
        app=st.none() | names,
    ),
    wire.ActionKind.READ_CLIPBOARD: st.builds(wire.ReadClipboard),
    wire.ActionKind.WRITE_CLIPBOARD: st.builds(wire.WriteClipboard, text=names),
    wire.ActionKind.READ_TABLE: st.builds(
        wire.ReadTable, target=somewhere, start=cells, end=st.none() | cells
    ),
    wire.ActionKind.WRITE_TABLE: st.builds(
        wire.WriteTable,
        target=somewhere,
        start=cells,
        rows=st.lists(
            st.lists(texts, min_size=1, max_size=4).map(tuple), min_size=1, max_size=4
        ).map(tuple),
    ),
    wire.ActionKind.UNDO: st.builds(wire.Undo),
}
actions = st.one_of(*ACTIONS.values())
steps = st.lists(actions, min_size=1, max_size=20).map(
    lambda found: tuple(
        wire.Step(id=f"s{place}", action=action, because="x")
        for place, action in enumerate(found, 1)
    )
)
moments = st.datetimes(timezones=st.just(UTC))
plans = st.builds(
    wire.Plan,
    goal=texts.filter(bool),
    language=st.sampled_from(wire.Language),
    source=st.sampled_from(wire.PlanSource),
    steps=steps,
    created_at=moments,
)
effects = st.builds(
    wire.Effect,
    step_id=st.just("s1"),
    outcome=st.sampled_from(wire.Outcome),
    evidence=texts,
    target_rect=st.none(),
    candidates=st.lists(texts, max_size=3).map(tuple),
    started_at=moments,
    duration_ms=st.floats(0, 1e9),
)


rects = st.builds(
    wire.Rect,
    x=pixels,
    y=pixels,
    width=st.integers(0, 10000),
    height=st.integers(0, 10000),
)
elements = st.builds(
    wire.Element,
    id=st.integers(0, 9999).map("e{}".format),
    parent=st.none() | st.integers(0, 9999).map("e{}".format),
    name=texts,
    value=st.none() | texts,
    states=st.lists(st.sampled_from(wire.State), max_size=4).map(tuple),
    rect=st.none() | rects,
    actions=st.lists(texts, max_size=2).map(tuple),
)
snapshots = st.builds(
    wire.Snapshot,
    id=ids,
    device_id=ids,
    taken_at=moments,
    screen=st.builds(
        wire.Screen,
        width=st.integers(1, 10000),
        height=st.integers(1, 10000),
        scale=st.floats(0.5, 4),
    ),
    active_app=st.none() | texts,
    active_window=st.none() | texts,
    apps=st.lists(texts, max_size=3).map(tuple),
    elements=st.lists(elements, max_size=5).map(tuple),
    duration_ms=st.floats(0, 1e6),
)
ACTION: TypeAdapter[wire.Action] = TypeAdapter(wire.Action)


def round_trips(model: BaseModel) -> None:
    text = model.model_dump_json(exclude_none=True)
    assert type(model).model_validate_json(text) == model
    assert type(model).model_validate_json(model.model_dump_json()) == model


@given(run_requests)
def test_run_requests(request: RunRequest) -> None:
    round_trips(request)
    assert (request.goal is None) != (request.template_id is None)


@given(template_inputs)
def test_template_inputs(declared: TemplateInput) -> None:
    round_trips(declared)
    if declared.default is not None:
        assert declared.fault_of(declared.default) is None


@given(plans)
def test_plans(plan: wire.Plan) -> None:
    round_trips(plan)
    assert all(isinstance(step.risk, RiskCategory) for step in plan.steps)


@pytest.mark.parametrize("kind", wire.ActionKind)
@settings(max_examples=30)
@given(data=st.data())
def test_actions(kind: wire.ActionKind, data: st.DataObject) -> None:
    action = data.draw(ACTIONS[kind])
    assert action.kind is kind
    round_trips(action)
    assert ACTION.validate_json(action.model_dump_json()) == action
    step = wire.Step(id="s1", action=action, because="x")
    assert step.risk is RISK_OF_KIND[kind]
    round_trips(step)


@given(snapshots)
def test_snapshots(snapshot: wire.Snapshot) -> None:
    round_trips(snapshot)


@given(effects)
def test_effects(effect: wire.Effect) -> None:
    round_trips(effect)


@given(st.text(max_size=60))
def test_a_goal_with_any_braces_is_taken_or_named(goal: str) -> None:
    try:
        request = TemplateRequest(title="t", goal=f"{goal} '{{{{a}}}}'", inputs=(_input("a"),))
    except ValidationError:
        return
    round_trips(request)
    assert request.goal.startswith(goal)


def _input(name: str) -> TemplateInput:
    return TemplateInput(name=name)


json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
@settings(max_examples=10, suppress_health_check=[HealthCheck.too_slow])
@given(body=json_values)
def test_no_message_raises_anything_but_a_fault_with_places(
    model: type[WireModel], body: Any
) -> None:
    try:
        found = model.model_validate_json(json.dumps(body))
    except ValidationError as error:
        for fault in error.errors(include_input=False, include_url=False, include_context=False):
            assert isinstance(fault["loc"], tuple)
        return
    round_trips(found)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_unknown_fields_are_refused(model: type[WireModel]) -> None:
    with pytest.raises(ValidationError) as found:
        model.model_validate({"surely_unknown": 1})
    assert "surely_unknown" in {str(place) for e in found.value.errors() for place in e["loc"]}


def test_every_kind_of_action_has_a_risk() -> None:
    assert set(RISK_OF_KIND) == set(wire.ActionKind)


def test_every_model_of_an_operation_has_a_schema_with_its_limits() -> None:
    schemas = component_schemas(models_of_operations(), Dialect.OPENAPI)
    assert schemas["JobRequest"]["properties"]["items"]["maxItems"] == 1000
    assert schemas["UploadRequest"]["properties"]["size_bytes"]["maximum"] == 25 * 1024 * 1024
    inputs = schemas["RunRequest"]["properties"]["inputs"]
    assert inputs["maxProperties"] == 20
    assert inputs["additionalProperties"]["maxLength"] == 1000
