"""What comes again becomes a variable or a table, and done again it is the same."""

from collections.abc import Callable, Mapping
from typing import Any

from qagent.workflows.compiling import with_variables
from qagent.workflows.filling import expanded, filled
from qagent.workflows.model import VariableKind, Workflow
from qscreen.wire import Action

Made = Callable[..., Workflow]
OK = {"kind": "click", "target": {"name": "Add", "role": "button"}}


def setting(name: str, value: str) -> dict[str, Any]:
    return {"kind": "set_value", "target": {"name": name, "role": "text_field"}, "value": value}


def actions(workflow: Workflow) -> list[Action]:
    """What a replay with the defaults does."""
    values: Mapping[str, str] = {one.name: one.default or "" for one in workflow.inputs}
    return [filled(step.action, {**values, **row}) for step, row in expanded(workflow)]


def test_a_text_that_was_written_twice_becomes_an_input(made: Made) -> None:
    before = made(setting("Name", "Kim"), setting("Place", "Seoul"), setting("Sender", "Kim"))
    after = with_variables(before)
    assert [(one.name, one.default) for one in after.inputs] == [("name", "Kim")]
    values = [getattr(step.action, "value", "") for step in after.steps]
    assert values == ["{{name}}", "Seoul", "{{name}}"]
    assert actions(after) == actions(before)


def test_types_are_told_by_how_a_text_looks(made: Made) -> None:
    texts = {"2026-11-30": "date", "42": "integer", "12.5": "number", "a b": "text"}
    texts |= {"/tmp/in.csv": "file", "2026-02-30": "text", "007": "text"}
    fields = (setting(f"{n}{place}", one) for place, one in enumerate(texts) for n in "AB")
    before = made(*fields)
    after = with_variables(before)
    assert {one.default: str(one.kind) for one in after.inputs} == texts
    assert actions(after) == actions(before)


def test_three_rounds_become_a_table(made: Made) -> None:
    rows = [("apple", "3"), ("배", "7"), ("kiwi", "40")]
    rounds = [
        one for item, count in rows for one in (setting("Item", item), setting("Count", count), OK)
    ]
    before = made(setting("Shop", "north"), *rounds, {"kind": "save_as", "filename": "o.csv"})
    after = with_variables(before)
    assert len(after.steps) == 5
    assert after.repeat is not None
    assert (after.repeat.first, after.repeat.last) == ("s2", "s4")
    assert after.repeat.columns == ("item", "count")
    assert after.repeat.rows == tuple(rows)
    assert actions(after) == actions(before)


def test_two_rounds_become_inputs(made: Made) -> None:
    before = made(setting("Item", "apple"), OK, setting("Item", "pear"), OK)
    after = with_variables(before)
    assert after.repeat is None
    assert [(one.name, one.default) for one in after.inputs] == [
        ("item", "apple"),
        ("item_2", "pear"),
    ]
    assert actions(after) == actions(before)


def test_what_is_the_same_each_time_is_no_round(made: Made) -> None:
    key = {"kind": "press_keys", "keys": ["down"]}
    before = made(key, key, key, OK)
    assert with_variables(before) == before


def test_a_verification_that_differs_ends_a_round(made: Made) -> None:
    steps = [
        {
            "action": setting("Item", f"it{n}"),
            "verify": {"kind": "wait_for", "target": {"name": f"done {n}"}},
        }
        for n in range(4)
    ]
    before = made(*steps)
    assert with_variables(before).repeat is None


def test_a_verification_that_some_rounds_lack_is_kept(made: Made) -> None:
    """What the first round brought was there already in the ones after it."""
    check = {"kind": "wait_for", "target": {"name": "Sent"}}
    steps = [
        one
        for n in range(3)
        for one in (
            setting("Item", f"it{n}"),
            {"action": OK, "verify": check} if n == 0 else {"action": OK},
        )
    ]
    after = with_variables(made(*steps))
    assert after.repeat is not None
    assert after.steps[-1].verify is not None


def test_korean_names_give_a_plain_name_and_switches_are_no_texts(made: Made) -> None:
    box = {"kind": "set_value", "target": {"name": "동의", "role": "check_box"}, "value": "on"}
    before = made(
        setting("이름", "김"), setting("보낸 이", "김철수"), setting("받는 이", "김철수"), box, box
    )
    after = with_variables(before)
    assert [one.name for one in after.inputs] == ["value"]
    assert actions(after) == actions(before)


def test_it_is_done_once(made: Made) -> None:
    before = made(*(setting("Item", one) for one in ("aa", "bb", "cc")))
    once = with_variables(before)
    assert with_variables(once) == once


def test_a_secret_stays_what_it_is(order: Workflow) -> None:
    assert [one.kind for one in with_variables(order).inputs] == [
        VariableKind.TEXT,
        VariableKind.SECRET,
    ]
    assert with_variables(order) == order
