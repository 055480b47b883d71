"""The API as the agent uses it: tokens renewed, problems told apart."""

import json
from collections.abc import Mapping

import pytest

from qagent.cloud.api import CloudApi
from qagent.cloud.errors import CommandClosedError, DeviceRevokedError, UnreachableError
from qscreen.api.client import ApiClient
from qscreen.api.transport import ApiProblem, ApiUnreachable, Response
from qscreen.wire import CommandResult, CommandStatus

RESULT = CommandResult(status=CommandStatus.DONE)


class PlayedTransport:
    """Answers from a list; notes what was sent."""

    def __init__(self, *answers: Response | Exception) -> None:
        self.answers = list(answers)
        self.sent: list[tuple[str, str, bytes | None]] = []

    def send(
        self,
        method: str,
        path: str,
        query: Mapping[str, str],
        headers: Mapping[str, str],
        body: bytes | None,
    ) -> Response:
        self.sent.append((method, path, body))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


class Tokens:
    """Counts how often the access token was thrown away."""

    def __init__(self) -> None:
        self.invalidated = 0

    def invalidate(self) -> None:
        self.invalidated += 1


def _answer(status: int, body: dict[str, object]) -> Response:
    return Response(status, {}, json.dumps(body).encode())


def _problem(status: int) -> Response:
    return _answer(status, {"title": "Problem", "status": status, "detail": "because"})


ACK = _answer(200, {"command_id": "cmd-1", "duplicate": True})


def test_a_refused_token_is_renewed_once() -> None:
    transport, tokens = PlayedTransport(_problem(401), ACK), Tokens()
    CloudApi(ApiClient(transport), tokens, "device-1").post_result("cmd-1", RESULT)
    assert tokens.invalidated == 1
    assert [path for _, path, _ in transport.sent] == ["/v1/commands/cmd-1/result"] * 2


def test_a_token_that_stays_refused_is_a_problem() -> None:
    transport, tokens = PlayedTransport(_problem(401), _problem(401)), Tokens()
    with pytest.raises(ApiProblem):
        CloudApi(ApiClient(transport), tokens, "device-1").post_result("cmd-1", RESULT)
    assert tokens.invalidated == 1


@pytest.mark.parametrize("status", [404, 409])
def test_a_closed_command_and_a_revoked_device_are_told_apart(status: int) -> None:
    transport = PlayedTransport(_problem(status), _problem(status))
    api = CloudApi(ApiClient(transport), Tokens(), "device-1")
    with pytest.raises(CommandClosedError):
        api.beat("cmd-1")
    with pytest.raises(DeviceRevokedError, match="enrol"):
        api.credentials()


def test_a_device_that_the_gateway_refuses_is_revoked_but_its_command_is_not_closed() -> None:
    transport = PlayedTransport(_problem(403), _problem(403), _problem(403))
    api = CloudApi(ApiClient(transport), Tokens(), "device-1")
    with pytest.raises(DeviceRevokedError, match="enrol"):
        api.credentials()
    with pytest.raises(DeviceRevokedError, match="enrol"):
        api.say_alive()
    with pytest.raises(ApiProblem):
        api.beat("cmd-1")


@pytest.mark.parametrize("answer", [_problem(503), _problem(429), ApiUnreachable("no network")])
def test_what_may_pass_is_unreachable(answer: Response | Exception) -> None:
    api = CloudApi(ApiClient(PlayedTransport(answer)), Tokens(), "device-1")
    with pytest.raises(UnreachableError):
        api.beat("cmd-1")


def test_cancel_is_heard() -> None:
    transport = PlayedTransport(_answer(200, {"cancelled": True}))
    assert CloudApi(ApiClient(transport), Tokens(), "device-1").beat("cmd-1")
