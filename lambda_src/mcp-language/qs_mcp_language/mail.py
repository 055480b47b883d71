"""The class of a mail: by a trained classifier where there is one, else by keywords."""

from qs_mcp_language.classifier import by_classifier
from qs_mcp_language.models import Classified, by_rules
from qs_reading.classes import MAILS, OTHER, mail_class_of

ENDPOINT = "QS_MAIL_CLASSIFIER_ARN"

LABELS = (*MAILS, OTHER)
"""What keywords can answer."""


def classify_mail(subject: str, body: str) -> Classified:
    """Classify a mail.

    Args:
        subject: Its subject.
        body: Its body as plain text; may be empty.

    Returns:
        The class, and who judged.

    Raises:
        ToolFault: If there is a classifier and it does not answer.
    """
    text = f"{subject}\n{body}"
    found = by_classifier(ENDPOINT, text)
    if found is not None:
        return found
    return by_rules(mail_class_of(text))
