"""What is wrong with a value that does not fit its model, in the user's language."""

from pydantic_core import ErrorDetails

from qagent.messages import catalogue, text


def words_of(detail: ErrorDetails) -> str:
    """Say what is wrong; the value itself is not repeated.

    Args:
        detail: One of pydantic's errors; of rarer kinds its own words are taken.
    """
    key = f"yaml.kind.{detail['type']}"
    if key in catalogue():
        return text(key, **detail.get("ctx", {}))
    return detail["msg"].removeprefix("Value error, ")
