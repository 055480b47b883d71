"""Back to a former version of the state, as Terraform itself reads it afterwards."""

import io
import json
from pathlib import Path

import pytest
from rich.console import Console
from small_deployment import SmallDeployment

from qops.errors import RefusedError, UsageError
from qops.platform import applying
from qops.state import place
from qops.state.document import UnreadableStateError
from qops.state.listing import list_resources, list_versions
from qops.state.restoring import Restoration, approve_restore, restore
from qops.state.showing import show_changes
from qops.terraform.errors import StateLockedError

JOBS = 'module.data.terraform_data.queue["jobs"]'
MORE = 'module.data.terraform_data.queue["more"]'
RUNS = 'module.data.terraform_data.queue["runs"]'
FUNCTION = "module.compute.terraform_data.function"


def fine(found: Restoration) -> None:
    """Say yes."""


@pytest.fixture
def twice(deployment: SmallDeployment) -> SmallDeployment:
    """Applied, then applied with another set of entries: serial 1 and serial 2."""
    prod = deployment.settings.environment == "prod"
    for names in ({"jobs": "one", "runs": "two"}, {"jobs": "changed", "more": "new"}):
        deployment.configure(names)
        deployment.plan()
        if prod:
            applying.approve_plan(
                deployment.settings, None, own=True, notice=print, confirm=lambda review: None
            )
        deployment.apply(allow=1)
    return deployment


def put(deployment: SmallDeployment, body: bytes) -> str:
    """Write a version behind everybody's back."""
    version: str = deployment.s3.put_object(**deployment.place, Body=body)["VersionId"]
    return version


def test_a_former_version_is_the_state_again_and_terraform_takes_it(twice) -> None:
    shown: list[Restoration] = []
    done = restore(twice.settings, "1", confirm=shown.append)
    assert (done.serial_before, done.serial) == (2, 3)
    assert [(one.address, one.kind) for one in done.changes] == [
        (MORE, "disappears"), (FUNCTION, "changes"), (JOBS, "changes"), (RUNS, "appears"),
    ]  # fmt: skip
    screen = Console(file=io.StringIO(), width=160)
    show_changes(shown[0].changes, "", screen)
    text = screen.file.getvalue() + done.model_dump_json()
    assert 'input.value.note: "changed" → "one"' in text
    assert "hunter2" in json.dumps(twice.state())  # the state itself has it
    assert "hunter2" not in text
    assert twice.addresses() == [FUNCTION, JOBS, RUNS]
    assert twice.state()["serial"] == 3
    changes = {one.address: one.action for one in twice.plan()[1].changes}
    assert changes == {MORE: "create", RUNS: "delete", FUNCTION: "update", JOBS: "update"}
    twice.apply(allow=1)
    assert twice.addresses() == [FUNCTION, JOBS, MORE]

    first, second, restored, third = twice.rows("apply.start", "state.restore")
    assert restored.entry.detail["counts"] == "1 disappears, 2 changes, 1 appears"
    written = {one.serial: one for one in list_versions(twice.settings, limit=9).versions}
    assert {serial: one.row for serial, one in written.items()} == {
        serial: row.entry.sequence
        for serial, row in enumerate((first, second, restored, third), start=1)
    }
    assert (written[4].latest, written[3].action) == (True, "state.restore")


def test_a_version_is_named_by_its_id_too_and_the_plan_from_before_is_stale(twice) -> None:
    twice.configure({"jobs": "third"})
    twice.plan()
    first = list_versions(twice.settings, limit=9).versions[-1]
    restore(twice.settings, first.id, confirm=fine)
    with pytest.raises(RefusedError, match="stale") as caught:
        twice.apply(allow=9)
    assert "serial 3" in caught.value.why


def test_half_a_version_is_refused_and_a_broken_state_is_mended(twice) -> None:
    whole = twice.s3.get_object(**twice.place)["Body"].read()
    half = put(twice, whole[: len(whole) // 2])
    newest = list_versions(twice.settings, limit=9).versions[0]
    assert (newest.id, newest.serial) == (half, None)
    assert f"Of its {len(whole) // 2} bytes" in str(newest.problem)
    with pytest.raises(UnreadableStateError, match="cannot be read as a state"):
        list_resources(twice.settings)
    done = restore(twice.settings, "2", confirm=fine)
    assert (done.serial_before, done.serial) == (None, 3)
    assert twice.plan()[0].empty
    with pytest.raises(UnreadableStateError) as caught:
        restore(twice.settings, half, confirm=fine)
    assert "qops state versions" in caught.value.next_step
    assert twice.state()["serial"] == 3


def test_a_deleted_state_comes_back(twice) -> None:
    twice.s3.delete_object(**twice.place)
    (newest, *_) = list_versions(twice.settings, limit=9).versions
    assert newest.deleted
    assert restore(twice.settings, "2", confirm=fine).unreadable == "it was deleted"
    assert twice.plan()[0].empty


def test_a_version_of_another_lineage_is_refused(twice) -> None:
    document = twice.state()
    other = put(twice, json.dumps({**document, "lineage": "another", "serial": 1}).encode())
    put(twice, json.dumps(document).encode())
    with pytest.raises(RefusedError, match="is of another state") as caught:
        restore(twice.settings, other, confirm=fine)
    assert "another" in caught.value.why
    assert twice.state() == document


def test_a_held_state_is_not_restored_and_its_holder_is_named(twice) -> None:
    place_ = twice.place
    twice.s3.put_object(
        Bucket=place_["Bucket"], Key=f"{place_['Key']}.tflock",
        Body=b'{"ID": "7", "Who": "bob@elsewhere", "Operation": "OperationTypeApply", '
        b'"Created": "2026-11-30T06:00:00.123456789Z"}',
    )  # fmt: skip
    with pytest.raises(StateLockedError) as caught:
        restore(twice.settings, "1", confirm=fine)
    assert "bob@elsewhere holds it since 2026-11-30 06:00:00Z" in caught.value.why
    assert twice.state()["serial"] == 2


def test_whoever_writes_in_between_is_not_overwritten(twice) -> None:
    document = twice.state()

    def meanwhile(found: Restoration) -> None:
        put(twice, json.dumps({**document, "serial": 9}).encode())

    with pytest.raises(RefusedError, match="Nothing was written"):
        restore(twice.settings, "1", confirm=meanwhile)
    assert twice.state()["serial"] == 9
    assert [row.entry.action for row in twice.rows("state.restore", "state.unrestored")] == [
        "state.restore", "state.unrestored",
    ]  # fmt: skip


def test_a_refusal_writes_nothing(twice) -> None:
    def no(found: Restoration) -> None:
        raise RefusedError("Nothing was done.")

    before = twice.state()
    with pytest.raises(RefusedError, match="Nothing was done"):
        restore(twice.settings, "1", confirm=no)
    assert twice.state() == before
    assert twice.rows("state.restore") == []


@pytest.mark.parametrize(
    ("version", "told"), [("99", "No version has the serial 99"), ("abc", "no version abc")]
)
def test_a_version_that_is_not_there_is_a_usage_error(twice, version: str, told: str) -> None:
    with pytest.raises(UsageError, match=told) as caught:
        restore(twice.settings, version, confirm=fine)
    assert "qops state versions" in caught.value.next_step
    with pytest.raises(RefusedError, match="is the state as it is"):
        restore(twice.settings, "2", confirm=fine)


@pytest.mark.parametrize("deployment", ["prod"], indirect=True)
def test_prod_restores_what_somebody_else_has_approved(
    twice, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(RefusedError, match="Nobody has approved this restoring") as caught:
        restore(twice.settings, "1", confirm=fine)
    assert "qops state approve" in caught.value.next_step
    approve_restore(twice.settings, "1", own=False, confirm=fine)
    with pytest.raises(RefusedError, match="approved this restoring yourself"):
        restore(twice.settings, "1", confirm=fine)
    assert twice.state()["serial"] == 2
    with monkeypatch.context() as patch:
        patch.setattr(place, "person", lambda *a: "arn:bob")
        done = restore(twice.settings, "1", confirm=fine)
    (approval,) = twice.rows("restore.approve")
    assert done.audit.detail["approved_by"] == approval.entry.actor
    # The approval was of that version over that state: it is used up.
    with pytest.raises(RefusedError, match="Nobody has approved"):
        restore(twice.settings, "2", confirm=fine)


def test_the_list_is_of_what_was_asked_for(twice, tmp_path: Path) -> None:
    settings = twice.settings
    everything = list_resources(settings)
    assert [one.address for one in everything.resources] == [FUNCTION, JOBS, MORE]
    assert (everything.total, everything.serial) == (3, 2)
    only = [one.address for one in list_resources(settings, pattern='["more"]').resources]
    assert only == [MORE]
    layer = list_resources(settings, pattern="module.*jobs*", layer="data")
    assert [one.address for one in layer.resources] == [JOBS]
    with pytest.raises(UsageError, match="no layer 'dta'"):
        list_resources(settings, layer="dta")
