"""Texts of messages, as SQS takes them."""

_REFUSED = str.maketrans({"\ufffe": "\\ufffe", "\uffff": "\\uffff"})


def message_of(document: str) -> str:
    """Write a JSON document so that SQS takes it, whatever its texts hold.

    SQS takes the characters of XML 1.0 only: of those that JSON does not escape, these two are
    none, and a message with one of them is refused for good
    (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html).

    Args:
        document: The document.

    Returns:
        The same document.
    """
    return document.translate(_REFUSED)
