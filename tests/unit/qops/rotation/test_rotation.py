"""What becomes of a secret, whatever happens on the way."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from rotation_world import NOW, Health, World, refusal

from qops.errors import QopsError, UsageError
from qops.health.model import State
from qops.rotation.answers import Former, Outcome, RotateAnswer, RotatedSecret
from qops.rotation.choosing import Wanted, list_secrets, rotate
from qops.rotation.errors import (
    RotationRefusedError,
    RotationUnderWayError,
    SecretUnusableError,
)
from qops.settings import Settings

Rotate = Callable[..., RotateAnswer]
Rows = list[tuple[str, dict[str, Any]]]


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def run(world: World, settings: Settings, trail: Rows, said: list[str]) -> Rotate:
    """Rotates what a test wants, without asking."""
    del trail

    def act(*names: str, **wanted: Any) -> RotateAnswer:
        return rotate(
            settings,
            world,  # type: ignore[arg-type]
            Wanted(names=names, **wanted),
            confirm=lambda _: None,
            notice=said.append,
        )

    return act


def only(answer: RotateAnswer) -> RotatedSecret:
    (one,) = answer.secrets
    return one


@pytest.mark.parametrize(("present", "told"), [(True, "new"), (False, "former")])
def test_it_is_told_by_which_one_a_consumer_came_in_last(
    world: World, run: Rotate, present: bool, told: str
) -> None:
    world.add("postgres")
    world.sessions = [
        {"program": "qscreen-local-recorder", "present": present, "sessions": 1, "open": False}
    ]
    (consumer,) = only(run("postgres")).consumers
    assert (consumer.name, consumer.came_in) == ("qscreen-local-recorder", told)
    assert (consumer.sessions_new, consumer.sessions_former) == (None, None)


def test_the_new_one_is_proven_before_the_former_one_ends(
    world: World, run: Rotate, trail: Rows
) -> None:
    secret = world.add("postgres")
    world.sessions = [
        {"program": "qscreen-local-recorder", "present": True, "sessions": 2},
        {"program": "qscreen-local-recorder", "present": False, "sessions": 1},
    ]
    answer = run("postgres")
    one = only(answer)
    assert (one.outcome, one.former, one.present_works) == (Outcome.ROTATED, Former.REFUSED, True)
    assert world.tasks == ["prove", "retire"]
    assert world.open == {one.version}
    assert secret["VersionIdsToStages"] == {"v1": ["AWSPREVIOUS"], one.version: ["AWSCURRENT"]}
    assert one.steps == ["createSecret", "setSecret", "testSecret", "finishSecret"]
    (consumer,) = one.consumers
    assert consumer.name == "qscreen-local-recorder"
    assert (consumer.sessions_new, consumer.sessions_former) == (2, 1)
    assert answer.exit_code == 0
    assert trail[0] == (
        "start",
        {
            "subject": "qscreen-local/postgres",
            "reason": "asked for by name",
            "previous": "v1",
        },
    )
    assert (trail[1][1]["result"], trail[1][1]["former"]) == ("rotated", "refused")


@pytest.mark.parametrize("spoil", ["door", "health"])
def test_a_failed_proof_puts_the_version_of_before_back(
    world: World, run: Rotate, health: Health, spoil: str
) -> None:
    secret = world.add("postgres")
    if spoil == "health":
        health.states = [State.HEALTHY, State.UNHEALTHY, State.HEALTHY]
    else:

        def shut(one: dict[str, Any], token: str) -> None:
            world.succeed(one, token)
            world.open.discard(token)

        world.rotation = shut
    answer = run("postgres")
    one = only(answer)
    assert (one.outcome, one.present_works) == (Outcome.ROLLED_BACK, True)
    assert secret["VersionIdsToStages"]["v1"] == ["AWSCURRENT"]
    assert world.open == {"v1"}
    assert "works and stays in use" in one.message
    assert answer.exit_code == 1


def test_what_was_ill_before_is_not_blamed_on_the_rotation(
    world: World, run: Rotate, health: Health
) -> None:
    world.add("postgres")
    health.states = [State.UNHEALTHY]
    assert only(run("postgres")).outcome is Outcome.ROTATED


@pytest.mark.parametrize("let_in", [True, False])
def test_a_step_that_keeps_failing_is_given_up_and_its_credential_ended(
    world: World, run: Rotate, let_in: bool
) -> None:
    secret = world.add("postgres")

    def fail(one: dict[str, Any], token: str) -> None:
        world.fail(one, token)
        if not let_in:
            world.open.discard(token)

    world.rotation = fail
    answer = run("postgres")
    one = only(answer)
    assert (one.outcome, one.present_works) == (Outcome.FAILED, True)
    assert one.failures == ["testSecret: the door stays shut"] * 3
    assert secret["VersionIdsToStages"] == {"v1": ["AWSCURRENT"], one.version: []}
    assert world.tasks == ["prove", "retire"]
    assert world.open == {"v1"}
    assert "given up is refused" in one.message
    assert "/aws/lambda/qscreen-local-rotate-postgres" in one.next_step
    assert answer.exit_code == 1


def test_a_rotation_of_which_nothing_is_heard_is_given_up_in_time(
    world: World, run: Rotate
) -> None:
    world.add("postgres")
    world.rotation = world.hang
    one = only(run("postgres", limit_seconds=40.0))
    assert one.outcome is Outcome.FAILED
    assert "did not end within 40 s" in one.message
    assert 40 <= one.seconds < 60


def test_a_log_that_may_not_be_read_costs_the_steps_only(
    world: World, run: Rotate, said: list[str]
) -> None:
    world.add("postgres")
    world.refusals["filter_log_events"] = refusal("AccessDeniedException", "FilterLogEvents")
    one = only(run("postgres"))
    assert (one.outcome, one.steps) == (Outcome.ROTATED, [])
    assert any("cannot be read (AccessDeniedException)" in line for line in said)


def test_without_a_proof_nothing_is_ended(world: World, run: Rotate) -> None:
    world.add("postgres")
    world.refusals["prove"] = RuntimeError("no way to the database")
    answer = run("postgres")
    one = only(answer)
    assert one.outcome is Outcome.UNPROVEN
    assert "no way to the database" in one.message
    assert "v1" in world.open
    assert answer.exit_code == 1


def test_a_former_credential_that_could_not_be_ended_is_told(world: World, run: Rotate) -> None:
    world.add("postgres")
    world.refusals["retire"] = RuntimeError("the administrator may not")
    answer = run("postgres")
    one = only(answer)
    assert (one.outcome, one.former) == (Outcome.ROTATED, Former.VALID)
    assert "the administrator may not" in one.message
    assert answer.exit_code == 1


@pytest.mark.parametrize(("name", "keep"), [("postgres", True), ("partner-acme", False)])
def test_a_former_credential_is_kept_where_it_must_be(
    world: World, run: Rotate, name: str, keep: bool
) -> None:
    world.add(name)
    one = only(run(name, keep_former=keep))
    assert (one.outcome, one.former) == (Outcome.ROTATED, Former.VALID)
    assert world.tasks == ["prove"]
    assert one.good


def test_one_that_fails_does_not_keep_the_others_from_their_turn(world: World, run: Rotate) -> None:
    world.add("postgres")
    world.add("redis")

    def rotation(secret: dict[str, Any], token: str) -> None:
        if secret["Name"].endswith("postgres"):
            raise refusal("ThrottlingException", "RotateSecret", "rate exceeded")
        world.succeed(secret, token)

    world.rotation = rotation
    answer = run("postgres", "redis")
    assert [one.outcome for one in answer.secrets] == [Outcome.FAILED, Outcome.ROTATED]
    assert "throttles" in answer.secrets[0].message
    assert answer.exit_code == 1


@pytest.mark.parametrize(
    ("secret", "refusals", "error", "words"),
    [
        ({"DeletedDate": NOW + timedelta(days=7)}, {}, SecretUnusableError, "restore-secret"),
        ({"RotationLambdaARN": None}, {}, SecretUnusableError, "no rotation function"),
        (
            {},
            {"get_function_configuration": ("ResourceNotFoundException", "x")},
            SecretUnusableError,
            "is missing: qscreen-local-rotate-postgres",
        ),
        (
            {"VersionIdsToStages": {"v1": ["AWSCURRENT"], "v2": ["AWSPENDING"]}},
            {},
            RotationUnderWayError,
            "--abandon",
        ),
        (
            {},
            {"rotate_secret": ("InvalidRequestException", "A previous rotation isn't complete.")},
            RotationUnderWayError,
            "--follow",
        ),
        (
            {},
            {"rotate_secret": ("AccessDeniedException", "not you")},
            RotationRefusedError,
            "lambda:InvokeFunction",
        ),
        (
            {},
            {"list_secrets": ("AccessDeniedException", "not you")},
            RotationRefusedError,
            "may not list the secrets",
        ),
    ],
)
def test_what_cannot_be_rotated_is_refused_with_the_way_out(
    world: World,
    run: Rotate,
    secret: dict[str, Any],
    refusals: dict[str, tuple[str, str]],
    error: type[QopsError],
    words: str,
) -> None:
    before = world.add("postgres", **secret)["VersionIdsToStages"].copy()
    world.refusals = {
        name: refusal(code, name, message) for name, (code, message) in refusals.items()
    }
    with pytest.raises(error) as found:
        run("postgres")
    assert words in str(found.value)
    assert world.secrets["qscreen-local/postgres"]["VersionIdsToStages"] == before
    assert world.tasks == []


def test_an_interruption_says_where_it_stands_and_follow_goes_on(
    world: World, run: Rotate, said: list[str], trail: Rows
) -> None:
    secret = world.add("postgres")

    def interrupt(_secret: dict[str, Any], _token: str) -> None:
        raise KeyboardInterrupt

    world.rotation = interrupt
    with pytest.raises(KeyboardInterrupt):
        run("postgres")
    assert "qops rotate postgres --follow" in said[-1]
    assert "--abandon" in said[-1]
    assert trail[-1][1]["result"] == "interrupted"
    (token,) = set(secret["VersionIdsToStages"]) - {"v1"}
    with pytest.raises(RotationUnderWayError):
        run("postgres")
    world.succeed(secret, token)
    # It came to its end by itself: what is left is the proof, and the end of the former one.
    one = only(run("postgres", follow=True))
    assert (one.outcome, one.former, one.version) == (Outcome.ROTATED, Former.REFUSED, token)


def test_a_rotation_can_be_given_up(world: World, run: Rotate) -> None:
    secret = world.add("postgres", VersionIdsToStages={"v1": ["AWSCURRENT"], "v2": ["AWSPENDING"]})
    world.open.add("v2")
    answer = run("postgres", abandon=True)
    assert (only(answer).outcome, answer.exit_code) == (Outcome.ABANDONED, 0)
    assert secret["VersionIdsToStages"] == {"v1": ["AWSCURRENT"], "v2": []}
    assert world.open == {"v1"}
    again = run("postgres", abandon=True)
    assert "nothing was changed" in only(again).message


@pytest.mark.parametrize(
    ("secret", "detail"),
    [
        ({"days": 1}, ""),
        ({"days": 31}, "overdue: 31 days old"),
        ({"days": 31, "RotationEnabled": False}, "its rotation is off"),
        (
            {"days": 2, "RotationRules": {"ScheduleExpression": "rate(36 hours)"}},
            "overdue: 2 days old",
        ),
        (
            {
                "days": 9,
                "RotationRules": {"ScheduleExpression": "cron(0 8 1 * ? *)"},
                "NextRotationDate": NOW - timedelta(days=1),
            },
            "overdue since",
        ),
        ({"DeletedDate": NOW}, "scheduled for deletion"),
        ({"VersionIdsToStages": {}}, "has no value yet"),
        (
            {"VersionIdsToStages": {"v1": ["AWSCURRENT"], "v2": ["AWSPENDING"]}},
            "began and never ended",
        ),
        ({"days": 400, "RotationLambdaARN": None, "RotationEnabled": False}, ""),
    ],
)
def test_the_report_tells_what_needs_attention_and_due_takes_just_that(
    world: World, settings: Settings, run: Rotate, secret: dict[str, Any], detail: str
) -> None:
    world.add("postgres", **secret)
    world.add("redis", days=3)
    answer = list_secrets(settings, world)  # type: ignore[arg-type]
    rows = {one.name.rpartition("/")[2]: one for one in answer.secrets}
    assert rows["redis"].state == "fine"
    assert rows["postgres"].state == ("overdue" if detail else "fine")
    assert detail in rows["postgres"].detail
    assert answer.exit_code == (2 if detail else 0)
    planned = run(due=True, dry_run=True)
    due = detail and "deletion" not in detail
    assert [one.secret for one in planned.secrets] == (["qscreen-local/postgres"] if due else [])
    assert world.tasks == []


def test_secrets_of_another_environment_are_left_alone(
    world: World, settings: Settings, run: Rotate
) -> None:
    world.add("redis")
    world.secrets["qscreen-localx/redis"] = {
        **world.secrets["qscreen-local/redis"],
        "Name": "qscreen-localx/redis",
    }
    assert len(list_secrets(settings, world).secrets) == 1  # type: ignore[arg-type]
    assert len(run(all=True, dry_run=True).secrets) == 1


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ({}, "names, --due or --all"),
        ({"names": ("redis",), "due": True}, "names, --due or --all"),
        ({"names": ("redis",), "follow": True, "abandon": True}, "exclude"),
        ({"due": True, "follow": True}, "name"),
    ],
)
def test_what_makes_no_sense_is_refused(wanted: dict[str, Any], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        Wanted(**wanted)
