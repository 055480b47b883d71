"""Releases as they are recorded and listed, and the way back to one of them."""

import json
from typing import Any

import pytest

from qops.applying.trail import ROLLBACK_ENDED, ROLLBACK_STARTED, TrailError
from qops.errors import QopsError, RefusedError, UsageError
from qops.platform.backend import state_place
from qops.platform.trails import open_trail
from qops.releases import rolling_back as subject
from qops.releases.listing import list_releases
from qops.releases.model import RECORDED
from qops.releases.shifting import Shifter

NEW, OLD = {"api": "2", "planner": "2"}, {"api": "1", "planner": "1"}


def back(world: Any, number: int | None = None, **options: Any) -> Any:
    options = {"confirm": lambda way: None, "sleep": lambda seconds: None} | options
    return subject.roll_back(world.settings, number, notice=world.notices.append, **options)


def test_what_an_apply_left_is_recorded_and_found_to_run(world) -> None:
    answer = list_releases(world.settings)
    newest, oldest = answer.releases
    assert (answer.recorded, answer.exit_code) == (True, 0)
    assert (newest.running, oldest.running) == (True, False)
    assert newest.functions == {"qscreen-dev-api:live": "2", "qscreen-dev-planner:live": "2"}
    assert (newest.commit, newest.plan, newest.database) == ("b" * 40, "2" * 64, "0002")
    assert newest.parameters["/qscreen/dev/models"] == 2
    rows = json.dumps(answer.model_dump(mode="json"))
    assert '"old"' not in rows, "versions are recorded, never values"
    assert world.parameter("client") not in rows, "what names resources goes with them only"


def test_what_a_hand_moved_is_told_and_recorded_before_the_next_apply(world) -> None:
    world.point("api", "1")
    answer = list_releases(world.settings)
    assert (answer.recorded, answer.exit_code) == (False, 2)
    assert answer.differs == ["qscreen-dev-api:live: version 2, now 1"]
    world.found()
    world.found()
    assert [kind for _, kind in world.actions()] == ["apply", "apply", "found"]
    assert list_releases(world.settings).releases[0].commit == "a" * 40, "as the platform says"


def test_nothing_is_found_before_the_first_apply(world) -> None:
    bucket, key = state_place(world.settings, world.aws)
    world.clients["s3"].delete_object(Bucket=bucket, Key=key)
    world.found()
    assert (len(world.actions()), world.notices) == (2, [])


def test_the_way_back_moves_code_and_configuration_and_records_it(world) -> None:
    seen = []
    answer = back(world, confirm=lambda way: seen.append(way.lines()))
    assert (world.versions(), world.value("models")) == (OLD, "old")
    assert world.value("client") == "url-2"
    assert seen[0][0] == "qscreen-dev-api:live: version 2 → 1"
    assert (answer.release, answer.commit) == (world.numbers()[0], "a" * 40)
    assert [move.name for move in answer.parameters] == [world.parameter("models")]
    assert world.actions()[2:] == [(ROLLBACK_STARTED, None), (ROLLBACK_ENDED, "done"),
                                   (RECORDED, "rollback")]  # fmt: skip
    newest = list_releases(world.settings).releases[0]
    assert (newest.running, newest.of, newest.commit) == (True, answer.release, "a" * 40)
    assert "drift" in answer.next_plan
    assert f"--infrastructure {answer.release}" in answer.next_plan


def test_a_second_rollback_without_a_number_goes_forward_again(world) -> None:
    back(world)
    assert back(world).commit == "b" * 40
    assert (world.versions(), world.value("models")) == (NEW, "new")


def test_a_release_that_runs_needs_nothing(world) -> None:
    answer = back(world, world.numbers()[1], confirm=lambda way: pytest.fail("nothing to confirm"))
    assert (answer.audit, answer.functions, len(world.actions())) == (None, [], 2)


def test_a_refusal_leaves_everything_and_records_nothing(world) -> None:
    def refuse(way: Any) -> None:
        raise RefusedError("no")

    with pytest.raises(RefusedError):
        back(world, confirm=refuse)
    assert (world.versions(), world.value("models"), len(world.actions())) == (NEW, "new", 2)


@pytest.mark.parametrize("failure", [RuntimeError("boom"), KeyboardInterrupt()])
@pytest.mark.parametrize("step", ["move_aliases", "write_record", "_second_alias", "health"])
def test_whatever_fails_everything_is_put_back(world, monkeypatch, step: str, failure) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise failure

    if step == "_second_alias":
        real, calls = subject.Shifter.move_aliases, []

        def first_only(self: Shifter, moves: Any) -> None:
            real(self, moves[:1])
            calls.append(moves[0])
            assert world.versions() != NEW
            raise failure

        monkeypatch.setattr(Shifter, "move_aliases", first_only)
    elif step == "health":
        monkeypatch.setattr(subject, "check_health", fail)
    else:
        monkeypatch.setattr(Shifter, step, fail)
    with pytest.raises(type(failure)):
        back(world)
    assert (world.versions(), world.value("models")) == (NEW, "new")
    result = "failed" if isinstance(failure, Exception) else "interrupted"
    assert world.actions()[2:] == [(ROLLBACK_STARTED, None), (ROLLBACK_ENDED, result)]
    assert list_releases(world.settings).recorded


def test_a_rollback_that_was_killed_is_unfinished_in_the_trail(world, monkeypatch) -> None:
    real = subject._Rollback._append

    def dies_after_the_first_row(self: Any, action: str, **detail: Any) -> Any:
        if action != ROLLBACK_STARTED:
            raise TrailError("killed")
        return real(self, action, **detail)

    monkeypatch.setattr(subject._Rollback, "_append", dies_after_the_first_row)
    with pytest.raises(TrailError):
        back(world)
    (row,) = open_trail(world.settings, world.aws).verify().unfinished
    assert row.entry.action == ROLLBACK_STARTED


def test_a_release_that_does_not_answer_is_left_again(world) -> None:
    world.health.states = ["unhealthy"]
    with pytest.raises(QopsError, match="not healthy; everything was put back") as caught:
        back(world)
    assert (world.versions(), world.value("models")) == (NEW, "new")
    assert "compute.functions: unhealthy" in str(caught.value.details)
    world.health.states, world.health.asked = ["unknown", "unhealthy", "healthy"], 0
    assert back(world).functions, "a cold start is waited for"


def test_what_cannot_be_put_back_is_named(world, monkeypatch) -> None:
    world.health.states = ["unhealthy"]
    client, real = world.clients["lambda"], world.clients["lambda"].update_alias

    def only_back(**call: Any) -> Any:
        if call["FunctionVersion"] == "2" and call["FunctionName"].endswith("planner"):
            raise RuntimeError("throttled")
        return real(**call)

    monkeypatch.setattr(client, "update_alias", only_back)
    with pytest.raises(QopsError, match="not everything could be put back") as caught:
        back(world)
    assert caught.value.details == ("qscreen-dev-planner:live: to version 2 (throttled)",)
    assert world.versions() == {"api": "2", "planner": "1"}


def test_what_moved_although_no_answer_came_is_put_back(world, monkeypatch) -> None:
    client, real = world.clients["lambda"], world.clients["lambda"].update_alias

    def answers_get_lost(**call: Any) -> Any:
        real(**call)
        if call["FunctionVersion"] == "1":
            raise RuntimeError("timed out")

    monkeypatch.setattr(client, "update_alias", answers_get_lost)
    with pytest.raises(RuntimeError):
        back(world)
    assert (world.versions(), world.value("models")) == (NEW, "new")


def test_a_rollback_that_cannot_be_recorded_says_that_it_is_done(world, monkeypatch) -> None:
    def throttled(*_: Any) -> Any:
        raise RuntimeError("throttled")

    monkeypatch.setattr(subject, "observe", throttled)
    with pytest.raises(TrailError, match="is done, and could not be recorded") as caught:
        back(world)
    assert "throttled" in caught.value.why
    assert world.versions() != NEW
    assert not open_trail(world.settings, world.aws).verify().unfinished


def test_a_version_that_is_gone_is_refused_before_anything_moves(world) -> None:
    world.clients["lambda"].delete_function(
        FunctionName=world.function("planner"), Qualifier="1"
    )  # fmt: skip
    with pytest.raises(RefusedError, match="not to be had any more") as caught:
        back(world)
    assert "--infrastructure" in caught.value.next_step
    assert (world.versions(), world.value("models"), len(world.actions())) == (NEW, "new", 2)


def test_a_parameter_that_was_made_anew_is_not_taken_for_the_former_one(world) -> None:
    world.clients["ssm"].delete_parameter(Name=world.parameter("models"))
    world.put("models", "other")
    with pytest.raises(QopsError, match="is not what the release recorded"):
        back(world, world.numbers()[0])
    assert world.versions() == NEW


def test_a_canary_under_way_is_not_disturbed(world) -> None:
    world.clients["lambda"].update_alias(
        FunctionName=world.function("api"), Name="live",
        RoutingConfig={"AdditionalVersionWeights": {"1": 0.1}},
    )  # fmt: skip
    with pytest.raises(RefusedError, match="is being shifted"):
        back(world)


def test_an_alias_that_somebody_moves_meanwhile_stops_it(world) -> None:
    with pytest.raises(QopsError, match="moved by somebody else"):
        back(world, confirm=lambda way: world.deploy("3", "newer", only=("planner",)))
    assert world.versions() == {"api": "2", "planner": "3"}
    assert world.value("models") == "newer"


def test_functions_that_came_later_or_are_gone_are_named(world) -> None:
    bucket, key = state_place(world.settings, world.aws)
    body = world.clients["s3"].get_object(Bucket=bucket, Key=key)["Body"].read()
    state = json.loads(body)
    gone = [one for one in state["resources"] if "planner" not in one["module"]]
    world.clients["s3"].put_object(
        Bucket=bucket, Key=key, Body=json.dumps(state | {"resources": gone})
    )
    answer = back(world, world.numbers()[0])
    assert answer.left == ["qscreen-dev-planner:live: it is no longer there"]
    assert world.versions() == {"api": "1", "planner": "2"}


def test_where_codedeploy_moves_aliases_the_record_of_the_pipeline_is_written(world) -> None:
    world.put("released-code", json.dumps({"commit": "b" * 40, "versions": NEW}))
    world.shifted = True
    world.write_state()
    answer = back(world)
    record = json.loads(world.value("released-code"))
    assert record == {"commit": "a" * 40, "versions": OLD}
    assert "leaves 2 aliases alone" in answer.next_plan


def test_a_number_that_is_no_release_says_which_there_are(world) -> None:
    with pytest.raises(UsageError, match="no release 99") as caught:
        back(world, 99)
    assert "1, 2" in caught.value.why


def test_the_only_release_has_none_before_it(world) -> None:
    bucket, key = state_place(world.settings, world.aws)
    second = f"{key.removesuffix('.tfstate')}.audit/00000002.json"
    world.clients["s3"].delete_object(Bucket=bucket, Key=second)
    (world.settings.terraform_home / "audit-witness.json").unlink()
    back(world)
    with pytest.raises(UsageError, match="no former release"):
        back(world)


def test_a_broken_trail_leads_nowhere(world) -> None:
    bucket, key = state_place(world.settings, world.aws)
    name = f"{key.removesuffix('.tfstate')}.audit/00000001.json"
    row = json.loads(world.clients["s3"].get_object(Bucket=bucket, Key=name)["Body"].read())
    row["entry"]["detail"]["alias:qscreen-dev-api:live"] = "7"
    world.clients["s3"].put_object(Bucket=bucket, Key=name, Body=json.dumps(row))
    with pytest.raises(TrailError, match="broken"):
        back(world)


def test_a_release_that_cannot_be_recorded_does_not_undo_the_apply(world) -> None:
    world.clients["lambda"].delete_function(FunctionName=world.function("api"))
    with pytest.raises(AssertionError, match="nobody can go back to it"):
        world.record(2)
