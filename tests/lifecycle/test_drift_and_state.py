"""What somebody changes behind Terraform's back, and the versions of the local platform's state."""

import json
import uuid
from typing import Any

from e2e_endpoint import client
from e2e_qops import qops

QUEUE = "module.compute.aws_sqs_queue.jobs"
ROLE = "module.network.aws_iam_role.authorizer"
ALL = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
    }
)


def drift() -> tuple[int, dict[str, dict[str, Any]]]:
    """Exit code, and what drifted by address."""
    code, document = qops("drift", timeout=900)
    assert document["error"] is None, document["error"]
    return code, {one["address"]: one for one in document["result"]["resources"]}


def paths(resource: dict[str, Any]) -> set[str]:
    return {one["change"]["path"] for one in resource["attributes"]}


def delete_something() -> str:
    """Delete an alarm, where the platform has any, or a dashboard; its address's beginning."""
    cloudwatch = client("cloudwatch")
    pages = cloudwatch.get_paginator("describe_alarms").paginate(AlarmTypes=["MetricAlarm"])
    names = [alarm["AlarmName"] for page in pages for alarm in page["MetricAlarms"]]
    ours = [name for name in names if name.startswith("qscreen-local-")]
    if ours:
        cloudwatch.delete_alarms(AlarmNames=ours[:1])
        return "module.observability.aws_cloudwatch_metric_alarm."
    cloudwatch.delete_dashboards(DashboardNames=["qscreen-local-devices"])
    return 'module.observability.aws_cloudwatch_dashboard.this["devices"]'


def test_drift_is_what_somebody_changed_and_nothing_else() -> None:
    assert drift() == (0, {})

    sqs, iam = client("sqs"), client("iam")
    url = sqs.get_queue_url(QueueName="qscreen-local-jobs")["QueueUrl"]
    sqs.tag_queue(QueueUrl=url, Tags={"cost": "somebody"})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "77"})
    role = "qscreen-local-api-authorizer"
    rogue = f"rogue-{uuid.uuid4().hex[:8]}"
    iam.put_role_policy(RoleName=role, PolicyName=rogue, PolicyDocument=ALL)
    gone = delete_something()

    code, found = drift()
    assert code == 2
    (missing,) = [one for one in found.values() if one["deleted"]]
    assert missing["address"].startswith(gone)
    assert found.keys() == {missing["address"], QUEUE, ROLE}
    assert "visibility_timeout_seconds" in paths(found[QUEUE])
    assert any(path.startswith("tags") for path in paths(found[QUEUE]))
    assert paths(found[ROLE]) == {f'inline_policy["{rogue}"]'}

    # Terraform puts right what it manages; the policy is none of it.
    iam.delete_role_policy(RoleName=role, PolicyName=rogue)
    assert qops("plan", timeout=900)[0] == 2
    assert qops("apply", "--yes", timeout=900)[0] == 0
    assert drift() == (0, {})


def test_a_former_state_is_restored_and_the_newest_again() -> None:
    versions = qops("state", "versions")[1]["result"]
    assert versions["versioned"] is True
    newest, *former = [one for one in versions["versions"] if one["serial"] is not None]
    before = qops("state", "list")[1]["result"]
    older = next(one for one in former if one["lineage"] == newest["lineage"])

    code, document = qops("state", "restore", older["id"], "--yes")
    assert (code, document["result"]["serial"]) == (0, newest["serial"] + 1)
    now = qops("state", "list")[1]["result"]
    assert len(now["resources"]) == older["resources"]

    code, document = qops("state", "restore", newest["id"], "--yes")
    assert (code, document["result"]["serial"]) == (0, newest["serial"] + 2)
    assert qops("state", "list")[1]["result"]["resources"] == before["resources"]
    audit = qops("audit")[1]["result"]
    assert [row["action"] for row in audit["rows"][-2:]] == ["state.restore"] * 2
    assert audit["intact"] is True
    assert qops("state", "locks")[1]["result"]["lock"] is None
