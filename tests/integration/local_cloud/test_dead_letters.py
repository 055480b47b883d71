"""Poisoned messages, and requests that are too large: through the router, with a real function."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from botocore.exceptions import ClientError
from local_cloud_support import archive, eventually, invoke

POISON = """
import json
def handler(event, context):
    bad = [r["messageId"] for r in event["Records"] if "bad" in r["body"]]
    print("GOT", json.dumps([r["body"] for r in event["Records"]]), flush=True)
    return {"batchItemFailures": [{"itemIdentifier": one} for one in bad]}
"""
MENDED = POISON.replace('if "bad" in r["body"]', "if False")
MEBIBYTE = 1024 * 1024


def arn_of(sqs: Any, url: str) -> str:
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    return str(found["Attributes"]["QueueArn"])


def bodies(sqs: Any, url: str) -> list[str]:
    found = sqs.receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=0, WaitTimeSeconds=1
    )
    return sorted(one["Body"] for one in found.get("Messages", []))


def test_a_poisoned_message_goes_alone_to_the_dead_letters_and_back(
    client: Any, function: Callable[..., str]
) -> None:
    sqs = client("sqs")
    letters = sqs.create_queue(QueueName="letters")["QueueUrl"]
    policy = {"deadLetterTargetArn": arn_of(sqs, letters), "maxReceiveCount": 2}
    # As long as the function may take: else it would be handed what it is working on.
    attributes = {"VisibilityTimeout": "5", "RedrivePolicy": json.dumps(policy)}
    queue = sqs.create_queue(QueueName="poisoned", Attributes=attributes)["QueueUrl"]
    function("poisoned", POISON, Timeout=5)
    invoke(client, "poisoned", {"Records": []})  # messages must not come again while it starts
    for body in ("good 1", "bad", "good 2"):
        sqs.send_message(
            QueueUrl=queue,
            MessageBody=body,
            MessageAttributes={"kind": {"DataType": "String", "StringValue": body}},
        )
    client("lambda").create_event_source_mapping(
        EventSourceArn=arn_of(sqs, queue),
        FunctionName="poisoned",
        FunctionResponseTypes=["ReportBatchItemFailures"],
    )
    assert eventually(lambda: bodies(sqs, letters), 60) == ["bad"]
    assert bodies(sqs, queue) == []
    client("lambda").update_function_code(
        FunctionName="poisoned", ZipFile=archive({"handler.py": MENDED})
    )
    invoke(client, "poisoned", {"Records": []})
    source = arn_of(sqs, letters)
    handle = sqs.start_message_move_task(SourceArn=source)["TaskHandle"]
    (task,) = sqs.list_message_move_tasks(SourceArn=source)["Results"]
    assert (task["Status"], task["ApproximateNumberOfMessagesMoved"]) == ("COMPLETED", 1)
    assert bodies(sqs, letters) == []

    def handled() -> list[str]:
        events = client("logs").filter_log_events(logGroupName="/aws/lambda/poisoned")["events"]
        lines = [one["message"] for one in events if "GOT" in one["message"]]
        return [body for line in lines for body in json.loads(line.partition("GOT ")[2])]

    # Twice in vain, and once more after the cause was mended; the others once.
    eventually(lambda: handled().count("bad") == 3)
    assert sorted(handled()) == ["bad"] * 3 + ["good 1", "good 2"]
    assert eventually(lambda: not bodies(sqs, queue))
    assert bodies(sqs, letters) == []
    with pytest.raises(ClientError, match="Task does not exist"):
        sqs.cancel_message_move_task(TaskHandle=handle)


def test_a_failed_asynchronous_invocation_goes_where_the_alias_says(
    client: Any, function: Callable[..., str]
) -> None:
    sqs, functions = client("sqs"), client("lambda")
    urls = {name: sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("of-alias", "of-all")}
    function("failing", "def handler(event, context):\n    raise ValueError(event['n'])")
    version = functions.publish_version(FunctionName="failing")["Version"]
    functions.create_alias(FunctionName="failing", Name="live", FunctionVersion=version)
    for qualifier, name in (("live", "of-alias"), ("$LATEST", "of-all")):
        functions.put_function_event_invoke_config(
            FunctionName="failing",
            Qualifier=qualifier,
            MaximumRetryAttempts=0,
            DestinationConfig={"OnFailure": {"Destination": arn_of(sqs, urls[name])}},
        )
    for qualifier, n in (("live", 1), ("$LATEST", 2)):
        functions.invoke(
            FunctionName="failing",
            Qualifier=qualifier,
            InvocationType="Event",
            Payload=json.dumps({"n": n}).encode(),
        )
    for name, n in (("of-alias", 1), ("of-all", 2)):
        (letter,) = eventually(lambda name=name: bodies(sqs, urls[name]))
        assert json.loads(letter)["requestPayload"] == {"n": n}


def test_messages_are_moved_out_of_dead_letter_queues_only(client: Any) -> None:
    sqs = client("sqs")
    url = sqs.create_queue(QueueName="no-letters")["QueueUrl"]
    with pytest.raises(ClientError, match="Dead Letter Queue"):
        sqs.start_message_move_task(SourceArn=arn_of(sqs, url))


def test_a_function_takes_six_megabytes_and_no_more(
    client: Any, function: Callable[..., str]
) -> None:
    function("large", "def handler(event, context):\n    return len(event['x'])")
    small = json.dumps({"x": "y" * (6 * MEBIBYTE - 100)})
    answer = client("lambda").invoke(FunctionName="large", Payload=small)
    assert json.load(answer["Payload"]) == 6 * MEBIBYTE - 100
    with pytest.raises(ClientError) as found:
        client("lambda").invoke(
            FunctionName="large", Payload=json.dumps({"x": "y" * (6 * MEBIBYTE + 100)})
        )
    assert found.value.response["Error"]["Code"] == "RequestEntityTooLargeException"
    assert found.value.response["ResponseMetadata"]["HTTPStatusCode"] == 413


def test_expired_addresses_are_refused(client: Any) -> None:
    s3 = client("s3")
    s3.create_bucket(
        Bucket="expiring", CreateBucketConfiguration={"LocationConstraint": "ap-northeast-2"}
    )
    s3.put_object(Bucket="expiring", Key="k", Body=b"x")
    named = {"Params": {"Bucket": "expiring", "Key": "k"}, "ExpiresIn": 1}
    get = s3.generate_presigned_url("get_object", **named)
    put = s3.generate_presigned_url("put_object", **named)
    form = s3.generate_presigned_post("expiring", "k", ExpiresIn=1)

    def statuses() -> set[int]:
        sent = httpx.post(form["url"], data=form["fields"], files={"file": b"y"})
        return {httpx.get(get).status_code, httpx.put(put, content=b"y").status_code} | {
            sent.status_code
        }

    assert eventually(lambda: statuses() == {403})
    assert "expired" in httpx.get(get).text
