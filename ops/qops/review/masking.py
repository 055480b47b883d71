"""Keeps secrets out of a review: what is masked here reaches no writer.

Three things make a value a secret: Terraform marks it as sensitive; it stands where secrets stand
(the environment of a function or a build, an attribute with a telling name); or it has the shape of
one (connection strings with a password, and all that ``qscreen.redaction`` knows).
"""

import json
import re
from functools import lru_cache
from typing import Any

from qscreen.redaction import Redactor

MASK = "(masked)"
"""Stands for a whole value."""

_SECRET_PLACES = {
    "aws_codebuild_project": re.compile(r"^environment\[\d+\]\.environment_variable\[.*\.value$"),
    "aws_ecs_task_definition": re.compile(r"\benvironment\[.*\.value$"),
    "aws_instance": re.compile(r"^user_data"),
    "aws_lambda_function": re.compile(r"^environment\[\d+\]\.variables\."),
    "aws_launch_template": re.compile(r"^user_data"),
    "aws_secretsmanager_secret_version": re.compile(r"^secret_(?:string|binary)"),
    "aws_ssm_parameter": re.compile(r"^(?:insecure_)?value(?:_wo)?$"),
    "aws_synthetics_canary": re.compile(r"^run_config\[\d+\]\.environment_variables\."),
}
"""Where secrets stand, by type, whatever Terraform marks."""

_SECRET_NAME = re.compile(
    r"(?:^|[_\-.\[\"])(?:passwords?|passwd|passphrase|secrets?|secret_(?:string|key|value)"
    r"|api_?keys?|access_keys?|private_keys?|tokens?|credentials?|connection_strings?|dsn"
    r"|(?:database|redis)_url)(?:_wo)?(?:$|[\"\]\[.])",
    re.IGNORECASE,
)
_CONNECTION = re.compile(
    r"\b([a-z][a-z0-9+.-]{1,20}://)[^/\s:@\"']{0,200}:[^/\s@\"']{1,400}@", re.I
)
_ASSIGNMENT = re.compile(
    r"((?<![A-Za-z])(?:password|passwd|pwd|passphrase|secret|token|api_?key|accountkey"
    r"|sharedaccesskey)[\"']?\s{0,3}[=:]\s{0,3})"
    r"(\"[^\"]{1,400}\"|'[^']{1,400}'|[^\s;,&\"'}]{1,400})",
    re.IGNORECASE,
)
_KEY = re.compile(r"\[\"(?:[^\"\\]|\\.)*\"\](?!\.value$)")
"""Name of a list's element in a path; it tells of a secret only where a ``value`` follows."""

_REDACTOR = Redactor()

_SHORTEST = 8
"""Shorter texts than the shortest pattern are not searched."""


def hides(kind: str, path: str, value: Any) -> bool:
    """Whether a value is a secret by where it stands, whatever Terraform marks.

    Args:
        kind: The resource's type.
        path: Path of the value, e.g. ``environment[0].variables.KEY``.
        value: The value; what is empty, a number or a truth value has no secret in it unless the
            place is one of secrets only.
    """
    if value is None or value == "" or value == [] or value == {}:
        return False
    place = _SECRET_PLACES.get(kind)
    if place is not None and place.search(path):
        return True
    if not isinstance(value, str | list):
        return False
    return _SECRET_NAME.search(_KEY.sub("", path) if '["' in path else path) is not None


@lru_cache(maxsize=8192)  # a plan repeats names, ARNs and statements by the hundred
def masked_text(text: str) -> str:
    """A text with the shapes of secrets replaced.

    Args:
        text: Any text.
    """
    if len(text) < _SHORTEST:
        return text
    text = _CONNECTION.sub(lambda found: f"{found[1]}{MASK}@", text)
    text = _ASSIGNMENT.sub(lambda found: f"{found[1]}{MASK}", text)
    return _REDACTOR.redact(text)


def marked(marks: Any) -> bool:
    """Whether Terraform marks a value, or anything in it, as sensitive.

    Args:
        marks: ``before_sensitive``, ``after_sensitive``, or a part of one.
    """
    if isinstance(marks, dict):
        return any(map(marked, marks.values()))
    if isinstance(marks, list):
        return any(map(marked, marks))
    return marks is True


def shown(value: Any, kind: str, path: str, marks: Any = None) -> str:
    """A value as JSON text in which nothing secret is left.

    Args:
        value: Any JSON value.
        kind: The resource's type.
        path: Path of the value.
        marks: Terraform's marks for this value.

    Returns:
        The text.
    """
    return json.dumps(_cleaned(value, kind, path, marks), ensure_ascii=False)


def _cleaned(value: Any, kind: str, path: str, marks: Any) -> Any:
    if marks is True or hides(kind, path, value):
        return MASK
    if isinstance(value, dict):
        of = marks if isinstance(marks, dict) else {}
        named = value.get("name") or value.get("Name") or value.get("key") or value.get("Key")
        secret = isinstance(named, str) and _SECRET_NAME.search(named) is not None
        return {
            masked_text(str(name)): MASK
            if secret and name in ("value", "Value") and one
            else _cleaned(one, kind, f"{path}.{name}" if path else name, of.get(name))
            for name, one in value.items()
        }
    if isinstance(value, list):
        each = marks if isinstance(marks, list) else []
        return [
            _cleaned(one, kind, f"{path}[{at}]", each[at] if at < len(each) else None)
            for at, one in enumerate(value)
        ]
    if not isinstance(value, str):
        return value
    inside = json_inside(value)
    if inside is not None:
        return json.dumps(_cleaned(inside, kind, path, None), ensure_ascii=False)
    return masked_text(value)


def json_inside(value: Any) -> dict[str, Any] | list[Any] | None:
    """The object or array that a text holds as JSON; None when it holds none.

    Args:
        value: Any value.
    """
    if not isinstance(value, str) or value[:1] not in ("{", "["):
        return None
    try:
        found = json.loads(value)
    except ValueError:
        return None
    return found if isinstance(found, dict | list) else None
