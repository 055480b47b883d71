"""Cognito sign-in with MFA, and sessions of roles that may do only what their policies say."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import botocore.exceptions
import jwt
import pyotp
import pytest

from qops.local import LocalCloudState

PASSWORD = "Correct-horse-1"


@pytest.fixture(scope="module")
def pool(client: Any) -> dict[str, str]:
    cognito = client("cognito-idp")
    made = cognito.create_user_pool(
        PoolName="people",
        MfaConfiguration="OFF",
        Policies={"PasswordPolicy": {"MinimumLength": 12, "RequireSymbols": True}},
    )["UserPool"]["Id"]
    cognito.set_user_pool_mfa_config(
        UserPoolId=made, SoftwareTokenMfaConfiguration={"Enabled": True}, MfaConfiguration="ON"
    )
    app = cognito.create_user_pool_client(
        UserPoolId=made,
        ClientName="agent",
        GenerateSecret=False,
        ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    )["UserPoolClient"]["ClientId"]
    return {"pool": made, "client": app}


@pytest.fixture
def user(client: Any, pool: dict[str, str], request: pytest.FixtureRequest) -> Iterator[str]:
    name = f"user-{request.node.name[:40]}"
    cognito = client("cognito-idp")
    cognito.admin_create_user(UserPoolId=pool["pool"], Username=name, MessageAction="SUPPRESS")
    cognito.admin_set_user_password(
        UserPoolId=pool["pool"], Username=name, Password=PASSWORD, Permanent=True
    )
    yield name
    cognito.admin_delete_user(UserPoolId=pool["pool"], Username=name)


def sign_in(client: Any, pool: dict[str, str], user: str, password: str = PASSWORD) -> Any:
    return client("cognito-idp").initiate_auth(
        ClientId=pool["client"],
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": user, "PASSWORD": password},
    )


def answer(client: Any, pool: dict[str, str], challenge: str, session: str, **values: str) -> Any:
    return client("cognito-idp").respond_to_auth_challenge(
        ClientId=pool["client"],
        ChallengeName=challenge,
        Session=session,
        ChallengeResponses=values,
    )


def enrol(client: Any, pool: dict[str, str], user: str) -> tuple[pyotp.TOTP, Any]:
    """Enrols a software token in the way AWS asks for it."""
    challenge = sign_in(client, pool, user)
    assert challenge["ChallengeName"] == "MFA_SETUP"
    assert "AuthenticationResult" not in challenge
    started = client("cognito-idp").associate_software_token(Session=challenge["Session"])
    token = pyotp.TOTP(started["SecretCode"])
    verified = client("cognito-idp").verify_software_token(
        Session=started["Session"], UserCode=token.now()
    )
    assert verified["Status"] == "SUCCESS"
    done = answer(client, pool, "MFA_SETUP", verified["Session"], USERNAME=user)
    return token, done


def test_a_deleted_software_token_is_refused_and_another_is_set_up(
    client: Any, pool: dict[str, str], user: str
) -> None:
    lost, _ = enrol(client, pool, user)
    begun = sign_in(client, pool, user)
    client("cognito-idp").admin_delete_software_token(UserPoolId=pool["pool"], Username=user)
    with pytest.raises(botocore.exceptions.ClientError, match="session"):
        answer(
            client, pool, "SOFTWARE_TOKEN_MFA", begun["Session"],
            USERNAME=user, SOFTWARE_TOKEN_MFA_CODE=lost.now(),
        )  # fmt: skip
    found, _ = enrol(client, pool, user)
    assert found.secret != lost.secret
    for token, gets_in in ((lost, False), (found, True)):
        again = sign_in(client, pool, user)
        assert again["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
        values = {"USERNAME": user, "SOFTWARE_TOKEN_MFA_CODE": token.now()}
        try:
            done = answer(client, pool, "SOFTWARE_TOKEN_MFA", again["Session"], **values)
        except botocore.exceptions.ClientError:
            assert not gets_in
        else:
            assert gets_in
            assert done["AuthenticationResult"]["AccessToken"]


def test_a_user_without_a_token_must_enrol_one(
    client: Any, pool: dict[str, str], user: str, state: LocalCloudState
) -> None:
    token, done = enrol(client, pool, user)
    access = done["AuthenticationResult"]["AccessToken"]
    jwks = f"{state.url}/{pool['pool']}/.well-known/jwks.json"
    key = jwt.PyJWKClient(jwks).get_signing_key_from_jwt(access)
    claims = jwt.decode(access, key, algorithms=["RS256"])
    issuer = f"https://cognito-idp.{state.region}.amazonaws.com/{pool['pool']}"
    assert claims["iss"] == issuer
    assert claims["token_use"] == "access"
    again = sign_in(client, pool, user)
    assert again["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
    tokens = answer(
        client,
        pool,
        "SOFTWARE_TOKEN_MFA",
        again["Session"],
        USERNAME=user,
        SOFTWARE_TOKEN_MFA_CODE=token.now(),
    )
    assert tokens["AuthenticationResult"]["AccessToken"]
    refreshed = client("cognito-idp").initiate_auth(
        ClientId=pool["client"],
        AuthFlow="REFRESH_TOKEN_AUTH",
        AuthParameters={"REFRESH_TOKEN": tokens["AuthenticationResult"]["RefreshToken"]},
    )
    assert refreshed["AuthenticationResult"]["AccessToken"]


def test_a_wrong_password_and_a_wrong_code_are_refused(
    client: Any, pool: dict[str, str], user: str
) -> None:
    errors = client("cognito-idp").exceptions
    with pytest.raises(errors.NotAuthorizedException):
        sign_in(client, pool, user, "Wrong-password-1")
    enrol(client, pool, user)
    challenge = sign_in(client, pool, user)
    with pytest.raises(errors.CodeMismatchException):
        answer(
            client,
            pool,
            "SOFTWARE_TOKEN_MFA",
            challenge["Session"],
            USERNAME=user,
            SOFTWARE_TOKEN_MFA_CODE="000000",
        )


def test_a_challenge_cannot_be_skipped(client: Any, pool: dict[str, str], user: str) -> None:
    errors = client("cognito-idp").exceptions
    challenge = sign_in(client, pool, user)
    with pytest.raises(errors.InvalidParameterException):
        answer(client, pool, "MFA_SETUP", challenge["Session"], USERNAME=user)
    with pytest.raises(errors.NotAuthorizedException):
        answer(client, pool, "MFA_SETUP", "invented-session-0000000", USERNAME=user)
    with pytest.raises(errors.NotAuthorizedException):
        answer(
            client,
            pool,
            "SOFTWARE_TOKEN_MFA",
            challenge["Session"],
            USERNAME=user,
            SOFTWARE_TOKEN_MFA_CODE="000000",
        )


def test_a_new_password_does_not_replace_the_second_factor(
    client: Any, pool: dict[str, str]
) -> None:
    cognito = client("cognito-idp")
    cognito.admin_create_user(
        UserPoolId=pool["pool"],
        Username="new",
        TemporaryPassword=PASSWORD,
        MessageAction="SUPPRESS",
    )
    challenge = sign_in(client, pool, "new")
    assert challenge["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
    done = answer(
        client,
        pool,
        "NEW_PASSWORD_REQUIRED",
        challenge["Session"],
        USERNAME="new",
        NEW_PASSWORD="Another-horse-2",
    )
    assert done["ChallengeName"] == "MFA_SETUP"
    assert "AuthenticationResult" not in done


@pytest.fixture(scope="module")
def device_role(role: Callable[..., str], state: LocalCloudState) -> str:
    queue = f"arn:aws:sqs:{state.region}:{state.account}:device-${{aws:PrincipalTag/device_id}}"
    own = {
        "Effect": "Allow",
        "Action": ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueUrl"],
        "Resource": queue,
    }
    root = {"AWS": f"arn:aws:iam::{state.account}:root"}
    return role("device", root, [own])


def test_a_device_reads_its_own_queue_and_no_other(client: Any, device_role: str) -> None:
    sqs = client("sqs")
    urls = {one: sqs.create_queue(QueueName=f"device-{one}")["QueueUrl"] for one in ("a", "b")}
    for name, url in urls.items():
        sqs.send_message(QueueUrl=url, MessageBody=f"for {name}")
    session = client("sts").assume_role(
        RoleArn=device_role,
        RoleSessionName="device-a",
        Tags=[{"Key": "device_id", "Value": "a"}],
    )["Credentials"]
    device = client(
        "sqs",
        aws_access_key_id=session["AccessKeyId"],
        aws_secret_access_key=session["SecretAccessKey"],
        aws_session_token=session["SessionToken"],
    )
    message = device.receive_message(QueueUrl=urls["a"])["Messages"][0]
    assert message["Body"] == "for a"
    device.delete_message(QueueUrl=urls["a"], ReceiptHandle=message["ReceiptHandle"])
    for forbidden in (
        lambda: device.receive_message(QueueUrl=urls["b"]),
        lambda: device.send_message(QueueUrl=urls["a"], MessageBody="x"),
        device.list_queues,
    ):
        with pytest.raises(botocore.exceptions.ClientError, match="AccessDenied"):
            forbidden()


def test_forged_credentials_are_refused(client: Any, device_role: str) -> None:
    session = client("sts").assume_role(
        RoleArn=device_role, RoleSessionName="device-a", Tags=[{"Key": "device_id", "Value": "a"}]
    )["Credentials"]
    forged = client(
        "sts",
        aws_access_key_id=session["AccessKeyId"],
        aws_secret_access_key="x" * 40,
        aws_session_token=session["SessionToken"],
    )
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        forged.get_caller_identity()
    assert caught.value.response["Error"]["Code"] == "SignatureDoesNotMatch"


def test_a_function_may_do_what_its_role_allows(
    client: Any, function: Callable[..., str], role: Callable[..., str], state: LocalCloudState
) -> None:
    from local_cloud_support import invoke

    url = client("sqs").create_queue(QueueName="for-function")["QueueUrl"]
    arn = f"arn:aws:sqs:{state.region}:{state.account}:for-function"
    allowed = [{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": arn}]
    source = (
        "import boto3\n"
        "def handler(event, context):\n"
        "    sqs = boto3.client('sqs')\n"
        "    sqs.send_message(QueueUrl=event, MessageBody='from function')\n"
        "    entry = {'Id': '1', 'MessageBody': 'in a batch'}\n"
        "    sqs.send_message_batch(QueueUrl=event, Entries=[entry])\n"
        "    try:\n"
        "        sqs.receive_message(QueueUrl=event)\n"
        "    except Exception as error:\n"
        "        return type(error).__name__ + ' ' + str(error)\n"
    )
    own = role("sender", {"Service": "lambda.amazonaws.com"}, allowed)
    function("sender", source, Role=own)
    assert "AccessDenied" in invoke(client, "sender", url)
    received = client("sqs").receive_message(QueueUrl=url)["Messages"]
    assert received[0]["Body"] == "from function"


def test_the_tls_only_policy_of_a_bucket_denies_its_owner_nothing(client: Any) -> None:
    s3 = client("s3")
    s3.create_bucket(
        Bucket="tls-only", CreateBucketConfiguration={"LocationConstraint": "ap-northeast-2"}
    )
    deny = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:PutObject",
        "Resource": "arn:aws:s3:::tls-only/*",
        "Condition": {"StringEquals": {"s3:x-amz-acl": "public-read"}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [deny]})
    s3.put_bucket_policy(Bucket="tls-only", Policy=policy)
    s3.put_object(Bucket="tls-only", Key="a", Body=b"1")
    assert s3.get_object(Bucket="tls-only", Key="a")["Body"].read() == b"1"
