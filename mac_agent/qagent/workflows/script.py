"""The steps of a recording as they are added: named, explained, marked, and bounded."""

from collections.abc import Callable
from pathlib import Path

from qagent.consent.classify import Act, Verb, classify, is_shell
from qagent.desktop.base import Node, Tree
from qagent.messages import text
from qagent.policy import Policy
from qagent.words import all_said, role_word
from qagent.workflows.cells import continued
from qagent.workflows.diary import Diary, Recorded
from qagent.workflows.model import (
    MOST_STEPS,
    Gap,
    GapReason,
    Variable,
    VariableKind,
    WorkflowStep,
)
from qagent.workflows.pointing import clean, surroundings_of, target_of
from qscreen.wire import (
    Action,
    ChooseMenu,
    Focus,
    OpenApp,
    Scroll,
    SetValue,
    Target,
    TypeText,
    WaitFor,
    WriteTable,
)
from qscreen.wire.template import MAX_INPUT_LENGTH, PLACEHOLDER

_LONGEST_TEXT = 4000


class Script:
    """Grows by steps; each is in the diary when the method that adds it returns.

    Args:
        diary: Where it is written as it goes.
        policy: The policy in force; its patterns say which texts are secret.
        most: Most steps.
    """

    def __init__(self, diary: Diary, policy: Policy, most: int = MOST_STEPS) -> None:
        self.recorded = Recorded()
        self._diary = diary
        self._policy = policy
        self._most = min(most, MOST_STEPS)
        self._app = ""

    @property
    def is_full(self) -> bool:
        """Whether no step can be added any more."""
        return len(self.recorded.steps) >= self._most

    @property
    def documents(self) -> Path:
        """The folder that saved documents go to."""
        return self._policy.documents

    @property
    def last(self) -> WorkflowStep | None:
        """The step that was added last."""
        return self.recorded.steps[-1] if self.recorded.steps else None

    def literals(self) -> tuple[str, ...]:
        """Texts that were written: what shows them changes with them."""
        found = []
        for step in self.recorded.steps:
            for field in ("value", "text", "filename"):
                if len(words := str(getattr(step.action, field, "") or "")) > 1:
                    found.append(words)
        return tuple(found)

    def enter(self, tree: Tree, window: Node | None, opens: bool) -> None:
        """Go on in a window; another program than before is brought to the front by a step.

        Args:
            tree: A look at it.
            window: The window.
            opens: Whether the device can start the program.
        """
        if window is None or window.app == self._app:
            return
        self._app = window.app
        if opens:
            self._append(OpenApp(app=window.app[:200]))
            return
        title = clean(window.name)
        target = Target(name=title or None, role=window.role, app=window.app[:200] or None)
        self.add(Focus(target=target), tree, window)

    def add(self, action: Action, tree: Tree, node: Node | None, verb: Verb | None = None) -> None:
        """Add a step.

        Args:
            action: What was done.
            tree: The look in which the element was found.
            node: The element.
            verb: What kind of operation it was, where that may be risky.
        """
        target = getattr(action, "target", None)
        known = None
        if node is not None and isinstance(target, Target):
            known = surroundings_of(tree, node, target)
        self._append(action, known, self._risk(action, tree, node, verb))

    def set_text(self, tree: Tree, node: Node, value: str, *, added: bool) -> None:
        """Add what was written into a field, or a variable in its place.

        Args:
            tree: A look at the field.
            node: The field.
            value: What it holds, or what was added to it.
            added: Whether it was added to a longer text.
        """
        if len(value) > _LONGEST_TEXT:
            self.gap(GapReason.LIMIT)
            return
        if self._policy.redactor.redact(value) != value:
            self.set_secret(tree, node, text("record.secret_pattern"))
            return
        if PLACEHOLDER.search(value):
            # Braces that a person typed must not read as a variable: they are one's value.
            value = self._as_variable(value)
        target = target_of(node)
        if added:
            self.add(TypeText(text=value, target=target), tree, node)
        else:
            self.add(SetValue(target=target, value=value), tree, node)

    def set_cell(self, tree: Tree, sheet: Node, name: str, value: str) -> None:
        """Add what was written into a cell: to the step before, where it continues that.

        Args:
            tree: A look at the spreadsheet.
            sheet: The spreadsheet.
            name: The cell's name.
            value: What it holds.
        """
        if self._policy.redactor.redact(value) != value:
            value = self._as_secret(f"{name}: {text('record.secret_pattern')}")
        elif PLACEHOLDER.search(value):
            value = self._as_variable(value)
        target, last = target_of(sheet), self.last
        if last is not None and isinstance(last.action, WriteTable):
            longer = continued(last.action, name, value)
            if longer is not None and last.action.target == target:
                self.replace_last(longer)
                return
        self.add(WriteTable(target=target, start=name, rows=((value,),)), tree, sheet)

    def set_secret(self, tree: Tree, node: Node, why: str) -> None:
        """Add that a secret was written; the variable that stands for it is asked at a replay."""
        label = clean(node.name)
        value = self._as_secret(": ".join(part for part in (label, why) if part))
        action = SetValue(target=target_of(node), value=value)
        self.add(action, tree, node, Verb.TYPE)

    def _as_secret(self, description: str) -> str:
        name = f"secret_{len(self.recorded.inputs) + 1}"
        secret = Variable(name=name, kind=VariableKind.SECRET, description=description[:300])
        self.recorded.inputs.append(secret)
        return "{{" + name + "}}"

    def _as_variable(self, value: str) -> str:
        name = f"text_{len(self.recorded.inputs) + 1}"
        default = value if len(value) <= MAX_INPUT_LENGTH else None
        self.recorded.inputs.append(Variable(name=name, default=default))
        return "{{" + name + "}}"

    def verified(self, step_id: str, check: WaitFor) -> None:
        """Note what was seen after a step."""
        for place, step in enumerate(self.recorded.steps):
            if step.id == step_id and step.verify is None:
                self.recorded.steps[place] = step.model_copy(update={"verify": check})
        self._diary.note(self.recorded)

    def replace_last(self, action: Action) -> None:
        """Put another action in the place of the last step's."""
        if self.last is not None:
            update = {"action": action, "because": _because(action)}
            self.recorded.steps[-1] = self.last.model_copy(update=update)
            self._diary.note(self.recorded)

    def drop(self, led: Callable[[Action], bool]) -> None:
        """Take the last step back where it only led to what is recorded in another way.

        Args:
            led: Whether an action did so.
        """
        if self.last is not None and led(self.last.action):
            self.recorded.steps.pop()
            self._diary.note(self.recorded)

    def gap(self, reason: GapReason) -> None:
        """Note that something was done that is in no step; once in a row for each reason."""
        gap = Gap(after=f"s{len(self.recorded.steps)}", reason=reason)
        if gap not in self.recorded.gaps[-3:] and len(self.recorded.gaps) < MOST_STEPS:
            self.recorded.gaps.append(gap)
            self._diary.note(self.recorded)

    def refusal(self, window: Node | None) -> GapReason | None:
        """Why what is done in a window is not recorded, or None."""
        if window is None:
            return None
        if self._policy.hides(window.app) or self._policy.hides_window(window.name):
            return GapReason.HIDDEN
        return GapReason.TERMINAL if is_shell(window.app) else None

    def _append(self, action: Action, known: object = None, risk: str | None = None) -> None:
        if self.is_full:
            self.gap(GapReason.LIMIT)
            return
        step = WorkflowStep(
            id=f"s{len(self.recorded.steps) + 1}",
            action=action,
            because=_because(action),
            consent=risk,
            surroundings=known,
        )
        self.recorded.steps.append(step)
        self._diary.note(self.recorded)

    def _risk(self, action: Action, tree: Tree, node: Node | None, verb: Verb | None) -> str | None:
        if verb is None:
            return None
        window = None if node is None else tree.get(node.window)
        inside = () if node is None or node.window is None else tree.inside(node.window)
        act = Act(verb, node, window, inside, keys=getattr(action, "keys", ()))
        kinds = sorted(classify(act))
        return text("record.risky", kinds=all_said("risk", kinds)) if kinds else None


def _because(action: Action) -> str:
    """What a person did, in words; without what was written."""
    target = getattr(action, "target", None)
    name = ""
    if isinstance(target, Target):
        name = target.name or ("" if target.role is None else role_word(target.role))
    match action:
        case OpenApp():
            name = action.app
        case ChooseMenu():
            name = " > ".join(action.path)
        case Scroll():
            return text(f"record.did.scroll.{action.direction}")
        case _:
            name = name or "+".join(getattr(action, "keys", ()))
    return text(f"record.did.{action.kind}", name=name)[:1000]
