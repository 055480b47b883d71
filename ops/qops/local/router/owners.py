"""Who answers which service.

Keys are the service names of SigV4 credential scopes. MiniStack answers what has to execute; moto
answers everything that is only declared, which makes it the default.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Backend(StrEnum):
    """A process behind the router."""

    MINISTACK = "ministack"
    MOTO = "moto"


@dataclass(frozen=True)
class Service:
    """One signing name.

    Attributes:
        name: Name in the credential scope.
        models: Names of the botocore models that sign with it, the most likely one first.
        backend: Who answers.
    """

    name: str
    models: tuple[str, ...]
    backend: Backend


_MINISTACK = {
    "apigateway": ("apigateway", "apigatewayv2"),
    # with the roles and queues that its stacks really make
    "cloudformation": ("cloudformation",),
    "cognito-identity": ("cognito-identity",),
    "cognito-idp": ("cognito-idp",),
    "dynamodb": ("dynamodb", "dynamodbstreams"),
    "events": ("events",),
    "execute-api": (),
    "firehose": ("firehose",),
    "iam": ("iam",),
    "kinesis": ("kinesis",),
    "kms": ("kms",),
    "lambda": ("lambda",),
    "logs": ("logs",),
    "monitoring": ("cloudwatch",),
    "pipes": ("pipes",),
    "s3": ("s3",),
    "scheduler": ("scheduler",),
    "secretsmanager": ("secretsmanager",),
    "sns": ("sns",),
    "sqs": ("sqs",),
    "states": ("stepfunctions",),
    "sts": ("sts",),
}
_MOTO_MODELS = {
    "access-analyzer": ("accessanalyzer",),
    "application-autoscaling": ("application-autoscaling",),
    "bedrock": ("bedrock", "bedrock-agent", "bedrock-runtime", "bedrock-agent-runtime"),
    "codestar-connections": ("codestar-connections",),
    "elasticloadbalancing": ("elbv2", "elb"),
    "email": ("ses", "sesv2"),
    "es": ("opensearch", "es"),
    "rds": ("rds",),
    "servicediscovery": ("servicediscovery",),
    "tagging": ("resourcegroupstaggingapi",),
}
TARGETS = {
    "AWSCognitoIdentityProviderService": "cognito-idp",
    "AWSCognitoIdentityService": "cognito-identity",
}
"""Prefixes of ``X-Amz-Target`` of the operations that clients send unsigned."""

UNSIGNED_ACTIONS = {
    "AssumeRoleWithSAML": "sts",
    "AssumeRoleWithWebIdentity": "sts",
    "ConfirmSubscription": "sns",
    "Unsubscribe": "sns",
}
"""Form actions that clients send unsigned."""


def service(signing_name: str) -> Service:
    """The service of a signing name."""
    if signing_name in _MINISTACK:
        return Service(signing_name, _MINISTACK[signing_name], Backend.MINISTACK)
    models = _MOTO_MODELS.get(signing_name, (signing_name,))
    return Service(signing_name, models, Backend.MOTO)


def listed() -> dict[str, Backend]:
    """The services by name that the platform relies on, with who answers them."""
    declared = (
        *_MOTO_MODELS,
        *("acm", "backup", "budgets", "cloudtrail", "codebuild", "codeconnections", "codedeploy"),
        *("codepipeline", "comprehend", "config", "ec2", "elasticache", "guardduty"),
        *("rekognition", "route53", "securityhub", "signer", "ssm", "synthetics", "textract"),
        *("wafv2", "xray"),
    )
    table = dict.fromkeys(_MINISTACK, Backend.MINISTACK) | dict.fromkeys(declared, Backend.MOTO)
    return dict(sorted(table.items()))
