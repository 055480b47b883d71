"""S3, KMS, DynamoDB, secrets and parameters through the router."""

from __future__ import annotations

import base64
import json
import os
from typing import Any

import httpx
import pytest


@pytest.fixture(scope="module")
def bucket(client: Any) -> str:
    key = client("kms").create_key()["KeyMetadata"]["Arn"]
    s3 = client("s3")
    s3.create_bucket(
        Bucket="pictures", CreateBucketConfiguration={"LocationConstraint": "ap-northeast-2"}
    )
    rule = {
        "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key},
        "BucketKeyEnabled": True,
    }
    s3.put_bucket_encryption(Bucket="pictures", ServerSideEncryptionConfiguration={"Rules": [rule]})
    return key


def test_an_object_is_kept_under_the_key_of_its_bucket(client: Any, bucket: str) -> None:
    s3 = client("s3")
    data = os.urandom(3_000_000)
    s3.put_object(Bucket="pictures", Key="runs/r 1/가.png", Body=data)
    found = s3.get_object(Bucket="pictures", Key="runs/r 1/가.png")
    assert found["Body"].read() == data
    assert found["ServerSideEncryption"] == "aws:kms"
    assert found["SSEKMSKeyId"] == bucket
    part = s3.get_object(Bucket="pictures", Key="runs/r 1/가.png", Range="bytes=10-19")
    assert part["Body"].read() == data[10:20]


def test_an_object_that_comes_in_parts_keeps_its_tags(client: Any, bucket: str) -> None:
    s3 = client("s3")
    named = {"Bucket": "pictures", "Key": "in-parts"}
    upload = s3.create_multipart_upload(**named, Tagging="Project=qscreen&Note=%ED%95%9C+a")
    part = {**named, "UploadId": upload["UploadId"], "PartNumber": 1}
    tag = s3.upload_part(**part, Body=b"whole")["ETag"]
    parts = {"Parts": [{"PartNumber": 1, "ETag": tag}]}
    s3.complete_multipart_upload(**named, UploadId=upload["UploadId"], MultipartUpload=parts)
    assert s3.get_object(**named)["Body"].read() == b"whole"
    found = {one["Key"]: one["Value"] for one in s3.get_object_tagging(**named)["TagSet"]}
    assert found == {"Project": "qscreen", "Note": "한 a"}


def test_a_presigned_address_works_and_a_changed_one_does_not(client: Any, bucket: str) -> None:
    s3 = client("s3")
    s3.put_object(Bucket="pictures", Key="one.txt", Body=b"one")
    url = s3.generate_presigned_url(
        "get_object", Params={"Bucket": "pictures", "Key": "one.txt"}, ExpiresIn=60
    )
    assert httpx.get(url).content == b"one"
    assert httpx.get(url.replace("one.txt", "two.txt")).status_code == 403
    put = s3.generate_presigned_url(
        "put_object", Params={"Bucket": "pictures", "Key": "put.txt"}, ExpiresIn=60
    )
    assert httpx.put(put, content=b"put").status_code == 200
    assert s3.get_object(Bucket="pictures", Key="put.txt")["Body"].read() == b"put"


def test_an_upload_ticket_holds_for_its_prefix_only(client: Any, bucket: str) -> None:
    ticket = client("s3").generate_presigned_post(
        "pictures",
        "runs/r1/c1/${filename}",
        Conditions=[["starts-with", "$key", "runs/r1/c1/"], ["content-length-range", 1, 1000]],
        ExpiresIn=60,
    )

    def post(key: str, data: bytes) -> int:
        fields = {**ticket["fields"], "key": key}
        return httpx.post(ticket["url"], data=fields, files={"file": data}).status_code

    assert post("runs/r1/c1/before.png", b"picture") in (200, 204)
    found = client("s3").get_object(Bucket="pictures", Key="runs/r1/c1/before.png")
    assert found["Body"].read() == b"picture"
    assert post("runs/r2/c1/before.png", b"picture") == 403
    assert post("runs/r1/c1/large.png", b"x" * 2000) in (400, 403)


def test_a_table_keeps_conditions_and_indexes(client: Any) -> None:
    dynamo = client("dynamodb")
    dynamo.create_table(
        TableName="runs",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[
            {"AttributeName": name, "AttributeType": "S"}
            for name in ("run_id", "owner", "created_at")
        ],
        KeySchema=[{"AttributeName": "run_id", "KeyType": "HASH"}],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by_owner",
                "KeySchema": [
                    {"AttributeName": "owner", "KeyType": "HASH"},
                    {"AttributeName": "created_at", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    )
    for number in (2, 1):
        item = {"run_id": f"r{number}", "owner": "me", "created_at": f"2026-0{number}"}
        dynamo.put_item(TableName="runs", Item={key: {"S": text} for key, text in item.items()})
    with pytest.raises(dynamo.exceptions.ConditionalCheckFailedException):
        dynamo.put_item(
            TableName="runs",
            Item={"run_id": {"S": "r1"}},
            ConditionExpression="attribute_not_exists(run_id)",
        )
    found = dynamo.query(
        TableName="runs",
        IndexName="by_owner",
        KeyConditionExpression="#o = :o",
        ExpressionAttributeNames={"#o": "owner"},
        ExpressionAttributeValues={":o": {"S": "me"}},
    )
    assert [item["run_id"]["S"] for item in found["Items"]] == ["r1", "r2"]


def test_a_key_encrypts(client: Any, bucket: str) -> None:
    kms = client("kms")
    sealed = kms.encrypt(KeyId=bucket, Plaintext=b"text")["CiphertextBlob"]
    assert b"text" not in base64.b64encode(sealed) + sealed
    assert kms.decrypt(CiphertextBlob=sealed)["Plaintext"] == b"text"


def test_secrets_and_parameters(client: Any) -> None:
    secrets = client("secretsmanager")
    password = secrets.get_random_password(PasswordLength=32, ExcludePunctuation=True)
    assert len(password["RandomPassword"]) == 32
    secrets.create_secret(Name="qscreen-local/postgres", SecretString=json.dumps({"a": 1}))
    kept = secrets.get_secret_value(SecretId="qscreen-local/postgres")["SecretString"]
    assert json.loads(kept) == {"a": 1}
    ssm = client("ssm")
    ssm.put_parameter(Name="/qscreen/local/client", Type="String", Value="{}")
    assert ssm.get_parameter(Name="/qscreen/local/client")["Parameter"]["Value"] == "{}"


def test_a_trail_needs_a_bucket_that_exists(client: Any, bucket: str) -> None:
    trails = client("cloudtrail")
    trails.create_trail(Name="trail", S3BucketName="pictures")
    names = {one["Name"] for one in trails.describe_trails()["trailList"]}
    assert "trail" in names
    with pytest.raises(trails.exceptions.S3BucketDoesNotExistException):
        trails.create_trail(Name="other", S3BucketName="no-such-bucket")
    assert {one["Name"] for one in trails.describe_trails()["trailList"]} == names
