"""Addresses of resources, as a person types them and as patterns choose them."""

import re
from dataclasses import dataclass

from qops.errors import UsageError

_NAME = r"[A-Za-z_][A-Za-z0-9_-]*"
_KEY = r"(?:\[(?:\d+|\"(?:[^\"\\]|\\.)*\")\])?"
_KEYS = re.compile(r"\[(?:\d+|\"(?:[^\"\\]|\\.)*\")\]")
_ADDRESS = re.compile(
    rf"^(?P<module>(?:module\.{_NAME}{_KEY}\.)*)(?P<type>{_NAME})\.(?P<name>{_NAME})(?P<key>{_KEY})$"
)


@dataclass(frozen=True, slots=True)
class Address:
    """Address of a managed resource.

    Attributes:
        text: As it was typed.
        block: Without any key: what stands in the configuration once.
        type: Type of the resource.
        keyed: Whether it names one instance of several.
    """

    text: str
    block: str
    type: str
    keyed: bool

    @classmethod
    def parse(cls, text: str) -> "Address":
        """Read an address.

        Args:
            text: E.g. ``module.data.aws_s3_bucket.this["x"]``.

        Raises:
            UsageError: It is none, or that of a data source.
        """
        found = _ADDRESS.match(text.strip())
        if found is None or found["type"] in {"module", "data"}:
            raise UsageError(
                f"{text} is no address of a resource.",
                why="It looks like module.data.aws_s3_bucket.this, with a key in brackets where "
                'the block has count or for_each: [0] or ["name"].',
                next_step="Quote it for the shell with '...'; copy one from: qops state list",
            )
        return cls(
            text=found[0],
            block=cls.of_block(found[0]),
            type=found["type"],
            keyed="[" in found[0],
        )

    @staticmethod
    def of_block(address: str) -> str:
        """An address without its keys.

        Args:
            address: Address of an instance.
        """
        return _KEYS.sub("", address)


class AddressPattern:
    """Chooses addresses: ``*`` stands for anything, all else for itself, brackets included."""

    def __init__(self, text: str, *, part: bool = False) -> None:
        """Read a pattern.

        Args:
            text: The pattern.
            part: Whether a text without ``*`` may stand anywhere in the address.
        """
        self.text = text
        inner = ".*".join(map(re.escape, text.split("*")))
        loose = part and "*" not in text
        self._pattern = re.compile(f".*{inner}.*" if loose else inner, re.DOTALL)

    def matches(self, address: str) -> bool:
        """Whether an address is chosen."""
        return self._pattern.fullmatch(address) is not None
