"""Settings that the lifecycle hands to the router, as one JSON file."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Self


@dataclass(frozen=True)
class RouterConfig:
    """Where the router listens and what is behind it.

    Attributes:
        port: The public port, on 127.0.0.1.
        ministack_port: Port of MiniStack.
        moto_port: Port of moto.
        region: Region of requests that name none.
        account: Account id of everything.
        folder: Folder for the data of engines and for logs.
        generation: Random id of this life of the cloud's state.
        package_settings: Environment variables with which packages are installed for engines that
            are prepared on first use.
        model_url: Base address of the OpenAI-compatible server behind Bedrock's Converse; empty for
            the command grammar.
        model_name: Model that is asked there; empty for the first one it lists.
        model_key: Key for it.
    """

    port: int
    ministack_port: int
    moto_port: int
    region: str
    account: str
    folder: str
    generation: str
    package_settings: dict[str, str] = field(default_factory=dict)
    model_url: str = ""
    model_name: str = ""
    model_key: str = ""

    @property
    def url(self) -> str:
        """Address of the local cloud."""
        return f"http://127.0.0.1:{self.port}"

    def save(self, path: Path) -> None:
        """Writes the settings as JSON, for this user only: keys and passwords may be among them."""
        path.touch(mode=0o600)
        path.write_text(json.dumps(asdict(self), indent=1), encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Self:
        """Reads what ``save`` wrote."""
        return cls(**json.loads(path.read_text(encoding="utf-8")))
