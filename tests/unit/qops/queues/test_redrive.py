"""Redriving on moto's queues: nothing is lost, what comes back is said, nothing is quoted."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber
from fake_cloud import moto_cloud
from golden_files import Golden
from hypothesis import given
from hypothesis import strategies as st

from qops import __main__ as entry
from qops.platform.aws import Aws
from qops.queues import redriving
from qops.queues.answers import LetterShown, QueueLine, QueuesAnswer, RedriveAnswer
from qops.queues.depths import find_queues, named
from qops.queues.letters import outline, read_letter
from qops.queues.moving import MoveFailedError, move_by_task
from qops.settings import Settings, load_settings

LETTER = {
    "kind": "start_run",
    "job_id": "job-1/3",
    "owner": "6b1f",
    "request": {"goal": "비밀번호 입력"},
}


class Cloud:
    """A work queue with its dead letters, those of functions, and a device's queue."""

    def __init__(self, settings: Settings, instead: dict[str, Any]) -> None:
        self.settings, self.aws, self.instead = settings, Aws(settings), instead
        self.sqs = self.aws.client("sqs")
        self.letters = self.make("jobs-dead-letters")
        policy = {"deadLetterTargetArn": self.arn(self.letters), "maxReceiveCount": 5}
        self.jobs = self.make("jobs", RedrivePolicy=json.dumps(policy))
        self.functions = self.make("dead-letters")
        self.make("device-dev-01")
        self.moves_by_itself = False
        self.sqs.meta.events.register("before-call.sqs.StartMessageMoveTask", self._lack)

    def _lack(self, **_: Any) -> None:
        """As endpoints say it that have no such tasks; moto in this process only breaks off."""
        if not self.moves_by_itself:
            answer = {"Error": {"Code": "UnsupportedOperation"}}
            raise ClientError(answer, "StartMessageMoveTask")

    def make(self, name: str, **attributes: str) -> str:
        made = self.sqs.create_queue(QueueName=f"qscreen-local-{name}", Attributes=attributes)
        return str(made["QueueUrl"])

    def arn(self, url: str) -> str:
        found = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        return str(found["Attributes"]["QueueArn"])

    def put(self, url: str, *bodies: Any) -> None:
        for body in bodies:
            text = body if isinstance(body, str) else json.dumps(body)
            kind = {"DataType": "String", "StringValue": "k"}
            self.sqs.send_message(QueueUrl=url, MessageBody=text, MessageAttributes={"kind": kind})

    def take(self, url: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        while messages := self.sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
        ).get("Messages"):
            found += messages
            for one in messages:
                self.sqs.delete_message(QueueUrl=url, ReceiptHandle=one["ReceiptHandle"])
        return found

    def bodies(self, url: str) -> list[str]:
        return sorted(one["Body"] for one in self.take(url))


class Unseen:
    """Nobody watches, and everything is wanted."""

    def found(self, found: redriving.Found) -> None:
        self.shown = found

    def moved(self, number: int) -> None:
        self.number = number

    def waiting(self, in_work: int, back: int) -> None:
        self.last = in_work, back


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> Iterator[Cloud]:
    monkeypatch.setenv("QOPS_HOME", str(tmp_path))
    monkeypatch.setattr("qops.queues.moving.WAIT_SECONDS", 0)
    with moto_cloud(monkeypatch) as instead:
        yield Cloud(load_settings("local"), instead)


def redrive(cloud: Cloud, name: str, most: int | None = None, worker: Any = None, wait: float = 60):
    """Redrive while a worker works between the looks."""
    ticks = iter(range(0, 10_000, 2))
    done = redriving.redrive(
        cloud.settings, cloud.aws, name, most=most, wait_seconds=wait, watching=Unseen(),
        sleep=lambda _: worker() if worker else None, now=lambda: float(next(ticks)),
    )  # fmt: skip
    return RedriveAnswer.of(done)


def test_all_letters_go_back_with_their_attributes_and_are_worked_off(cloud: Cloud) -> None:
    cloud.put(cloud.letters, *(f"body {n}" for n in range(23)))
    seen: list[dict[str, Any]] = []
    answer = redrive(cloud, "jobs", worker=lambda: seen.extend(cloud.take(cloud.jobs)))
    assert (answer.found, answer.moved, answer.exit_code) == (23, 23, 0)
    assert sorted(one["Body"] for one in seen) == sorted(f"body {n}" for n in range(23))
    assert {one["MessageAttributes"]["kind"]["StringValue"] for one in seen} == {"k"}
    assert cloud.bodies(cloud.letters) == []


def test_a_poisoned_letter_that_comes_back_is_named(cloud: Cloud) -> None:
    cloud.put(cloud.letters, "good", "bad")

    def work() -> None:
        cloud.put(cloud.letters, *(b for b in cloud.bodies(cloud.jobs) if b == "bad"))

    answer = redrive(cloud, "jobs-dead-letters", worker=work)
    assert (answer.moved, len(answer.came_back), answer.unseen) == (2, 1, 0)
    assert answer.exit_code == 2
    assert cloud.bodies(cloud.letters) == ["bad"]


def test_another_letter_that_fails_meanwhile_is_not_taken_for_one_that_came_back(cloud) -> None:
    cloud.put(cloud.letters, "good")

    def work() -> None:
        if cloud.take(cloud.jobs):
            cloud.put(cloud.letters, "another")

    answer = redrive(cloud, "jobs", worker=work)
    assert (answer.came_back, answer.unseen, answer.exit_code) == ([], 1, 2)


def test_what_is_not_worked_off_in_time_is_told(cloud: Cloud) -> None:
    cloud.put(cloud.letters, "slow")
    answer = redrive(cloud, "jobs", wait=10)
    assert (answer.moved, answer.in_work, answer.exit_code) == (1, 1, 2)


def test_only_so_many_are_moved(cloud: Cloud) -> None:
    cloud.put(cloud.letters, *(f"body {n}" for n in range(15)))
    answer = redrive(cloud, "jobs", most=4, worker=lambda: cloud.take(cloud.jobs))
    assert (answer.found, answer.moved, answer.exit_code) == (15, 4, 0)
    assert len(cloud.bodies(cloud.letters)) == 11


@pytest.mark.parametrize("operation", ["SendMessage", "DeleteMessage"])
def test_a_crash_in_the_middle_loses_no_letter(cloud: Cloud, operation: str) -> None:
    cloud.put(cloud.letters, *(f"body {n}" for n in range(5)))
    calls = iter(range(100))

    def fail(**_: Any) -> None:
        if next(calls) == 2:
            raise ClientError({"Error": {"Code": "ServiceUnavailable"}}, operation)

    events = cloud.sqs.meta.events
    events.register(f"before-call.sqs.{operation}", fail)
    with pytest.raises(MoveFailedError, match="2 were"):
        redrive(cloud, "jobs", most=5)
    events.unregister(f"before-call.sqs.{operation}", fail)
    counted = sum(
        int(value)
        for url in (cloud.letters, cloud.jobs)
        for name, value in cloud.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])[
            "Attributes"
        ].items()
        if name in {"ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"}
    )
    assert counted >= 5


def test_sqs_moves_them_itself_where_it_can(cloud: Cloud) -> None:
    queues = find_queues(cloud.settings, cloud.aws)
    letters = named(queues, "jobs-dead-letters", "qscreen-local")
    jobs = named(queues, "jobs", "qscreen-local")
    asked = {"SourceArn": letters.arn, "DestinationArn": jobs.arn}
    states = [("RUNNING", 4), ("COMPLETED", 9)]
    cloud.moves_by_itself = True
    with Stubber(cloud.sqs) as stub:
        stub.add_response("start_message_move_task", {"TaskHandle": "h"}, asked)
        for state, moved in states:
            task = {"Status": state, "ApproximateNumberOfMessagesMoved": moved}
            stub.add_response("list_message_move_tasks", {"Results": [task]})
        told: list[int] = []
        moved = move_by_task(
            cloud.aws, letters, jobs, on_progress=told.append, limit_seconds=60,
            sleep=lambda _: None,
        )  # fmt: skip
    assert moved is not None
    assert (moved.number, moved.by, told) == (9, "task", [4, 9])


def test_a_move_that_sqs_gives_up_is_told_with_its_reason(cloud: Cloud) -> None:
    queues = find_queues(cloud.settings, cloud.aws)
    letters = named(queues, "jobs-dead-letters", "qscreen-local")
    task = {
        "Status": "FAILED", "ApproximateNumberOfMessagesMoved": 2,
        "FailureReason": "AccessDenied",
    }  # fmt: skip
    cloud.moves_by_itself = True
    with Stubber(cloud.sqs) as stub:
        stub.add_response("start_message_move_task", {"TaskHandle": "h"})
        stub.add_response("list_message_move_tasks", {"Results": [task]})
        with pytest.raises(MoveFailedError, match="AccessDenied 2 were moved"):
            move_by_task(cloud.aws, letters, letters, on_progress=lambda _: None, limit_seconds=60)


class Functions:
    """Lambda, as far as it is invoked."""

    def __init__(self) -> None:
        self.invoked: list[tuple[str, str, str, Any]] = []

    def invoke(self, **call: Any) -> None:
        self.invoked.append(
            (call["FunctionName"], call["Qualifier"], call["InvocationType"],
             json.loads(call["Payload"]))
        )  # fmt: skip


def _failed(function: str) -> dict[str, Any]:
    arn = f"arn:aws:lambda:ap-northeast-2:123456789012:function:{function}"
    return {"requestContext": {"functionArn": arn}, "requestPayload": {"n": 1}}


def test_letters_of_functions_are_invocations_anew_and_strangers_stay(cloud: Cloud) -> None:
    cloud.instead["lambda"] = functions = Functions()
    cloud.put(
        cloud.functions, _failed("qscreen-local-ship-logs:live"), _failed("qscreen-local-reap:7"),
        _failed("somebody-elses:live"), "no letter at all",
    )  # fmt: skip
    answer = redrive(cloud, "dead-letters", wait=4)
    assert sorted(functions.invoked) == [
        ("qscreen-local-reap", "7", "Event", {"n": 1}),
        ("qscreen-local-ship-logs", "live", "Event", {"n": 1}),
    ]
    assert (answer.moved, answer.by, answer.exit_code) == (2, "invocation", 1)
    assert sorted(answer.left.values()) == [
        "it is no failed invocation", "its function somebody-elses is none of qscreen-local",
    ]  # fmt: skip
    assert len(cloud.bodies(cloud.functions)) == 2


def test_looking_takes_nothing_away(cloud: Cloud) -> None:
    cloud.put(cloud.letters, "a", "b")
    assert entry.run(["redrive", "jobs"]) == 3, "nobody can be asked"
    assert cloud.bodies(cloud.letters) == ["a", "b"]


@pytest.mark.parametrize(
    ("name", "code", "told"),
    [("jbos", 1, "jobs"), ("device-dev-01", 64, "expires"), ("jobs", 0, "nothing to move")],
)
def test_queues_that_are_not_there_or_hold_nothing(cloud, capsys, name, code, told) -> None:
    assert entry.run(["redrive", name, "--yes"]) == code
    seen = capsys.readouterr()
    assert told in seen.out + seen.err


def test_depths_are_told_and_letters_are_findings(cloud: Cloud, capsys) -> None:
    cloud.put(cloud.jobs, "a", "b", "c")
    assert entry.run(["queues"]) == 0
    cloud.put(cloud.letters, "dead")
    capsys.readouterr()
    assert entry.run(["queues", "--json"]) == 2
    found = {one["name"]: one for one in json.loads(capsys.readouterr().out)["result"]["queues"]}
    assert found["qscreen-local-jobs"]["waiting"] == 3
    assert found["qscreen-local-jobs"]["dead_letters"] == "qscreen-local-jobs-dead-letters"
    assert found["qscreen-local-device-dev-01"]["kind"] == "device"


SECRET = st.text(min_size=4, max_size=40).map(lambda text: f"§{text}§")


@given(SECRET, SECRET)
def test_no_text_of_a_user_is_quoted(text: str, name: str) -> None:
    letter = {**LETTER, "request": {"goal": text, "inputs": {name: text}, "mode": text}}
    for body in (json.dumps(letter), json.dumps({"requestPayload": {"detail": [text]}}), text):
        shown = outline(body)
        assert text not in str(shown)
        assert name not in str(shown)


def test_ids_and_kinds_are_shown_and_personal_data_never() -> None:
    shown = outline(json.dumps({**LETTER, "source": "kim@example.com", "id": "a\x1b[2Jb"}))
    assert (shown["kind"], shown["job_id"]) == ("start_run", "job-1/3")
    assert shown["request.goal"] == "text, 7 characters"
    assert shown["source"] == "text, 15 characters"
    assert "\x1b" not in str(shown)


def test_outputs(golden: Golden) -> None:
    def line(name: str, kind: str, waiting: int = 0, **more: Any) -> QueueLine:
        values = {
            "name": f"qscreen-prod-{name}", "kind": kind, "waiting": waiting, "in_flight": 0,
            "delayed": 0, "oldest_seconds": None, "retention_seconds": 345600,
            "dead_letters": None,
        }  # fmt: skip
        return QueueLine.model_validate(values | more)

    lines = [
        line("audit", "work", dead_letters="qscreen-prod-audit-dead-letters"),
        line("jobs", "work", 1412, in_flight=20, oldest_seconds=95.0,
             dead_letters="qscreen-prod-jobs-dead-letters"),
        line("jobs-dead-letters", "dead letters", 3, oldest_seconds=7300.0),
        line("device-dev-658e7b2628620cb9a213", "device", 2, oldest_seconds=4.0),
        line("device-dev-0000000000000000000b", "device"),
    ]  # fmt: skip
    golden("queues", QueuesAnswer(prefix="qscreen-prod-", queues=lines))
    golden("queues", QueuesAnswer(prefix="qscreen-prod-", queues=lines), "-q", variant="quiet")
    letter = LetterShown.of(
        read_letter(
            {"Body": json.dumps(LETTER), "MessageId": "7c1b0f5e-5d1c-4f0e-9d0a-1f6f5a3c2b1"}
        )
    )
    values: dict[str, Any] = {
        "queue": "qscreen-prod-jobs-dead-letters", "sources": ["qscreen-prod-jobs"], "found": 3,
        "moved": 3, "by": "task", "left": {}, "came_back": [], "unseen": 0, "in_work": 0,
        "waited_seconds": 8.2,
    }  # fmt: skip
    golden("redrive", RedriveAnswer(**values), "jobs", "--yes")
    bad = values | {"came_back": [letter], "unseen": 1, "in_work": 2}
    golden("redrive", RedriveAnswer(**bad), "jobs", "--yes", variant="back")
    golden("redrive", RedriveAnswer(**bad), "jobs", "--yes", "-q", variant="quiet")
    left = values | {
        "sources": [], "by": "invocation", "moved": 2,
        "left": {"7c1b0f5e": "its function somebody-elses is none of qscreen-prod"},
    }  # fmt: skip
    golden("redrive", RedriveAnswer(**left), "dead-letters", "--yes", variant="left")
    empty = values | {"found": 0, "moved": 0}
    golden("redrive", RedriveAnswer(**empty), "jobs", "--yes", variant="empty")
