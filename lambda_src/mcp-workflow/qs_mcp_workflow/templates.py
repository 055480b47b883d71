"""Tools for templates."""

from typing import Annotated

from pydantic import Field, ValidationError

from qs_cloud.clock import utc_now
from qs_mcp import Risk, ToolFault, caller
from qs_mcp_workflow.declaring import (
    Etag,
    Limit,
    NextToken,
    RequestKey,
    TemplateId,
    key_of,
    server,
)
from qs_mcp_workflow.models import TemplatesFound, VersionsFound
from qs_mcp_workflow.services import answering, services
from qscreen.wire import Template, TemplateInput, TemplateRequest

Title = Annotated[str, Field(description="Title for people.", min_length=1, max_length=100)]
Description = Annotated[str, Field(description="What it is for.", max_length=1000)]
Goal = Annotated[
    str,
    Field(
        description="What to do, in Korean or English, with {{name}} for each input. A text input "
        "stands in quotation marks: type '{{text}}' in mousepad.",
        min_length=1,
        max_length=2000,
    ),
]
Inputs = Annotated[
    list[TemplateInput], Field(description="The inputs that the goal names.", max_length=20)
]


@server.tool(
    title="List templates",
    risk=Risk.READ,
    read_only=True,
    destructive=False,
    idempotent=True,
    open_world=False,
)
def list_templates(limit: Limit = 20, next_token: NextToken = None) -> TemplatesFound:
    """List the user's templates by id: title, newest version, time of the last change."""
    page, last = services().templates.page(caller().user_id, limit, next_token)
    return TemplatesFound(templates=list(page.items), next_token=last)


@server.tool(
    title="Show a template",
    risk=Risk.READ,
    read_only=True,
    destructive=False,
    idempotent=True,
    open_world=False,
)
def get_template(
    template_id: TemplateId,
    version: Annotated[
        int | None, Field(description="Which version; null for the newest.", ge=1)
    ] = None,
) -> Template:
    """Show a template: its goal, its inputs with types and defaults, and its etag."""
    with answering("The template was not found."):
        return services().templates.get(caller().user_id, template_id, version)


@server.tool(
    title="List versions of a template",
    risk=Risk.READ,
    read_only=True,
    destructive=False,
    idempotent=True,
    open_world=False,
)
def list_template_versions(template_id: TemplateId) -> VersionsFound:
    """List the versions of a template that are kept, newest first."""
    with answering("The template was not found."):
        found = services().templates.versions(caller().user_id, template_id)
    return VersionsFound(versions=list(found.items))


@server.tool(
    title="Make a template",
    risk=Risk.WRITE,
    read_only=False,
    destructive=False,
    idempotent=False,
    open_world=False,
    audit="Template Created",
)
def create_template(
    title: Title,
    goal: Goal,
    inputs: Inputs,
    description: Description = "",
    request_key: RequestKey = None,
) -> Template:
    """Make a template: a goal with inputs that runs fill in. Nothing runs yet."""
    request = _request(title, description, goal, inputs)
    with answering("The template was not made."):
        return services().templates.create(
            caller().user_id, key_of(request_key), request, utc_now()
        )


@server.tool(
    title="Change a template",
    risk=Risk.WRITE,
    read_only=False,
    destructive=False,
    idempotent=False,
    open_world=False,
    audit="Template Changed",
)
def update_template(
    template_id: TemplateId,
    etag: Etag,
    title: Title,
    goal: Goal,
    inputs: Inputs,
    description: Description = "",
) -> Template:
    """Make a new version of a template; the versions before it stay readable.

    Give all of it, not only what changes. Refused if somebody changed it since you read it.
    """
    request = _request(title, description, goal, inputs)
    with answering("The template was not changed."):
        return services().templates.update(caller().user_id, template_id, etag, request, utc_now())


@server.tool(
    title="Delete a template",
    risk=Risk.DESTRUCTIVE,
    read_only=False,
    destructive=True,
    idempotent=True,
    open_world=False,
    audit="Template Deleted",
)
def delete_template(template_id: TemplateId, etag: Etag) -> Template:
    """Delete a template with all its versions, for good. Refused while a schedule runs it."""
    with answering("The template was not deleted."):
        services().schedules.demand_unused(caller().user_id, template_id)
        return services().templates.delete(caller().user_id, template_id, etag)


def _request(
    title: str, description: str, goal: str, inputs: list[TemplateInput]
) -> TemplateRequest:
    try:
        return TemplateRequest(
            title=title, description=description, goal=goal, inputs=tuple(inputs)
        )
    except ValidationError as error:
        faults = "; ".join(
            fault["msg"] for fault in error.errors(include_url=False, include_input=False)
        )
        raise ToolFault(
            "The template was not kept.",
            f"Its goal and its inputs do not fit each other: {faults}.",
            "Name each input of the list in the goal as {{name}}, and no other.",
        ) from None
