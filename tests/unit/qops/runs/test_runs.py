import io
from contextlib import nullcontext
from types import SimpleNamespace

import pytest
from example_runs import analysed_run, finished_run, not_understood_run, refused_run, report_of
from rich.console import Console

from qops import __main__ as entry
from qops.errors import ExitCode, PrerequisiteError, UsageError
from qops.runs import access, following, running
from qops.runs.devices import choose_device
from qops.runs.following import RunOverdueError, RunUnseenError, submit_and_follow
from qops.runs.outcome import describe, describe_analysis, exit_code_of, show_run
from qops.settings import Settings
from qscreen.api.transport import ApiError, ApiProblem, ApiUnreachable
from qscreen.wire import Analysis, DeviceList, Problem, RunStatus


class Api:
    """Answers with one state of the run after the other."""

    def __init__(self, *states: RunStatus, devices: tuple = ()) -> None:
        self.states = list(states)
        self.requests: list[tuple[object, str]] = []
        self.cancelled: list[str] = []
        self.confirmed: list[tuple[str, int]] = []
        self.devices = devices

    def create_run(self, request, *, idempotency_key):
        self.requests.append((request, idempotency_key))
        return finished_run(status=RunStatus.QUEUED, effects=())

    def get_run(self, run_id):
        state = self.states.pop(0) if len(self.states) > 1 else self.states[0]
        return finished_run(status=state)

    def get_run_report(self, run_id):
        return report_of(finished_run(status=self.states[0]))

    def cancel_run(self, run_id):
        self.cancelled.append(run_id)
        return finished_run(status=RunStatus.CANCELLED)

    def confirm_run(self, run_id, request):
        self.confirmed.append((run_id, request.attempts))
        return finished_run(status=RunStatus.AWAITING_CONFIRMATION, attempts=request.attempts)

    def list_devices(self, *, limit, next_token):
        return DeviceList(items=self.devices)


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "POLL_SECONDS", 0.0)
    monkeypatch.setattr(following, "POLL_ACTING_SECONDS", 0.0)


def test_a_run_is_followed_to_its_end() -> None:
    api = Api(RunStatus.OBSERVING, RunStatus.ACTING, RunStatus.SUCCEEDED)
    seen = []
    done = submit_and_follow(api, "goal", "dev-01", on_change=lambda run: seen.append(run.status))
    assert done.run.status is RunStatus.SUCCEEDED
    assert seen == ["queued", "observing", "acting", "succeeded"]
    request, key = api.requests[0]
    assert (request.goal, request.device_id, request.mode) == ("goal", "dev-01", "auto")
    assert 8 <= len(key) <= 128


def test_each_submission_has_a_key_of_its_own() -> None:
    api = Api(RunStatus.SUCCEEDED)
    for _ in range(2):
        submit_and_follow(api, "goal", "dev-01")
    assert len({key for _, key in api.requests}) == 2


@pytest.mark.parametrize(
    ("goal", "device", "named"),
    [
        ("", "dev-01", "empty"),
        (" \n", "dev-01", "empty"),
        ("x" * 2001, "dev-01", "goal"),
        ("goal", "no/device", "device_id"),
    ],
)
def test_what_cannot_be_sent_is_a_usage_error(goal, device, named) -> None:
    api = Api(RunStatus.SUCCEEDED)
    with pytest.raises(UsageError) as caught:
        submit_and_follow(api, goal, device)
    assert named in str(caught.value)
    assert caught.value.next_step
    assert api.requests == []


def test_an_unknown_device_is_answered_with_the_known_ones(monkeypatch, tmp_path) -> None:
    class Strict(Api):
        def create_run(self, request, *, idempotency_key):
            raise problem(404)

    api = Strict(RunStatus.QUEUED)
    mine = SimpleNamespace(device_id="dev-mine")
    monkeypatch.setattr("qops.runs.devices.active_devices", lambda api: (mine,))
    monkeypatch.setattr(running, "api_client", lambda settings: nullcontext(api))
    with pytest.raises(PrerequisiteError, match="no device 'dev-nowhere'") as caught:
        running.run_goal(
            Settings(repository=tmp_path, home=tmp_path), "goal", device="dev-nowhere",
            mode="auto", report=None, on_change=lambda run: None, agrees=lambda run: False,
        )  # fmt: skip
    assert "dev-mine" in caught.value.why


def test_a_run_that_does_not_end_is_named() -> None:
    with pytest.raises(RunOverdueError, match="run-01 has not ended"):
        submit_and_follow(Api(RunStatus.ACTING), "goal", "dev-01", limit_seconds=0.0)


def test_a_plan_that_waits_goes_on_once_it_was_agreed_to() -> None:
    waiting = RunStatus.AWAITING_CONFIRMATION
    api = Api(waiting, waiting, RunStatus.ACTING, RunStatus.SUCCEEDED)
    asked = []

    def agrees(run) -> bool:
        asked.append(run.attempts)
        return True

    done = submit_and_follow(api, "goal", "dev-01", agrees=agrees)
    assert done.run.status is RunStatus.SUCCEEDED
    assert len(asked) == 1
    assert api.confirmed == [("run-01", asked[0])]


def test_a_plan_that_nobody_agrees_to_is_cancelled() -> None:
    api = Api(RunStatus.AWAITING_CONFIRMATION, RunStatus.CANCELLED)
    submit_and_follow(api, "goal", "dev-01")
    assert (api.cancelled, api.confirmed) == (["run-01"], [])


def test_ctrl_c_cancels_the_run() -> None:
    api = Api(RunStatus.ACTING)

    def interrupt(run) -> None:
        if run.status is RunStatus.ACTING:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        submit_and_follow(api, "goal", "dev-01", on_change=interrupt)
    assert api.cancelled == ["run-01"]


class Flaky(Api):
    """Some answers about the run stay away, and it cannot be cancelled."""

    def __init__(self, missed: int, by: ApiError | None = None) -> None:
        super().__init__(RunStatus.SUCCEEDED)
        self.missed = missed
        self.by = by or ApiUnreachable("no connection")

    def get_run(self, run_id):
        if self.missed:
            self.missed -= 1
            raise self.by
        return super().get_run(run_id)

    def cancel_run(self, run_id):
        raise ApiUnreachable("no connection")


def problem(status: int) -> ApiProblem:
    told = Problem(title="No", status=status, detail="no", next_step="look")
    return ApiProblem(told, status)


@pytest.mark.parametrize("by", [None, problem(429), problem(503), problem(504)])
def test_following_bears_some_answers_that_stay_away_and_then_names_the_run(by) -> None:
    assert submit_and_follow(Flaky(4, by), "goal", "dev-01").run.status is RunStatus.SUCCEEDED
    with pytest.raises(RunUnseenError, match="run-01") as caught:
        submit_and_follow(Flaky(5, by), "goal", "dev-01")
    assert caught.value.next_step.endswith("qops runs watch run-01")


def test_following_ends_where_it_is_refused() -> None:
    with pytest.raises(ApiProblem, match="403"):
        submit_and_follow(Flaky(1, problem(403)), "goal", "dev-01")


def test_a_run_that_could_not_be_cancelled_by_ctrl_c_is_named() -> None:
    def interrupt(run) -> None:
        raise KeyboardInterrupt

    with pytest.raises(RunUnseenError, match="run-01 could not be cancelled") as caught:
        submit_and_follow(Flaky(0), "goal", "dev-01", on_change=interrupt)
    assert caught.value.next_step.endswith("qops runs cancel run-01")


def test_ctrl_c_says_what_became_of_the_run(monkeypatch, capsys, tmp_path) -> None:
    class Interrupted(Api):
        def get_run(self, run_id):
            raise KeyboardInterrupt

    api = Interrupted(RunStatus.ACTING)
    monkeypatch.setenv("QOPS_HOME", str(tmp_path))
    monkeypatch.setattr(running, "api_client", lambda settings: nullcontext(api))
    assert entry.run(["run", "goal", "--device", "dev-01"]) == 130
    assert api.cancelled == ["run-01"]
    assert "Run run-01 is asked to end" in capsys.readouterr().err


def test_without_a_device_the_next_step_is_named() -> None:
    with pytest.raises(PrerequisiteError) as caught:
        choose_device(Api(RunStatus.QUEUED), None)
    assert "qops demo" in caught.value.next_step
    assert choose_device(Api(RunStatus.QUEUED), "dev-xyz") == "dev-xyz"


@pytest.mark.parametrize(
    ("run", "code"),
    [
        (finished_run(), ExitCode.DONE),
        (finished_run(status=RunStatus.PLANNED), ExitCode.DONE),
        (finished_run(status=RunStatus.FAILED), ExitCode.FAILED),
        (finished_run(status=RunStatus.CANCELLED), ExitCode.FAILED),
        (refused_run(), ExitCode.REFUSED),
        (not_understood_run(), ExitCode.FAILED),
    ],
)
def test_exit_codes(run, code: ExitCode) -> None:
    assert exit_code_of(run) is code


def shown(run) -> str:
    console = Console(file=io.StringIO(), width=140)
    show_run(run, console)
    return console.file.getvalue()


def test_a_run_is_shown_with_steps_effects_and_stages() -> None:
    text = shown(finished_run())
    assert "type_text: 회의 3시, 2층" in text
    assert "confirmed" in text
    assert "intake 0.25 s · act 0.75 s · record 0.50 s" in text


def test_what_was_read_off_a_picture_is_told() -> None:
    text = " ".join(shown(analysed_run()).split())
    assert "picture: read · rekognition 14 lines" in text
    assert "because the tree is empty" in text
    assert "could not be read (States.Timeout)" in text


def test_what_was_not_understood_is_underlined_in_terminal_columns() -> None:
    lines = shown(not_understood_run()).splitlines()
    at = next(n for n, line in enumerate(lines) if set(line.strip()) == {"^"})
    # Seven Korean or other characters of the goal stand before the part; Korean ones are wide.
    assert lines[at].index("^") == 2 + len("메모장을 열고 ") + len("메모장을열고")
    assert lines[at].strip() == "^" * (len("<b></b>") + 4)
    assert "메모장을 열어 줘" in "\n".join(lines)
    told = not_understood_run(message="It is said once.").not_understood
    assert told is not None
    assert shown(not_understood_run(message="said twice")).count(told.because) == 1
    assert "said twice" not in shown(not_understood_run(message="said twice"))


def test_rich_markup_in_texts_is_shown_as_it_is() -> None:
    assert "[bold]x[/bold]" in shown(finished_run(goal="[bold]x[/bold]"))


def test_steps_are_described_in_a_few_words() -> None:
    plan = finished_run().plan
    assert [describe(step) for step in plan.steps] == [
        "open_app: 메모장, new document",
        "type_text: 회의 3시, 2층",
        "save_as: memo.txt",
    ]


def test_a_token_is_asked_for_now_and_then_only() -> None:
    asked: list[int] = []
    clock = [100.0]

    def ask() -> str:
        asked.append(1)
        return f"token-{len(asked)}"

    token = access.KeptToken(ask, now=lambda: clock[0])
    assert {token() for _ in range(20)} == {"token-1"}
    clock[0] += access.KEPT_SECONDS
    assert {token() for _ in range(20)} == {"token-2"}
    assert len(asked) == 2


def test_what_is_known_of_a_text_is_one_line_without_the_text() -> None:
    at = "2026-11-23T09:00:00Z"
    analysis = Analysis.model_validate(
        {
            "at": at,
            "cause": "goal_about_text",
            "outcome": "read",
            "duration_ms": 412.0,
            "readings": [
                {"engine": "comprehend", "what": "languages", "found": 1},
                {"engine": "comprehend", "what": "personal_data", "unavailable": "Throttled"},
            ],
            "language": "ko",
            "mail_class": "invoice",
            "personal_data": ["phone", "card"],
        }
    )
    assert describe_analysis(analysis) == (
        "text: read · comprehend 1 languages, comprehend no personal_data (Throttled) · language ko"
        " · mail invoice · personal data phone, card · 412 ms"
        " · because the goal is about the text of the screen"
    )
