"""What holds for every message: it is read again as it was written, and nothing else is read."""

import json
from datetime import UTC
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

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
# A model whose fields depend on each other is built by hand; the rest from its types.
DEPENDENT = {
    wire.Target: st.builds(
        wire.Target, name=st.text(min_size=1, max_size=20), role=st.none(), app=st.none()
    ),
}
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
actions = st.one_of(
    st.builds(wire.OpenApp, app=texts.filter(bool)),
    st.builds(wire.Click, target=DEPENDENT[wire.Target]),
    st.builds(wire.TypeText, text=texts.filter(bool), target=st.none() | DEPENDENT[wire.Target]),
    st.builds(wire.PressKeys, keys=st.just(("ctrl", "s"))),
    st.builds(wire.Scroll, direction=st.sampled_from(wire.ScrollDirection), target=st.none()),
    st.builds(wire.Read, target=st.none()),
    st.builds(wire.WaitFor, target=DEPENDENT[wire.Target]),
)
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
