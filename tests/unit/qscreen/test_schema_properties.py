"""The published schemas and the models say the same: of examples, of their changes, of limits."""

import json
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from qscreen.api.examples import EXAMPLES
from qscreen.schema import schema_of
from qscreen.wire import WireModel

VALIDATORS: dict[type[WireModel], Any] = {
    model: jsonschema.Draft202012Validator(schema_of(model)) for model in EXAMPLES
}
values: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**40), 2**40)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=4,
)


def places(document: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place of a document that holds something."""
    items = (
        document.items()
        if isinstance(document, dict)
        else enumerate(document)
        if isinstance(document, list)
        else ()
    )
    for key, value in items:
        yield (*at, key)
        yield from places(value, (*at, key))


def changed(document: Any, at: tuple[Any, ...], value: Any, *, remove: bool) -> Any:
    copy = json.loads(json.dumps(document))
    here = copy
    for key in at[:-1]:
        here = here[key]
    if remove and isinstance(here, dict):
        del here[at[-1]]
    else:
        here[at[-1]] = value
    return copy


@pytest.mark.parametrize("model", EXAMPLES, ids=lambda model: model.__name__)
@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_what_a_model_takes_its_schema_takes_too(
    model: type[WireModel], data: st.DataObject
) -> None:
    example = EXAMPLES[model].model_dump(mode="json")
    at = data.draw(st.sampled_from(sorted(places(example), key=str)))
    document = changed(example, at, data.draw(values), remove=data.draw(st.booleans()))
    try:
        taken = model.model_validate_json(json.dumps(document))
    except ValidationError:
        return
    VALIDATORS[model].validate(taken.model_dump(mode="json"))
    assert model.model_validate_json(taken.model_dump_json()) == taken


LIMITS = [
    (model, name, limit, fields[limit])
    for model in EXAMPLES
    for name, fields in schema_of(model).get("properties", {}).items()
    for limit in ("maxLength", "maxItems", "maximum", "minimum")
    if limit in fields
]


@pytest.mark.parametrize(
    ("model", "name", "limit", "most"),
    LIMITS,
    ids=[f"{model.__name__}.{name}-{limit}" for model, name, limit, _ in LIMITS],
)
def test_a_limit_of_the_schema_is_one_of_the_model(
    model: type[WireModel], name: str, limit: str, most: float
) -> None:
    example = EXAMPLES[model].model_dump(mode="json")
    beyond: Any
    if limit == "maxLength":
        beyond = "x" * (int(most) + 1)
    elif limit == "maxItems":
        one = (example.get(name) or ["x"])[0]
        beyond = [one] * (int(most) + 1)
    else:
        beyond = most + 1 if limit == "maximum" else most - 1
    document = {**example, name: beyond}
    assert not VALIDATORS[model].is_valid(document)
    with pytest.raises(ValidationError) as found:
        model.model_validate_json(json.dumps(document))
    assert name in {str(fault["loc"][0]) for fault in found.value.errors() if fault["loc"]}


def test_there_are_limits_to_hold() -> None:
    assert len(LIMITS) > 30
