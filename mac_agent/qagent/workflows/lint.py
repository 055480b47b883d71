"""What is wrong with a workflow, or will go wrong: rules with ids, severities and repairs."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from qagent.consent.classify import is_secret
from qagent.consent.words import kinds_of_name
from qagent.desktop.base import Node
from qagent.messages import text
from qagent.policy import Policy, RiskKind
from qagent.words import all_said, said
from qagent.workflows.filling import names_in, names_of, texts_of
from qagent.workflows.finding import target_in
from qagent.workflows.model import VariableKind, Workflow, WorkflowStep
from qscreen.wire import (
    Action,
    ActionKind,
    ChooseMenu,
    Click,
    PressKeys,
    RiskCategory,
    Role,
    SaveAs,
    Select,
    SetValue,
    TypeText,
    WaitFor,
)
from qscreen.wire.template import PLACEHOLDER


class Severity(StrEnum):
    """How much a finding weighs."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Rule(StrEnum):
    """The rules, by their ids."""

    HARD_WAIT = "QW001"
    WEAK_TARGET = "QW002"
    AMBIGUOUS_TARGET = "QW003"
    NO_VERIFICATION = "QW004"
    SECRET_LITERAL = "QW005"  # noqa: S105 - the id of a rule
    PERSONAL_PATH = "QW006"
    UNDEFINED_VARIABLE = "QW007"
    UNUSED_VARIABLE = "QW008"
    UNMARKED_RISK = "QW009"
    GAP = "QW010"

    @property
    def severity(self) -> Severity:
        """How much its findings weigh."""
        return _SEVERITIES.get(self, Severity.WARNING)

    def said(self) -> str:
        """What the rule is about."""
        return text(f"lint.{self.value}.rule")


_SEVERITIES = {
    Rule.SECRET_LITERAL: Severity.ERROR,
    Rule.UNDEFINED_VARIABLE: Severity.ERROR,
    Rule.UNMARKED_RISK: Severity.ERROR,
    Rule.GAP: Severity.NOTE,
}
_UNVERIFIED = frozenset(
    {ActionKind.CLICK, ActionKind.PRESS_KEYS, ActionKind.DRAG, ActionKind.CHOOSE_MENU}
)
"""Actions that report only that something changed, not that it is what was meant."""

_CHECKS = frozenset({ActionKind.WAIT_FOR, ActionKind.READ, ActionKind.READ_TABLE})
_PERSONAL = re.compile(r"(?:/home/|/Users/|[A-Za-z]:\\Users\\|^~/)[^/\\]*")
_RISKY = frozenset(RiskKind) - {RiskKind.UNEXPLAINED, RiskKind.CREDENTIALS, RiskKind.SETTINGS}
_SHORTEST_NAME = 2

Place = tuple[str | int, ...]
"""Names and numbers that lead to something in a file."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a rule found.

    Attributes:
        rule: The rule.
        step: Id of the step; empty where no step is meant.
        place: Names and numbers that lead to it in the file.
        what: What is wrong.
        repair: What to do about it.
    """

    rule: Rule
    step: str
    place: Place
    what: str
    repair: str

    @property
    def severity(self) -> Severity:
        """How much it weighs."""
        return self.rule.severity


def lint(workflow: Workflow, policy: Policy) -> list[Finding]:
    """Examine a workflow, in the order of the file.

    Args:
        workflow: The workflow.
        policy: The policy in force; its patterns say which texts are secret.
    """
    found: list[Finding] = []
    for place, step in enumerate(workflow.steps):
        following = workflow.steps[place + 1] if place + 1 < len(workflow.steps) else None
        for rule in (_waits, _targets, _risks):
            found += rule(place, step)
        found += _verification(place, step, following)
        found += _texts(place, step, workflow, policy)
    found += _variables(workflow, policy)
    for number, gap in enumerate(workflow.gaps):
        found.append(
            _finding(
                Rule.GAP,
                gap.after,
                ("gaps", number),
                why=text(f"lint.gap.{gap.reason}"),
                step=gap.after,
            )
        )
    return found


def _finding(rule: Rule, found_in: str, place: Place, **values: object) -> Finding:
    return Finding(
        rule,
        found_in,
        place,
        text(f"lint.{rule.value}.what", **values),
        text(f"lint.{rule.value}.repair", **values),
    )


def _waits(place: int, step: WorkflowStep) -> Iterator[Finding]:
    for name, action in _waiting(step):
        if action.condition == "idle":
            yield _finding(Rule.HARD_WAIT, step.id, ("steps", place, name), ms=action.idle_ms)


def _waiting(step: WorkflowStep) -> Iterator[tuple[str, WaitFor]]:
    if isinstance(step.action, WaitFor):
        yield "action", step.action
    if step.verify is not None:
        yield "verify", step.verify


def _targets(place: int, step: WorkflowStep) -> Iterator[Finding]:
    target = target_in(step.action)
    where = ("steps", place, "action", "target")
    if target is None:
        return
    known = step.surroundings
    if known is not None and known.number is not None:
        reason = text("lint.weak.number", number=known.number)
        yield _finding(Rule.WEAK_TARGET, step.id, where, why=reason)
    elif target.name is None and not (known and (known.within or known.beside)):
        # An editor has one place for text; of anything else there may be several.
        if target.role is not Role.TEXT_AREA:
            yield _finding(Rule.WEAK_TARGET, step.id, where, why=text("lint.weak.nameless"))
    elif target.role is None or (target.name is not None and len(target.name) < _SHORTEST_NAME):
        yield _finding(Rule.AMBIGUOUS_TARGET, step.id, where)


def _verification(
    place: int, step: WorkflowStep, following: WorkflowStep | None
) -> Iterator[Finding]:
    if step.action.kind not in _UNVERIFIED or step.verify is not None:
        return
    if following is not None and following.action.kind in _CHECKS:
        return
    kind = said("kind", step.action.kind)
    yield _finding(Rule.NO_VERIFICATION, step.id, ("steps", place), kind=kind)


def _texts(place: int, step: WorkflowStep, workflow: Workflow, policy: Policy) -> Iterator[Finding]:
    redact: Callable[[str], str] = policy.redactor.redact
    secrets = {one.name for one in workflow.inputs if one.kind is VariableKind.SECRET}
    for at, words in texts_of(step.action):
        where = ("steps", place, "action", *at)
        written = at[0] in {"text", "value"} and _is_secret_field(step)
        # In a secret field only a secret may stand, and nothing beside it.
        only_secret = PLACEHOLDER.sub("", words).strip() == "" and (
            set(PLACEHOLDER.findall(words)) <= secrets
        )
        if redact(words) != words or (written and words and not only_secret):
            yield _finding(Rule.SECRET_LITERAL, step.id, where)
        if _PERSONAL.search(words):
            yield _finding(Rule.PERSONAL_PATH, step.id, where)


def _is_secret_field(step: WorkflowStep) -> bool:
    target = target_in(step.action)
    if target is None or not isinstance(step.action, SetValue | TypeText):
        return False
    role = target.role or Role.TEXT_FIELD
    if role is Role.PASSWORD_FIELD:
        return True
    node = Node("", None, None, "", role, "", target.name or "", frozenset())
    return is_secret(node)


def _variables(workflow: Workflow, policy: Policy) -> Iterator[Finding]:
    declared = {one.name for one in workflow.inputs}
    columns = set() if workflow.repeat is None else set(workflow.repeat.columns)
    used: set[str] = set()
    ids = [step.id for step in workflow.steps]
    repeat = workflow.repeat
    inside = (
        set() if repeat is None else set(ids[ids.index(repeat.first) : ids.index(repeat.last) + 1])
    )
    for place, step in enumerate(workflow.steps):
        for name in dict.fromkeys(names_of(step)):
            used.add(name)
            known = name in declared or (name in columns and step.id in inside)
            if not known:
                part = "action" if name in names_in(step.action) else "verify"
                at = ("steps", place, part)
                yield _finding(Rule.UNDEFINED_VARIABLE, step.id, at, name=name)
    for number, one in enumerate(workflow.inputs):
        where: Place = ("inputs", number)
        if one.name not in used:
            yield _finding(Rule.UNUSED_VARIABLE, "", where, name=one.name)
        if one.default and policy.redactor.redact(one.default) != one.default:
            yield _finding(Rule.SECRET_LITERAL, "", (*where, "default"))
        if one.default and _PERSONAL.search(one.default):
            yield _finding(Rule.PERSONAL_PATH, "", (*where, "default"))
    for name in sorted(columns - used):
        yield _finding(Rule.UNUSED_VARIABLE, "", ("repeat", "columns"), name=name)
    for number, row in enumerate(() if repeat is None else repeat.rows):
        for column, value in enumerate(row):
            if policy.redactor.redact(value) != value:
                yield _finding(Rule.SECRET_LITERAL, "", ("repeat", "rows", number, column))


def _risks(place: int, step: WorkflowStep) -> Iterator[Finding]:
    if step.consent is not None or step.risk is RiskCategory.LOOK:
        return
    kinds = risks_of(step.action)
    if kinds:
        words = all_said("risk", sorted(kinds))
        yield _finding(Rule.UNMARKED_RISK, step.id, ("steps", place), kinds=words)


def risks_of(action: Action) -> frozenset[RiskKind]:
    """The risky kinds that an action speaks of by itself, without a screen."""
    match action:
        case Click():
            kinds = kinds_of_name(action.target.name or "")
        case ChooseMenu():
            kinds = kinds_of_name(action.path[-1])
        case Select():
            kinds = kinds_of_name(action.option)
        case PressKeys():
            keys = set(action.keys)
            held = keys & {"ctrl", "alt", "shift", "super"}
            deletes = "delete" in keys and "shift" in held
            sends = "enter" in keys and bool(held & {"ctrl", "super"})
            kinds = frozenset({RiskKind.DELETE} if deletes else ()) | frozenset(
                {RiskKind.SEND} if sends else ()
            )
        case SaveAs():
            kinds = frozenset()
        case _:
            kinds = frozenset()
    return kinds & _RISKY
