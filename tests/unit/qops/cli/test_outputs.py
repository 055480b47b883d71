"""What every command prints, at 80 and 160 columns; and that no command is left out."""

from golden_files import Golden

from qops.errors import QopsError, RefusedError, UsageError
from qops.platform.answers import BuildAnswer, DownAnswer


def test_down_and_reset(golden: Golden) -> None:
    golden("down", DownAnswer(agent_stopped=True, cloud_stopped=True))
    golden("down", DownAnswer(agent_stopped=False, cloud_stopped=False), variant="idle")
    golden("reset", DownAnswer(agent_stopped=True, cloud_stopped=False), "--yes")


def test_build(golden: Golden) -> None:
    names = ("api", "layer", "rotate-partner-key")
    digests = dict.fromkeys(names, "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")
    golden("build", BuildAnswer(manifest="/home/한글/.qscreen/build/m.json", archives=digests))


def test_errors_of_each_exit_code(golden: Golden) -> None:
    why = "The state is locked by 김영희@laptop since 2026-11-30 06:00:00Z, for an apply."
    details = ["ID: 6f1e0d9c-57f1-4d3a-93f5-0f3c5c1b8c77", "Path: qscreen-prod/terraform.tfstate"]
    golden(
        "down", QopsError("It failed.", why=why, next_step="Wait.", details=details),
        variant="failed",
    )  # fmt: skip
    golden("down", RefusedError("Nothing was done.", why=why), variant="refused")
    golden("down", UsageError("That makes no sense.", next_step="See --help."), variant="usage")
