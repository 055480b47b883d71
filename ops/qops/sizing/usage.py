"""How the platform is used: a YAML file with documented defaults, for cost and capacity alike."""

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from qops.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

SECONDS_A_DAY = 86_400
Share = Annotated[Decimal, Field(ge=0, le=1)]
Amount = Annotated[Decimal, Field(ge=0)]


class Usage(BaseModel):
    """What people do with the platform; every field has a default.

    The defaults are assumptions to start from, not measurements: put your own into a file. What
    they are derived from is said with each.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    users: Annotated[int, Field(ge=1)] = Field(100, description="People who use it.")
    runs_per_user_day: Amount = Field(
        Decimal(10), description="Runs that a user starts on a day of work."
    )
    runs_per_day: Amount | None = Field(
        None, description="All runs of a day; else users times runs_per_user_day."
    )
    requests_per_run: Amount = Field(
        Decimal(15),
        description="Requests to the API by one run: submit, eight looks at its state, two or "
        "three answers of the device, heartbeats.",
    )
    requests_per_user_day: Amount = Field(
        Decimal(20), description="Other requests of a user: lists, sign-ins, MCP tools."
    )
    requests_per_day: Amount | None = Field(
        None,
        description="All requests of a day; else from runs and users. Given alone, the runs "
        "follow from it.",
    )
    days_per_month: Annotated[int, Field(ge=1, le=31)] = Field(
        30, description="Days of such use in a month."
    )
    peak_factor: Annotated[Decimal, Field(ge=1)] = Field(
        Decimal(10), description="The busiest second, in multiples of the day's mean."
    )
    users_per_address: Annotated[Decimal, Field(ge=1)] = Field(
        Decimal(10), description="Users who share one public address, as an office does."
    )
    job_share: Share = Field(
        Decimal("0.1"), description="Share of runs that come from the jobs queue."
    )
    run_seconds: Amount = Field(
        Decimal(10), description="How long a run takes; a workflow's promise is under 10 s."
    )
    transitions_per_run: Amount = Field(
        Decimal(12), description="State transitions of a run that is repaired once in a while."
    )
    model_share: Share = Field(
        Decimal("0.3"),
        description="Share of runs that a model plans; cache and command grammar plan the others.",
    )
    model_input_tokens: Amount = Field(Decimal(4000), description="Tokens in, by a model call.")
    model_output_tokens: Amount = Field(Decimal(600), description="Tokens out, by a model call.")
    picture_share: Share = Field(
        Decimal("0.3"), description="Share of runs whose pictures may leave the device."
    )
    pictures_per_run: Amount = Field(
        Decimal(8), description="Pictures of such a run: before and after each step."
    )
    picture_kb: Amount = Field(Decimal(250), description="Size of a picture, kB.")
    snapshot_kb: Amount = Field(Decimal(60), description="Size of a snapshot's JSON, kB.")
    analysis_share: Share = Field(
        Decimal("0.1"), description="Share of runs whose screen is read by Rekognition."
    )
    images_per_analysis: Amount = Field(
        Decimal(2), description="Calls of DetectText: one, or seven on a full screen."
    )
    characters_per_analysis: Amount = Field(
        Decimal(2000), description="Text of a screen that Comprehend is asked about."
    )
    pages_per_month: Amount = Field(Decimal(1000), description="Pages that Textract reads.")
    table_pages_per_month: Amount = Field(
        Decimal(200), description="Pages whose tables Textract finds, apart from those."
    )
    kept_months: Amount = Field(
        Decimal(3), description="Months that pictures and snapshots are kept (90 days by default)."
    )
    log_kb_per_request: Amount = Field(
        Decimal(3), description="Log of all functions and the gateway by a request, kB."
    )
    log_months: Amount = Field(Decimal(12), description="Months that logs are kept.")
    table_gb: Amount = Field(Decimal(5), description="Data in all tables, GB.")
    egress_gb: Amount = Field(Decimal(20), description="Traffic to the internet in a month, GB.")
    nat_gb: Amount = Field(Decimal(50), description="Traffic through NAT gateways, GB.")
    endpoint_gb: Amount = Field(Decimal(100), description="Traffic through VPC endpoints, GB.")
    secret_requests: Amount = Field(
        Decimal(100_000), description="Reads of secrets in a month; functions keep them."
    )
    key_requests: Amount = Field(Decimal(1_000_000), description="Uses of KMS keys in a month.")
    krw_per_usd: Annotated[Decimal, Field(gt=0)] | None = Field(
        None, description="Rate to show won as well; there is no default."
    )
    prices: "dict[str, Amount]" = Field(
        default_factory=dict,
        description="Own prices in USD by id, e.g. of a contract; they win over the table.",
    )
    seconds: "dict[str, Amount]" = Field(
        default_factory=dict, description="Mean duration of a function's call, seconds, by name."
    )
    quotas: "dict[str, Amount]" = Field(
        default_factory=dict,
        description="Quotas of your account by id, where they are not AWS's defaults.",
    )

    @property
    def runs_a_day(self) -> Decimal:
        """Runs of a day."""
        if self.runs_per_day is not None:
            return self.runs_per_day
        if self.requests_per_day is not None and self.requests_per_run:
            others = self.requests_per_user_day * self.users
            return max(Decimal(0), self.requests_per_day - others) / self.requests_per_run
        return self.runs_per_user_day * self.users

    @property
    def requests_a_day(self) -> Decimal:
        """Requests of a day."""
        if self.requests_per_day is not None:
            return self.requests_per_day
        return self.runs_a_day * self.requests_per_run + self.requests_per_user_day * self.users

    @property
    def runs_a_month(self) -> Decimal:
        """Runs of a month."""
        return self.runs_a_day * self.days_per_month

    @property
    def requests_a_month(self) -> Decimal:
        """Requests of a month."""
        return self.requests_a_day * self.days_per_month

    def at_peak(self, a_day: Decimal) -> Decimal:
        """Rate of the busiest second.

        Args:
            a_day: How many there are on a day.

        Returns:
            By second: the day's mean times the peak factor.
        """
        return a_day / SECONDS_A_DAY * self.peak_factor


def read_usage(file: Path | None, **given: object) -> Usage:
    """Read a usage file.

    Args:
        file: YAML; the defaults when absent.
        given: What the command line says; wins over the file, None is left out.

    Raises:
        UsageError: A field is unknown or its value makes no sense.
    """
    values: dict[str, Any] = {}
    if file is not None:
        values.update(_mapping(file))
    values.update({name: value for name, value in given.items() if value is not None})
    try:
        return Usage.model_validate(values)
    except ValidationError as error:
        faults = [
            f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}"
            for fault in error.errors()
        ]
        raise UsageError(
            f"{file or 'The usage on the command line'} says something that makes no sense.",
            why=faults[0],
            next_step="The fields, their units and defaults are in docs/qops/cost-and-capacity.md.",
            details=faults[1:],
        ) from error


def _mapping(file: Path) -> "Mapping[str, Any]":
    import yaml

    try:
        data = yaml.load(file.read_text(encoding="utf-8"), _exact_loader())  # noqa: S506 - safe
    except yaml.YAMLError as error:
        raise UsageError(f"{file} is no YAML.", why=str(error), next_step="Mend it.") from error
    if data is None:
        return {}
    if not isinstance(data, dict):
        raise UsageError(
            f"{file} holds no fields.", next_step="Write lines such as users: 1000 into it."
        )
    return data


def _exact_loader() -> Any:
    """A safe loader that reads numbers with a point exactly, as prices need it."""
    import yaml

    class Exact(yaml.SafeLoader):
        """Knows nothing but plain data."""

    def number(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> Decimal:
        return Decimal(str(loader.construct_scalar(node)).replace("_", ""))

    Exact.add_constructor("tag:yaml.org,2002:float", number)
    return Exact
