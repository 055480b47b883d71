"""Settings that the lifecycle hands to the router, as one JSON file."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
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
    """

    port: int
    ministack_port: int
    moto_port: int
    region: str
    account: str
    folder: str
    generation: str

    @property
    def url(self) -> str:
        """Address of the local cloud."""
        return f"http://127.0.0.1:{self.port}"

    def save(self, path: Path) -> None:
        """Writes the settings as JSON."""
        path.write_text(json.dumps(asdict(self), indent=1), encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Self:
        """Reads what ``save`` wrote."""
        return cls(**json.loads(path.read_text(encoding="utf-8")))
