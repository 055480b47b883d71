"""SQS, SNS and EventBridge through the router."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import threading
import time
from typing import Any

from local_cloud_support import eventually

from qops.local import LocalCloudState


def test_queue_urls_point_to_the_router(client: Any, state: LocalCloudState) -> None:
    url = client("sqs").create_queue(QueueName="urls")["QueueUrl"]
    assert url.startswith(state.url + "/")


def test_a_long_poll_ends_when_a_message_comes_and_keeps_nobody_waiting(client: Any) -> None:
    url = client("sqs").create_queue(QueueName="poll")["QueueUrl"]
    got: list[Any] = []

    def poll() -> None:
        got.append(client("sqs").receive_message(QueueUrl=url, WaitTimeSeconds=20))

    pollers = [threading.Thread(target=poll) for _ in range(8)]
    for thread in pollers:
        thread.start()
    time.sleep(0.5)
    began = time.monotonic()
    client("sts").get_caller_identity()
    assert got == [], "answered while everybody polls"
    for number in range(8):
        client("sqs").send_message(QueueUrl=url, MessageBody=str(number))
    for thread in pollers:
        thread.join(30)
    assert time.monotonic() - began < 15, "before the polls end by themselves"
    assert sorted(one["Messages"][0]["Body"] for one in got) == sorted("01234567")


def test_a_message_is_handed_over_at_once(client: Any) -> None:
    url = client("sqs").create_queue(QueueName="prompt")["QueueUrl"]
    sender, receiver = client("sqs"), client("sqs")

    def take(text: str) -> None:
        (got,) = receiver.receive_message(QueueUrl=url, WaitTimeSeconds=10)["Messages"]
        assert got["Body"] == text
        taken.append(time.monotonic())
        receiver.delete_message(QueueUrl=url, ReceiptHandle=got["ReceiptHandle"])

    late: list[float] = []
    least: list[float] = []
    taken: list[float] = []
    for number in range(10):
        began = time.monotonic()
        sender.send_message(QueueUrl=url, MessageBody="there")
        take("there")
        least.append(taken[-1] - began)
        sent: list[float] = []

        def send(text: str, at: list[float]) -> None:
            # Just after MiniStack's own third look at the queue, and so long before its fourth.
            time.sleep(0.31)
            at.append(time.monotonic())
            sender.send_message(QueueUrl=url, MessageBody=text)

        thread = threading.Thread(target=send, args=(str(number), sent))
        thread.start()
        take(str(number))
        late.append(taken[-1] - sent[0])
        thread.join()
    # Its fourth look would come 0.09 s later than what two calls take on this machine.
    assert statistics.median(late) < statistics.median(least) + 0.05


def test_a_long_poll_of_an_empty_queue_takes_its_time(client: Any) -> None:
    url = client("sqs").create_queue(QueueName="empty")["QueueUrl"]
    began = time.monotonic()
    assert "Messages" not in client("sqs").receive_message(QueueUrl=url, WaitTimeSeconds=2)
    assert 1.8 < time.monotonic() - began < 15


def test_an_event_reaches_the_queue_of_its_rule(client: Any) -> None:
    events, sqs = client("events"), client("sqs")
    url = sqs.create_queue(QueueName="from-events")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    events.create_event_bus(Name="qscreen")
    pattern = {"source": ["qscreen.runs"], "detail-type": ["Run Finished"]}
    events.put_rule(Name="finished", EventBusName="qscreen", EventPattern=json.dumps(pattern))
    events.put_targets(
        Rule="finished", EventBusName="qscreen", Targets=[{"Id": "q", "Arn": arn["QueueArn"]}]
    )
    entry = {
        "Source": "qscreen.runs",
        "DetailType": "Run Finished",
        "Detail": json.dumps({"run_id": "r1"}),
        "EventBusName": "qscreen",
    }
    other = {**entry, "DetailType": "Run Started"}
    assert events.put_events(Entries=[other, entry])["FailedEntryCount"] == 0
    received = eventually(
        lambda: sqs.receive_message(QueueUrl=url, WaitTimeSeconds=1).get("Messages")
    )
    assert json.loads(received[0]["Body"])["detail"] == {"run_id": "r1"}
    assert "Messages" not in sqs.receive_message(QueueUrl=url)


def test_a_topic_reaches_its_queue(client: Any) -> None:
    sqs, sns = client("sqs"), client("sns")
    url = sqs.create_queue(QueueName="from-sns")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    topic = sns.create_topic(Name="alarms")["TopicArn"]
    allow = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn["QueueArn"],
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn["QueueArn"])
    sns.publish(TopicArn=topic, Message="hello")
    got = eventually(lambda: sqs.receive_message(QueueUrl=url, WaitTimeSeconds=1).get("Messages"))
    assert json.loads(got[0]["Body"])["Message"] == "hello"


def test_a_message_taken_for_a_killed_client_comes_back_at_once(
    client: Any, state: LocalCloudState
) -> None:
    sqs = client("sqs")
    url = sqs.create_queue(QueueName="killed", Attributes={"VisibilityTimeout": "60"})["QueueUrl"]
    source = (
        "import boto3, sys\n"
        f"sqs = boto3.client('sqs', endpoint_url='{state.url}', region_name='{state.region}',"
        " aws_access_key_id='test', aws_secret_access_key='test')\n"
        "sqs.get_queue_attributes(QueueUrl=sys.argv[1]); print('polling', flush=True)\n"
        "sqs.receive_message(QueueUrl=sys.argv[1], WaitTimeSeconds=20)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", source, url], stdout=subprocess.PIPE, text=True
    ) as poller:
        assert poller.stdout is not None
        assert poller.stdout.readline().strip() == "polling"
        time.sleep(1)
        poller.kill()
    sqs.send_message(QueueUrl=url, MessageBody="kept")
    got = eventually(lambda: sqs.receive_message(QueueUrl=url, WaitTimeSeconds=1).get("Messages"))
    assert got[0]["Body"] == "kept"
