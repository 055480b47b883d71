"""One planning of a run: the first one, or a repair."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from qs_cloud.change import Change
from qs_cloud.clock import stamp, utc_now
from qs_cloud.config import variable
from qs_cloud.errors import Cancelled, RunEndedError, RunMissingError
from qs_cloud.items import Value
from qs_cloud.marks import ended, started
from qs_cloud.run_record import FINAL_STATUSES, RunRecord
from qs_cloud.table import Table, runs_table
from qs_cloud.telemetry import count, logger
from qs_planner.looking import AnalysisWantedError, Looking
from qs_planner.task import AnalysisRequest, PlanningResult, PlanningStatus, Task
from qs_planning.need import looks_at_screen
from qs_planning.planners import Planned, Planners, planners_from_environment
from qs_planning.screen import fingerprint
from qs_planning.validation import check_plan
from qscreen.review import guarded
from qscreen.verdict import remaining_steps
from qscreen.wire import (
    Effect,
    Language,
    NotUnderstood,
    Plan,
    RunReason,
    RunStatus,
    Snapshot,
    StageName,
    Step,
)

MODEL_SECONDS = 42
"""How long a model may take, of the 60 s that the state machine waits for a plan."""


@dataclass(frozen=True, slots=True)
class Planning:
    """Plans runs.

    Attributes:
        runs: The runs table.
        planners: Who makes plans.
        bucket: Where snapshots lie.
    """

    runs: Table[RunRecord]
    planners: Planners
    bucket: str

    @classmethod
    def from_environment(cls) -> "Planning":
        """Make the planning that the function's environment describes.

        Returns:
            The planning.

        Raises:
            ConfigurationError: If a variable is missing.
        """
        return cls(
            runs=runs_table(variable("QS_RUNS_TABLE")),
            planners=planners_from_environment(MODEL_SECONDS),
            bucket=variable("QS_SCREENSHOTS_BUCKET"),
        )

    def plan(self, task: Task) -> PlanningResult:
        """Plan a run, or what is left of it.

        Args:
            task: The state machine's task.

        Returns:
            What came of it.

        Raises:
            RunMissingError: If there is no such run.
            RunEndedError: If the run has ended.
            Cancelled: If the run was cancelled.
            PlanRefusedError: If a plan does not follow from its goal.
            CloudCallError: If the runs table cannot be reached.
        """
        record = self._begin(task.run_id)
        looking = Looking(self.bucket, record, task.observation)
        try:
            return self._plan(record, looking)
        except AnalysisWantedError as wanted:
            return self._analyse(record, wanted.request)

    def _plan(self, record: RunRecord, looking: Looking) -> PlanningResult:
        run, here = record.run, None
        # A plan on the item means that an earlier attempt made it: then only what that attempt
        # left unconfirmed is to be done, and the goal is not read anew.
        if run.plan is None:
            found = self.planners.plan(run.goal, looking.for_goal, run.run_id)
            remaining: Sequence[Step] = ()
        else:
            remaining = remaining_steps(run.plan, run.effects)
            seen = looking.for_steps(remaining)
            here = situation(seen, remaining)
            if here is not None and here == record.situation:
                return self._going_in_circles(record, looking)
            failed = record.last_effects.get(remaining[0].id) if remaining else None
            found = self.planners.repair(run.plan, remaining, failed, lambda: seen, run.run_id)
        if isinstance(found.answer, NotUnderstood):
            return self._not_understood(record, found.answer, found, looking)
        check_plan(found.answer, run.goal)
        plan = self._located(found.answer, run.effects, looking)
        plan = self._guarded(plan, run.effects, looking)
        return self._planned(record, plan, found, here, looking)

    def _located(self, plan: Plan, effects: Sequence[Effect], looking: Looking) -> Plan:
        remaining = remaining_steps(plan, effects)
        if not looks_at_screen(remaining):
            return plan
        looking.for_steps(remaining)
        done = plan.steps[: len(plan.steps) - len(remaining)]
        return plan.model_copy(update={"steps": (*done, *looking.locate(remaining))})

    def _guarded(self, plan: Plan, effects: Sequence[Effect], looking: Looking) -> Plan:
        """Let a person agree before something is sent off a screen that shows personal data."""
        remaining = remaining_steps(plan, effects)
        reading = looking.text_for(remaining) if remaining else None
        if reading is None:
            return plan
        done = plan.steps[: len(plan.steps) - len(remaining)]
        steps = guarded(remaining, reading.personal_data, plan.language)
        if steps != tuple(remaining):
            count("PlansGuardingPersonalData")
        return plan.model_copy(update={"steps": (*done, *steps)})

    def _analyse(self, record: RunRecord, request: AnalysisRequest) -> PlanningResult:
        now = utc_now()
        kept = self.runs.change(
            record.run.run_id,
            Change(
                set={"updated_at": stamp(now)},
                append={"marks": (ended(StageName.PLAN, now), started(StageName.ANALYSE, now))},
                unless={"cancel_requested": True},
                none_of={"status": FINAL_STATUSES},
            ),
        )
        if kept is None:
            raise Cancelled("The run was cancelled while it was being planned.")
        logger().info(
            "Analysis asked for",
            extra={
                "picture": request.picture_key is not None,
                "document": request.document,
                "text": request.text_key is not None,
            },
        )
        return PlanningResult(PlanningStatus.ANALYSE, analysis=request)

    def _begin(self, run_id: str) -> RunRecord:
        now = utc_now()
        record = self.runs.change(
            run_id,
            Change(
                set={"status": RunStatus.PLANNING.value, "updated_at": stamp(now)},
                append={"marks": (started(StageName.PLAN, now),)},
                unless={"cancel_requested": True},
                none_of={"status": FINAL_STATUSES},
            ),
        )
        if record is not None:
            return record
        found = self.runs.get(run_id)
        if found is None:
            raise RunMissingError(f"There is no run {run_id}: its item was deleted meanwhile.")
        if found.run.status.final:
            raise RunEndedError(f"The run {run_id} has ended: {found.run.status}.")
        raise Cancelled("The run was cancelled before it was planned.")

    def _planned(
        self, record: RunRecord, plan: Plan, found: Planned, here: str | None, looking: Looking
    ) -> PlanningResult:
        remaining = remaining_steps(plan, record.run.effects)
        pending = tuple(step.id for step in remaining)
        consents = sum(step.consent is not None for step in remaining)
        values: dict[str, Value] = {"plan": plan.model_dump_json(), "pending": pending}
        if here is not None:
            values["situation"] = here
        self._end(record, values, found, looking)
        logger().info(
            "Planned",
            extra={
                "source": plan.source.value,
                "steps": len(plan.steps),
                "pending": len(pending),
                "consents": consents,
                "attempts": record.run.attempts + 1,
            },
        )
        count("Plans", dimensions={"source": plan.source.value})
        if consents:
            count("PlansNeedingConsent")
        return PlanningResult(
            PlanningStatus.PLANNED if pending else PlanningStatus.DONE, needs_consent=consents > 0
        )

    def _going_in_circles(self, record: RunRecord, looking: Looking) -> PlanningResult:
        self._end(record, {}, None, looking)
        logger().info("Going in circles", extra={"attempts": record.run.attempts + 1})
        count("RunsGoingInCircles")
        language = record.run.plan.language if record.run.plan else Language.EN
        return PlanningResult(
            PlanningStatus.GOING_IN_CIRCLES,
            reason=RunReason.GOING_IN_CIRCLES,
            message=_CIRCLES[language],
        )

    def _not_understood(
        self, record: RunRecord, answer: NotUnderstood, found: Planned, looking: Looking
    ) -> PlanningResult:
        message = _explain(answer)
        if found.none is not None:
            message = f"{message} {found.none.message}"
        kept: dict[str, Value] = {
            "not_understood": answer.model_dump_json(),
            "explanation": message,
        }
        self._end(record, kept, found, looking)
        logger().info("Goal not understood", extra={"language": answer.language.value})
        count("GoalsNotUnderstood", dimensions={"language": answer.language.value})
        return PlanningResult(PlanningStatus.NOT_UNDERSTOOD, reason=RunReason.NOT_UNDERSTOOD)

    def _end(
        self,
        record: RunRecord,
        values: dict[str, Value],
        found: Planned | None,
        looking: Looking,
    ) -> None:
        now = utc_now()
        used = found.uses if found is not None else ()
        more: dict[str, tuple[str, ...]] = {}
        if used:
            more["model_uses"] = tuple(use.to_json() for use in used)
        if looking.analyses:
            more["analyses"] = tuple(one.model_dump_json() for one in looking.analyses)
        kept = self.runs.change(
            record.run.run_id,
            Change(
                set={
                    **values,
                    "attempts": record.run.attempts + 1,
                    "updated_at": stamp(now),
                },
                append={"marks": (ended(StageName.PLAN, now),), **more},
                unless={"cancel_requested": True},
                none_of={"status": FINAL_STATUSES},
            ),
        )
        if kept is None:
            raise Cancelled("The run was cancelled while it was being planned.")


def situation(seen: Snapshot | None, remaining: Sequence[Step]) -> str | None:
    """Tell where a run stands when it is repaired.

    Args:
        seen: The screen; None if it cannot be read.
        remaining: The steps that are left.

    Returns:
        A digest of both; None without a screen. The same one twice means that the attempt between
        them changed nothing, and that one more would not either.
    """
    if seen is None:
        return None
    steps = "".join(f"\n{step.model_dump_json()}" for step in remaining)
    return hashlib.sha256(f"{fingerprint(seen)}{steps}".encode()).hexdigest()


_CIRCLES = {
    Language.KO: "같은 화면에서 같은 단계가 다시 남았으므로 실행을 멈췄습니다. 더 해 봐도 달라지지 "
    "않습니다. 실행 보고서의 사진을 보고 화면을 바로잡거나 대상을 더 정확히 말해 주세요.",
    Language.EN: "The run was stopped: the last attempt left the same steps on the same screen, so "
    "another would change nothing. Look at the pictures in the run's report, put the screen right "
    "or name the target more exactly, and start the run again.",
}

_NEXT_STEP = {
    Language.KO: "이렇게 말해 보세요: {examples}",
    Language.EN: "Try one of these: {examples}",
}


def _explain(answer: NotUnderstood) -> str:
    if not answer.suggestions:
        return answer.because
    examples = " / ".join(suggestion.example for suggestion in answer.suggestions)
    return f"{answer.because} {_NEXT_STEP[answer.language].format(examples=examples)}"
