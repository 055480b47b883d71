"""Resources as a plan or a state has them, for rules about them."""

import json
from typing import Any

from qops.inventory.model import Inventory, Resource

NAME = "data"


def thing(kind: str, module: str = "module.data", **attributes: Any) -> Resource:
    return Resource(f"{module}.{kind}.this", kind, attributes)


def platform(*resources: Resource) -> Inventory:
    return Inventory(resources, "state, serial 7")


def allow(action: str, resource: str = "*", **more: Any) -> str:
    statement = {"Effect": "Allow", "Action": action, "Resource": resource, **more}
    return json.dumps({"Statement": [statement]})


def ingress(
    cidr: str | None, first: int | None, last: int | None, protocol: str = "tcp"
) -> Resource:
    return thing(
        "aws_vpc_security_group_ingress_rule",
        cidr_ipv4=cidr,
        from_port=first,
        to_port=last,
        ip_protocol=protocol,
    )


def acl(cidr: str, first: int, last: int, **more: Any) -> Resource:
    rule = {"rule_action": "allow", "egress": False, "protocol": "6", **more}
    return thing("aws_network_acl_rule", cidr_block=cidr, from_port=first, to_port=last, **rule)


def bucket(kind: str, **attributes: Any) -> tuple[Resource, ...]:
    return thing("aws_s3_bucket", bucket=NAME), thing(kind, bucket=NAME, **attributes)


def trail(**fields: list[str]) -> Resource:
    selector = [{"field": name, "equals": value} for name, value in fields.items()]
    return thing("aws_cloudtrail", advanced_event_selector=[{"field_selector": selector}])


OBJECTS = {"resources.type": ["AWS::S3::Object"]}
TLS = json.dumps(
    {
        "Statement": [
            {"Effect": "Deny", "Condition": {"Bool": {"aws:SecureTransport": "false"}}},
        ]
    }
)
ENCRYPTION = "aws_s3_bucket_server_side_encryption_configuration"


def encrypted(algorithm: str) -> tuple[Resource, ...]:
    rule = {"apply_server_side_encryption_by_default": [{"sse_algorithm": algorithm}]}
    return bucket(ENCRYPTION, rule=[rule])


def closed(value: bool) -> tuple[Resource, ...]:
    return bucket(
        "aws_s3_bucket_public_access_block",
        block_public_acls=True,
        ignore_public_acls=True,
        block_public_policy=value,
        restrict_public_buckets=True,
    )


def secret(rotated: bool) -> tuple[Resource, ...]:
    rotation = (thing("aws_secretsmanager_secret_rotation", secret_id="arn:s"),) if rotated else ()
    return (thing("aws_secretsmanager_secret", arn="arn:s"), *rotation)
