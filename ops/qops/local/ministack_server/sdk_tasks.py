"""Step Functions: tasks that call services MiniStack does not have, or operations it leaves out.

``arn:aws:states:::aws-sdk:<service>:<operation>`` ends with an error there for Rekognition,
Textract and Comprehend, which the router answers, and for S3's GetObject and PutObject. Here boto3
makes the call through the router, as the account's root: MiniStack does not hand the machine's role
to its tasks.
"""

from __future__ import annotations

import functools
import json
import os
import re
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from ministack.core.responses import get_region
from ministack.services import stepfunctions

_PREFIXES = {"rekognition": "Rekognition", "textract": "Textract", "comprehend": "Comprehend"}
"""Names of errors begin with the service's name as the SDK for Java writes it."""
_OPERATIONS = {"s3": ("S3", frozenset({"getObject", "putObject"}))}
_READ_TIMEOUT_SECONDS = 60


def install() -> None:
    """Wraps the function that dispatches such tasks."""
    integrate = stepfunctions._invoke_aws_sdk_integration

    @functools.wraps(integrate)
    def with_router(resource: str, input_data: Any) -> Any:
        service, operation = resource.split(":")[-2:]
        prefix = _prefix(service, operation)
        if prefix is None:
            return integrate(resource, input_data)
        try:
            answer = _call(service, operation, dict(input_data or {}))
        except ClientError as error:
            found = error.response.get("Error", {})
            code = str(found.get("Code", "UnknownError"))
            raise stepfunctions._ExecutionError(
                f"{prefix}.{code}", str(found.get("Message", ""))
            ) from error
        answer.pop("ResponseMetadata", None)
        return answer

    stepfunctions._invoke_aws_sdk_integration = with_router


def _prefix(service: str, operation: str) -> str | None:
    if service in _OPERATIONS:
        prefix, operations = _OPERATIONS[service]
        return prefix if operation in operations else None
    return _PREFIXES.get(service)


def _call(service: str, operation: str, params: dict[str, Any]) -> dict[str, Any]:
    body = params.get("Body")
    if service == "s3" and body is not None:
        params["Body"] = json.dumps(body, ensure_ascii=False).encode()
    method = re.sub(r"(?<!^)(?=[A-Z])", "_", operation).lower()
    answer: dict[str, Any] = getattr(_client(service, get_region()), method)(**params)
    if service == "s3" and "Body" in answer:
        # The state machine is given an object's content as a text.
        answer = {"Body": answer["Body"].read().decode(errors="replace")}
    return answer


@functools.cache
def _client(service: str, region: str) -> Any:
    # Typed for services that are named in the source.
    make: Any = boto3.client
    return make(
        service,
        endpoint_url=os.environ["AWS_ENDPOINT_URL"],
        region_name=region,
        aws_access_key_id="test",
        aws_secret_access_key="test",  # noqa: S106 - the local cloud's own, no secret
        config=Config(
            read_timeout=_READ_TIMEOUT_SECONDS,
            retries={"total_max_attempts": 1},
            s3={"addressing_style": "path"},
        ),
    )
