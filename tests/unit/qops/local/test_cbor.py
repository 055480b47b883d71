"""Requests in CBOR are understood as those in JSON, and answered in CBOR."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError
from botocore.parsers import create_parser
from botocore.serialize import create_serializer
from botocore.session import get_session

from qops.local.router import cbor
from qops.local.router.codec import HttpAnswer, HttpRequest

TEXTRACT = get_session().get_service_model("textract")


def spoken(operation: str, params: dict[str, object]) -> HttpRequest:
    serializer = create_serializer("smithy-rpc-v2-cbor", include_validation=False)
    document = serializer.serialize_to_request(params, TEXTRACT.operation_model(operation))
    headers = {key.lower(): str(value) for key, value in document["headers"].items()}
    headers |= {"host": "127.0.0.1:4566", "authorization": "signed"}
    return HttpRequest("POST", document["url_path"], "", headers, bytes(document["body"]))


def test_a_request_is_read_and_answered() -> None:
    request = spoken("DetectDocumentText", {"Document": {"Bytes": b"\x00\xffpicture"}})
    assert cbor.spoken(request.headers)
    translation = cbor.translate(("textract",), request)
    assert translation is not None
    plain = translation.request
    assert plain.headers["x-amz-target"] == "Textract.DetectDocumentText"
    assert plain.headers["authorization"] == "signed"
    assert json.loads(plain.body)["Document"]["Bytes"] == "AP9waWN0dXJl"
    said = {"Blocks": [{"Text": "글", "Confidence": 99.5}], "DocumentMetadata": {"Pages": 1}}
    wire = translation.answer(HttpAnswer(200, {}, json.dumps(said).encode()))
    parsed = create_parser("smithy-rpc-v2-cbor").parse(
        {"status_code": wire.status, "headers": wire.headers, "body": wire.body},
        TEXTRACT.operation_model("DetectDocumentText").output_shape,
    )
    parsed.pop("ResponseMetadata")
    assert parsed == said


def test_an_error_keeps_its_code() -> None:
    translation = cbor.translate(("textract",), spoken("DetectDocumentText", {"Document": {}}))
    assert translation is not None
    error = json.dumps({"__type": "BadDocumentException", "message": "broken"}).encode()
    wire = translation.answer(HttpAnswer(400, {"x-amzn-errortype": "BadDocumentException"}, error))
    parsed = create_parser("smithy-rpc-v2-cbor").parse(
        {"status_code": wire.status, "headers": wire.headers, "body": wire.body},
        TEXTRACT.operation_model("DetectDocumentText").output_shape,
    )
    with pytest.raises(ClientError, match=r"BadDocumentException.*broken"):
        raise ClientError(parsed, "DetectDocumentText")


def test_an_unknown_request_is_nobodys() -> None:
    request = HttpRequest("POST", "/service/Coffee/operation/Make", "", {}, b"\xa0")
    assert cbor.translate(("textract",), request) is None
    assert cbor.translate(("textract",), HttpRequest("GET", "/", "", {}, b"")) is None
