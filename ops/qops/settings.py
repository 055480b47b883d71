"""Settings of qops: where things are, and what the environment variables say."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from qops.errors import UsageError

ENVIRONMENTS = ("local", "dev", "prod")
DEFAULT_PORT = 4566
"""Port of the local cloud: the one that LocalStack-compatible tools expect."""


@dataclass(frozen=True, slots=True)
class General:
    """A setting that no option of a command sets.

    Attributes:
        key: Its name in a file of settings.
        variable: Its environment variable.
        help: What it does.
        default: What it is when nobody sets it; None where that depends.
    """

    key: str
    variable: str
    help: str
    default: str | int | None = None


GENERAL = (
    General("port", "QOPS_PORT", "Port of the local cloud; else the one it runs on, else 4566."),
    General("home", "QOPS_HOME", "Folder of all that qops writes.", ".qscreen"),
    General(
        "provider-mirror", "QOPS_PROVIDER_MIRROR",
        "Folder of Terraform providers, to work without a network.",
    ),
    General("values", "QOPS_VALUES", "Variable file laid over the environment's own."),
)  # fmt: skip
"""What a file of settings or a variable says for every command."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything a use case needs to know about its surroundings.

    Attributes:
        repository: Root of the checkout.
        home: Folder for everything that qops writes (``QOPS_HOME``, default ``.qscreen``).
        environment: Name of the environment: local, dev or prod.
        port: Port of the local cloud: ``QOPS_PORT``, else the one on which the local cloud of
            ``home`` runs, else 4566.
        provider_mirror: Folder of Terraform providers (``QOPS_PROVIDER_MIRROR``).
        values: A further variable file, laid over the environment's own (``QOPS_VALUES``).
        ci: Whether this is a CI job (``CI``): nobody can be asked, nothing needs to be.
        work: Folder of archives and of Terraform's working copy where ``repository`` is a working
            copy of another commit; None: they are ``home``'s.
    """

    repository: Path
    home: Path
    environment: str = "local"
    port: int = DEFAULT_PORT
    provider_mirror: Path | None = None
    values: Path | None = None
    ci: bool = False
    work: Path | None = None

    @property
    def local(self) -> bool:
        """Whether the environment is the local cloud."""
        return self.environment == "local"

    @property
    def endpoint_url(self) -> str:
        """Address of the local cloud."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def prefix(self) -> str:
        """Prefix of the platform's names, e.g. ``qscreen-local``."""
        return f"qscreen-{self.environment}"

    @property
    def platform_folder(self) -> Path:
        """The Terraform root."""
        return self.repository / "terraform" / "platform"

    @property
    def variables_file(self) -> Path:
        """The environment's tfvars."""
        return self.platform_folder / "environments" / f"{self.environment}.tfvars"

    @property
    def rds_authorities(self) -> Path | None:
        """Certificates of the authorities of RDS beside the environment's tfvars; None without."""
        file = self.variables_file.with_suffix(".rds-ca.pem")
        return file if file.is_file() else None

    @property
    def terraform_home(self) -> Path:
        """Folder for the environment's Terraform data and plans."""
        return self.home / "terraform" / self.environment

    @property
    def workspace_home(self) -> Path:
        """Folder for Terraform's working copy."""
        if self.work is None:
            return self.terraform_home
        return self.work / "terraform" / self.environment

    @property
    def build_home(self) -> Path:
        """Folder for the environment's Lambda archives."""
        return (self.work or self.home) / "build" / self.environment

    @property
    def demo_home(self) -> Path:
        """Folder for the demo's user, policy and documents."""
        return self.home / "demo"

    @property
    def agent_home(self) -> Path:
        """``QAGENT_HOME`` of the demo's agent."""
        return self.home / "agent"

    @property
    def reports(self) -> Path:
        """Folder for HTML run reports."""
        return self.home / "reports"


def load_settings(
    environment: str = "local", *, environ: Mapping[str, str] | None = None
) -> Settings:
    """Read the settings.

    Args:
        environment: ``--env`` of the command.
        environ: Environment variables; the process's own, and below them the files of settings
            (qops.toml), when absent.

    Returns:
        The settings.

    Raises:
        UsageError: A variable has a value that cannot be used, or qops does not run from a
            checkout.
    """
    values = {name: text for name, text in (environ or {}).items() if text}
    if environ is None:
        values = _with_files(os.environ)
    if environment not in ENVIRONMENTS:
        raise UsageError(
            f"There is no environment {environment!r}.",
            next_step=f"Use --env with one of: {', '.join(ENVIRONMENTS)}.",
        )
    repository = checkout()
    home = values.get("QOPS_HOME")
    mirror = values.get("QOPS_PROVIDER_MIRROR")
    folder = Path(home).expanduser().absolute() if home else repository / ".qscreen"
    return Settings(
        repository=repository,
        home=folder,
        environment=environment,
        port=_port(values.get("QOPS_PORT")) or _running_port(folder) or DEFAULT_PORT,
        provider_mirror=Path(mirror).expanduser().absolute() if mirror else None,
        values=_file(values.get("QOPS_VALUES")),
        ci=values.get("CI", "").lower() not in {"", "0", "false", "no"},
    )


def checkout() -> Path:
    """Root of the checkout that qops is part of.

    Raises:
        UsageError: There is none.
    """
    repository = Path(__file__).resolve().parents[2]
    if not (repository / "pyproject.toml").is_file() or not (repository / "ops").is_dir():
        raise UsageError(
            "qops found no checkout of the project around itself.",
            why=f"It is installed in {Path(__file__).parent}, outside a checkout.",
            next_step="Install it editable from the checkout: make demo does it.",
        )
    return repository


def _with_files(environ: Mapping[str, str]) -> dict[str, str]:
    """The variables that are set, and below them what the files of settings say."""
    from qops.configuration.files import merged

    said = merged(checkout(), environ)
    below = {one.variable: str(said[one.key][0]) for one in GENERAL if one.key in said}
    return below | {name: text for name, text in environ.items() if text}


def _running_port(home: Path) -> int | None:
    from qops.processes import group_status

    state = group_status(home / "local")
    port = state.details.get("port") if state is not None and state.phase == "ready" else None
    return port if isinstance(port, int) else None


def _file(text: str | None) -> Path | None:
    if not text:
        return None
    file = Path(text).expanduser().absolute()
    if not file.is_file():
        raise UsageError(
            f"QOPS_VALUES names {file}, and there is no such file.",
            next_step="Name a file of Terraform variables (*.tfvars), or unset it.",
        )
    return file


def _port(text: str | None) -> int | None:
    if not text:
        return None
    if not text.isdecimal() or not 1024 <= int(text) <= 65535:
        raise UsageError(
            f"QOPS_PORT is {text!r}, which is no usable port.",
            next_step="Set it to a number from 1024 to 65535, or unset it.",
        )
    return int(text)
