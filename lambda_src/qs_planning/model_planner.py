"""A plan by a model: one conversation with a bounded number of repairs, then the review."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from qs_cloud.clock import utc_now
from qs_cloud.errors import CloudCallError
from qs_cloud.telemetry import count, fault, logger
from qs_planning import prompt
from qs_planning.converse import (
    Answer,
    Conversing,
    Guardrail,
    ModelUnavailableError,
    PromptTooLongError,
)
from qs_planning.models import ModelMap, ModelsParameterError
from qs_planning.outcomes import NoPlan, Why, no_plan
from qs_planning.screen import MOST_CHARACTERS, fence
from qs_planning.usage import ModelUse
from qs_planning.validation import unexplained_steps
from qscreen.review import CHANGING, review
from qscreen.wire import Language, Plan, PlanSource, Snapshot, Step

REPAIRS = 2
"""How often a model may correct what it answered."""
SCREENS = (MOST_CHARACTERS, MOST_CHARACTERS // 4, 0)
"""Most characters of the screen, from one try to the next where the last did not fit."""
MOST_STEPS = 20

_MALFORMED = frozenset({"malformed_tool_use", "malformed_model_output"})
_BLOCKED = frozenset({"guardrail_intervened", "content_filtered"})
_TAGS = ("<goal", "</goal", "<screen", "</screen", "<done", "</done")
_SHOWN_FAULTS = 6


@dataclass(frozen=True, slots=True)
class ModelAnswer:
    """What came of asking a model.

    Attributes:
        plan: The reviewed plan; None if there is none.
        none: Why there is none.
        uses: What each call used.
    """

    plan: Plan | None = None
    none: NoPlan | None = None
    uses: tuple[ModelUse, ...] = ()


@dataclass(frozen=True, slots=True)
class ModelPlanner:
    """Plans by Amazon Bedrock.

    Attributes:
        models: Which models are asked.
        guardrail: The guardrail under which they are.
        seconds: How long planning may take.
        clock: Monotonic clock, seconds.
        sleep: Pauses.
    """

    models: ModelMap
    guardrail: Guardrail
    seconds: float
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep

    def plan(
        self,
        goal: str,
        language: Language,
        screen: Snapshot | None,
        done: Sequence[Step] = (),
        run_id: str | None = None,
    ) -> ModelAnswer:
        """Plan a goal, or what is left of it.

        Args:
            goal: The goal, as the user wrote it.
            language: Its language.
            screen: What the user has in front of them; None for nothing.
            done: Steps of the goal that are confirmed; they stand in the plan before the others.
            run_id: Id of the run, for the invocation log.

        Returns:
            A plan that passed the review, or why there is none. It never raises for what a
            model or its service does.
        """
        if any(tag in goal.casefold() for tag in _TAGS):
            return ModelAnswer(none=no_plan(Why.TAGS, language))
        uses: list[ModelUse] = []
        try:
            talk = _Talk(
                Conversing(
                    self.models.models(),
                    self.guardrail,
                    ends_at=self.clock() + self.seconds,
                    clock=self.clock,
                    sleep=self.sleep,
                ),
                goal,
                screen,
                tuple(done),
                {"run": run_id} if run_id else {},
                uses,
            )
            found = talk.hold()
        except ModelUnavailableError:
            found = Why.UNAVAILABLE
        except (CloudCallError, ModelsParameterError) as error:
            logger().error("Model could not be asked", extra=fault(error))
            found = Why.UNAVAILABLE
        answer = self._judge(found, goal, language, screen, tuple(done))
        if answer.none is not None:
            count("ModelPlansFailed", dimensions={"why": answer.none.why.value})
        return ModelAnswer(answer.plan, answer.none, tuple(uses))

    def _judge(
        self,
        found: tuple[Step, ...] | str | Why,
        goal: str,
        language: Language,
        screen: Snapshot | None,
        done: tuple[Step, ...],
    ) -> ModelAnswer:
        if isinstance(found, Why):
            return ModelAnswer(none=no_plan(found, language))
        if isinstance(found, str):
            return ModelAnswer(none=no_plan(Why.DECLINED, language, found))
        judged = review(found, goal, language, screen)
        if judged.refused:
            count("ModelPlansRefused")
            logger().warning(
                "Plan of a model was refused",
                extra={
                    "steps": list(judged.refused),
                    "concerns": sorted(
                        {c.value for all_ in judged.concerns.values() for c in all_}
                    ),
                },
            )
            return ModelAnswer(none=no_plan(Why.REFUSED, language))
        return ModelAnswer(
            plan=Plan(
                goal=goal,
                language=language,
                source=PlanSource.MODEL,
                # What is done needs nobody's consent any more.
                steps=(
                    *(step.model_copy(update={"consent": None}) for step in done),
                    *judged.steps,
                ),
                created_at=utc_now(),
            )
        )


@dataclass(slots=True)
class _Talk:
    """One conversation."""

    conversing: Conversing
    goal: str
    screen: Snapshot | None
    done: tuple[Step, ...]
    metadata: Mapping[str, str]
    uses: list[ModelUse]
    _messages: list[dict[str, Any]] = field(default_factory=list)

    def hold(self) -> tuple[Step, ...] | str | Why:
        """Ask until there is a plan, or nothing more to try.

        Returns:
            The proposed steps, what the model said against a plan, or why there is none.
        """
        for most in SCREENS if self.screen is not None else SCREENS[:1]:
            try:
                found = self._with_screen(most)
            except PromptTooLongError:
                found = None
            if found is not None:
                return found
            count("ModelPromptsTooLong")
        return Why.TOO_LONG

    def _with_screen(self, most: int) -> tuple[Step, ...] | str | Why | None:
        """Hold the conversation over a part of the screen; None where even that is too long."""
        fenced = fence(self.screen, most) if self.screen is not None and most else None
        text = prompt.question(
            self.goal,
            fenced.text if fenced else None,
            fenced.nonce if fenced else None,
            self.done,
        )
        self._messages = [{"role": "user", "content": [{"text": text}]}]
        for number in range(REPAIRS + 1):
            answer = self.conversing.ask(
                prompt.system(), prompt.tools(), self._messages, self.metadata
            )
            self.uses.append(answer.use)
            found = self._read(answer)
            if found is None or not isinstance(found, _Fault):
                return found
            count("ModelAnswersMalformed")
            if number < REPAIRS:
                self._ask_again(answer, found)
        return Why.MALFORMED

    def _read(self, answer: Answer) -> "tuple[Step, ...] | str | Why | _Fault | None":
        reason = answer.stop_reason
        if reason in _BLOCKED:
            return Why.BLOCKED
        if reason == "model_context_window_exceeded":
            return None
        if reason in _MALFORMED:
            return _Fault("The call of the tool was not well-formed JSON.")
        if reason == "max_tokens":
            return _Fault("The answer was cut off: it was too long. Use fewer or shorter steps.")
        use = prompt.tool_use(answer.content)
        if use is None:
            return _Fault(f"There is no call of {prompt.TOOL} in the answer. Call it once.")
        try:
            proposed = prompt.ProposedPlan.model_validate(use.get("input"))
        except ValidationError as error:
            return _Fault(_faults_of(error))
        return self._steps(proposed)

    def _steps(self, proposed: prompt.ProposedPlan) -> "tuple[Step, ...] | str | _Fault":
        if not proposed.steps:
            return proposed.cannot or ""
        before = len(self.done)
        if before + len(proposed.steps) > MOST_STEPS:
            return _Fault(f"There are more than {MOST_STEPS} steps with those that were done.")
        steps = tuple(
            Step(id=f"s{number}", action=one.action, because=one.because)
            for number, one in enumerate(proposed.steps, start=before + 1)
        )
        strange = unexplained_steps(steps, self.goal)
        if strange:
            places = ", ".join(str(int(one[1:]) - before - 1) for one in strange)
            return _Fault(
                f"`because` of steps[{places}] is not a part of the goal. Copy it from the goal."
            )
        repeated = {step.action for step in self.done if step.risk in CHANGING}
        if repeated.intersection(step.action for step in steps):
            return _Fault("A step of <done> is done again. Leave out what was done.")
        return steps

    def _ask_again(self, answer: Answer, found: "_Fault") -> None:
        """Send the fault back, as the result of the call where there was one."""
        use = prompt.tool_use(answer.content)
        again: list[dict[str, Any]] = [{"text": prompt.goal_text(self.goal)}]
        calls = [block["toolUse"] for block in answer.content if "toolUse" in block]
        if use is None or answer.stop_reason in _MALFORMED or answer.stop_reason == "max_tokens":
            # What was not finished cannot be sent back; the question is put anew with a hint.
            first = self._messages[0]["content"][0]
            self._messages = [
                {"role": "user", "content": [first, {"text": f"Last time: {found.text}"}, *again]}
            ]
            return
        results = [
            {
                "toolResult": {
                    "toolUseId": call["toolUseId"],
                    "content": [{"text": found.text}],
                    "status": "error",
                }
            }
            for call in calls
        ]
        self._messages = [
            *self._messages,
            {"role": "assistant", "content": list(answer.content)},
            {"role": "user", "content": [*results, *again]},
        ]


@dataclass(frozen=True, slots=True)
class _Fault:
    """What a model is to correct."""

    text: str


def _faults_of(error: ValidationError) -> str:
    """Say what does not fit the schema; values are not repeated."""
    faults = error.errors(include_url=False, include_input=False, include_context=False)
    shown = "; ".join(
        f"{'.'.join(map(str, one['loc'])) or 'input'}: {one['msg']}"
        for one in faults[:_SHOWN_FAULTS]
    )
    return f"The input does not fit the schema ({shown}). Correct it and call the tool again."
