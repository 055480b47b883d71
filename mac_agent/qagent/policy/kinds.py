"""What a policy speaks of besides programs and actions: risky kinds of steps, classes of data."""

from enum import StrEnum

from qscreen.redaction import Kind


class RiskKind(StrEnum):
    """Kinds of steps that a person is asked about before they are done."""

    SEND = "send"
    DELETE = "delete"
    PAY = "pay"
    OVERWRITE = "overwrite"
    INSTALL = "install"
    SETTINGS = "settings"
    CREDENTIALS = "credentials"
    COMMAND = "command"
    UNEXPLAINED = "unexplained"


class DataClass(StrEnum):
    """Classes of data: parts of the screen, and kinds of personal data in any text."""

    LABELS = "labels"
    VALUES = "values"
    PICTURES = "pictures"
    CLIPBOARD = "clipboard"
    PRIVATE_KEY = "private_key"
    TOKEN = "token"  # noqa: S105 - the name of a class
    AWS_KEY = "aws_key"
    EMAIL = "email"
    RESIDENT_NUMBER = "resident_number"
    CARD = "card"
    PHONE = "phone"


DATA_OF_ACTION: dict[str, DataClass] = {
    "read": DataClass.VALUES,
    "read_table": DataClass.VALUES,
    "read_clipboard": DataClass.CLIPBOARD,
}
"""Class of the data that an action's evidence carries to whoever asked for it."""

PARTS = frozenset({DataClass.LABELS, DataClass.VALUES, DataClass.PICTURES, DataClass.CLIPBOARD})
"""Classes that are parts of the screen."""


def personal(classes: frozenset[DataClass]) -> frozenset[Kind]:
    """The kinds of personal data among classes."""
    return frozenset(Kind(one.value) for one in classes - PARTS)
