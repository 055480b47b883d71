"""Templates: ``createTemplate``, ``listTemplates``, ``getTemplate`` and the others."""

from qs_api.call import Call
from qs_api.entity_tags import demanded
from qs_api.keys import read_key
from qs_api.paging import read_limit, read_name, write_name
from qs_api.problems import not_found
from qs_api.services import Services
from qscreen.wire import Template, TemplateList, TemplateRequest, TemplateVersionList

_MAX_DIGITS = 7


def create_template(call: Call, services: Services) -> Template:
    """Make a template.

    Args:
        call: The request.
        services: Tables and settings.

    Returns:
        The template.

    Raises:
        ProblemAnswer: 400 without a usable key.
        RefusedError: If the goal is unsafe, or the key was used for another template.
    """
    request = call.body_as(TemplateRequest)
    return services.templates.create(call.user.sub, read_key(call), request, call.now)


def list_templates(call: Call, services: Services) -> TemplateList:
    """List the caller's templates.

    Args:
        call: The request.
        services: Tables and settings.

    Returns:
        A page of templates.

    Raises:
        ProblemAnswer: 400 for a wrong limit or token.
    """
    sub = call.user.sub
    page, last = services.templates.page(sub, read_limit(call), read_name(call))
    return page.model_copy(update={"next_token": write_name(sub, last)})


def get_template(call: Call, services: Services) -> Template:
    """Show a template.

    Args:
        call: The request.
        services: Tables and settings.

    Returns:
        The template in its newest version.

    Raises:
        RefusedError: If there is none for the caller.
    """
    return services.templates.get(call.user.sub, call.path["template_id"])


def update_template(call: Call, services: Services) -> Template:
    """Make a new version of a template.

    Args:
        call: The request.
        services: Tables and settings.

    Returns:
        The template in its new version.

    Raises:
        ProblemAnswer: 428 without ``If-Match``, 400 for a wrong one.
        RefusedError: If there is none for the caller, it was changed, or the goal is unsafe.
    """
    template_id, sub = call.path["template_id"], call.user.sub
    request, etag = call.body_as(TemplateRequest), demanded(call, required=True)
    if etag is None:
        etag = services.templates.get(sub, template_id).etag
    return services.templates.update(sub, template_id, etag, request, call.now)


def delete_template(call: Call, services: Services) -> Template:
    """Delete a template with all its versions.

    Args:
        call: The request.
        services: Tables and settings.

    Returns:
        The template as it was.

    Raises:
        ProblemAnswer: 400 for a wrong ``If-Match``.
        RefusedError: If there is none for the caller, it was changed, or a schedule runs it.
    """
    template_id, sub = call.path["template_id"], call.user.sub
    etag = demanded(call, required=False)
    services.schedules.demand_unused(sub, template_id)
    return services.templates.delete(sub, template_id, etag)


def list_template_versions(call: Call, services: Services) -> TemplateVersionList:
    """List the versions of a template that are kept.

    Args:
        call: The request.
        services: Tables and settings.

    Returns:
        The versions, newest first.

    Raises:
        RefusedError: If there is no such template for the caller.
    """
    return services.templates.versions(call.user.sub, call.path["template_id"])


def get_template_version(call: Call, services: Services) -> Template:
    """Show one version of a template.

    Args:
        call: The request.
        services: Tables and settings.

    Returns:
        The template in this version.

    Raises:
        ProblemAnswer: 404 if the version is no number.
        RefusedError: If there is none for the caller.
    """
    text = call.path["version"]
    if not (text.isascii() and text.isdecimal() and len(text) <= _MAX_DIGITS):
        raise not_found("template version", text)
    return services.templates.get(call.user.sub, call.path["template_id"], int(text))
