"""Calls of Amazon Bedrock's Converse: one answer out of a chain of models, within a time.

A model that cannot answer now, or not any more, is followed by the next one; what is wrong with
the request itself ends the chain.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache
from typing import TYPE_CHECKING, Any

from qs_cloud import clients
from qs_cloud.calls import error_code
from qs_cloud.errors import CloudCallError
from qs_cloud.telemetry import count, logger
from qs_planning.models import Model
from qs_planning.usage import ModelUse, measure

if TYPE_CHECKING:
    from mypy_boto3_bedrock_runtime import BedrockRuntimeClient

CONNECT_TIMEOUT_SECONDS = 2
READ_TIMEOUTS_SECONDS = (5, 10, 15, 20, 25)
"""Of these a call takes the longest that its time allows; a plan takes a model 2 to 20 s."""
PAUSE_SECONDS = 0.7
ROUNDS = 2
"""How often the chain is gone through where every model is busy."""

_BUSY = frozenset(
    {
        "ThrottlingException",
        "TooManyRequestsException",
        "ServiceUnavailableException",
        "ModelTimeoutException",
        "ModelNotReadyException",
        "ModelErrorException",
        "InternalServerException",
        "ReadTimeoutError",
        "ConnectTimeoutError",
        "EndpointConnectionError",
        "ConnectionClosedError",
        "ResponseStreamingError",
    }
)
_FAULTS_OF_SERVERS = 500
"""Statuses from here on say nothing of the request: a gateway on the way has codes of its own."""
_UNREADABLE = "AnswerUnreadable"
_GONE = frozenset({"ResourceNotFoundException", "AccessDeniedException"})
_GONE_WORDS = ("end of its life", "end of life", "model identifier", "inference profile", "legacy")
_LONG_WORDS = ("too long", "too many tokens", "context window", "context limit", "maximum context")


class ModelUnavailableError(Exception):
    """No model of the chain could answer in the time there was."""


class PromptTooLongError(Exception):
    """The request does not fit the model's context window."""


class _Trouble(Enum):
    BUSY = auto()
    GONE = auto()
    LONG = auto()
    OURS = auto()


@dataclass(frozen=True, slots=True)
class Guardrail:
    """The guardrail under which models are asked.

    Attributes:
        identifier: Its id or ARN.
        version: Its published version.
    """

    identifier: str
    version: str


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of a model.

    Attributes:
        stop_reason: Why it stopped.
        content: Its content blocks, as they are to be sent back.
        use: What it used.
    """

    stop_reason: str
    content: tuple[Mapping[str, Any], ...]
    use: ModelUse


@cache
def client(read_timeout: int) -> "BedrockRuntimeClient":
    """Client of Bedrock's runtime; the chain of models takes the place of its retries.

    Args:
        read_timeout: Seconds to wait for an answer.

    Returns:
        The client.
    """
    from botocore.config import Config

    return clients.session().client(
        "bedrock-runtime",
        config=Config(
            connect_timeout=CONNECT_TIMEOUT_SECONDS,
            read_timeout=read_timeout,
            retries={"mode": "standard", "total_max_attempts": 1},
        ),
    )


@dataclass(slots=True)
class Conversing:
    """Asks the first model that can answer.

    Attributes:
        models: The chain.
        guardrail: The guardrail.
        ends_at: When there must be an answer, by the clock.
        clock: Monotonic clock, seconds.
        sleep: Pauses between two rounds.
    """

    models: Sequence[Model]
    guardrail: Guardrail
    ends_at: float
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _gone: int = 0

    def ask(
        self,
        system: Sequence[Mapping[str, Any]],
        tools: Mapping[str, Any],
        messages: Sequence[Mapping[str, Any]],
        metadata: Mapping[str, str],
    ) -> Answer:
        """Ask for one answer.

        Args:
            system: The system prompt with its cache point.
            tools: The tools.
            messages: The conversation; its last message is the user's.
            metadata: Ids for the invocation log.

        Returns:
            The answer of the first model that gave one.

        Raises:
            ModelUnavailableError: If none did.
            PromptTooLongError: If the request is longer than a model takes.
            CloudCallError: If the request is wrong.
        """
        for number in range(ROUNDS):
            if number:
                self.sleep(PAUSE_SECONDS)
            answer = self._round(system, tools, messages, metadata)
            if answer is not None:
                return answer
            if self._gone == len(self.models):
                break
        raise ModelUnavailableError(
            "No model could answer in time. The goal can be tried again later, or put in the "
            "words of the command grammar, which needs no model."
        )

    def _round(
        self,
        system: Sequence[Mapping[str, Any]],
        tools: Mapping[str, Any],
        messages: Sequence[Mapping[str, Any]],
        metadata: Mapping[str, str],
    ) -> Answer | None:
        for place in range(self._gone, len(self.models)):
            model, timeout = self.models[place], self._timeout()
            if timeout is None:
                return None
            request: dict[str, Any] = {
                "modelId": model.profile,
                "system": system,
                "messages": messages,
                "toolConfig": tools,
                "inferenceConfig": {"maxTokens": model.max_tokens},
                "guardrailConfig": {
                    "guardrailIdentifier": self.guardrail.identifier,
                    "guardrailVersion": self.guardrail.version,
                    "trace": "disabled",
                },
                "requestMetadata": {**metadata, "role": model.role},
            }
            found = self._call(model, request, timeout)
            if isinstance(found, Answer):
                return found
            if found is _Trouble.GONE and place == self._gone:
                # A model that is gone stays gone: later questions begin behind it.
                self._gone += 1
        return None

    def _timeout(self) -> int | None:
        left = self.ends_at - self.clock() - CONNECT_TIMEOUT_SECONDS
        return max((one for one in READ_TIMEOUTS_SECONDS if one <= left), default=None)

    def _call(self, model: Model, request: dict[str, Any], timeout: int) -> Answer | _Trouble:
        from botocore.exceptions import BotoCoreError, ClientError

        began = self.clock()
        try:
            answer: Mapping[str, Any] = client(timeout).converse(**request)
        except (BotoCoreError, ClientError) as error:
            code, trouble = error_code(error), _judge(error)
            _note(model, code, trouble)
            if trouble is _Trouble.LONG:
                raise PromptTooLongError("The screen is longer than the model takes.") from error
            if trouble is _Trouble.OURS:
                raise CloudCallError("ask the model", code) from error
            return trouble
        took = round((self.clock() - began) * 1000)
        if "output" not in answer or "stopReason" not in answer:
            # botocore reads a page of a proxy, or half a document, as an answer without members.
            _note(model, _UNREADABLE, _Trouble.BUSY)
            return _Trouble.BUSY
        message = answer["output"].get("message") or {}
        return Answer(
            stop_reason=str(answer["stopReason"]),
            content=tuple(message.get("content") or ()),
            use=measure(
                model.role, model.profile, model.system_profile, answer.get("usage") or {}, took
            ),
        )


def _note(model: Model, code: str, trouble: _Trouble) -> None:
    logger().warning(
        "Model could not answer",
        extra={"role": model.role, "code": code, "trouble": trouble.name.lower()},
    )
    count("ModelFaults", dimensions={"role": model.role, "code": code})


def _judge(error: Exception) -> _Trouble:
    code = error_code(error)
    response = getattr(error, "response", None) or {}
    status = response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code in _BUSY or status >= _FAULTS_OF_SERVERS:
        return _Trouble.BUSY
    if code in _GONE:
        return _Trouble.GONE
    said = str(response.get("Error", {}).get("Message", "")).casefold()
    if code == "ValidationException":
        if any(words in said for words in _LONG_WORDS):
            return _Trouble.LONG
        if any(words in said for words in _GONE_WORDS):
            return _Trouble.GONE
    return _Trouble.OURS
