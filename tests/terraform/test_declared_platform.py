"""What prod's configuration declares, planned with a mocked provider: the diagrams' snapshot."""

from pathlib import Path

from terraform_copy import REPOSITORY

from qops.diagram.drawing import SNAPSHOT
from qops.diagram.snapshot import dump, snapshot_of
from qops.settings import load_settings
from qops.sizing.inventory import read_inventory


def test_the_diagrams_snapshot_is_what_prod_declares(tmp_path: Path) -> None:
    settings = load_settings("prod", environ={"QOPS_HOME": str(tmp_path / "home")})
    inventory = read_inventory(settings, declared=True, notice=print)
    committed = (REPOSITORY / "docs" / "diagrams" / SNAPSHOT).read_text(encoding="utf-8")
    assert dump(snapshot_of(inventory)) == committed, (
        "draw the diagrams anew: qops diagram --env prod --declared"
    )
