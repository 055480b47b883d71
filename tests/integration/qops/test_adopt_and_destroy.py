"""Plans of another purpose than the configuration's, on their way through the same guards."""

from pathlib import Path

import pytest
from small_deployment import SmallDeployment

from qops.adoption.adopting import plan_adoption, plan_forgetting
from qops.errors import PrerequisiteError, RefusedError, UsageError
from qops.platform import applying
from qops.platform.applied import Asking
from qops.removal import by_plan
from qops.review.risk import risk_tables

QUEUE = "module.data.terraform_data.queue"
FUNCTION = "module.compute.terraform_data.function"


@pytest.fixture
def applied(deployment: SmallDeployment) -> SmallDeployment:
    deployment.plan()
    if deployment.settings.environment == "prod":
        approve(deployment)
    deployment.apply()
    return deployment


def approve(deployment: SmallDeployment, file: Path | None = None) -> None:
    applying.approve_plan(
        deployment.settings, file, own=True, notice=print, confirm=lambda review: None
    )


def test_what_exists_is_adopted_by_a_plan_that_can_be_reviewed(applied) -> None:
    settings = applied.settings
    applied.configure({"jobs": "one", "runs": "two", "한글": "three", "later": "not yet"})
    plan, review = plan_adoption(settings, f'{QUEUE}["한글"]', "made ${by} hand", notice=print)
    (only,) = review.changes  # and nothing of what else the configuration asks for
    assert (only.address, only.import_id) == (f'{QUEUE}["한글"]', "made ${by} hand")
    assert f'{QUEUE}["한글"]' not in applied.state_text()
    applied.apply(file=plan.file)
    assert "made ${by} hand" in applied.state_text()
    assert f'{QUEUE}["later"]' not in applied.addresses()
    (*_, started) = applied.rows("apply.start")
    assert started.entry.detail["purpose"] == "adopt"
    assert [one.address for one in applied.plan()[1].changes] == [FUNCTION, f'{QUEUE}["later"]']


@pytest.mark.parametrize(
    ("address", "identity", "error", "told"),
    [
        ("nothing", "id", UsageError, "is no address"),
        (f'{QUEUE}["jobs"]', " ", UsageError, "The id is empty"),
        (f'{QUEUE}["jobs"]', "id", RefusedError, "manages .* already"),
        (f'{QUEUE}["unknown"]', "id", PrerequisiteError, "The configuration has no"),
        ("module.data.terraform_data.other", "id", PrerequisiteError, "The configuration has no"),
        ("module.nowhere.terraform_data.x", "id", PrerequisiteError, "The configuration has no"),
    ],
)
def test_what_cannot_be_adopted_says_why_and_leaves_nothing(
    applied, address: str, identity: str, error: type[Exception], told: str
) -> None:
    before = applied.state()
    with pytest.raises(error, match=told) as caught:
        plan_adoption(applied.settings, address, identity, notice=print)
    assert caught.value.next_step
    assert applied.state() == before
    assert not list(applied.settings.terraform_home.rglob("*.tf.json"))
    assert applied.plan()[0].empty


def test_a_resource_is_forgotten_once_its_block_is_gone_and_stays(applied) -> None:
    settings = applied.settings
    with pytest.raises(RefusedError, match="configuration still has") as caught:
        plan_forgetting(settings, FUNCTION, notice=print)
    assert "a second time" in caught.value.why
    with pytest.raises(UsageError, match="is one instance of a block"):
        plan_forgetting(settings, f'{QUEUE}["jobs"]', notice=print)
    with pytest.raises(RefusedError, match="does not manage"):
        plan_forgetting(settings, "module.data.terraform_data.other", notice=print)
    module = settings.repository / "modules/compute/main.tf"
    module.write_text('variable "gate" { type = string }\nvariable "after" { type = any }\n')
    plan, review = plan_forgetting(settings, FUNCTION, notice=print)
    assert [(one.address, one.action) for one in review.changes] == [(FUNCTION, "forget")]
    applied.apply(file=plan.file)
    assert applied.addresses() == [f'{QUEUE}["jobs"]', f'{QUEUE}["runs"]']
    assert applied.plan()[0].empty


def remove(deployment: SmallDeployment, file: Path, allow: int, *named: str) -> list[str]:
    """``qops destroy --plan``; what was asked by name."""
    asked: list[str] = []
    asking = Asking(lambda counts: None, lambda address, lost: asked.append(address), allow, named)
    done = by_plan.remove_by_plan(
        deployment.settings, file, notice=print, asking=asking, show=deployment.quiet
    )
    assert done.done.left == ()
    return asked


@pytest.fixture(autouse=True)
def stateful(monkeypatch: pytest.MonkeyPatch) -> None:
    """The layer's entries hold data, and no device has a queue of its own."""
    tables = risk_tables()
    monkeypatch.setitem(tables.stateful, "terraform_data", "entries")  # type: ignore[arg-type]
    monkeypatch.setattr(by_plan, "remove_device_queues", lambda settings: None)


def test_everything_goes_by_a_plan_with_number_and_names_only(applied) -> None:
    plan, review = by_plan.plan_removal(applied.settings, notice=print)
    assert review.counters.delete == 3
    before = applied.state()
    with pytest.raises(RefusedError, match="This plan removes everything"):
        applied.apply(allow=9, file=plan.file)
    with pytest.raises(RefusedError, match="destroys 3 resources, and 2 are allowed"):
        remove(applied, plan.file, 2)
    assert applied.state() == before
    asked = remove(applied, plan.file, 3, FUNCTION)
    assert asked == [f'{QUEUE}["jobs"]', f'{QUEUE}["runs"]']
    assert applied.addresses() == []
    (*_, ended) = applied.rows("apply.end")
    assert (ended.entry.detail["result"], ended.entry.detail["removed"]) == ("done", 3)


def test_a_plan_that_builds_removes_nothing(applied) -> None:
    applied.configure({"jobs": "changed"})
    applied.plan()
    file = applied.settings.terraform_home / "platform.tfplan"
    with pytest.raises(RefusedError, match="does not remove everything"):
        remove(applied, file, 9)
    assert len(applied.addresses()) == 3


@pytest.mark.parametrize("deployment", ["prod"], indirect=True)
def test_prod_is_not_removed_by_a_plan_that_nobody_approved(applied) -> None:
    plan, _ = by_plan.plan_removal(applied.settings, notice=print)
    with pytest.raises(RefusedError, match="Nobody has approved this plan for prod"):
        remove(applied, plan.file, 3)
    assert len(applied.addresses()) == 3
    approve(applied, plan.file)
    remove(applied, plan.file, 3)
    assert applied.addresses() == []
