"""Working copies of other commits, beside the checkout: git worktrees under qops' own folder.

A plan from another commit is made in its working copy, with its archives, and stays there:
``approve`` and ``apply`` recognise a plan file that lies in one and look at that copy.
"""

import os
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

from qops.errors import PrerequisiteError, QopsError, UsageError
from qops.settings import Settings

_FOLDER = "checkouts"
_SOURCES = ("terraform", "modules", "lambda_src", "requirements")
"""What a release is made from; a change of anything else makes no other release."""

_SECONDS = 120
_COMMIT = re.compile(r"[0-9a-f]{7,40}")


class CheckoutError(QopsError):
    """Git could not make a working copy."""

    code = "checkout"


def is_clean(repository: Path) -> bool:
    """Whether the sources of a release are those of the commit.

    Args:
        repository: Root of the checkout.
    """
    return not changed_sources(repository)


def changed_sources(repository: Path) -> list[str]:
    """Sources of a release that differ from the commit; a line that says so outside of git.

    Args:
        repository: Root of the checkout.
    """
    there = [name for name in _SOURCES if (repository / name).exists()]
    answer = _git(repository, "status", "--porcelain", "--untracked-files=normal", "--", *there)
    if answer is None or answer.returncode:
        return ["not a git checkout"]
    return [line[3:] for line in answer.stdout.splitlines()]


def full_commit(repository: Path, commit: str) -> str:
    """The whole id of a commit that is to be had here, fetched when it is not.

    Args:
        repository: Root of the checkout.
        commit: Its id, or the beginning of it.

    Raises:
        PrerequisiteError: The commit is not to be had.
    """
    for attempt in range(2 if _COMMIT.fullmatch(commit) else 0):
        answer = _git(repository, "rev-parse", "--verify", "--quiet", f"{commit}^{{commit}}")
        if answer is not None and answer.returncode == 0:
            return answer.stdout.strip()
        if attempt == 0:
            _git(repository, "fetch", "--quiet", "--all")
    raise PrerequisiteError(
        f"The commit {commit[:12]} is not to be had.",
        why="It is neither in this checkout nor in what its remotes give: it was never pushed, or "
        "its branch is gone.",
        next_step="Fetch it from whoever made it (git fetch <remote> <commit>), then again.",
    )


def commits_between(repository: Path, old: str, new: str) -> list[str]:
    """Commits that one has and the other has not, the newest first, one line each.

    Args:
        repository: Root of the checkout.
        old: A commit; empty when it is not known.
        new: Another.

    Returns:
        Short id and subject; nothing when one of them is not known here.
    """
    if not old or not new:
        return []
    answer = _git(repository, "log", "--format=%h %s", "--max-count=100", f"{old}..{new}")
    return answer.stdout.splitlines() if answer is not None and answer.returncode == 0 else []


def checkout(settings: Settings, commit: str) -> Settings:
    """Make the working copy of a commit, and the settings that plan in it.

    Args:
        settings: Which environment.
        commit: The whole id of the commit.

    Returns:
        The same environment, with the copy as its repository and its own archives and plans.

    Raises:
        PrerequisiteError: The commit has no platform.
        CheckoutError: Git could not make the copy.
    """
    folder = _folder(settings, commit)
    copy = folder / "source"
    if not (copy / ".git").exists() or _head(copy) != commit or changed_sources(copy):
        _remove(settings.repository, copy)
        folder.mkdir(parents=True, exist_ok=True)
        answer = _git(
            settings.repository, "worktree", "add", "--force", "--detach", str(copy), commit
        )
        if answer is None or answer.returncode:
            raise CheckoutError(
                f"There is no working copy of {commit[:12]}.",
                why=(answer.stderr.strip() if answer else "") or "git is not to be found.",
                next_step=f"Look at {settings.repository} with git worktree list, then again.",
            )
    made = replace(settings, repository=copy, work=folder)
    if not (made.platform_folder / "main.tf").is_file():
        raise PrerequisiteError(
            f"The commit {commit[:12]} has no platform.",
            why=f"It has no {made.platform_folder.relative_to(copy)}/main.tf.",
            next_step="Choose a release of a later commit: qops releases",
        )
    return made


def settings_of_plan(settings: Settings, plan: Path | None) -> Settings:
    """The settings under which a plan was made: of the working copy in which it lies, or these.

    Args:
        settings: The settings of the command.
        plan: The plan file; the environment's own when absent.

    Raises:
        UsageError: The working copy is gone.
    """
    root = settings.home / _FOLDER
    if plan is None or not plan.absolute().is_relative_to(root):
        return settings
    folder = root / plan.absolute().relative_to(root).parts[0]
    copy = folder / "source"
    if not (copy / ".git").exists():
        raise UsageError(
            f"The working copy of {plan} is gone.",
            why=f"{copy} is no checkout.",
            next_step="Make the plan again.",
        )
    return replace(settings, repository=copy, work=folder)


def _folder(settings: Settings, commit: str) -> Path:
    return settings.home / _FOLDER / commit[:12]


def _head(copy: Path) -> str:
    answer = _git(copy, "rev-parse", "HEAD")
    return answer.stdout.strip() if answer is not None and answer.returncode == 0 else ""


def _remove(repository: Path, copy: Path) -> None:
    if copy.exists():
        _git(repository, "worktree", "remove", "--force", str(copy))
        shutil.rmtree(copy, ignore_errors=True)
    _git(repository, "worktree", "prune")


def _git(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str] | None":
    git = shutil.which("git")
    if git is None:
        return None
    try:
        return subprocess.run(
            [git, "-C", str(folder), *arguments],
            capture_output=True,
            text=True,
            check=False,
            timeout=_SECONDS,
            stdin=subprocess.DEVNULL,
            env={**os.environ, "GIT_TERMINAL_PROMPT": "0"},
        )
    except subprocess.TimeoutExpired:  # a remote that does not answer
        return None
