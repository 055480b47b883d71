"""ACM: a certificate is issued once its validation records are in a zone of Route 53.

moto issues every certificate after a minute, whether it was validated or not.
"""

from __future__ import annotations

import datetime
from typing import Any

from qops.local.router.registry import Answer, Call, after

_SERVICE = "acm"
_PENDING = "PENDING_VALIDATION"


@after(_SERVICE, "DescribeCertificate")
async def issue(call: Call, answer: Answer) -> None:
    """Answers whether a certificate that waits for its records has been issued."""
    certificate = answer.get("Certificate") or {}
    options = certificate.get("DomainValidationOptions") or []
    records = [option["ResourceRecord"] for option in options if option.get("ResourceRecord")]
    if not records:
        return
    issued = call.records("issued")
    arn = certificate["CertificateArn"]
    if arn not in issued and all([await _stands(call, record) for record in records]):
        issued[arn] = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
    if arn in issued:
        certificate.update(Status="ISSUED", IssuedAt=issued[arn])
    elif certificate.get("Status") == "ISSUED":
        certificate["Status"] = _PENDING
        certificate.pop("IssuedAt", None)
    for option in options:
        option["ValidationStatus"] = "SUCCESS" if arn in issued else _PENDING


@after(_SERVICE, "DeleteCertificate")
async def forget(call: Call, _answer: Answer) -> None:
    """Forgets a certificate."""
    call.records("issued").pop(call.params["CertificateArn"], None)


async def _stands(call: Call, record: dict[str, Any]) -> bool:
    """Whether a record is in the zone that its name belongs to."""
    name = record["Name"].rstrip(".")
    zones = await call.aws("route53", "ListHostedZones")
    for zone in zones.get("HostedZones") or []:
        if not name.endswith(zone["Name"].rstrip(".")):
            continue
        identifier = zone["Id"].rpartition("/")[2]
        found = await call.aws("route53", "ListResourceRecordSets", HostedZoneId=identifier)
        for one in found.get("ResourceRecordSets") or []:
            if one["Name"].rstrip(".") == name and one["Type"] == record["Type"]:
                return True
    return False
