"""What the platform needs of single services: asked of whatever endpoint answers.

These tests create what they use, so they also tell what an endpoint without the platform
(a LocalStack container, say) can and cannot hold.
"""

import json
import time
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from e2e_endpoint import client
from e2e_files import send
from e2e_waiting import PATIENCE, until


def _name() -> str:
    return f"e2e-{uuid.uuid4().hex[:10]}"


@pytest.fixture
def queue() -> Iterator[str]:
    sqs = client("sqs")
    url = sqs.create_queue(QueueName=_name(), Attributes={"VisibilityTimeout": "1"})["QueueUrl"]
    yield url
    sqs.delete_queue(QueueUrl=url)


@pytest.mark.needs("sqs")
def test_a_long_poll_wakes_when_a_message_comes(queue: str) -> None:
    sqs = client("sqs")
    began = time.monotonic()
    sqs.send_message(QueueUrl=queue, MessageBody="one", DelaySeconds=2)
    got = sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=20)["Messages"]
    assert got[0]["Body"] == "one"
    # Neither at once nor at the end of the poll; some endpoints keep whole seconds.
    assert 1 <= time.monotonic() - began < 18


@pytest.mark.needs("sqs")
def test_a_message_not_deleted_comes_again(queue: str) -> None:
    sqs = client("sqs")
    sqs.send_message(QueueUrl=queue, MessageBody="again")
    first = sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=20)["Messages"][0]
    second = sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=20)["Messages"][0]
    assert first["MessageId"] == second["MessageId"]


@pytest.mark.needs("dynamodb")
def test_a_conditional_write_is_refused_the_second_time() -> None:
    dynamodb, table = client("dynamodb"), _name()
    dynamodb.create_table(
        TableName=table,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    try:
        dynamodb.get_waiter("table_exists").wait(TableName=table, WaiterConfig={"Delay": 1})
        item = {"id": {"S": "one"}}
        once = "attribute_not_exists(id)"
        dynamodb.put_item(TableName=table, Item=item, ConditionExpression=once)
        with pytest.raises(dynamodb.exceptions.ConditionalCheckFailedException):
            dynamodb.put_item(TableName=table, Item=item, ConditionExpression=once)
    finally:
        dynamodb.delete_table(TableName=table)


@pytest.mark.needs("s3", "kms")
def test_a_presigned_post_is_bound_to_its_prefix_and_size() -> None:
    s3, kms, bucket = client("s3"), client("kms"), _name()
    s3.create_bucket(
        Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "ap-northeast-2"}
    )
    key_id = kms.create_key()["KeyMetadata"]["KeyId"]
    try:
        ticket = s3.generate_presigned_post(
            Bucket=bucket,
            Key="runs/1/${filename}",
            Fields={
                "x-amz-server-side-encryption": "aws:kms",
                "x-amz-server-side-encryption-aws-kms-key-id": key_id,
            },
            Conditions=[
                ["starts-with", "$key", "runs/1/"],
                ["content-length-range", 1, 100],
                {"x-amz-server-side-encryption": "aws:kms"},
                {"x-amz-server-side-encryption-aws-kms-key-id": key_id},
            ],
            ExpiresIn=600,
        )

        assert send(ticket, b"x" * 50, key="runs/1/a.png").status_code in {200, 201, 204}
        assert send(ticket, b"x" * 50, key="runs/2/a.png").status_code == 403
        assert send(ticket, b"x" * 500, key="runs/1/b.png").status_code == 400
        stored = s3.head_object(Bucket=bucket, Key="runs/1/a.png")
        assert stored["ServerSideEncryption"] == "aws:kms"
        assert key_id in stored["SSEKMSKeyId"]
    finally:
        for item in s3.list_objects_v2(Bucket=bucket).get("Contents", []):
            s3.delete_object(Bucket=bucket, Key=item["Key"])
        s3.delete_bucket(Bucket=bucket)
        kms.schedule_key_deletion(KeyId=key_id, PendingWindowInDays=7)


@pytest.mark.needs("secretsmanager")
def test_a_secret_keeps_its_versions() -> None:
    secrets, name = client("secretsmanager"), _name()
    secrets.create_secret(Name=name, SecretString="one")
    try:
        secrets.put_secret_value(SecretId=name, SecretString="two")
        read = secrets.get_secret_value
        assert read(SecretId=name)["SecretString"] == "two"
        assert read(SecretId=name, VersionStage="AWSPREVIOUS")["SecretString"] == "one"
    finally:
        secrets.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)


@pytest.mark.needs("stepfunctions", "iam", "sqs")
def test_a_task_token_comes_back(queue: str) -> None:
    states, iam, sqs = client("stepfunctions"), client("iam"), client("sqs")
    name = _name()
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "states.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))["Role"]
    iam.put_role_policy(
        RoleName=name,
        PolicyName="send",
        PolicyDocument=json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"}],
            }
        ),
    )
    machine = states.create_state_machine(
        name=name,
        roleArn=role["Arn"],
        definition=json.dumps(
            {
                "StartAt": "Ask",
                "States": {
                    "Ask": {
                        "Type": "Task",
                        "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
                        "Parameters": {
                            "QueueUrl": queue,
                            "MessageBody": {"token.$": "$$.Task.Token"},
                        },
                        "HeartbeatSeconds": 30,
                        "End": True,
                    }
                },
            }
        ),
    )["stateMachineArn"]
    try:
        execution = states.start_execution(stateMachineArn=machine)["executionArn"]
        message = sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=20)["Messages"][0]
        token = json.loads(message["Body"])["token"]
        states.send_task_heartbeat(taskToken=token)
        states.send_task_success(taskToken=token, output='{"answer": 42}')

        def ended() -> dict[str, Any] | None:
            found: dict[str, Any] = states.describe_execution(executionArn=execution)
            return found if found["status"] != "RUNNING" else None

        seen = until(ended, PATIENCE, "the execution goes on")
        assert (seen["status"], json.loads(seen["output"])) == ("SUCCEEDED", {"answer": 42})
    finally:
        states.delete_state_machine(stateMachineArn=machine)
        iam.delete_role_policy(RoleName=name, PolicyName="send")
        iam.delete_role(RoleName=name)
