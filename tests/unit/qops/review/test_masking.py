"""Whatever Terraform marks is told nowhere, wherever it stands and whatever stands beside it."""

import json
from typing import Any

from example_plans import plan, resource
from hypothesis import given, settings
from hypothesis import strategies as st

from qops.review.differences import differences
from qops.review.masking import MASK, masked_text
from qops.review.reading import review_of

_NAMES = st.sampled_from(["name", "id", "value", "policy", "a", "b", "Sid", "tags"])
_PLAIN = st.one_of(st.none(), st.booleans(), st.integers(2, 5), st.sampled_from(["", "x", "y"]))
_SECRET = st.tuples(
    st.integers(100, 999), st.sampled_from(["geheim-%d", '{"inner": "geheim-%d"}'])
).map(lambda drawn: drawn[1] % drawn[0])


@st.composite
def _leaf(draw) -> tuple[Any, Any]:
    if draw(st.booleans()):
        return draw(_SECRET), True
    return draw(_PLAIN), draw(st.sampled_from([None, False]))


def _object(children):
    return st.dictionaries(_NAMES, children, max_size=4).map(
        lambda found: (
            {name: value for name, (value, _) in found.items()},
            {name: mark for name, (_, mark) in found.items() if mark},
        )
    )


def _array(children):
    return st.lists(children, max_size=3).map(
        lambda found: ([value for value, _ in found], [mark or False for _, mark in found])
    )


_MARKED = _object(
    st.recursive(_leaf(), lambda inner: _object(inner) | _array(inner), max_leaves=12)
)
"""A resource's values with marks of the same shape, as Terraform writes them."""


@settings(max_examples=300, deadline=None)
@given(_MARKED, _MARKED, st.sampled_from([["update"], ["delete", "create"]]))
def test_no_marked_value_is_told(before, after, actions) -> None:
    one = resource(
        "module.a.aws_thing.b",
        actions,
        before[0],
        after[0],
        before_sensitive=before[1],
        after_sensitive=after[1],
        replace_paths=[["a"]],
    )
    assert not [
        found for found in differences(one["change"], "aws_thing") if "geheim" in str(found)
    ]
    told = review_of(plan() | {"resource_changes": [one], "resource_drift": [one]}, "prod")
    assert "geheim" not in told.model_dump_json()


@settings(max_examples=200, deadline=None)
@given(_MARKED, _MARKED)
def test_what_changed_is_told_though_its_value_is_not(before, after) -> None:
    change = resource(
        "module.a.aws_thing.b", ["update"], before[0], after[0],
        before_sensitive=before[1], after_sensitive=after[1],
    )["change"]  # fmt: skip
    if differences(change, "aws_thing") == []:
        assert _bare(before[0]) == _bare(after[0])


def _bare(value: Any) -> Any:
    """Without members that are null or empty, and with lists in the order of their elements."""
    if isinstance(value, dict):
        found = {name: _bare(one) for name, one in value.items()}
        return {name: one for name, one in found.items() if one not in (None, "", [], {})}
    if isinstance(value, list):
        elements = [None if one in (None, "", [], {}) else one for one in map(_bare, value)]
        return sorted(elements, key=lambda one: json.dumps(one, sort_keys=True))
    return value


def test_marks_follow_the_elements_of_a_list_that_moved() -> None:
    change = resource(
        "module.a.aws_thing.b",
        ["update"],
        {"user": [{"name": "ann", "data": "geheim-1"}, {"name": "bob", "data": "open"}]},
        {"user": [{"name": "bob", "data": "opened"}, {"name": "ann", "data": "geheim-2"}]},
        before_sensitive={"user": [{"data": True}, {}]},
        after_sensitive={"user": [{}, {"data": True}]},
    )["change"]
    assert [(one.path, one.before, one.after) for one in differences(change, "aws_thing")] == [
        ('user["ann"].data', MASK, MASK),
        ('user["bob"].data', '"open"', '"opened"'),
    ]
    # A mark on one side is enough, whichever it is.
    for side in ("before_sensitive", "after_sensitive"):
        told = str(differences({**change, side: {}}, "aws_thing"))
        assert "geheim" not in told
        assert '"opened"' in told


def test_a_name_that_is_marked_names_nothing() -> None:
    change = resource(
        "module.a.aws_thing.b",
        ["update"],
        {"user": [{"name": "geheim-1", "age": 1}]},
        {"user": [{"name": "geheim-2", "age": 2}]},
        before_sensitive={"user": [{"name": True}]},
        after_sensitive={"user": [{"name": True}]},
    )["change"]
    assert [one.path for one in differences(change, "aws_thing")] == [
        "user[0].age",
        "user[0].name",
    ]
    assert "geheim" not in str(differences(change, "aws_thing"))


def test_json_that_is_marked_as_a_whole_is_not_looked_into() -> None:
    change = resource(
        "module.a.aws_thing.b",
        ["update"],
        {"document": '{"inner": "geheim-1", "more": 1}'},
        {"document": '{"inner": "geheim-2", "more": 2}'},
        after_sensitive={"document": True},
    )["change"]
    (found,) = differences(change, "aws_thing")
    assert (found.path, found.before, found.after, found.masked) == ("document", MASK, MASK, True)


def test_masking_twice_is_masking_once() -> None:
    for text in (
        "postgres://app:geheim@db/x",
        'DB_PASSWORD="geheim" and token: geheim',
        "AWS_SECRET_ACCESS_KEY=" + "a1" * 20,
        "Authorization: Bearer abcdefgh12345",
    ):
        once = masked_text(text)
        assert "geheim" not in once
        assert masked_text(once) == once
        assert once != text


def test_ordinary_text_is_left_alone() -> None:
    for text in (
        "arn:aws:iam::123456789012:role/qscreen-prod-api",
        "rate(5 minutes)",
        "https://example.com/secret/path?page=2",
        "2026-11-30T06:00:00Z",
        "kms:Decrypt",
    ):
        assert masked_text(text) == text
        assert MASK not in masked_text(text)
