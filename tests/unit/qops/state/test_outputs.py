"""What ``qops state`` and ``qops adopt`` print."""

from datetime import UTC, datetime

from example_plans import plan, resource
from golden_files import Golden

from qops.errors import RefusedError
from qops.platform.answers import PlanAnswer, TrailRow
from qops.review.model import AttributeChange
from qops.review.reading import review_of
from qops.state.answers import (
    LockAnswer,
    StateListAnswer,
    StateLocksAnswer,
    StateResource,
    StateRestoreAnswer,
    StateUnlockAnswer,
    StateVersionAnswer,
    StateVersionsAnswer,
)
from qops.state.comparing import StateChange

AT = datetime(2026, 11, 30, 6, 7, 8, tzinfo=UTC)
BUCKET = "s3://qscreen-tfstate-123456789012-ap-northeast-2/platform/prod.tfstate"
BOB = "arn:aws:sts::123456789012:assumed-role/operator/김영희@example.com"
LINEAGE = "45efcd16-3496-e61c-4d57-77f6dd5b603e"
QUEUE = 'module.data.aws_sqs_queue.this["회의-알림-queue-for-the-notifications-of-meetings"]'
VERSION = "3sL4kqtJlcpXroDTDmJ.rmSpXd3dIbrHY_MTRCxf3vjVBH40Nr8X8gdRQBpUMLUo"


def row(action: str, sequence: int = 12) -> TrailRow:
    return TrailRow(
        sequence=sequence, at=AT, actor=BOB, action=action, subject="prod", detail={},
        hash="3f5a" * 16,
    )  # fmt: skip


def test_list(golden: Golden) -> None:
    def one(address: str, layer: str, **more: object) -> StateResource:
        values = {"type": "aws_x", "managed": True, "tainted": False, "stateful": None}
        return StateResource(address=address, layer=layer, **{**values, **more})

    resources = [
        one("module.network.aws_vpc.this", "network"),
        one(QUEUE, "data"),
        one("module.data.aws_db_instance.this", "data", tainted=True),
    ]
    answer = StateListAnswer(
        state=BUCKET, lineage=LINEAGE, serial=412, terraform_version="1.11.4",
        resources=resources, total=987,
    )  # fmt: skip
    golden("state list", answer)
    golden("state", answer)
    golden("state list", answer, "--quiet", variant="quiet")
    none = answer.model_copy(update={"resources": []})
    golden("state list", none, "aws_sqs_*", variant="none")


def version(**more: object) -> StateVersionAnswer:
    values = {
        "id": VERSION, "at": AT, "latest": False, "deleted": False, "size": 4_600_000,
        "serial": 411, "lineage": LINEAGE, "terraform_version": "1.11.4", "resources": 987,
        "problem": None, "row": 7, "action": "apply.start", "actor": BOB,
    }  # fmt: skip
    return StateVersionAnswer.model_validate({**values, **more})


def test_versions(golden: Golden) -> None:
    unread = {"serial": None, "lineage": None, "terraform_version": None, "resources": None}
    versions = [
        version(latest=True, row=None, action=None, actor=None, size=900, **unread,
                problem="Of its 900 bytes: Expecting ',' delimiter: line 37 column 11 (char 900)."),
        version(),
        version(deleted=True, size=0, **unread),
    ]  # fmt: skip
    golden("state versions", StateVersionsAnswer(
        state=BUCKET, versioned=True, versions=versions, trail_intact=True
    ))  # fmt: skip
    golden("state versions", StateVersionsAnswer(
        state=BUCKET, versioned=False, versions=[], trail_intact=False
    ), variant="none")  # fmt: skip


def test_restore(golden: Golden) -> None:
    attribute = AttributeChange(path="input.password", before='"(masked)"', after='"(masked)"',
                                masked=True)  # fmt: skip
    changes = [
        StateChange(address=QUEUE, kind="disappears", stateful=None, attributes=[]),
        StateChange(address="module.data.aws_db_instance.this", kind="changes",
                    stateful="a database", attributes=[attribute]),
    ]  # fmt: skip
    answer = StateRestoreAnswer(
        version=VERSION, serial_before=412, serial=413, changes=changes, unreadable=None,
        audit=row("state.restore"),
    )  # fmt: skip
    golden("state restore", answer, "411")
    broken = answer.model_copy(update={"serial_before": None, "unreadable": "half of it"})
    golden("state restore", broken, "411", variant="broken")
    golden("state approve", answer, "411")
    refused = RefusedError(
        "Nobody has approved this restoring for prod.",
        why="The trail has no approval of this version over the state as it is now.",
        next_step=f"Let somebody review it: qops state approve {VERSION} --env prod",
    )
    golden("state restore", refused, "411", variant="refused")


def lock(holder: str, processes: list[int]) -> LockAnswer:
    return LockAnswer(
        id="5d81e6dd-398e-0763-7677-55af521404a5", operation="OperationTypeApply",
        who="김영희@laptop", since=AT, age_seconds=5400.0, place=f"{BUCKET}.tflock", holder=holder,
        processes=processes,
    )  # fmt: skip


def test_locks(golden: Golden) -> None:
    for holder, pids in (("alive", [4242]), ("perhaps alive", [77, 78]), ("gone", []),
                         ("elsewhere", [])):  # fmt: skip
        answer = StateLocksAnswer(state=BUCKET, lock=lock(holder, pids))
        golden("state locks", answer, variant=holder.partition(" ")[0])
    golden("state locks", StateLocksAnswer(state=BUCKET, lock=None))
    golden("state unlock", StateUnlockAnswer(
        state=BUCKET, removed=lock("gone", []), audit=row("state.unlock")
    ))  # fmt: skip
    golden("state unlock", StateUnlockAnswer(state=BUCKET, removed=None, audit=None),
           variant="none")  # fmt: skip


def test_adopt_and_forget(golden: Golden) -> None:
    file = "/home/한글 사용자/work/q-screen-automation/.qscreen/terraform/prod/adopt.tfplan"

    def answer(change: dict) -> PlanAnswer:
        document = {**plan(), "resource_changes": [change], "resource_drift": [],
                    "output_changes": {}, "checks": []}  # fmt: skip
        return PlanAnswer.of(file, review_of(document, "prod"))

    values = {"name": "jobs", "tags": {"team": "old"}}
    adopted = resource(
        "module.data.aws_sqs_queue.jobs", ["update"], values, values | {"tags": {"team": "new"}},
        importing={"id": "https://sqs.ap-northeast-2.amazonaws.com/123456789012/jobs"},
    )  # fmt: skip
    golden("adopt", answer(adopted), "module.data.aws_sqs_queue.jobs", "https://sqs/jobs")
    forgotten = resource("module.data.aws_db_instance.this", ["forget"], values, None)
    golden("state forget", answer(forgotten), "module.data.aws_db_instance.this")
