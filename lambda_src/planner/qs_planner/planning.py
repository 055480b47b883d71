"""One planning of a run: the first one, or a repair."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from qs_cloud.cache import Cache
from qs_cloud.change import Change
from qs_cloud.clock import stamp, utc_now
from qs_cloud.config import variable
from qs_cloud.errors import Cancelled, RunEndedError, RunMissingError
from qs_cloud.items import Value
from qs_cloud.marks import ended, started
from qs_cloud.run_record import FINAL_STATUSES, RunRecord
from qs_cloud.table import Table, runs_table
from qs_cloud.telemetry import count, logger
from qs_planner.cached_plans import CachedPlans, grammar_version
from qs_planner.planners import GrammarPlanner, Planner, make_plan
from qs_planner.task import PlanningResult, PlanningStatus, Task
from qs_planner.validation import check_plan
from qscreen.verdict import remaining_steps
from qscreen.wire import (
    Language,
    NotUnderstood,
    Plan,
    RunReason,
    RunStatus,
    StageName,
)


def _planners() -> tuple[Planner, ...]:
    return (GrammarPlanner(),)


@dataclass(frozen=True, slots=True)
class Planning:
    """Plans runs.

    Attributes:
        runs: The runs table.
        cached: Plans of earlier runs.
        planners: Who is asked, in this order.
    """

    runs: Table[RunRecord]
    cached: CachedPlans
    planners: Sequence[Planner] = field(default_factory=_planners)

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
            cached=CachedPlans(Cache(variable("QS_CACHE_SECRET_ARN")), grammar_version()),
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
        # A plan on the item means that an earlier attempt made it: then only what that attempt
        # left unconfirmed is to be done, and the goal is not read anew.
        if record.run.plan is None:
            answer = make_plan(record.run.goal, self.cached, self.planners)
        else:
            answer = record.run.plan
        if isinstance(answer, NotUnderstood):
            return self._not_understood(record, answer)
        check_plan(answer, record.run.goal)
        return self._planned(record, answer)

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

    def _planned(self, record: RunRecord, plan: Plan) -> PlanningResult:
        pending = tuple(step.id for step in remaining_steps(plan, record.run.effects))
        self._end(record, {"plan": plan.model_dump_json(), "pending": pending})
        logger().info(
            "Planned",
            extra={
                "source": plan.source.value,
                "steps": len(plan.steps),
                "pending": len(pending),
                "attempts": record.run.attempts + 1,
            },
        )
        count("Plans", dimensions={"source": plan.source.value})
        return PlanningResult(PlanningStatus.PLANNED if pending else PlanningStatus.DONE)

    def _not_understood(self, record: RunRecord, answer: NotUnderstood) -> PlanningResult:
        message = _explain(answer)
        self._end(record, {"not_understood": answer.model_dump_json()})
        logger().info("Goal not understood", extra={"language": answer.language.value})
        count("GoalsNotUnderstood", dimensions={"language": answer.language.value})
        return PlanningResult(
            PlanningStatus.NOT_UNDERSTOOD, reason=RunReason.NOT_UNDERSTOOD, message=message
        )

    def _end(self, record: RunRecord, found: dict[str, Value]) -> None:
        now = utc_now()
        kept = self.runs.change(
            record.run.run_id,
            Change(
                set={
                    **found,
                    "attempts": record.run.attempts + 1,
                    "updated_at": stamp(now),
                },
                append={"marks": (ended(StageName.PLAN, now),)},
                unless={"cancel_requested": True},
                none_of={"status": FINAL_STATUSES},
            ),
        )
        if kept is None:
            raise Cancelled("The run was cancelled while it was being planned.")


_NEXT_STEP = {
    Language.KO: "이렇게 말해 보세요: {examples}",
    Language.EN: "Try one of these: {examples}",
}


def _explain(answer: NotUnderstood) -> str:
    if not answer.suggestions:
        return answer.because
    examples = " / ".join(suggestion.example for suggestion in answer.suggestions)
    return f"{answer.because} {_NEXT_STEP[answer.language].format(examples=examples)}"
