"""The screen as a run plans on it: the tree, and where it is needed its picture and its text."""

import hashlib
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from qs_cloud import clients
from qs_cloud.calls import calling
from qs_cloud.clock import utc_now
from qs_cloud.errors import CloudCallError
from qs_cloud.run_record import RunRecord
from qs_cloud.telemetry import count, fault, logger, milliseconds
from qs_planner.picture import NO_PICTURE, Picture
from qs_planner.task import AnalysisRequest, Observation
from qs_planning.need import Need, located, need_of_goal, need_of_steps
from qs_planning.screen import read_snapshot
from qs_planning.text_need import TextNeed, need_of_text
from qscreen.wire import (
    Analysis,
    AnalysisCause,
    AnalysisOutcome,
    Element,
    Snapshot,
    StageName,
    Step,
)

if TYPE_CHECKING:
    from qs_planner.text_look import TextLook
    from qs_reading.text_reading import TextReading

CLASSIFIER = "QS_INTENT_CLASSIFIER_ARN"
"""Variable with the endpoint of a trained classifier of intents; rules stand in without."""
MOST_BYTES = 15 * 1024 * 1024
"""What Rekognition takes of a picture in S3."""
_RESULT = "analysis.json"


class AnalysisWantedError(Exception):
    """The run cannot be planned well before its screen was analysed.

    Attributes:
        request: What is to be analysed.
    """

    def __init__(self, request: AnalysisRequest) -> None:
        """Keep what is wanted.

        Args:
            request: What is to be analysed.
        """
        super().__init__("The screen is to be analysed first.")
        self.request = request


@dataclass(slots=True)
class Looking:
    """One look of one planning at one screen.

    Attributes:
        bucket: Where snapshots and pictures lie.
        record: The run.
        observation: What the device saw.
        analyses: What this look found out about picture and text, for the run's record.
    """

    bucket: str
    record: RunRecord
    observation: Observation
    analyses: list[Analysis] = field(default_factory=list)
    _tree: Snapshot | None = None
    _tree_read: bool = False
    _merged: Snapshot | None = None
    _added: tuple[Element, ...] = ()
    _text: "TextLook | None" = None

    def for_goal(self) -> Snapshot | None:
        """See the screen for a goal that a model is to plan.

        Returns:
            The screen; None where there is none that can be read.

        Raises:
            AnalysisWantedError: If its picture or its text is to be analysed first.
        """
        tree = self._snapshot()
        if tree is None or self._merged is not None:
            return self._merged
        goal = self.record.run.goal
        return self._look(tree, need_of_goal(goal, tree), need_of_text(goal))

    def for_steps(self, steps: Sequence[Step]) -> Snapshot | None:
        """See the screen for steps that are to be done on it.

        Args:
            steps: The steps.

        Returns:
            The screen; None where there is none that can be read.

        Raises:
            AnalysisWantedError: If its picture or its text is to be analysed first.
        """
        tree = self._snapshot()
        if tree is None or self._merged is not None:
            return self._merged
        goal = self.record.run.goal
        return self._look(tree, need_of_steps(goal, steps, tree), need_of_text(goal, steps))

    def text_for(self, steps: Sequence[Step]) -> "TextReading | None":
        """Say what is known of the screen's text, for steps that are to be done.

        Args:
            steps: The steps.

        Returns:
            What is known; None where the goal is not about it, or there is no screen.

        Raises:
            AnalysisWantedError: If the text is to be analysed first.
        """
        tree = self._snapshot()
        if tree is not None and self._text is None:
            need = need_of_text(self.record.run.goal, steps)
            if need is not None:
                self._look(tree, None, need)
        if self._text is None or self._merged is None:
            return None
        return self._text.reading(self._merged)

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

    def _look(self, tree: Snapshot, need: Need | None, text_need: TextNeed | None) -> Snapshot:
        """Look at picture and text in one analysis: a run has one for each observation."""
        picture = None if need is None else self._picture(need)
        if text_need is not None:
            from qs_planner.text_look import TextLook

            self._text = TextLook.at(
                tree, text_need, self.record.run.owner, os.environ.get(CLASSIFIER, "").strip()
            )
        reads = picture is not None and picture.known is None
        asks = self._text is not None and self._text.asked is None
        if reads or asks:
            self._analysed(picture if reads else None, self._text if asks else None)
        if picture is not None:
            self._merged = self._with_picture(tree, picture)
        elif self._merged is None:
            self._merged = tree
        if self._text is not None:
            self._note_text(self._text, self._merged)
        return self._merged

    def _picture(self, need: Need) -> Picture | None:
        """The picture that is to be read; None where there is none that can be."""
        if self.observation.picture_key is None:
            self._note(need.cause, AnalysisOutcome.NO_PICTURE, 0, message=NO_PICTURE)
            return None
        from qs_reading.caching import key_of, known
        from qs_reading.picture_size import size_in
        from qs_reading.screen_reading import ScreenReading

        began = time.perf_counter()
        try:
            data = self._read(self.observation.picture_key)
            size = size_in(data)
        except CloudCallError as error:
            self._failed(need, error.code)
            return None
        if size is None:
            self._failed(need, "InvalidImageFormat")
            return None
        key = key_of(
            self.record.run.owner,
            hashlib.sha256(data).hexdigest(),
            None,
            "screen",
            need.document,
            need.labels,
        )
        kept = known(key, ScreenReading)
        return Picture(need, size, key, kept, (time.perf_counter() - began) * 1000)

    def _analysed(self, picture: Picture | None, text: "TextLook | None") -> None:
        """Have both analysed, or take what the analysis of this observation found.

        Raises:
            AnalysisWantedError: If there was none yet.
        """
        ended = self.observation.analysis
        if ended is None:
            text_key = None if text is None else self._text_key(text)
            if picture is not None or text_key is not None:
                raise AnalysisWantedError(self._request(picture, text_key))
            return
        code = None if ended.succeeded else ended.error or ended.status or "unknown"
        results: list[dict[str, Any]] = []
        if code is None:
            try:
                results = self._result()
            except CloudCallError as error:
                code = error.code
            except (ValueError, TypeError) as error:
                logger().error("Result of the analysis is unusable", extra=fault(error))
                code = type(error).__name__
        if picture is not None:
            self._take(picture, results, code)
        if text is not None and code is not None:
            text.fail(code)
        elif text is not None:
            text.take(results)

    def _text_key(self, text: "TextLook") -> str | None:
        try:
            return text.keep(self.bucket, self._folder())
        except CloudCallError as error:
            text.fail(error.code)
            return None

    def _request(self, picture: Picture | None, text_key: str | None) -> AnalysisRequest:
        from qs_reading.geometry import to_ratios, whole
        from qs_reading.regions import bands

        found: dict[str, Any] = {}
        if picture is not None:
            found = {
                "picture_key": self.observation.picture_key,
                # Textract, which reads documents, knows no limit of words.
                "regions": None
                if picture.need.document
                else tuple(to_ratios(band, picture.size) for band in bands(whole(picture.size))),
                "document": picture.need.document,
                "labels": picture.need.labels,
            }
        if text_key is not None:
            found["text_key"] = text_key
            found["classifier_arn"] = os.environ.get(CLASSIFIER, "").strip() or None
        return AnalysisRequest(result_key=f"{self._folder()}/{_RESULT}", **found)

    def _take(self, picture: Picture, results: Sequence[dict[str, Any]], code: str | None) -> None:
        """Take what was read off the picture; say why where nothing was."""
        from qs_reading.caching import remember
        from qs_reading.screen_reading import reading_of

        if code is None:
            try:
                reading = reading_of(results, picture.size)
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                logger().error("Result of the analysis is unusable", extra=fault(error))
                code = type(error).__name__
        if code is None and not any(one.unavailable is None for one in reading.readings):
            code = next((one.unavailable for one in reading.readings if one.unavailable), "")
        if code is not None:
            self._failed(picture.need, code)
            return
        if reading.complete:
            remember(picture.key, reading)
        picture.read = reading

    def _with_picture(self, tree: Snapshot, picture: Picture) -> Snapshot:
        from qs_reading.screen_reading import merged_screen

        reading = picture.known or picture.read
        if reading is None:
            return tree
        cached = picture.known is not None
        merged = merged_screen(tree, reading)
        self._added = merged.added
        self._note(
            picture.need.cause,
            AnalysisOutcome.CACHED if cached else AnalysisOutcome.READ,
            picture.took if cached else self._took(),
            readings=reading.readings,
            added=len(merged.added),
            truncated=reading.truncated,
        )
        return merged.snapshot

    def _note_text(self, look: "TextLook", screen: Snapshot) -> None:
        reading = look.reading(screen)
        self._note(
            AnalysisCause.GOAL_ABOUT_TEXT,
            look.outcome,
            0 if look.outcome is AnalysisOutcome.CACHED else self._took(),
            picture=False,
            readings=reading.readings,
            language=reading.language,
            intent=reading.intent,
            mail_class=reading.mail_class,
            personal_data=reading.personal_data,
            message=look.message,
        )

    def _failed(self, need: Need, code: str) -> None:
        self._note(
            need.cause,
            AnalysisOutcome.FAILED,
            self._took(),
            message=f"The picture could not be read ({code[:200]}), so the run went on with the "
            "accessibility tree alone. Start the run again later, or tell the operator.",
        )

    def _note(
        self,
        cause: AnalysisCause,
        outcome: AnalysisOutcome,
        took: float,
        *,
        picture: bool = True,
        **more: Any,
    ) -> None:
        self.analyses.append(
            Analysis(
                at=utc_now(),
                cause=cause,
                outcome=outcome,
                duration_ms=took,
                picture_key=self.observation.picture_key if picture else None,
                **more,
            )
        )
        logger().info(
            "Picture analysed" if picture else "Text analysed",
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

    def _folder(self) -> str:
        return self.observation.snapshot_key.rpartition("/")[0]

    def _result(self) -> list[dict[str, Any]]:
        import json

        found = json.loads(self._read(f"{self._folder()}/{_RESULT}"))
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
