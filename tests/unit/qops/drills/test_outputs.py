"""What ``qops drill`` prints, and writes for the records."""

from datetime import UTC, datetime
from pathlib import Path

from golden_files import Golden, check_golden

from qops.drills.answers import (
    BucketAnswer,
    CleanAnswer,
    LeftoverAnswer,
    LoseCacheAnswer,
    ProofAnswer,
    RestoreBucketsAnswer,
    RestoreDbAnswer,
    RestoredTableAnswer,
    RestoreTablesAnswer,
    StageAnswer,
)
from qops.drills.showing import as_markdown

AT = datetime(2026, 11, 29, 17, 4, 11, tzinfo=UTC)


def table(name: str, rows: int, **differ: int) -> dict[str, object]:
    told = {"changed": 0, "deleted": 0, "lost": 0, "newer": 0, **differ}
    same = rows - told["changed"] - told["deleted"]
    return {"table": name, "rows": rows, "same": same, **told, "holds": not told["lost"]}


def drill(*tables: dict[str, object], faults: tuple[str, ...] = ()) -> RestoreDbAnswer:
    return RestoreDbAnswer.model_validate(
        {
            "environment": "prod",
            "drill": "drill-20261130t060708z",
            "database": "qscreen-prod",
            "backup": "rds:qscreen-prod-2026-11-29-17-04",
            "backup_at": AT,
            "copy_name": "qscreen-prod-drill-20261130t060708z",
            "holds": not faults,
            "comparison": {
                "holds": not faults,
                "structure": {"same": True, "missing": [], "extra": []},
                "tables": tables,
                "audit": {"rows": 81234, "intact": True, "message": None, "last": "ab" * 32},
                "latest": AT,
            },
            "rto_seconds": 1284.6,
            "rpo_seconds": 46977.0,
            "rto_limit_seconds": 900.0,
            "rpo_limit_seconds": 86400.0,
            "stages": [
                {"name": "restore", "seconds": 1251.2},
                {"name": "compare", "seconds": 33.4},
                {"name": "remove", "seconds": 291.0},
            ],
            "faults": faults,
        }
    )


def test_the_verdict_on_a_backup(golden: Golden) -> None:
    whole = drill(
        table("audit_log", 81234, newer=311), table("runs", 4211, changed=2, deleted=17, newer=96)
    )
    golden("drill restore-db", whole)
    golden("drill restore-db", whole, "--quiet", variant="quiet")
    lost = drill(
        table("runs", 4100, lost=111), faults=("runs: 111 rows of before the backup are missing",)
    )
    golden("drill restore-db", lost, variant="lost")
    check_golden(Path(__file__).with_name("golden") / "restore-db.md", as_markdown(lost))


def test_the_verdict_on_tables(golden: Golden) -> None:
    def one(name: str, **figures: int) -> RestoredTableAnswer:
        told = {"same": 0, "moving": 0, "lost": 0, "damaged": 0, **figures}
        faults = [f"{name}: {told['lost']} items are missing in the copy"] if told["lost"] else []
        return RestoredTableAnswer(
            table=name, items=sum(told.values()), holds=not faults, faults=faults, **told
        )

    def answer(*tables: RestoredTableAnswer) -> RestoreTablesAnswer:
        return RestoreTablesAnswer(
            environment="prod",
            drill="drill-20261130t060708z",
            holds=all(table.holds for table in tables),
            tables=list(tables),
            rto_seconds=412.5,
            rpo_seconds=301.0,
            rto_limit_seconds=None,
            rpo_limit_seconds=300.0,
            stages=[StageAnswer(name="wait", seconds=298.0)],
        )

    runs = one("qscreen-prod-runs", same=81234, moving=311)
    golden("drill restore-tables", answer(runs, one("qscreen-prod-sessions")))
    lost = answer(one("qscreen-prod-runs", same=3, lost=2))
    golden("drill restore-tables", lost, variant="lost")


def test_the_verdict_on_buckets(golden: Golden) -> None:
    def one(purpose: str, *proofs: ProofAnswer, **more: object) -> BucketAnswer:
        values = {
            "written": bool(proofs), "locked": purpose == "audit", "copy_name": None,
            "versions_tried": 20, "versions_archived": 0, "versions_unreadable": [], **more,
        }  # fmt: skip
        name = f"qscreen-prod-{purpose}-123456789012"
        return BucketAnswer(bucket=name, purpose=purpose, proofs=list(proofs), **values)

    proofs = (
        ProofAnswer(what="a deleted object is restored from its version", holds=True, seconds=0.4),
        ProofAnswer(
            what="its copy in the recovery region is the same",
            holds=False,
            why="S3 says FAILED of it (docs/runbooks/buckets.md#replication)",
        ),
        ProofAnswer(
            what="its deletion is copied too", holds=None, why="the local cloud copies no objects"
        ),
    )
    unreadable = ["entries/2026/11/30/한글.json (3sL4kqtJlcpXroDTDmJ): AccessDenied"]
    answer = RestoreBucketsAnswer(
        environment="prod",
        drill="drill-20261130t060708z",
        holds=False,
        buckets=[
            one("templates", *proofs),
            one("audit", versions_archived=12, versions_unreadable=unreadable),
            one("logs", versions_tried=0),
        ],
        stages=[StageAnswer(name="templates", seconds=61.0)],
    )
    golden("drill restore-buckets", answer)


def test_what_drills_left(golden: Golden) -> None:
    def left(kind: str, *, removed: bool) -> LeftoverAnswer:
        name = "qscreen-prod-drill-20261130t060708z"
        return LeftoverAnswer(
            kind=kind, name=name, drill=name[13:], status="available", removed=removed
        )

    found = [left("instance", removed=False), left("snapshot", removed=True)]
    golden("drill clean", CleanAnswer(environment="prod", leftovers=found))
    golden("drill clean", CleanAnswer(environment="prod", leftovers=[]), variant="none")
    unseen = ["AWS refused to look for what drills left behind. ListTables: AccessDenied: no"]
    answer = CleanAnswer(environment="prod", leftovers=[], unseen=unseen)
    golden("drill clean", answer, variant="unseen")


def lost_cache(*proofs: ProofAnswer, **more: object) -> LoseCacheAnswer:
    return LoseCacheAnswer.model_validate(
        {
            "environment": "local",
            "drill": "drill-20261130t060708z",
            "cache": "qscreen-local",
            "how": "emptied",
            "entries": 1204,
            "holds": all(one.holds is not False for one in proofs),
            "proofs": proofs,
            "rto_seconds": 0.2,
            "rto_limit_seconds": None,
            "stages": [{"name": "lose", "seconds": 0.1}, {"name": "check", "seconds": 3.2}],
            **more,
        }
    )


def test_the_loss_of_the_cache(golden: Golden) -> None:
    back = ProofAnswer(what="it answers again", holds=True, seconds=0.2)
    unseen = ProofAnswer(
        what="it is filled again", holds=None, why="nothing ran that needs it for 30 s"
    )
    api = ProofAnswer(what="The API answers (network.api-answers)", holds=True, seconds=1.3)
    golden("drill lose-cache", lost_cache(back, unseen, api))
    gone = ProofAnswer(
        what="it answers again", holds=False, why="not within 900 s: its status is modifying"
    )
    away = {
        "environment": "prod", "cache": "qscreen-prod", "how": "failed over", "entries": None,
        "rto_seconds": 900.3, "rto_limit_seconds": 120.0,
    }  # fmt: skip
    golden("drill lose-cache", lost_cache(gone, api, **away), variant="away")
    golden("drill lose-cache", lost_cache(gone, api, **away), "--quiet", variant="quiet")
