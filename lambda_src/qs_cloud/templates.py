"""Workflow templates: the document in the configuration table, each version's text in S3.

A version's object is written before the document names it, under a key that its content decides:
whichever step a crash follows, the document names only what is there, and two changes at the same
time never overwrite each other's object.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from qs_cloud import clients
from qs_cloud.calls import calling
from qs_cloud.clock import stamp
from qs_cloud.config import variable
from qs_cloud.configuration import Documents, etag_of
from qs_cloud.errors import CloudCallError
from qs_cloud.filling import check_goal, fill
from qs_cloud.items import Value
from qs_cloud.refusal import RefusedError, Why, missing, stale
from qs_cloud.telemetry import count, fault, logger
from qscreen.wire import (
    RunRequest,
    Template,
    TemplateList,
    TemplateRequest,
    TemplateSummary,
    TemplateVersion,
    TemplateVersionList,
)

TEMPLATE_KIND = "template"
"""Kind of their documents."""
FOLDER = "templates/"
MAX_VERSIONS = 50
"""So many versions of a template stay readable; older ones are deleted."""


@dataclass(frozen=True, slots=True)
class _Version:
    """One entry of a document's list of versions."""

    number: int
    digest: str
    created_at: str

    @classmethod
    def read(cls, text: str) -> "_Version":
        number, digest, created_at = text.split("|")
        return cls(int(number), digest, created_at)

    def write(self) -> str:
        return f"{self.number}|{self.digest}|{self.created_at}"


@dataclass(frozen=True, slots=True)
class FilledGoal:
    """What a run of a template is to do.

    Attributes:
        goal: The goal with the inputs in it.
        template_version: Version of the template.
    """

    goal: str
    template_version: int


@dataclass(frozen=True, slots=True)
class Templates:
    """The templates of all users.

    Attributes:
        table: Name of the configuration table.
        bucket: The templates bucket.
        key_arn: KMS key of the bucket.
    """

    table: str
    bucket: str
    key_arn: str

    @classmethod
    def from_environment(cls) -> "Templates":
        """Read the function's environment.

        Returns:
            The templates.

        Raises:
            ConfigurationError: If a variable is missing.
        """
        return cls(
            table=variable("QS_CONFIGURATION_TABLE"),
            bucket=variable("QS_TEMPLATES_BUCKET"),
            key_arn=variable("QS_DATA_KEY_ARN"),
        )

    @property
    def _documents(self) -> Documents:
        return Documents(self.table, TEMPLATE_KIND)

    def create(self, owner: str, key: str, request: TemplateRequest, at: datetime) -> Template:
        """Make a template.

        Args:
            owner: Cognito ``sub`` of the user who asks.
            key: The user's key of the request; a repeat makes nothing twice.
            request: What it is to be.
            at: When it was asked for.

        Returns:
            The template, or the one that the same request made before.

        Raises:
            RefusedError: If the goal is unsafe, or the key was used for another template.
            CloudCallError: If a service cannot be reached; repeating the request is safe.
        """
        check_goal(request.goal, request.inputs)
        digest = hashlib.sha256(f"{owner}\n{key}".encode()).hexdigest()
        template_id = f"tpl-{digest[:20]}"
        version = self._store(owner, template_id, 1, request, stamp(at))
        values = self._values(request, [version], stamp(at))
        if not self._documents.put(owner, template_id, values, new=True):
            found = self.get(owner, template_id)
            if _request_of(found) != request:
                raise RefusedError(
                    Why.CONFLICT,
                    f"The key of the template {template_id} was used before, for another one.",
                    "Use a new key with a new template; repeat the exact request to get its own.",
                )
            return found
        logger().info("Template made", extra={"template_id": template_id})
        count("TemplatesMade")
        return self.get(owner, template_id)

    def get(self, owner: str, template_id: str, version: int | None = None) -> Template:
        """Read a template.

        Args:
            owner: Cognito ``sub`` of the user who asks.
            template_id: Id of the template.
            version: Which version; the newest by default.

        Returns:
            The template.

        Raises:
            RefusedError: If there is none for the user.
            CloudCallError: If a service cannot be reached.
        """
        values = self._find(owner, template_id)
        versions = _versions(values)
        found = next((v for v in versions if version in (None, v.number)), None)
        if found is None:
            raise missing("template version", f"{template_id}/{version}")
        with calling("read the template"):
            answer = clients.s3().get_object(
                Bucket=self.bucket, Key=_object_key(owner, template_id, found)
            )
            request = TemplateRequest.model_validate_json(answer["Body"].read())
        return Template(
            template_id=template_id,
            owner=owner,
            version=found.number,
            etag=str(values["etag"])
            if found.number == versions[0].number
            else etag_of([template_id, found.write()]),
            **dict(request),
            created_at=datetime.fromisoformat(values["created_at"]),
            updated_at=datetime.fromisoformat(found.created_at),
        )

    def page(self, owner: str, limit: int, start: str | None) -> tuple[TemplateList, str | None]:
        """List a user's templates, by id.

        Args:
            owner: Cognito ``sub`` of the user.
            limit: At most so many.
            start: Id after which the page begins.

        Returns:
            The page without its token, and the id at which it ended (None at the end).

        Raises:
            CloudCallError: If the table cannot be reached.
        """
        found, last = self._documents.page(owner, limit, start)
        items = tuple(
            TemplateSummary(
                template_id=values["name"],
                title=values["title"],
                version=_versions(values)[0].number,
                updated_at=datetime.fromisoformat(_versions(values)[0].created_at),
            )
            for values in found
        )
        return TemplateList(items=items), last

    def versions(self, owner: str, template_id: str) -> TemplateVersionList:
        """List the versions of a template that are kept, newest first.

        Args:
            owner: Cognito ``sub`` of the user who asks.
            template_id: Id of the template.

        Returns:
            The versions.

        Raises:
            RefusedError: If there is no such template for the user.
            CloudCallError: If the table cannot be reached.
        """
        return TemplateVersionList(
            items=tuple(
                TemplateVersion(
                    version=one.number, created_at=datetime.fromisoformat(one.created_at)
                )
                for one in _versions(self._find(owner, template_id))
            )
        )

    def update(
        self, owner: str, template_id: str, etag: str, request: TemplateRequest, at: datetime
    ) -> Template:
        """Make a new version of a template.

        Args:
            owner: Cognito ``sub`` of the user who asks.
            template_id: Id of the template.
            etag: The entity tag of the version that the user looked at.
            request: What it is to be.
            at: When it was asked for.

        Returns:
            The template in its new version.

        Raises:
            RefusedError: If there is none for the user, it was changed since, or the goal is
                unsafe.
            CloudCallError: If a service cannot be reached; repeating the request is safe.
        """
        check_goal(request.goal, request.inputs)
        values = self._find(owner, template_id)
        if values["etag"] != etag:
            raise stale("template", template_id)
        kept = _versions(values)
        version = self._store(owner, template_id, kept[0].number + 1, request, stamp(at))
        versions = [version, *kept]
        changed = self._values(request, versions[:MAX_VERSIONS], values["created_at"])
        if not self._documents.put(owner, template_id, changed, etag=etag):
            raise stale("template", template_id)
        self._drop(owner, template_id, versions[MAX_VERSIONS:])
        logger().info(
            "Template changed", extra={"template_id": template_id, "version": version.number}
        )
        return self.get(owner, template_id)

    def delete(self, owner: str, template_id: str, etag: str | None) -> Template:
        """Delete a template with all its versions.

        Args:
            owner: Cognito ``sub`` of the user who asks.
            template_id: Id of the template.
            etag: The entity tag that it must have; None for any.

        Returns:
            The template as it was.

        Raises:
            RefusedError: If there is none for the user, or it was changed since.
            CloudCallError: If a service cannot be reached.
        """
        values = self._find(owner, template_id)
        last = self.get(owner, template_id)
        if not self._documents.delete(owner, template_id, etag):
            raise stale("template", template_id)
        self._drop(owner, template_id, _versions(values))
        logger().info("Template deleted", extra={"template_id": template_id})
        return last

    def filled(self, owner: str, request: RunRequest) -> FilledGoal:
        """Find the goal of a run that names a template.

        Args:
            owner: Cognito ``sub`` of the user who asks.
            request: What was asked for; names a template.

        Returns:
            The goal and the template's version.

        Raises:
            RefusedError: If there is no such template for the user, or the inputs do not fit it.
            CloudCallError: If a service cannot be reached.
        """
        found = self.get(owner, request.template_id or "", request.template_version)
        return FilledGoal(fill(found.goal, found.inputs, request.inputs), found.version)

    def _find(self, owner: str, template_id: str) -> dict[str, Any]:
        values = self._documents.get(owner, template_id)
        if values is None:
            raise missing("template", template_id)
        return values

    def _store(
        self, owner: str, template_id: str, number: int, request: TemplateRequest, at: str
    ) -> _Version:
        body = request.model_dump_json().encode()
        version = _Version(number, hashlib.sha256(body).hexdigest()[:20], at)
        with calling("store the template"):
            clients.s3().put_object(
                Bucket=self.bucket,
                Key=_object_key(owner, template_id, version),
                Body=body,
                ContentType="application/json",
                ServerSideEncryption="aws:kms",
                SSEKMSKeyId=self.key_arn,
            )
        return version

    def _drop(self, owner: str, template_id: str, versions: Sequence[_Version]) -> None:
        """Delete the objects of versions that no document names any more.

        The change is made by then, and repeating it would find it made: what cannot be deleted
        is counted, and fails nothing; the function ``retention`` deletes it later.
        """
        for version in versions:
            try:
                with calling("delete a version of the template"):
                    clients.s3().delete_object(
                        Bucket=self.bucket, Key=_object_key(owner, template_id, version)
                    )
            except CloudCallError as error:
                more = {"template_id": template_id, "version": version.number}
                logger().error("Version of a template was left", extra={**more, **fault(error)})
                count("TemplateVersionsLeft")

    def _values(
        self, request: TemplateRequest, versions: list[_Version], created_at: str
    ) -> dict[str, Value | None]:
        written = [one.write() for one in versions]
        return {
            "title": request.title,
            "etag": etag_of([json.loads(request.model_dump_json()), written]),
            "versions": written,
            "created_at": created_at,
        }


def _versions(values: dict[str, Any]) -> list[_Version]:
    return [_Version.read(text) for text in values["versions"]]


def listed_keys(owner: str, template_id: str, values: Mapping[str, Any] | None) -> frozenset[str]:
    """Name the objects of the versions that a template lists.

    Args:
        owner: Cognito ``sub`` of its owner.
        template_id: Its id.
        values: Its document; None if there is none.

    Returns:
        Their keys.
    """
    versions = () if values is None else _versions(dict(values))
    return frozenset(_object_key(owner, template_id, version) for version in versions)


def _object_key(owner: str, template_id: str, version: _Version) -> str:
    return f"{FOLDER}{owner}/{template_id}/{version.number:06}-{version.digest}.json"


def _request_of(template: Template) -> TemplateRequest:
    return TemplateRequest.model_validate(
        {name: getattr(template, name) for name in TemplateRequest.model_fields}
    )
