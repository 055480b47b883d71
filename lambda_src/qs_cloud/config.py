"""Settings from a function's environment."""

import os


class ConfigurationError(Exception):
    """A variable of the function's environment is missing or unusable."""


def optional_variable(name: str) -> str | None:
    """Read a variable that not every environment sets.

    Args:
        name: Name of the environment variable.

    Returns:
        Its value; None if it is not set or empty.
    """
    return os.environ.get(name, "").strip() or None


def variable(name: str) -> str:
    """Read a required variable.

    Args:
        name: Name of the environment variable.

    Returns:
        Its value, never empty.

    Raises:
        ConfigurationError: If it is not set or empty.
    """
    value = optional_variable(name)
    if value is None:
        raise ConfigurationError(
            f"The variable {name} is not set, so the function cannot work. "
            "Set it in the function's environment (terraform/platform does) and deploy again."
        )
    return value


def seconds_variable(name: str) -> int:
    """Read a required variable that holds a positive number of seconds.

    Args:
        name: Name of the environment variable.

    Returns:
        Seconds, at least 1.

    Raises:
        ConfigurationError: If it is not set or no positive whole number.
    """
    value = variable(name)
    if not value.isdecimal() or int(value) < 1:
        raise ConfigurationError(
            f"The variable {name} must be a positive whole number of seconds, not {value!r}. "
            "Correct it in the function's environment and deploy again."
        )
    return int(value)
