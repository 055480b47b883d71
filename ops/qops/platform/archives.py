"""Builds the Lambda archives of an environment through ``qops.build``."""

from dataclasses import dataclass
from pathlib import Path

from qops.platform.deployment import Notice
from qops.settings import Settings


@dataclass(frozen=True, slots=True)
class Archives:
    """What a build made.

    Attributes:
        manifest: ``manifest.json``, which Terraform reads.
        openapi: The document that API Gateway imports.
        digests: SHA-256 (base64) by function; ``layer`` too.
    """

    manifest: Path
    openapi: Path
    digests: dict[str, str]


def build_archives(settings: Settings, *, notice: Notice) -> Archives:
    """Build what has changed.

    Args:
        settings: Which environment.
        notice: Called with a line for the person.

    Raises:
        QopsError: A build failed.
    """
    from qops.build import build

    def tell(line: str) -> None:
        if not line.endswith(": unchanged"):
            notice(f"  {line}")

    result = build(
        settings.repository,
        settings.build_home,
        settings.environment,
        authorities=settings.rds_authorities,
        progress=tell,
    )
    if not settings.local and settings.rds_authorities is None:
        notice(
            f"  no certificates of RDS beside {settings.variables_file.name}: functions encrypt, "
            "and do not check who answers as the database (terraform/platform/README.md)"
        )
    return Archives(manifest=result.manifest, openapi=result.openapi, digests=dict(result.archives))
