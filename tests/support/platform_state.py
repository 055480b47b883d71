"""What Terraform recorded of the applied local platform."""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from e2e_endpoint import client
from terraform_copy import REPOSITORY

from qops.platform.local_state import BUCKET, KEY

_BLOCK = re.compile(r'^resource "(\w+)" "(\w+)"', re.MULTILINE)


@dataclass(frozen=True)
class Resource:
    """One resource that exists."""

    address: str
    block: str
    type: str
    values: dict[str, Any]


def qops_home() -> Path:
    """The folder of all that qops writes."""
    return Path(os.environ.get("QOPS_HOME") or REPOSITORY / ".qscreen")


def applied_here() -> bool:
    """Whether the endpoint's platform was applied by this checkout's qops: it keeps a record."""
    return (qops_home() / "terraform" / "local" / "state-record.json").is_file()


def resources() -> Iterator[Resource]:
    """Every managed resource of the local platform's state, which the endpoint's S3 holds.

    Yields:
        The resources. ``block`` is the address without keys, such as
        ``data.bucket.aws_s3_bucket.this``: what stands once in the source.
    """
    state = json.loads(client("s3").get_object(Bucket=BUCKET, Key=KEY)["Body"].read())
    for entry in state["resources"]:
        if entry["mode"] != "managed":
            continue
        path = entry.get("module", "")
        home = ".".join(re.sub(r"\[[^]]*\]", "", path).replace("module.", "").split("."))
        block = ".".join(part for part in (home, entry["type"], entry["name"]) if part)
        for instance in entry["instances"]:
            key = instance.get("index_key")
            suffix = "" if key is None else f"[{json.dumps(key)}]"
            yield Resource(
                address=f"{path}.{entry['type']}.{entry['name']}{suffix}".lstrip("."),
                block=block,
                type=entry["type"],
                values=instance["attributes"],
            )


def declared_blocks() -> set[tuple[str, str, str]]:
    """Every resource block of the modules: module, type, name."""
    return {
        (file.parent.name, kind, name)
        for file in (REPOSITORY / "modules").glob("*/*.tf")
        for kind, name in _BLOCK.findall(file.read_text(encoding="utf-8"))
    }
