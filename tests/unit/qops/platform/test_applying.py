"""A saved plan on its way through approval and apply; S3 is moto's, Terraform a stand-in."""

import zipfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import boto3
import pytest
from example_plans import plan as example_plan
from moto import mock_aws

from qops.applying.seal import seal_file, write_seal
from qops.applying.trail import APPROVED, ENDED, STARTED, TrailError
from qops.errors import ExitCode, QopsError, RefusedError, UsageError
from qops.platform import applying as subject
from qops.platform import provenance
from qops.platform.aws import Aws
from qops.platform.migrations import MigrationResult
from qops.platform.workspace import Workspace
from qops.settings import Settings
from qops.terraform.errors import KilledInInterruptError, StateLockedError, TerraformError
from qops.terraform.events import Changes, Event
from qops.terraform.runner import ApplyResult

BUCKET, KEY = "state", "platform/prod.tfstate"
DATABASE = "module.data.aws_db_instance.this"
TABLE = 'module.data.aws_dynamodb_table.this["runs"]'


def state(serial: int) -> str:
    return f'{{"version": 4, "serial": {serial}, "lineage": "ab-c"}}'


def empty(s3) -> None:
    try:
        found = s3.list_objects_v2(Bucket=BUCKET).get("Contents", ())
    except s3.exceptions.NoSuchBucket:
        return
    for item in found:
        s3.delete_object(Bucket=BUCKET, Key=item["Key"])
    s3.delete_bucket(Bucket=BUCKET)


@dataclass
class Bench:
    """One environment with a saved, sealed plan, and what would apply it."""

    settings: Settings
    workspace: Workspace
    s3: object
    failure: BaseException | None = None
    migration: BaseException | None = None
    applied: list[Path] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    state_place = (BUCKET, KEY)

    @property
    def runner(self):
        return SimpleNamespace(show=lambda plan: example_plan())

    def install(self) -> None:
        """Nothing to install."""

    def apply(self, plan: Path, *, on_event) -> ApplyResult:
        if isinstance(self.failure, StateLockedError):
            raise self.failure
        try:
            for kind in ("planned_change", "apply_start", "apply_complete"):
                on_event(Event(kind, "", address="module.data.aws_x.y", layer="data",
                               action="create", at=1.0))  # fmt: skip
            on_event(Event("planned_change", "", address="module.ai.aws_x.z", layer="ai",
                           action="create"))  # fmt: skip
            if self.failure:
                raise self.failure
            self.applied.append(plan)
            return ApplyResult(Changes(add=2))
        finally:
            plan.unlink()

    def seal(self) -> None:
        write_seal(self.plan, provenance.make_seal(self.settings, self, self.plan))

    @property
    def plan(self) -> Path:
        return self.workspace.plan

    def run(self, *, allow: int = 2, destroys=(DATABASE, TABLE)) -> subject.Applied:
        def stateful(address: str, consequence: str) -> None:
            raise RefusedError("Nothing was done.", why=address)

        asking = subject.Asking(self.asked.append, stateful, allow, tuple(destroys))

        @contextmanager
        def show():
            yield lambda event: None

        return subject.apply_plan(
            self.settings, None, notice=self.notices.append, asking=asking, show=show
        )

    def approve(self, *, own: bool = False, who: str | None = None) -> subject.Approved:
        real = subject.person
        if who:
            subject.person = lambda settings, aws: who
        try:
            return subject.approve_plan(
                self.settings, None, own=own, notice=self.notices.append, confirm=lambda _: None
            )
        finally:
            subject.person = real

    def actions(self) -> list[tuple[str, object]]:
        verdict = subject.read_trail(self.settings, notice=self.notices.append)
        assert verdict.chain.intact
        return [(row.entry.action, row.entry.detail.get("result")) for row in verdict.rows]


@pytest.fixture(scope="module")
def clients():
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        patch.delenv("AWS_ENDPOINT_URL", raising=False)
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "testing")
        yield {name: boto3.client(name, region_name="us-east-1") for name in ("s3", "sts")}


@pytest.fixture(params=["prod"])
def bench(request, clients, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    environment = request.param
    monkeypatch.setattr(Aws, "client", lambda self, service: clients[service])
    platform = tmp_path / "terraform" / "platform"
    (platform / "environments").mkdir(parents=True)
    (platform / "main.tf").write_text("# nothing")
    (platform / "variables.tf").write_text("")
    (platform / "environments" / f"{environment}.tfvars").write_text('region = "ap-northeast-2"\n')
    (tmp_path / "modules").mkdir()
    settings = Settings(repository=tmp_path, home=tmp_path / "home", environment=environment)
    home = settings.terraform_home
    home.mkdir(parents=True)
    workspace = Workspace(
        root=platform, data=home, values=home / "v", plan=home / "platform.tfplan", var_files=()
    )
    s3 = clients["s3"]
    empty(s3)
    s3.create_bucket(Bucket=BUCKET)
    s3.put_object(Bucket=BUCKET, Key=KEY, Body=state(12).encode())
    made = Bench(settings, workspace, s3)
    monkeypatch.setattr(subject, "find_tools", lambda *a, **k: None)
    monkeypatch.setattr(subject, "Deployment", lambda *a, **k: made)
    monkeypatch.setattr(subject, "ensure_application_secret", lambda *a, **k: False)

    def migrate(settings, aws) -> MigrationResult:
        if made.migration:
            raise made.migration
        return SimpleNamespace(version="7", applied=())

    monkeypatch.setattr(subject, "migrate", migrate)
    with zipfile.ZipFile(made.plan, "w") as archive:
        archive.writestr("tfstate", state(12))
    made.seal()
    return made


def test_a_reviewed_plan_is_applied_once_and_recorded(bench: Bench) -> None:
    approved = bench.approve(who="arn:bob")
    done = bench.run()
    assert bench.applied == [bench.plan]
    assert not bench.plan.exists()
    assert not seal_file(bench.plan).exists()
    assert bench.actions() == [(APPROVED, None), (STARTED, None), (ENDED, "done")]
    rows = subject.read_trail(bench.settings, notice=print).rows
    assert rows[1].entry.detail["plan"] == approved.seal.plan == done.seal.plan
    assert rows[1].entry.detail["approved_by"] == "arn:bob"
    assert rows[1].entry.detail["risk"] == "critical"
    assert rows[1].entry.actor.startswith("arn:aws:sts::")
    assert done.row == rows[2]
    assert "1 to delete" in bench.asked[0]
    with pytest.raises(UsageError, match="There is no saved plan"):
        bench.run()


def test_prod_applies_nothing_that_nobody_approved(bench: Bench) -> None:
    with pytest.raises(RefusedError, match="Nobody has approved") as caught:
        bench.run()
    assert "qops approve --env prod" in caught.value.next_step
    assert (bench.applied, bench.asked, bench.actions()) == ([], [], [])


@pytest.mark.parametrize("bench", ["dev"], indirect=True)
def test_dev_applies_without_an_approval(bench: Bench) -> None:
    bench.run()
    assert bench.actions() == [(STARTED, None), (ENDED, "done")]


def test_an_approval_is_of_one_plan_only(bench: Bench) -> None:
    bench.approve(who="arn:bob")
    with zipfile.ZipFile(bench.plan, "w") as archive:
        archive.writestr("tfstate", state(12))
        archive.writestr("more", "x")
    bench.seal()
    with pytest.raises(RefusedError, match="Nobody has approved"):
        bench.run()


def test_ones_own_plan_is_approved_on_demand_only_and_recorded_so(bench: Bench) -> None:
    with pytest.raises(RefusedError, match="made this plan yourself"):
        bench.approve()
    assert bench.approve(own=True).own
    bench.run()
    rows = subject.read_trail(bench.settings, notice=print).rows
    assert rows[0].entry.detail["own"] is True


def test_a_stale_plan_is_neither_approved_nor_applied(bench: Bench) -> None:
    bench.s3.put_object(Bucket=BUCKET, Key=KEY, Body=state(13).encode())
    for act in (bench.approve, bench.run):
        with pytest.raises(RefusedError, match="stale") as caught:
            act()
        assert "serial 13" in caught.value.why
    assert bench.plan.exists()


@pytest.mark.parametrize("changed", ["terraform/platform/main.tf", "modules/x/y.tf",
                                     "home/build/prod/api.zip"])  # fmt: skip
def test_another_configuration_makes_a_plan_stale(bench: Bench, changed: str) -> None:
    file = bench.settings.repository / changed
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("# something else")
    with pytest.raises(RefusedError, match="stale") as caught:
        bench.run()
    assert "configuration" in caught.value.why


def test_a_plan_is_approved_elsewhere_and_applied_where_it_was_made(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = example_plan() | {"variables": {"build_dir": {"value": "/made/here"}}}
    monkeypatch.setattr(
        Bench, "runner", property(lambda self: SimpleNamespace(show=lambda plan: document))
    )
    bench.approve(who="arn:bob")
    with pytest.raises(RefusedError, match="made in another folder") as caught:
        bench.run()
    assert "/made/here" in caught.value.why
    document["variables"]["build_dir"]["value"] = str(bench.settings.build_home)
    bench.run()
    assert bench.actions()[-1] == (ENDED, "done")


def test_another_provider_lock_makes_a_plan_stale(bench: Bench) -> None:
    (bench.workspace.root / ".terraform.lock.hcl").write_text("provider")
    with pytest.raises(RefusedError, match="stale") as caught:
        bench.run()
    assert "provider lock" in caught.value.why


def test_a_tampered_plan_is_refused_before_terraform_sees_it(bench: Bench) -> None:
    bench.approve(who="arn:bob")
    bench.plan.write_bytes(bench.plan.read_bytes() + b"x")
    with pytest.raises(RefusedError, match="was changed after it was made"):
        bench.run()
    assert bench.applied == []


def test_destruction_has_to_be_allowed_by_number_and_by_name(bench: Bench) -> None:
    bench.approve(who="arn:bob")
    with pytest.raises(RefusedError, match="destroys 2 resources, and 0 are allowed"):
        bench.run(allow=0)
    with pytest.raises(RefusedError) as caught:
        bench.run(destroys=[DATABASE])
    assert caught.value.why == TABLE
    assert bench.applied == []
    assert bench.actions() == [(APPROVED, None)]


def test_a_failed_apply_is_recorded_and_says_how_to_go_on(bench: Bench) -> None:
    bench.approve(who="arn:bob")
    bench.failure = TerraformError("Terraform stopped.", output=["password=hunter2 refused"])
    with pytest.raises(TerraformError) as caught:
        bench.run()
    assert caught.value.details[:2] == (
        "1 of 2 changes were made.",
        "ai: 0 of 1 done, 0 failed",
    )
    assert "qops plan --env prod" in caught.value.next_step
    assert bench.actions()[1:] == [(STARTED, None), (ENDED, "failed")]
    last = subject.read_trail(bench.settings, notice=print).rows[-1].entry.detail
    assert last["made"] == 1
    assert "hunter2" not in str(last)


def test_an_interrupted_apply_is_recorded(bench: Bench) -> None:
    bench.approve(who="arn:bob")
    bench.failure = KilledInInterruptError()
    with pytest.raises(KilledInInterruptError):
        bench.run()
    assert bench.actions()[-1] == (ENDED, "interrupted")


def test_a_locked_state_leaves_the_plan_for_later(bench: Bench) -> None:
    bench.approve(who="arn:bob")
    bench.failure = StateLockedError("Locked.")
    with pytest.raises(StateLockedError):
        bench.run()
    assert bench.plan.exists()
    bench.failure = None
    bench.run()
    assert [result for _, result in bench.actions()] == [None, None, "failed", None, "done"]


def test_failed_migrations_are_no_success(bench: Bench) -> None:
    bench.approve(who="arn:bob")
    bench.migration = QopsError("The function failed.", next_step="Look at its log.")
    with pytest.raises(QopsError) as caught:
        bench.run()
    assert "Look at its log. The resources are applied" in caught.value.next_step
    assert bench.actions()[-1] == (ENDED, "failed")


def test_an_end_that_cannot_be_recorded_hides_no_failure(bench: Bench) -> None:
    bench.approve(who="arn:bob")

    bench.failure = TerraformError("Terraform stopped.")
    apply = bench.apply

    def lost(plan: Path, *, on_event) -> ApplyResult:
        empty(bench.s3)
        return apply(plan, on_event=on_event)

    bench.apply = lost  # type: ignore[method-assign]
    with pytest.raises(TerraformError, match="Terraform stopped"):
        bench.run()
    assert any("could not be recorded" in text for text in bench.notices)


def test_a_broken_trail_stops_prod(bench: Bench) -> None:
    bench.approve(who="arn:bob")
    key = "platform/prod.audit/00000001.json"
    row = bench.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()
    bench.s3.put_object(Bucket=BUCKET, Key=key, Body=row.replace(b"arn:bob", b"arn:eve"))
    with pytest.raises(TrailError, match="is broken") as caught:
        bench.run()
    assert caught.value.exit_code == ExitCode.FAILED
    assert bench.applied == []


def test_without_a_state_the_version_is_that_of_none(bench: Bench) -> None:
    bench.s3.delete_object(Bucket=BUCKET, Key=KEY)
    assert str(provenance.current_state(Aws(bench.settings), bench)) == "no state yet"
