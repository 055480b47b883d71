"""``qops releases``: what is recorded, and whether it is what runs."""

from dataclasses import dataclass

from qops.applying.trail import Trail, require_intact
from qops.errors import UsageError
from qops.platform.aws import Aws
from qops.platform.trails import open_trail
from qops.releases.answers import ReleaseAnswer, ReleasesAnswer
from qops.releases.model import Release, Running, release_running, releases_of
from qops.releases.observing import Platform, observe, read_platform
from qops.settings import Settings


@dataclass(frozen=True, slots=True)
class Recorded:
    """What is recorded, what there is, and what runs.

    Attributes:
        trail: The trail.
        aws: Clients of the environment.
        platform: What there is to move.
        releases: All releases, the oldest first.
        now: What runs.
    """

    trail: Trail
    aws: Aws
    platform: Platform
    releases: list[Release]
    now: Running

    @property
    def current(self) -> Release | None:
        """The release that runs; None when nothing recorded does."""
        return release_running(self.releases, self.now)

    def release(self, number: int) -> Release:
        """A release by its number.

        Args:
            number: Number of its row.

        Raises:
            UsageError: There is no such release.
        """
        found = next((one for one in self.releases if one.number == number), None)
        if found is None:
            known = ", ".join(str(one.number) for one in self.releases[-10:]) or "none"
            raise UsageError(
                f"There is no release {number}.",
                why=f"Recorded are: {known}.",
                next_step="Look at them: qops releases",
            )
        return found


def recorded(settings: Settings) -> Recorded:
    """Read the releases of an environment, and what runs there.

    Args:
        settings: Which environment.

    Raises:
        TrailError: The trail is broken: no release in it can be trusted.
        PrerequisiteError: The platform is not applied.
        RefusedError: A deployment is under way.
    """
    aws = Aws(settings)
    trail = open_trail(settings, aws)
    verdict = trail.verify()
    require_intact(verdict)
    platform = read_platform(settings, aws)
    return Recorded(trail, aws, platform, releases_of(verdict.rows), observe(platform, aws))


def list_releases(settings: Settings) -> ReleasesAnswer:
    """Tell the releases of an environment.

    Args:
        settings: Which environment.

    Raises:
        QopsError: The trail is broken, or the platform is not applied.
    """
    found = recorded(settings)
    current = found.current
    newest = found.releases[-1] if found.releases else None
    return ReleasesAnswer(
        releases=[
            ReleaseAnswer.of_release(one, running=one is current)
            for one in reversed(found.releases)
        ],
        recorded=current is not None,
        differs=[] if current or newest is None else differences(newest.running, found.now),
    )


def differences(one: Running, other: Running) -> list[str]:
    """What differs, one line each.

    Args:
        one: What should run.
        other: What runs.
    """
    lines = [
        f"{alias}: version {one.aliases.get(alias, 'none')}, now {other.aliases.get(alias, 'none')}"
        for alias in sorted(one.aliases.keys() | other.aliases.keys(), key=str)
        if one.aliases.get(alias) != other.aliases.get(alias)
    ]
    for name in sorted(one.settings.keys() | other.settings.keys()):
        was, is_ = one.settings.get(name), other.settings.get(name)
        if (was and was.digest) != (is_ and is_.digest):
            versions = [str(each.version) if each else "none" for each in (was, is_)]
            lines.append(f"{name}: version {versions[0]}, now {versions[1]}")
    return lines
