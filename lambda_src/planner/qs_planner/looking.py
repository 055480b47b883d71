"""The screen as a run plans on it: the tree, and where it is needed what the picture shows."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from qs_cloud import clients
from qs_cloud.calls import calling
from qs_cloud.clock import utc_now
from qs_cloud.errors import CloudCallError
from qs_cloud.run_record import RunRecord
from qs_cloud.telemetry import count, fault, logger, milliseconds
from qs_planner.task import AnalysisRequest, Observation
from qs_planning.need import Need, located, need_of_goal, need_of_steps
from qs_planning.screen import read_snapshot
from qscreen.wire import (
    Analysis,
    AnalysisCause,
    AnalysisOutcome,
    Element,
    Snapshot,
    StageName,
    Step,
)

MOST_BYTES = 15 * 1024 * 1024
"""What Rekognition takes of a picture in S3."""
_RESULT = "analysis.json"


class AnalysisWantedError(Exception):
    """The run cannot be planned well before its picture was analysed.

    Attributes:
        request: What is to be analysed.
    """

    def __init__(self, request: AnalysisRequest) -> None:
        """Keep what is wanted.

        Args:
            request: What is to be analysed.
        """
        super().__init__("A picture is to be analysed first.")
        self.request = request


@dataclass(slots=True)
class Looking:
    """One look of one planning at one screen.

    Attributes:
        bucket: Where snapshots and pictures lie.
        record: The run.
        observation: What the device saw.
        analyses: What this look found out about the picture, for the run's record.
    """

    bucket: str
    record: RunRecord
    observation: Observation
    analyses: list[Analysis] = field(default_factory=list)
    _tree: Snapshot | None = None
    _tree_read: bool = False
    _merged: Snapshot | None = None
    _added: tuple[Element, ...] = ()

    def for_goal(self) -> Snapshot | None:
        """See the screen for a goal that a model is to plan.

        Returns:
            The screen; None where there is none that can be read.

        Raises:
            AnalysisWantedError: If its picture is to be analysed first.
        """
        tree = self._snapshot()
        if tree is None or self._merged is not None:
            return self._merged
        need = need_of_goal(self.record.run.goal, tree)
        return self._with_picture(tree, need)

    def for_steps(self, steps: Sequence[Step]) -> Snapshot | None:
        """See the screen for steps that are to be done on it.

        Args:
            steps: The steps.

        Returns:
            The screen; None where there is none that can be read.

        Raises:
            AnalysisWantedError: If its picture is to be analysed first.
        """
        tree = self._snapshot()
        if tree is None or self._merged is not None:
            return self._merged
        need = need_of_steps(self.record.run.goal, steps, tree)
        return self._with_picture(tree, need)

    def locate(self, steps: Sequence[Step]) -> tuple[Step, ...]:
        """Give the step that looks for something the place where only the picture shows it.

        Args:
            steps: Steps that are to be done.

        Returns:
            The steps.
        """
        return located(steps, self._added)

    def _snapshot(self) -> Snapshot | None:
        if not self._tree_read:
            self._tree = read_snapshot(self.bucket, self.observation.snapshot_key)
            self._tree_read = True
        return self._tree

    def _with_picture(self, tree: Snapshot, need: Need | None) -> Snapshot:
        self._merged = tree if need is None else self._analysed(tree, need)
        return self._merged

    def _analysed(self, tree: Snapshot, need: Need) -> Snapshot:
        if self.observation.picture_key is None:
            self._note(need.cause, AnalysisOutcome.NO_PICTURE, 0, message=_NO_PICTURE)
            return tree
        from qs_reading.caching import key_of, known, remember
        from qs_reading.picture_size import size_in
        from qs_reading.screen_reading import ScreenReading, reading_of

        began = time.perf_counter()
        try:
            data = self._read(self.observation.picture_key)
            size = size_in(data)
        except CloudCallError as error:
            return self._failed(tree, need, error.code)
        if size is None:
            return self._failed(tree, need, "InvalidImageFormat")
        import hashlib

        key = key_of(
            self.record.run.owner,
            hashlib.sha256(data).hexdigest(),
            None,
            "screen",
            need.document,
            need.labels,
        )
        kept = known(key, ScreenReading)
        if kept is not None:
            return self._merge(
                tree, need, kept, AnalysisOutcome.CACHED, (time.perf_counter() - began) * 1000
            )
        ended = self.observation.analysis
        if ended is None:
            raise AnalysisWantedError(
                AnalysisRequest(
                    picture_key=self.observation.picture_key,
                    result_key=self._result_key(),
                    document=need.document,
                    labels=need.labels,
                )
            )
        if not ended.succeeded:
            return self._failed(tree, need, ended.error or ended.status or "unknown")
        try:
            reading = reading_of(self._result(), size)
        except CloudCallError as error:
            return self._failed(tree, need, error.code)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            logger().error("Result of the analysis is unusable", extra=fault(error))
            return self._failed(tree, need, type(error).__name__)
        if any(one.unavailable is None for one in reading.readings):
            if reading.complete:
                remember(key, reading)
            return self._merge(tree, need, reading, AnalysisOutcome.READ, self._took())
        return self._failed(
            tree, need, next((one.unavailable for one in reading.readings if one.unavailable), "")
        )

    def _merge(
        self, tree: Snapshot, need: Need, reading: Any, outcome: AnalysisOutcome, took: float
    ) -> Snapshot:
        from qs_reading.screen_reading import merged_screen

        merged = merged_screen(tree, reading)
        self._added = merged.added
        self._note(
            need.cause,
            outcome,
            took,
            readings=reading.readings,
            added=len(merged.added),
            truncated=reading.truncated,
        )
        return merged.snapshot

    def _failed(self, tree: Snapshot, need: Need, code: str) -> Snapshot:
        self._note(
            need.cause,
            AnalysisOutcome.FAILED,
            self._took(),
            message=f"The picture could not be read ({code[:200]}), so the run went on with the "
            "accessibility tree alone. Start the run again later, or tell the operator.",
        )
        return tree

    def _note(
        self, cause: AnalysisCause, outcome: AnalysisOutcome, took: float, **more: Any
    ) -> None:
        self.analyses.append(
            Analysis(
                at=utc_now(),
                cause=cause,
                outcome=outcome,
                duration_ms=took,
                picture_key=self.observation.picture_key,
                **more,
            )
        )
        logger().info(
            "Picture analysed",
            extra={"cause": cause.value, "outcome": outcome.value, "took_ms": round(took)},
        )
        count("Analyses", dimensions={"outcome": outcome.value})
        if outcome in {AnalysisOutcome.READ, AnalysisOutcome.CACHED}:
            milliseconds("AnalysisTime", round(took), dimensions={"outcome": outcome.value})

    def _took(self) -> float:
        """Milliseconds from the end of the planning that asked to the beginning of this one."""
        for stage in reversed(self.record.run.stages):
            if stage.name is StageName.ANALYSE and stage.ended_at is not None:
                return (stage.ended_at - stage.started_at).total_seconds() * 1000
        return 0.0

    def _result_key(self) -> str:
        folder, _, _ = self.observation.snapshot_key.rpartition("/")
        return f"{folder}/{_RESULT}"

    def _result(self) -> list[dict[str, Any]]:
        import json

        found = json.loads(self._read(self._result_key()))
        if not isinstance(found, list):
            raise TypeError("The result is no list of branches.")
        return found

    def _read(self, key: str) -> bytes:
        with calling("read what belongs to the picture"):
            answer = clients.s3().get_object(Bucket=self.bucket, Key=key)
            try:
                if answer["ContentLength"] > MOST_BYTES:
                    return b""
                return answer["Body"].read()
            finally:
                answer["Body"].close()


_NO_PICTURE = (
    "The accessibility tree does not hold what the goal names, and the device lets no picture "
    "leave. Set `screenshots: true` in its policy and enrol it again, so that the screen can be "
    "read."
)
