"""Settings: ``listSettings``, ``getSetting``, ``putSetting``, ``deleteSetting``."""

import re
from datetime import datetime
from http import HTTPStatus
from typing import Any

from qs_api.call import Call
from qs_api.entity_tags import demanded
from qs_api.paging import read_limit, read_name, write_name
from qs_api.problems import ProblemAnswer, bad_parameter
from qs_api.services import Services
from qs_cloud.clock import stamp
from qs_cloud.configuration import Documents, etag_of
from qs_cloud.refusal import missing, stale
from qscreen.wire import ProblemError, Setting, SettingList, SettingRequest
from qscreen.wire.setting import SETTING_NAME_PATTERN

MAX_SETTINGS = 200
MAX_NAME = 100


def list_settings(call: Call, services: Services) -> SettingList:
    """List the caller's settings.

    Args:
        call: The request.
        services: Tables and settings.

    Returns:
        A page of settings, by name.

    Raises:
        ProblemAnswer: 400 for a wrong limit or token.
    """
    sub = call.user.sub
    found, last = _documents(services).page(sub, read_limit(call), read_name(call))
    return SettingList(
        items=tuple(_setting(values) for values in found), next_token=write_name(sub, last)
    )


def get_setting(call: Call, services: Services) -> Setting:
    """Show a setting.

    Args:
        call: The request.
        services: Tables and settings.

    Returns:
        The setting.

    Raises:
        RefusedError: If the caller has none of this name.
    """
    return _find(call, services)


def put_setting(call: Call, services: Services) -> Setting:
    """Keep a setting.

    Args:
        call: The request.
        services: Tables and settings.

    Returns:
        The setting.

    Raises:
        ProblemAnswer: 400 for a wrong name or ``If-Match``, or when the caller has too many.
        RefusedError: If it was changed since the caller looked at it.
    """
    name, sub = _name(call), call.user.sub
    request, etag = call.body_as(SettingRequest), demanded(call, required=False)
    documents = _documents(services)
    if documents.get(sub, name) is None:
        _demand_room(services, sub)
    at = stamp(call.now)
    values = {"value": request.value, "updated_at": at, "etag": etag_of([name, request.value, at])}
    if not documents.put(sub, name, values, etag=etag):
        raise stale("setting", name)
    return _setting({"name": name, **values})


def delete_setting(call: Call, services: Services) -> Setting:
    """Forget a setting.

    Args:
        call: The request.
        services: Tables and settings.

    Returns:
        The setting as it was.

    Raises:
        ProblemAnswer: 400 for a wrong ``If-Match``.
        RefusedError: If the caller has none of this name, or it was changed.
    """
    setting, etag = _find(call, services), demanded(call, required=False)
    if not _documents(services).delete(call.user.sub, setting.name, etag):
        raise stale("setting", setting.name)
    return setting


def _documents(services: Services) -> Documents:
    return Documents(services.configuration_table, "setting")


def _find(call: Call, services: Services) -> Setting:
    name = _name(call)
    values = _documents(services).get(call.user.sub, name)
    if values is None:
        raise missing("setting", name)
    return _setting(values)


def _name(call: Call) -> str:
    name = call.path["setting_name"]
    if len(name) > MAX_NAME or not re.fullmatch(SETTING_NAME_PATTERN.strip("^$"), name):
        raise bad_parameter(
            "setting_name",
            f"It must be words joined by dots, at most {MAX_NAME} characters.",
            "Use a name such as report.language.",
        )
    return name


def _demand_room(services: Services, sub: str) -> None:
    found, last = _documents(services).page(sub, MAX_SETTINGS, None)
    if last is not None or len(found) >= MAX_SETTINGS:
        raise ProblemAnswer(
            HTTPStatus.BAD_REQUEST,
            f"You have {MAX_SETTINGS} settings already, and more are not kept.",
            "Delete some that you do not need.",
            (ProblemError(path="setting_name", detail="There is no room for another one."),),
        )


def _setting(values: dict[str, Any]) -> Setting:
    return Setting(
        name=values["name"],
        value=values["value"],
        etag=values["etag"],
        updated_at=datetime.fromisoformat(values["updated_at"]),
    )
