"""What serves, laid healthy into a platform of health tests, and made ill: client to compute."""

import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from health_world import ACCOUNT, API, MAPPING, NOW, PREFIX, REGION, World


def lay_client(at: World) -> None:
    cognito = at.client("cognito-idp")
    pool = cognito.create_user_pool(PoolName=PREFIX)["UserPool"]["Id"]
    app = cognito.create_user_pool_client(UserPoolId=pool, ClientName="agent")
    at.add("aws_cognito_user_pool", module="client", id=pool, name=PREFIX)
    at.add(
        "aws_cognito_user_pool_client",
        module="client",
        id=app["UserPoolClient"]["ClientId"],
        name="agent",
    )
    ssm = at.client("ssm")
    release = json.dumps({"version": "0.2.1", "commit": "a" * 40})
    ssm.put_parameter(Name="/qscreen/local/release", Type="String", Value=release)
    models = {
        # As the module ai writes it where the platform has profiles of its own.
        "planner": {
            "model_id": "anthropic.one",
            "fallbacks": [f"arn:aws:bedrock:{REGION}:{ACCOUNT}:application-inference-profile/a"],
            "system_profiles": ["apac.anthropic.one", "global.anthropic.two"],
        },
        "fast": {
            "model_id": "anthropic.two",
            "fallbacks": [],
            "system_profiles": ["apac.anthropic.two"],
        },
    }
    ssm.put_parameter(Name="/qscreen/local/models", Type="String", Value=json.dumps(models))


def lay_network(at: World) -> None:
    at.outputs |= {"api_url": API, "functions": {"api": f"{PREFIX}-api"}}
    at.add("aws_api_gateway_rest_api", module="network", name=PREFIX)
    at.add("aws_api_gateway_stage", module="network", stage_name="local")
    at.answer("cloudwatch", "GetMetricStatistics", {"Datapoints": []})
    arn = f"arn:aws:acm:{REGION}:{ACCOUNT}:certificate/c1"
    at.add("aws_acm_certificate", module="network", arn=arn)
    certificate(at, days=200)
    acl = f"arn:aws:wafv2:{REGION}:{ACCOUNT}:regional/webacl/{PREFIX}/w1"
    at.add(
        "aws_wafv2_web_acl_association",
        module="network",
        resource_arn="arn:aws:apigateway:stage",
        web_acl_arn=acl,
    )
    web_acl(at, acl)


def certificate(at: World, *, days: int, status: str = "ISSUED") -> None:
    end = NOW + timedelta(days=days, hours=1)
    found = {"DomainName": "api.example.com", "Status": status, "NotAfter": end}
    at.answer("acm", "DescribeCertificate", {"Certificate": found})


def web_acl(at: World, arn: str | None) -> None:
    found = {
        "Name": PREFIX,
        "Id": "w1",
        "ARN": arn,
        "DefaultAction": {"Allow": {}},
        "VisibilityConfig": {
            "SampledRequestsEnabled": True,
            "CloudWatchMetricsEnabled": True,
            "MetricName": "m",
        },
    }
    at.answer("wafv2", "GetWebACLForResource", {"WebACL": found} if arn else {})


def lay_ai(at: World) -> None:
    model(at, "ACTIVE")
    at.add("aws_bedrock_guardrail", module="ai", guardrail_id="g1", name=PREFIX)
    guardrail(at, "READY")


def model(at: World, status: str, days: int | None = None) -> None:
    life: dict[str, Any] = {"status": status}
    if days is not None:
        life["endOfLifeTime"] = NOW + timedelta(days=days, hours=1)
    arn = f"arn:aws:bedrock:{REGION}::foundation-model/anthropic.one"
    details = {"modelArn": arn, "modelId": "anthropic.one", "modelLifecycle": life}
    at.answer("bedrock", "GetFoundationModel", {"modelDetails": details})


def guardrail(at: World, status: str) -> None:
    at.answer(
        "bedrock",
        "GetGuardrail",
        {
            "name": PREFIX,
            "guardrailId": "g1",
            "guardrailArn": f"arn:aws:bedrock:{REGION}:{ACCOUNT}:guardrail/g1",
            "version": "1",
            "status": status,
            "createdAt": NOW,
            "updatedAt": NOW,
            "blockedInputMessaging": "no",
            "blockedOutputsMessaging": "no",
        },
    )


def lay_compute(at: World) -> None:
    name = f"{PREFIX}-api"
    at.add("aws_lambda_function", module="compute", function_name=name)
    at.add("aws_lambda_alias", module="compute", function_name=name, name="live")
    function(at, State="Active", LastUpdateStatus="Successful")
    deep_health(at, "healthy")
    at.metrics |= {"Invocations": 100, "Errors": 1, "Throttles": 0, "ConcurrentExecutions": 50}
    for machine, kind in (("run", "STANDARD"), ("analysis", "EXPRESS")):
        arn = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:{PREFIX}-{machine}"
        at.add(
            "aws_sfn_state_machine",
            machine,
            "compute",
            arn=arn,
            type=kind,
            name=f"{PREFIX}-{machine}",
        )
    state_machine(at, "ACTIVE")
    executions(at, ["SUCCEEDED", "SUCCEEDED", "FAILED"])
    at.add("aws_lambda_event_source_mapping", module="compute", uuid=MAPPING)
    mapping(at, "Enabled")
    at.add(
        "aws_scheduler_schedule",
        module="compute",
        group_name=PREFIX,
        state="ENABLED",
        name=f"{PREFIX}-reap",
    )
    scheduler = at.client("scheduler")
    scheduler.create_schedule_group(Name=PREFIX)
    scheduler.create_schedule(
        Name=f"{PREFIX}-reap",
        GroupName=PREFIX,
        ScheduleExpression="rate(5 minutes)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target=SCHEDULE_TARGET,
    )
    concurrency(at, most=1000, free=900)


SCHEDULE_TARGET = {
    "Arn": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:reap",
    "RoleArn": f"arn:aws:iam::{ACCOUNT}:role/scheduler",
}


def function(at: World, **fields: str) -> None:
    at.answer("lambda", "GetFunctionConfiguration", {"FunctionName": f"{PREFIX}-api", **fields})


def deep_health(at: World, state: str, *, status: int = 200) -> None:
    body = {
        "status": "ok",
        "version": "0.2.1",
        "environment": "local",
        "checked_at": "2026-11-30T00:00:00Z",
        "checks": [{"name": "table runs", "state": state, "milliseconds": 3.0, "detail": None}],
    }
    payload = json.dumps({"statusCode": status, "body": json.dumps(body)}).encode()
    at.answers["lambda", "Invoke"] = lambda: {"StatusCode": 200, "Payload": io.BytesIO(payload)}


def state_machine(at: World, status: str) -> None:
    arn = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:{PREFIX}-run"
    at.answer(
        "stepfunctions",
        "DescribeStateMachine",
        {
            "stateMachineArn": arn,
            "name": f"{PREFIX}-run",
            "status": status,
            "definition": "{}",
            "roleArn": f"arn:aws:iam::{ACCOUNT}:role/run",
            "type": "STANDARD",
            "creationDate": NOW,
        },
    )


def executions(at: World, statuses: list[str]) -> None:
    arn = f"arn:aws:states:{REGION}:{ACCOUNT}:execution:{PREFIX}-run"
    at.answer(
        "stepfunctions",
        "ListExecutions",
        {
            "executions": [
                {
                    "executionArn": f"{arn}:{number}",
                    "stateMachineArn": arn,
                    "name": str(number),
                    "status": status,
                    "startDate": datetime.now(UTC),
                }
                for number, status in enumerate(statuses)
            ]
        },
    )


def mapping(at: World, state: str) -> None:
    source = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{PREFIX}-jobs"
    at.answer(
        "lambda",
        "GetEventSourceMapping",
        {"UUID": MAPPING, "State": state, "EventSourceArn": source},
    )


def concurrency(at: World, *, most: int, free: int) -> None:
    limit = {"ConcurrentExecutions": most, "UnreservedConcurrentExecutions": free}
    at.answer("lambda", "GetAccountSettings", {"AccountLimit": limit})


def lay_queues(at: World) -> None:
    sqs = at.client("sqs")
    for name in ("jobs", "jobs_dead_letters"):
        shown = f"{PREFIX}-{name.replace('_', '-')}"
        url = sqs.create_queue(QueueName=shown)["QueueUrl"]
        at.add("aws_sqs_queue", name, "compute", url=url, name=shown)
    at.metrics["ApproximateAgeOfOldestMessage"] = 3
