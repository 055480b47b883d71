"""The use cases of health: choose, check, watch, explain, show."""

import json
import re
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from botocore.exceptions import NoCredentialsError
from golden_files import Golden

from qops import __main__ as entry
from qops.answer import Envelope, Failure
from qops.errors import PrerequisiteError, UsageError
from qops.health import checking
from qops.health.answers import CheckAnswer, HealthAnswer
from qops.health.checks import CHECKS
from qops.health.model import Check, Finding, Layer, Severity, State, overall
from qops.health.running import Result, run_checks
from qops.health.showing import write_page
from qops.health.surroundings import Surroundings
from qops.inventory.documents import parse_inventory, read_document
from qops.inventory.model import Inventory
from qops.inventory.state import read_state
from qops.settings import load_settings

REPOSITORY = Path(__file__).resolve().parents[4]
GOLDEN = Path(__file__).with_name("golden")


def check(name: str, look: Any, **more: Any) -> Check:
    return Check(
        id=name,
        layer=more.pop("layer", Layer.DATA),
        severity=Severity.HIGH,
        title=f"The {name}",
        meaning="Something that people need does not work as it was promised to them.",
        repair="Look at the thing, then mend it.",
        runbook="queues.md#dead-letters",
        look=look,
        **more,
    )


def found(state: State, subject: str = "thing", detail: str = "seen") -> Finding:
    return Finding(subject, state, detail)


def nowhere() -> Surroundings:
    return Surroundings(load_settings("local"), None, Inventory((), "state, serial 7"))  # type: ignore[arg-type]


def answer(*results: Result, deep: bool = False) -> HealthAnswer:
    counts = {state: sum(one.state is state for one in results) for state in State}
    return HealthAnswer(
        environment="local",
        checked_at=datetime(2026, 11, 30, 9, 0, tzinfo=UTC),
        deep=deep,
        source="state, serial 7",
        counts=counts,
        checks=[CheckAnswer.of(one) for one in results],
    )


def several() -> HealthAnswer:
    def result(name: str, *findings: Finding) -> Result:
        return Result(check(name, lambda at: ()), findings, 0.25)

    many = [
        found(State.UNHEALTHY, f"queue-{n}", f"{n} messages, kept for 14 days") for n in range(8)
    ]
    return answer(
        result("data.tables", *(found(State.HEALTHY, f"t{n}") for n in range(3))),
        result("data.one", found(State.HEALTHY, "api", "status 200, says ok")),
        result("data.dead-letters", *many, found(State.HEALTHY, "queue-8", "empty")),
        result("data.away", found(State.UNKNOWN, "데이터베이스", "no answer: connection refused")),
        result("data.nothing"),
    )


@pytest.mark.parametrize(
    ("states", "worst", "code"),
    [
        ((), State.NOT_APPLICABLE, 0),
        ((State.NOT_APPLICABLE, State.HEALTHY), State.HEALTHY, 0),
        ((State.HEALTHY, State.UNKNOWN), State.UNKNOWN, 2),
        ((State.UNKNOWN, State.UNHEALTHY), State.UNHEALTHY, 1),
    ],
)
def test_the_worst_finding_decides(states: Any, worst: State, code: int) -> None:
    findings = tuple(found(state) for state in states)
    assert overall(findings) is worst
    assert answer(Result(check("data.x", None), findings, 0)).exit_code == code


def test_unhealthy_outweighs_unknown_in_the_exit_code() -> None:
    bad = Result(check("data.x", None), (found(State.UNHEALTHY),), 0)
    away = Result(check("data.y", None), (found(State.UNKNOWN),), 0)
    assert answer(bad, away).exit_code == 1


def test_checks_run_side_by_side() -> None:
    together = threading.Barrier(4, timeout=60)

    def look(at: Surroundings) -> list[Finding]:
        together.wait()
        return [found(State.HEALTHY)]

    results = run_checks([check(f"data.{n}", look) for n in range(4)], nowhere())
    assert [one.state for one in results] == [State.HEALTHY] * 4


def test_a_check_that_hangs_is_unknown_and_holds_up_nobody() -> None:
    release = threading.Event()

    def hang(at: Surroundings) -> list[Finding]:
        release.wait(120)
        return [found(State.HEALTHY)]

    started = time.monotonic()
    hung, fine = run_checks(
        [
            check("data.hangs", hang, timeout_seconds=0.2),
            check("data.fine", lambda at: [found(State.HEALTHY)]),
        ],
        nowhere(),
        workers=1,
    )
    release.set()
    assert time.monotonic() - started < 60
    assert (hung.state, hung.findings[0].detail) == (State.UNKNOWN, "no answer within 0.2 s")
    assert fine.state is State.HEALTHY


def test_what_measures_time_runs_alone_and_last() -> None:
    seen: list[str] = []
    at_once = []

    def look(name: str) -> Any:
        def inner(at: Surroundings) -> list[Finding]:
            seen.append(name)
            at_once.append(sum(one.name.startswith("data.") for one in threading.enumerate()))
            return []

        return inner

    run_checks([check("data.a", look("a"), alone=True), check("data.b", look("b"))], nowhere())
    assert seen == ["b", "a"]
    assert at_once[-1] == 1


def test_a_check_with_a_bug_is_unknown_not_healthy() -> None:
    def look(at: Surroundings) -> list[Finding]:
        raise ZeroDivisionError("a bug")

    (result,) = run_checks([check("data.x", look)], nowhere())
    assert (result.state, result.findings[0].detail) == (State.UNKNOWN, "no answer: a bug")


def test_checks_are_chosen_by_layer_and_id() -> None:
    shallow = checking.select((), deep=False)
    assert not any(one.deep for one in shallow)
    assert len(checking.select((), deep=True)) == len(CHECKS)
    assert {one.layer for one in checking.select(("ai",), deep=True)} == {Layer.AI}
    (named,) = checking.select(("network.api-latency",), deep=False)
    assert named.deep  # naming it is asking for it
    with pytest.raises(UsageError, match=r"compute\.dead-letters"):
        checking.select(("compute.dead-letter",), deep=False)


def test_every_check_says_what_to_do_and_its_runbook_exists() -> None:
    for one in CHECKS:
        assert one.id.startswith(f"{one.layer.value}.")
        assert len(one.meaning) > 30
        assert one.repair
        path, _, heading = one.runbook_path.partition("#")
        text = (REPOSITORY / path).read_text(encoding="utf-8")
        slugs = {
            re.sub(r"[^\w -]", "", title.lower()).strip().replace(" ", "-")
            for title in re.findall(r"^#+ (.+)$", text, re.MULTILINE)
        }
        assert not heading or heading in slugs, one.runbook_path


def test_every_layer_has_checks() -> None:
    assert {one.layer for one in CHECKS} == set(Layer)


def test_a_state_that_cannot_be_read_leaves_all_unknown(empty: Any) -> None:
    empty.down = True
    result = checking.check_health(load_settings("local"), only=("data",), aws=empty)
    assert result.exit_code == 2
    assert result.counts[State.UNKNOWN] == len(result.checks) > 5
    assert "cannot be read" in result.checks[0].findings[0].detail
    assert result.problem is not None
    assert result.problem.next_step == "Start it with qops up."


def test_missing_credentials_are_an_error_that_says_what_to_do(monkeypatch, capsys) -> None:
    def account(self: object) -> str:
        raise NoCredentialsError

    monkeypatch.setattr(checking.Aws, "account", property(account))
    assert entry.run(["health", "--env", "prod"]) == 1
    assert "aws sso login" in capsys.readouterr().err


def test_a_platform_that_is_not_applied_is_an_error(empty: Any) -> None:
    with pytest.raises(PrerequisiteError, match="not applied") as caught:
        checking.check_health(load_settings("local"), aws=empty)
    assert caught.value.next_step == "Apply it: qops up"


def test_the_state_is_read_where_the_environment_keeps_it(empty: Any) -> None:
    state = {"version": 4, "serial": 3, "outputs": {}, "resources": []}
    for bucket, key in (
        ("qscreen-local-tfstate", "platform/local.tfstate"),
        (f"qscreen-tfstate-{empty.account}-{empty.region}", "platform/prod.tfstate"),
    ):
        empty.client("s3").create_bucket(
            Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": empty.region}
        )
        empty.client("s3").put_object(Bucket=bucket, Key=key, Body=json.dumps(state))
    for environment in ("local", "prod"):
        assert read_state(load_settings(environment), empty).source == "state, serial 3"


def test_three_documents_say_the_same() -> None:
    attributes = {"name": "runs", "secret": "x"}
    state = {
        "module": "module.data",
        "mode": "managed",
        "type": "aws_dynamodb_table",
        "name": "this",
        "instances": [{"index_key": "runs", "attributes": attributes}],
    }
    shown = {
        "address": 'module.data.aws_dynamodb_table.this["runs"]',
        "mode": "managed",
        "type": "aws_dynamodb_table",
        "name": "this",
        "values": attributes,
    }
    root = {"root_module": {"child_modules": [{"resources": [shown]}]}}
    documents = (
        {"serial": 1, "resources": [state]},
        {"values": root},
        {"planned_values": root},
    )
    for document in documents:
        (one,) = parse_inventory(document).resources
        assert (one.address, one.layer) == (shown["address"], "data")
        assert one.text("name") == "runs"
        assert "secret" not in repr(one)  # attributes hold secrets: they are not shown by accident


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"resources": [{}]}'])
def test_a_file_of_another_kind_is_refused(text: str, tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    file.write_text(text)
    with pytest.raises(UsageError, match="neither a plan nor a state"):
        read_document(file)
    with pytest.raises(UsageError, match="No such file"):
        read_document(tmp_path / "none.json")


def test_watching_ends_with_the_last_round() -> None:
    rounds = iter([several(), answer()])
    shown: list[HealthAnswer] = []
    pauses: list[float] = []

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 2:
            raise KeyboardInterrupt

    last = checking.watch(lambda: next(rounds), shown.append, every_seconds=5, sleep=sleep)
    assert pauses == [5, 5]
    assert len(shown) == 2
    assert last.exit_code == 0


def test_the_terminal_shows_it_as_agreed(golden: Golden) -> None:
    golden("health", several())
    golden("health", several(), "--quiet", variant="quiet")


def test_what_stops_all_checks_is_one_sentence(golden: Golden) -> None:
    stopped = Failure(
        code="cloud",
        what="The local cloud does not run.",
        why="Nothing listens on http://127.0.0.1:4566.",
        next_step="Start it with qops up.",
    )
    why = found(State.UNKNOWN, "the platform's state", "it cannot be read: no answer")
    checks = (Result(check(f"data.{name}", None), (why,), 0.0) for name in ("one", "two"))
    away = answer(*checks).model_copy(update={"problem": stopped})
    golden("health", away, variant="stopped")
    golden("health", away, "--details", variant="stopped-details")
    golden("health", away, "--quiet", variant="stopped-quiet")


def test_the_page_shows_all_and_runs_nothing(tmp_path: Path) -> None:
    page = write_page(tmp_path / "deep" / "health.html", several()).read_text(encoding="utf-8")
    assert "queue-7" in page
    assert "데이터베이스" in page
    assert "<script" not in page
    assert page.count("<details open>") == 2  # what needs somebody is open
    evil = Result(check("data.x", None), (found(State.UNKNOWN, "<b>", "<script>"),), 0)
    text = write_page(tmp_path / "evil.html", answer(evil)).read_text(encoding="utf-8")
    assert "<script>" not in text


def test_json_holds_to_its_schema(monkeypatch, capsys) -> None:
    monkeypatch.setattr(checking, "check_health", lambda *_, **__: several())
    assert entry.run(["health", "--json"]) == 1
    document = json.loads(capsys.readouterr().out)
    jsonschema.validate(document, Envelope[HealthAnswer].model_json_schema())
    assert document["result"]["counts"] == {
        "unhealthy": 1, "unknown": 1, "healthy": 2, "not_applicable": 1,
    }  # fmt: skip


def test_watching_on_the_command_line_ends_with_its_last_state(monkeypatch, capsys) -> None:
    def sleep(seconds: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(checking, "check_health", lambda *_, **__: several())
    monkeypatch.setattr(checking.watch, "__kwdefaults__", {"sleep": sleep})
    assert entry.run(["health", "--watch"]) == 1
    assert "1 unhealthy" in capsys.readouterr().out


def test_the_command_line_refuses_what_makes_no_sense(capsys) -> None:
    assert entry.run(["health", "--watch", "--json"]) == 64
    assert "--watch" in json.loads(capsys.readouterr().out)["error"]["what"]
    assert entry.run(["health", "--every", "0.1"]) == 64
    assert entry.run(["health", "explain", "nothing"]) == 64
    assert "network.api-answers" in capsys.readouterr().err


def test_explain_needs_no_platform(capsys) -> None:
    assert entry.run(["health", "explain", "compute.dead-letters"]) == 0
    out = capsys.readouterr().out
    assert "docs/runbooks/queues.md#dead-letters" in out
    assert "retention" in out
