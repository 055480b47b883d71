"""Operations on the wire: understood, answered, refused."""

from __future__ import annotations

import json

import pytest

from qops.local.router import codec
from qops.local.router.codec import HttpAnswer, HttpRequest
from qops.local.router.registry import Fault


def form(body: str) -> HttpRequest:
    headers = {"content-type": "application/x-www-form-urlencoded; charset=utf-8", "host": "h"}
    return HttpRequest("POST", "/", "", headers, body.encode())


def test_a_query_operation_is_understood_and_answered_in_xml() -> None:
    request = form("Action=DescribeDBInstances&Version=2014-10-31&DBInstanceIdentifier=main")
    operation = codec.identify(("rds",), request)
    assert operation is not None
    assert (operation.name, operation.parse()) == (
        "DescribeDBInstances",
        {"DBInstanceIdentifier": "main"},
    )
    answer = {"DBInstances": [{"DBInstanceIdentifier": "main", "Endpoint": {"Port": 5432}}]}
    wire = operation.serialise(answer)
    assert b"<DBInstanceIdentifier>main</DBInstanceIdentifier>" in wire.body
    assert operation.parse_answer(wire) == answer


def test_a_json_operation_is_understood_by_its_target() -> None:
    headers = {
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": "AWSStepFunctions.DescribeStateMachine",
        "host": "h",
    }
    request = HttpRequest("POST", "/", "", headers, b'{"stateMachineArn": "arn"}')
    operation = codec.identify(("stepfunctions",), request)
    assert operation is not None
    assert operation.parse() == {"stateMachineArn": "arn"}


def test_targets_of_other_sdks_are_understood() -> None:
    prefix = "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101"
    headers = {
        "content-type": "application/x-amz-json-1.1",
        "x-amz-target": f"{prefix}.CreateTrail",
        "host": "h",
    }
    for target in (prefix, "CloudTrail_20131101"):
        headers["x-amz-target"] = f"{target}.CreateTrail"
        request = HttpRequest("POST", "/", "", headers, b'{"Name": "n"}')
        operation = codec.identify(("cloudtrail",), request)
        assert operation is not None
        assert operation.name == "CreateTrail"


def test_a_rest_operation_is_understood_by_its_path() -> None:
    headers = {"content-type": "application/json", "host": "h"}
    request = HttpRequest("PUT", "/restapis/abc", "mode=overwrite", headers, b'{"openapi": "3"}')
    operation = codec.identify(("apigateway", "apigatewayv2"), request)
    assert operation is not None
    assert operation.name == "PutRestApi"
    params = operation.parse()
    assert (params["restApiId"], params["mode"]) == ("abc", "overwrite")


def test_an_unknown_request_is_nobodys() -> None:
    assert codec.identify(("rds",), form("Action=MakeCoffee")) is None


def test_a_fault_keeps_its_code_and_status() -> None:
    operation = codec.identify(("rds",), form("Action=DescribeDBInstances"))
    assert operation is not None
    wire = operation.serialise(Fault("DBInstanceNotFound", "no <such> one", 404))
    assert wire.status == 404
    with pytest.raises(Fault) as caught:
        operation.parse_answer(wire)
    assert (caught.value.code, caught.value.message) == ("DBInstanceNotFound", "no <such> one")


def test_what_is_not_implemented_is_a_client_error_in_the_protocol_of_the_client() -> None:
    in_xml = codec.not_implemented(form("Action=X"), "rds X")
    assert in_xml.status == 400
    assert b"<Code>NotImplementedByEmulator</Code>" in in_xml.body
    headers = {"content-type": "application/x-amz-json-1.1"}
    in_json = codec.not_implemented(HttpRequest("POST", "/", "", headers, b""), "xray X")
    assert json.loads(in_json.body)["__type"] == "NotImplementedByEmulator"


def test_calls_of_our_own_speak_json_where_a_service_speaks_several() -> None:
    call = codec.outgoing("cloudwatch", "DescribeAlarms", {"AlarmNames": ["a"]})
    assert (call.protocol, call.signing_name) == ("json", "monitoring")
    assert call.parse(HttpAnswer(200, {}, b'{"MetricAlarms": []}')) == {"MetricAlarms": []}
    with pytest.raises(Fault, match="has no operation"):
        codec.outgoing("cloudwatch", "MakeCoffee", {})


def test_values_in_headers_of_an_answer_are_read() -> None:
    headers = {"content-type": "application/json", "host": "h"}
    path = "/2015-03-31/functions/f/invocations"
    operation = codec.identify(("lambda",), HttpRequest("POST", path, "", headers, b"{}"))
    assert operation is not None
    wire = HttpAnswer(200, {"x-amz-function-error": "Unhandled"}, b"{}")
    assert operation.parse_answer(wire)["FunctionError"] == "Unhandled"


def test_what_ec2_does_not_implement_is_named_in_its_own_form() -> None:
    answer = codec.not_implemented(form("Action=CreateFleet"), "ec2 CreateFleet")
    assert b"<Errors><Error><Code>NotImplementedByEmulator</Code>" in answer.body
