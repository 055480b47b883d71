"""What ``qops destroy`` prints of an AWS environment."""

from datetime import UTC, datetime

from example_plans import plan, resource
from golden_files import Golden

from qops.platform.answers import ChangeCounts, DestroyAnswer, TrailRow
from qops.review.reading import review_of

FILE = "/home/한글 사용자/work/q-screen-automation/.qscreen/terraform/dev/destroy.tfplan"


def test_destroy_in_aws(golden: Golden) -> None:
    document = {
        **plan(),
        "resource_changes": [
            resource("module.data.aws_db_instance.this", ["delete"], {"identifier": "qs"}),
            resource('module.network.aws_subnet.this["a"]', ["delete"], {"id": "subnet-1"}),
        ],
        "resource_drift": [],
        "output_changes": {},
        "checks": [],
    }
    planned = DestroyAnswer(
        changes=ChangeCounts(add=0, change=0, destroy=2), left=[], layers=[], planned=FILE,
        review=review_of(document, "dev"),
    )  # fmt: skip
    golden("destroy", planned, variant="planned")
    row = TrailRow(
        sequence=9, at=datetime(2026, 11, 30, 6, 7, tzinfo=UTC), actor="arn:aws:iam::1:user/김영희",
        action="apply.end", subject="dev", detail={"result": "done"}, hash="3f5a" * 16,
    )  # fmt: skip
    removed = {"planned": None, "review": None, "plan": "3f5a" * 16, "audit": row}
    golden("destroy", planned.model_copy(update=removed), variant="by-plan")
