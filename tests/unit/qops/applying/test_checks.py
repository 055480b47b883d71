from dataclasses import replace

import pytest
from example_plans import plan, resource

from qops.applying.checks import (
    confirm_stateful,
    destroyed_beyond_routine,
    require_applicable,
    require_few_destroyed,
    require_fresh,
)
from qops.applying.seal import Seal, StateVersion
from qops.errors import ExitCode, RefusedError
from qops.review.model import Review
from qops.review.reading import review_of

DATABASE = "module.data.aws_db_instance.this"
TABLE = 'module.data.aws_dynamodb_table.this["runs"]'

SEAL = Seal(
    environment="prod",
    plan="a" * 64,
    planned_by="ci",
    planned_at="2026-11-30T06:00:00+00:00",
    lineage="ab-c",
    serial=12,
    configuration="c" * 64,
    provider_lock="d" * 64,
    commit="e" * 40,
)
NOW = {
    "environment": "prod",
    "state": StateVersion("ab-c", 12),
    "configuration": "c" * 64,
    "provider_lock": "d" * 64,
}


@pytest.fixture
def review() -> Review:
    return review_of(plan(), "prod")


def test_a_plan_that_still_holds_is_let_through() -> None:
    require_fresh(SEAL, **NOW)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"state": StateVersion("ab-c", 13)}, "serial 13 of ab-c"),
        ({"state": StateVersion("other", 12)}, "serial 12 of other"),
        ({"state": StateVersion()}, "no state yet"),
        ({"configuration": "x"}, "the configuration is another one"),
        ({"provider_lock": "x"}, "provider lock file"),
    ],
)
def test_a_stale_plan_is_refused_and_says_why(changed, told) -> None:
    with pytest.raises(RefusedError, match="The plan is stale") as caught:
        require_fresh(SEAL, **{**NOW, **changed})
    assert told in caught.value.why
    assert "qops plan --env prod" in caught.value.next_step
    assert caught.value.exit_code == ExitCode.REFUSED


def test_a_plan_of_another_environment_is_refused() -> None:
    with pytest.raises(RefusedError, match="is for prod, not for dev"):
        require_fresh(SEAL, **{**NOW, "environment": "dev"})


def test_versions_that_a_release_replaces_do_not_count_as_destroyed(review: Review) -> None:
    assert [one.address for one in destroyed_beyond_routine(review)] == [DATABASE, TABLE]
    removed = plan()
    for one in removed["resource_changes"]:
        if one["type"] == "aws_lambda_layer_version":
            one["change"]["actions"] = ["delete"]
    assert len(destroyed_beyond_routine(review_of(removed, "prod"))) == 3


@pytest.mark.parametrize("allowed", [0, 1])
def test_more_destroyed_than_allowed_is_refused_with_the_addresses(review, allowed) -> None:
    with pytest.raises(RefusedError, match=f"destroys 2 resources, and {allowed} are") as caught:
        require_few_destroyed(review, allowed)
    assert any(DATABASE in line for line in caught.value.details)
    assert "--allow-destroy 2" in caught.value.next_step


@pytest.mark.parametrize("allowed", [2, 99])
def test_as_many_destroyed_as_allowed_are_let_through(review: Review, allowed: int) -> None:
    require_few_destroyed(review, allowed)


def test_a_long_list_of_what_is_destroyed_is_cut_and_says_so() -> None:
    document = plan()
    document["resource_changes"] = [
        resource(f"module.network.aws_subnet.n[{at}]", ["delete"], {}) for at in range(50)
    ]
    with pytest.raises(RefusedError) as caught:
        require_few_destroyed(review_of(document, "dev"), 3)
    assert len(caught.value.details) == 21
    assert caught.value.details[-1] == "… and 30 more: qops show"


def test_each_resource_with_data_is_asked_for_by_its_address(review: Review) -> None:
    asked: list[tuple[str, str]] = []
    confirm_stateful(review, (), lambda *question: asked.append(question))
    assert [address for address, _ in asked] == [DATABASE, TABLE]
    assert "a database" in asked[0][1]


def test_naming_a_resource_spares_the_question_for_that_one_only(review: Review) -> None:
    asked: list[str] = []
    confirm_stateful(review, [DATABASE], lambda address, _: asked.append(address))
    assert asked == [TABLE]


def test_a_refusal_stops_it(review: Review) -> None:
    def refuse(address: str, consequence: str) -> None:
        raise RefusedError("Nothing was done.")

    with pytest.raises(RefusedError, match="Nothing was done"):
        confirm_stateful(review, [DATABASE], refuse)


def test_a_name_that_the_plan_does_not_destroy_is_refused(review: Review) -> None:
    with pytest.raises(RefusedError, match=r"does not destroy module\.data\.aws_s3_bucket"):
        confirm_stateful(review, ["module.data.aws_s3_bucket.archive"], lambda *_: None)


def test_half_a_plan_is_refused(review: Review) -> None:
    require_applicable(review)
    with pytest.raises(RefusedError, match="only half of one"):
        require_applicable(review.model_copy(update={"errored": True}))


def test_the_seal_names_what_it_was_planned_against() -> None:
    assert replace(SEAL, serial=3).state == StateVersion("ab-c", 3)
