"""The applied platform, read from the state in its bucket."""

import io
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from qops.inventory.state import BrokenStateError, read_state
from qops.settings import Settings


@pytest.mark.parametrize("body", [b"", b'{"version": 4, "ser', b"[]", b"\xff\xfe\x00"])
def test_a_broken_state_is_told_with_the_way_out(tmp_path: Path, body: bytes) -> None:
    s3 = SimpleNamespace(get_object=lambda **_: {"Body": io.BytesIO(body)})
    aws: Any = SimpleNamespace(client=lambda service: s3)
    with pytest.raises(BrokenStateError, match="s3://bucket/key cannot be read") as caught:
        read_state(Settings(repository=tmp_path, home=tmp_path), aws, place=("bucket", "key"))
    assert f"{len(body)} bytes" in caught.value.why
    assert "qops state restore" in caught.value.next_step
