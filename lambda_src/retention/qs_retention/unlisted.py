"""Texts of templates that no template lists: they were refused to be deleted, or given up."""

from collections.abc import Callable
from datetime import datetime
from itertools import groupby
from typing import Any

from qs_cloud import clients
from qs_cloud.calls import calling
from qs_cloud.configuration import Documents
from qs_cloud.errors import CloudCallError
from qs_cloud.templates import FOLDER, TEMPLATE_KIND, listed_keys
from qs_retention.cursors import Cursors

JOB = "retention.templates"
PAGE = 500
MOST_PAGES = 20
"""Pages in one pass."""

_DEPTH = 3
"""Folders over a version: templates, its owner, its template."""


def delete_unlisted(
    bucket: str, table: str, before: datetime, cursors: Cursors, going_on: Callable[[], bool]
) -> int:
    """Delete the objects of versions that their template does not list, or whose template is gone.

    Args:
        bucket: Bucket of the templates.
        table: Name of the configuration table.
        before: Younger objects stay: a version is written before its template lists it.
        cursors: Where the last pass ended.
        going_on: Says whether there still is time.

    Returns:
        How many objects were deleted.

    Raises:
        CloudCallError: If a service cannot be reached, or S3 refuses again.
        DatabaseUnavailableError: If PostgreSQL, which keeps the place, cannot be reached.
    """
    documents = Documents(table, TEMPLATE_KIND)
    deleted = 0
    refused: CloudCallError | None = None
    for _ in range(MOST_PAGES):
        if not going_on():
            break
        keys, last = _page(bucket, cursors.read(JOB), before)
        for (owner, template_id), own in groupby(keys, lambda key: tuple(key.split("/")[1:3])):
            listed = listed_keys(owner, template_id, documents.get(owner, template_id))
            for key in own:
                if key in listed:
                    continue
                try:
                    with calling("delete a version that no template lists"):
                        clients.s3().delete_object(Bucket=bucket, Key=key)
                    deleted += 1
                except CloudCallError as error:
                    # The others are not to wait for one that is refused for long.
                    refused = error
        cursors.write(JOB, last)
        if not last:
            break
    if refused is not None:
        raise refused
    return deleted


def _page(bucket: str, after: str, before: datetime) -> tuple[list[str], str]:
    arguments: dict[str, Any] = {"StartAfter": after} if after else {}
    with calling("list the versions of templates"):
        answer = clients.s3().list_objects_v2(
            Bucket=bucket, Prefix=FOLDER, MaxKeys=PAGE, **arguments
        )
    found = answer.get("Contents", [])
    old = [one["Key"] for one in found if one["LastModified"] < before]
    # What lies elsewhere in the folder is none of a version.
    return (
        [key for key in old if key.count("/") == _DEPTH],
        found[-1]["Key"] if found and answer.get("IsTruncated") else "",
    )
