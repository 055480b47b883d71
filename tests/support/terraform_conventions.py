"""Checks Terraform files against the conventions of docs/terraform-conventions.md, by number."""

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hcl2

SKIP = re.compile(r"#\s*checkov:skip=(?P<rest>.*)")
SKIP_FORM = re.compile(
    r"^(?P<id>CKV2?_[A-Z]+_\d+):(?P<reason>.{15,}) \(expires (?P<day>\d{4}-\d\d-\d\d)\)$"
)
LONGEST_EXCEPTION = datetime.timedelta(days=366)
DRAWERS = {"misc.tf", "utils.tf", "helpers.tf", "common.tf", "locals.tf", "data.tf", "resources.tf"}
PLACES = {"variable": {"variables.tf", "context.tf", "settings.tf"}, "output": {"outputs.tf"}}
"""QS-TF-006: where variables and outputs stand."""

NAMES = ("name", "bucket", "identifier", "function_name", "alarm_name", "dashboard_name")
NAMED_IN_ITS_PARENT = {
    "aws_backup_selection",
    "aws_codedeploy_deployment_group",
    "aws_cognito_resource_server",
    "aws_ecs_service",
    "aws_iam_role_policy",
    "aws_lambda_alias",
    "aws_s3_bucket_intelligent_tiering_configuration",
    "aws_ssm_maintenance_window_target",
    "aws_ssm_maintenance_window_task",
}
"""QS-TF-004: resources whose names are unique within another resource, not in the account."""

PROTECTED = {
    "aws_backup_vault": ("kms_key_arn",),
    "aws_bedrock_guardrail": ("kms_key_arn",),
    "aws_cloudtrail": ("kms_key_id", "enable_log_file_validation"),
    "aws_cloudwatch_log_group": ("kms_key_id", "retention_in_days"),
    "aws_codebuild_project": ("encryption_key", "logs_config"),
    "aws_db_instance": ("storage_encrypted", "kms_key_id", "enabled_cloudwatch_logs_exports"),
    "aws_dynamodb_table": ("server_side_encryption", "point_in_time_recovery"),
    "aws_elasticache_replication_group": (
        "at_rest_encryption_enabled",
        "transit_encryption_enabled",
        "kms_key_id",
    ),
    "aws_lambda_function": ("kms_key_arn", "logging_config"),
    "aws_opensearch_domain": (
        "encrypt_at_rest",
        "node_to_node_encryption",
        "log_publishing_options",
    ),
    "aws_secretsmanager_secret": ("kms_key_id", "recovery_window_in_days"),
    "aws_sfn_state_machine": ("logging_configuration",),
    "aws_sns_topic": ("kms_master_key_id",),
    "aws_sqs_queue": ("kms_master_key_id",),
    "aws_wafv2_web_acl": ("visibility_config",),
}
"""QS-TF-009: what each kind must set to be encrypted, logged and retained."""

GUARDED = {
    "aws_cognito_user_pool": "deletion_protection",
    "aws_db_instance": "deletion_protection",
    "aws_dynamodb_table": "deletion_protection_enabled",
}
"""QS-TF-013: kinds with a protection of their own, which must follow the context."""

GUARDED_BY_POLICY = {"aws_s3_bucket": "s3:DeleteBucket", "aws_kms_key": "kms:ScheduleKeyDeletion"}
"""QS-TF-013: kinds without one; their policies name the operation, by ``guarded``."""

REPAIR = re.compile(r"[;:.] .|must|needs|use |give|run ", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Finding:
    """One breach of a convention."""

    rule: str
    file: str
    what: str

    def __str__(self) -> str:
        return f"{self.rule} {self.file}: {self.what}"


def check_folder(folder: Path, *, today: datetime.date) -> list[Finding]:
    """Check every Terraform file directly in a folder, and its tests and README."""
    findings: list[Finding] = []
    bodies: dict[str, dict[str, Any]] = {}
    for file in sorted(folder.glob("*.tf")):
        text = file.read_text(encoding="utf-8")
        name = f"{folder.name}/{file.name}"
        bodies[name] = hcl2.loads(text)
        findings += _file(name, bodies[name], text, today)
    findings += _guards(folder, bodies)
    validated = sorted(
        variable
        for body in bodies.values()
        for variable, block in _named(body, "variable")
        if block.get("validation")
    )
    findings += _tests(folder, validated)
    return findings


def _file(name: str, body: dict[str, Any], text: str, today: datetime.date) -> Iterator[Finding]:
    if name.rsplit("/", 1)[1] in DRAWERS:
        yield Finding("QS-TF-006", name, "a drawer: name the file by what it holds")
    for kind, places in PLACES.items():
        if body.get(kind) and name.rsplit("/", 1)[1] not in places:
            yield Finding("QS-TF-006", name, f"a {kind} belongs into {' or '.join(sorted(places))}")
    for address, block in _blocks(body, "resource"):
        yield from _resource(name, address, block)
    for variable, block in _named(body, "variable"):
        yield from _variable(name, variable, block)
    for output, block in _named(body, "output"):
        if not block.get("description"):
            yield Finding("QS-TF-007", name, f"output {output} has no description")
    for block in body.get("locals", []):
        for local in block:
            if not local.startswith("_"):
                yield Finding("QS-TF-005", name, f"local {local} does not start with _")
    for kind in ("resource", "module"):
        for address, block in _blocks(body, kind):
            if re.search(r"toset\(\s*var\.", str(block.get("for_each", ""))):
                yield Finding("QS-TF-002", name, f"{address}: a list drives for_each")
    for address, block in _blocks(body, "data"):
        if address.startswith("aws_iam_policy_document."):
            yield from _policy(name, address, block)
    yield from _exceptions(name, text, today)


def _resource(name: str, address: str, block: dict[str, Any]) -> Iterator[Finding]:
    kind = address.split(".")[0]
    if kind not in NAMED_IN_ITS_PARENT and not name.startswith("bootstrap/"):
        for attribute in NAMES:
            value = block.get(attribute)
            if (
                isinstance(value, str)
                and re.fullmatch(r'"?[\w/.-]+"?', value.strip())
                and not (re.match(r"^(var|local|each|module|data|aws_\w+)\.", value.strip('"')))
            ):
                yield Finding("QS-TF-004", name, f"{address}.{attribute} does not carry the prefix")
    written = block.keys() | {
        label.strip('"') for dynamic in block.get("dynamic", []) for label in dynamic
    }
    for attribute in PROTECTED.get(kind, ()):
        if attribute not in written:
            yield Finding("QS-TF-009", name, f"{address} does not set {attribute}")


def _guards(folder: Path, bodies: dict[str, dict[str, Any]]) -> Iterator[Finding]:
    text = "\n".join(
        file.read_text(encoding="utf-8")
        for home in (folder, *_called(folder, bodies))
        for file in sorted(home.glob("*.tf"))
    )
    for name, body in bodies.items():
        for address, block in _blocks(body, "resource"):
            kind = address.split(".")[0]
            if re.search(r"prevent_destroy\W+true", str(block.get("lifecycle", "")), re.IGNORECASE):
                continue
            attribute = GUARDED.get(kind)
            if attribute and "guarded" not in str(block.get(attribute, "")):
                yield Finding("QS-TF-013", name, f"{address}: {attribute} ignores the context")
            operation = GUARDED_BY_POLICY.get(kind)
            if operation and not (operation in text and "guarded" in text):
                yield Finding("QS-TF-013", name, f"{address}: no policy guards {operation}")


def _called(folder: Path, bodies: dict[str, dict[str, Any]]) -> Iterator[Path]:
    """Folders of the building blocks that a folder calls: a policy may be written there."""
    for body in bodies.values():
        for _, block in _named(body, "module"):
            yield folder / _plain(block.get("source"))


def _variable(name: str, variable: str, block: dict[str, Any]) -> Iterator[Finding]:
    kind = str(block.get("type", ""))
    if not kind:
        yield Finding("QS-TF-001", name, f"variable {variable} has no type")
    if re.search(r"\bany\b", kind):
        yield Finding("QS-TF-001", name, f"variable {variable} is of type any")
    if not block.get("description"):
        yield Finding("QS-TF-001", name, f"variable {variable} has no description")
    means_null = "default" in block and block["default"] in (None, "null", "${null}")
    if block.get("nullable") is not False and not means_null:
        yield Finding("QS-TF-001", name, f"variable {variable} is nullable, and null means nothing")
    for validation in block.get("validation", []):
        message = str(validation.get("error_message", "")).strip('"')
        if len(message) < 30 or not REPAIR.search(message):
            yield Finding("QS-TF-003", name, f"variable {variable}: the message says no repair")


def _policy(name: str, address: str, block: dict[str, Any]) -> Iterator[Finding]:
    statements = list(block.get("statement", []))
    for dynamic in block.get("dynamic", []):
        for label, inner in dynamic.items():
            if label.strip('"') == "statement":
                statements += inner.get("content", [])
    outer = _prose(block)
    for statement in statements:
        if _plain(statement.get("effect", "Allow")) == "Deny":
            continue
        sid = _plain(statement.get("sid", "?"))
        for action in _listed(statement.get("actions")):
            if _plain(action) == "*" or _plain(action).endswith(":*"):
                yield Finding("QS-TF-008", name, f"{address} {sid}: action {_plain(action)}")
        resources = [_plain(resource) for resource in _listed(statement.get("resources"))]
        if "*" in resources and not (outer or _prose(statement)):
            yield Finding("QS-TF-008", name, f"{address} {sid}: resource * without a reason")


def _exceptions(name: str, text: str, today: datetime.date) -> Iterator[Finding]:
    for match in SKIP.finditer(text):
        form = SKIP_FORM.match(match["rest"].strip())
        if form is None:
            yield Finding(
                "QS-TF-010", name, f"write ID:reason (expires YYYY-MM-DD), not {match['rest']!r}"
            )
            continue
        day = datetime.date.fromisoformat(form["day"])
        if day < today:
            yield Finding("QS-TF-010", name, f"the exception of {form['id']} expired on {day}")
        if day > today + LONGEST_EXCEPTION:
            yield Finding("QS-TF-010", name, f"the exception of {form['id']} lasts over a year")


def _tests(folder: Path, validated: list[str]) -> Iterator[Finding]:
    tests = sorted((folder / "tests").glob("*.tftest.hcl"))
    if not (folder / "README.md").is_file():
        yield Finding("QS-TF-011", folder.name, "there is no README.md")
    if not tests:
        yield Finding("QS-TF-011", folder.name, "there is no tests/*.tftest.hcl")
        return
    text = "\n".join(test.read_text(encoding="utf-8") for test in tests)
    alone = text.count('source = "./tests/variables"')
    if "mock_provider" not in text and alone < len(re.findall(r"^run ", text, re.MULTILINE)):
        yield Finding("QS-TF-011", folder.name, "the tests do not mock the provider")
    expected = {
        name
        for match in re.finditer(r"expect_failures\s*=\s*\[([^\]]*)\]", text)
        for name in re.findall(r"var\.(\w+)", match[1])
    }
    for variable in validated:
        if variable not in expected:
            yield Finding("QS-TF-011", folder.name, f"no test breaks the validation of {variable}")


def _named(body: dict[str, Any], kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for entry in body.get(kind, []):
        for label, block in entry.items():
            if isinstance(block, dict):
                yield _plain(label), block


def _blocks(body: dict[str, Any], kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    if kind == "module":
        yield from _named(body, kind)
        return
    for label, inner in _named(body, kind):
        for name, block in inner.items():
            if isinstance(block, dict):
                yield f"{label}.{_plain(name)}", block


def _prose(block: dict[str, Any]) -> list[str]:
    comments = [*block.get("__comments__", []), *block.get("__inline_comments__", [])]
    texts = [str(comment.get("value", "")) for comment in comments]
    return [text for text in texts if not text.lstrip("# ").startswith("checkov:")]


def _listed(value: object) -> list[object]:
    """The items of a list; an expression that makes one is a single item."""
    return value if isinstance(value, list) else [value]


def _plain(text: object) -> str:
    return str(text).strip('"')
