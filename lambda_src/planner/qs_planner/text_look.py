"""The text of the screen as a run plans on it: what Comprehend and the rules say of it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from qs_cloud import clients
from qs_cloud.calls import calling
from qs_cloud.telemetry import fault, logger
from qs_planning.text_need import TextNeed, text_of
from qs_reading.text_reading import Asked, TextReading, asked_of, text_reading_of
from qscreen.wire import AnalysisOutcome, Engine, Reading, Snapshot

_NAME = "text.txt"


@dataclass(slots=True)
class TextLook:
    """One look of one planning at the text of one screen.

    Attributes:
        need: What is to be known of it.
        text: The text, redacted and bounded.
        key: Name of what Comprehend says of it in the cache.
        asked: What Comprehend said; None before it was asked.
        outcome: What came of asking.
        message: Why there is no answer, what to do next.
    """

    need: TextNeed
    text: str
    key: str
    asked: Asked | None = None
    outcome: AnalysisOutcome = AnalysisOutcome.READ
    message: str | None = None
    _reading: TextReading | None = field(default=None)

    @classmethod
    def at(cls, tree: Snapshot, need: TextNeed, owner: str, classifier: str) -> "TextLook":
        """Look at a screen.

        Args:
            tree: The screen.
            need: What is to be known of its text.
            owner: Whose run it is.
            classifier: ARN of the endpoint that classifies intents; empty without one.

        Returns:
            The look; with what Comprehend said before where the text is known.
        """
        from qs_reading.caching import key_of, known

        text = text_of(tree)
        digest = hashlib.sha256(text.encode()).hexdigest()
        look = cls(need, text, key_of(owner, digest, None, "text", classifier))
        if not text:
            # The picture may hold some, which rules read: nobody need be told of a failure.
            look.asked = Asked(
                readings=(
                    Reading(engine=Engine.COMPREHEND, what="languages", unavailable="NoText"),
                )
            )
            return look
        look.asked = known(look.key, Asked)
        if look.asked is not None:
            look.outcome = AnalysisOutcome.CACHED
        return look

    def keep(self, bucket: str, folder: str) -> str:
        """Lay the text where the analysis finds it: executions are given keys, and no text.

        Args:
            bucket: The bucket.
            folder: Folder of the observation in it.

        Returns:
            Its key.

        Raises:
            CloudCallError: If S3 fails.
        """
        key = f"{folder}/{_NAME}"
        with calling("lay down the text of the screen"):
            clients.s3().put_object(
                Bucket=bucket,
                Key=key,
                Body=self.text.encode(),
                ContentType="text/plain; charset=utf-8",
            )
        return key

    def take(self, results: Sequence[Mapping[str, Any]]) -> None:
        """Take what the analysis was told.

        Args:
            results: What its branches found.
        """
        from qs_reading.caching import remember

        try:
            asked = asked_of(results)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            logger().error("Result of the analysis is unusable", extra=fault(error))
            self.fail(type(error).__name__)
            return
        if not asked.readings:
            self.fail("NotAsked")
            return
        self.asked = asked
        if asked.complete:
            remember(self.key, asked)
        if not asked.languages:
            self.fail(next((one.unavailable for one in asked.readings if one.unavailable), ""))

    def fail(self, code: str) -> None:
        """Note that Comprehend said nothing.

        Args:
            code: Name of the error.
        """
        if self.asked is None:
            self.asked = Asked(
                readings=(
                    Reading(engine=Engine.COMPREHEND, what="languages", unavailable=code[:200]),
                )
            )
        self.outcome = AnalysisOutcome.FAILED
        self.message = (
            f"The text of the screen could not be understood ({code[:200]}), so the run went on "
            "with what rules say of it. Start the run again later, or tell the operator."
        )

    def reading(self, screen: Snapshot) -> TextReading:
        """Say what is known of the text.

        Args:
            screen: The screen with what only its picture shows: rules read that, too.

        Returns:
            What Comprehend said of the tree, and the rules of all of it.
        """
        if self._reading is None:
            self._reading = text_reading_of(
                self.asked or Asked(),
                text_of(screen),
                intent=self.need.intent,
                mail=self.need.mail,
            )
        return self._reading
