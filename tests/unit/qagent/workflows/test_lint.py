"""Each rule finds what it is for, with the line and a repair in both languages."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from qagent.messages import catalogue
from qagent.policy import Policy
from qagent.workflows.lint import Finding, Rule, Severity, lint
from qagent.workflows.model import Workflow
from qagent.workflows.reading import dump, parse
from qagent.workflows.sarif import sarif

Made = Callable[..., Workflow]
FIELD = {"name": "Note", "role": "text_field", "app": "shop"}
OK = {"kind": "click", "target": {"name": "OK", "role": "button", "app": "shop"}}
SEEN = {"kind": "wait_for", "target": {"name": "Done", "role": "label"}}


def rules(workflow: Workflow, policy: Policy) -> list[Rule]:
    return [one.rule for one in lint(workflow, policy)]


def setting(value: str, **target: Any) -> dict[str, Any]:
    return {"kind": "set_value", "target": {**FIELD, **target}, "value": value}


def test_a_good_workflow_has_no_finding(order: Workflow, policy: Policy) -> None:
    assert lint(order, policy) == []


@pytest.mark.parametrize(
    ("rule", "step"),
    [
        (Rule.HARD_WAIT, {"kind": "wait_for", "condition": "idle", "idle_ms": 3000}),
        (Rule.HARD_WAIT, {"action": OK, "verify": {"kind": "wait_for", "condition": "idle"}}),
        (Rule.WEAK_TARGET, {"action": OK, "verify": SEEN, "surroundings": {"number": 2}}),
        (Rule.WEAK_TARGET, {"action": {**OK, "target": {"role": "button"}}, "verify": SEEN}),
        (Rule.AMBIGUOUS_TARGET, {"action": {**OK, "target": {"name": "OK"}}, "verify": SEEN}),
        (
            Rule.AMBIGUOUS_TARGET,
            {"action": {**OK, "target": {"name": "+", "role": "button"}}, "verify": SEEN},
        ),
        (Rule.NO_VERIFICATION, OK),
        (Rule.NO_VERIFICATION, {"kind": "press_keys", "keys": ["f5"]}),
        (Rule.SECRET_LITERAL, setting("4111 1111 1111 1111")),
        (Rule.SECRET_LITERAL, setting("EMP-123456")),
        (Rule.SECRET_LITERAL, setting("hunter2", name="Password")),
        (Rule.SECRET_LITERAL, setting("hunter2", role="password_field")),
        (Rule.PERSONAL_PATH, setting("/home/kim/a.csv")),
        (Rule.PERSONAL_PATH, setting("C:\\Users\\kim\\a.csv")),
        (Rule.UNDEFINED_VARIABLE, setting("{{nothing}}")),
        (
            Rule.UNMARKED_RISK,
            {"action": {**OK, "target": {"name": "Delete", "role": "button"}}, "verify": SEEN},
        ),
        (
            Rule.UNMARKED_RISK,
            {"action": {"kind": "choose_menu", "path": ["파일", "휴지통 비우기"]}, "verify": SEEN},
        ),
        (
            Rule.UNMARKED_RISK,
            {"action": {"kind": "press_keys", "keys": ["shift", "delete"]}, "verify": SEEN},
        ),
    ],
)
def test_a_rule_finds_what_it_is_for(
    rule: Rule, step: dict[str, Any], made: Made, policy: Policy
) -> None:
    found = lint(made(step), policy)
    assert [one.rule for one in found] == [rule], found
    assert found[0].step == "s1"
    assert found[0].what
    assert found[0].repair


@pytest.mark.parametrize(
    "step",
    [
        setting("plain"),
        setting("12", role="spin_button"),
        {"action": {**OK, "target": {"name": "Delete", "role": "button"}}, "verify": SEEN}
        | {"consent": "it deletes"},
        {"action": {**OK, "target": {"role": "button"}}, "verify": SEEN}
        | {"surroundings": {"beside": ["Search"]}},
        {"kind": "type_text", "text": "memo", "target": {"role": "text_area"}},
        {"kind": "save_as", "filename": "memo.txt"},
    ],
)
def test_what_is_right_is_not_found(step: dict[str, Any], made: Made, policy: Policy) -> None:
    assert lint(made(step), policy) == []


def test_a_check_in_the_next_step_is_a_verification(made: Made, policy: Policy) -> None:
    assert rules(made(OK, SEEN), policy) == []
    assert rules(made(OK, OK, SEEN), policy) == [Rule.NO_VERIFICATION]


def test_variables_are_known_and_used(made: Made, policy: Policy) -> None:
    inputs = [{"name": "a"}, {"name": "b", "default": "/Users/kim/b.csv", "kind": "file"}]
    found = lint(made(setting("{{a}}"), inputs=inputs), policy)
    assert [one.rule for one in found] == [Rule.UNUSED_VARIABLE, Rule.PERSONAL_PATH]
    repeat = {"first": "s1", "last": "s1", "columns": ["c"], "rows": [["kim@example.com"]]}
    workflow = made(setting("{{c}}"), setting("{{c}}"), repeat=repeat)
    found = lint(workflow, policy)
    assert [(one.rule, one.step) for one in found] == [
        (Rule.UNDEFINED_VARIABLE, "s2"),
        (Rule.SECRET_LITERAL, ""),
    ]


def test_a_gap_of_the_recording_is_a_note(made: Made, policy: Policy) -> None:
    found = lint(made(setting("x"), gaps=[{"after": "s1", "reason": "hidden"}]), policy)
    assert [(one.rule, one.severity) for one in found] == [(Rule.GAP, Severity.NOTE)]
    assert "hides" in found[0].what


def test_findings_point_at_their_lines(made: Made, policy: Policy) -> None:
    workflow = made(setting("plain"), {"action": OK}, setting("EMP-123456"))
    read = parse(dump(workflow))
    assert read.content is not None
    lines = dump(workflow).splitlines()

    def line(one: Finding) -> str:
        return lines[read.lines.of(*one.place) - 1]

    missing, secret = lint(read.content, policy)
    assert "id: s2" in line(missing)
    assert "EMP-123456" in line(secret)


def test_every_rule_speaks_both_languages() -> None:
    texts = catalogue()
    for rule in Rule:
        for part in ("rule", "what", "repair"):
            korean, english = texts[f"lint.{rule.value}.{part}"]
            assert korean != english


def test_sarif_names_rules_levels_and_lines(made: Made, policy: Policy) -> None:
    workflow = made(OK, setting("EMP-123456"))
    read = parse(dump(workflow))
    assert read.content is not None
    told = sarif(lint(read.content, policy), "w.yaml", read.lines)
    (run,) = json.loads(json.dumps(told))["runs"]
    assert [one["id"] for one in run["tool"]["driver"]["rules"]] == [one.value for one in Rule]
    levels = [(one["ruleId"], one["level"]) for one in run["results"]]
    assert levels == [("QW004", "warning"), ("QW005", "error")]
    for one in run["results"]:
        place = one["locations"][0]["physicalLocation"]
        assert place["region"]["startLine"] > 1
        assert run["tool"]["driver"]["rules"][one["ruleIndex"]]["id"] == one["ruleId"]
