"""What a tool may do to the world, in one word."""

from enum import StrEnum


class Risk(StrEnum):
    """Category of a tool; decides who may call it and whether a person is asked first."""

    READ = "read"
    """Reads; nothing changes anywhere."""
    WRITE = "write"
    """Makes or changes what can be made or changed again."""
    DESTRUCTIVE = "destructive"
    """Deletes, overwrites or ends something for good."""
    EXTERNAL = "external"
    """Reaches people or systems outside of the platform."""
