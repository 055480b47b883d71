"""Working copies of other commits; git is the real one."""

import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from example_plans import plan as example_plan

from qops.applying.seal import seal_file
from qops.errors import PrerequisiteError, RefusedError, UsageError
from qops.releases import infrastructure, promoting
from qops.releases.checkouts import (
    changed_sources,
    checkout,
    commits_between,
    full_commit,
    is_clean,
    settings_of_plan,
)
from qops.releases.values import value_differences
from qops.review.reading import review_of
from qops.settings import Settings
from qops.terraform.events import Changes
from qops.terraform.runner import PlanResult

DATABASE = "module.data.aws_db_instance.this"
TABLE = 'module.data.aws_dynamodb_table.this["runs"]'


def git(folder: Path, *words: str) -> str:
    who = ["-c", "user.name=한글", "-c", "user.email=a@example.com"]
    done = subprocess.run(
        ["git", "-C", str(folder), *who, *words], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def commit(folder: Path, text: str) -> str:
    file = folder / "terraform" / "platform" / "main.tf"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", text)
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture
def here(tmp_path: Path) -> Settings:
    """A checkout with two commits, in a folder with a blank in its name."""
    folder = tmp_path / "my checkout"
    folder.mkdir()
    git(folder, "init", "-q")
    (folder / ".gitignore").write_text("home/\n")
    commit(folder, "# one")
    commit(folder, "# two")
    return Settings(repository=folder, home=folder / "home", environment="dev")


def main_of(settings: Settings) -> str:
    return (settings.platform_folder / "main.tf").read_text()


def test_a_working_copy_has_the_commits_files_and_its_own_folders(here: Settings) -> None:
    first = git(here.repository, "rev-parse", "HEAD~1")
    made = checkout(here, full_commit(here.repository, first[:10]))
    assert (main_of(made), main_of(here)) == ("# one", "# two")
    assert made.build_home != here.build_home
    assert made.workspace_home != here.workspace_home
    assert made.terraform_home == here.terraform_home, "lock, record and witness are shared"
    (made.platform_folder / "main.tf").write_text("# meddled")
    assert main_of(checkout(here, first)) == "# one", "a copy that was changed is made anew"
    assert is_clean(here.repository)
    assert commits_between(here.repository, first, "HEAD")[0].endswith("# two")


def test_a_commit_is_fetched_and_one_that_is_nowhere_is_refused(here: Settings) -> None:
    upstream = here.repository.parent / "upstream"
    git(here.repository.parent, "clone", "-q", str(here.repository), str(upstream))
    git(here.repository, "remote", "add", "origin", str(upstream))
    later = commit(upstream, "# three")
    assert full_commit(here.repository, later) == later
    for nowhere in ("f" * 40, "--output=x", "main"):
        with pytest.raises(PrerequisiteError, match="is not to be had"):
            full_commit(here.repository, nowhere)


def test_changes_of_what_a_release_is_made_from_are_seen_and_no_others(here: Settings) -> None:
    (here.repository / "README.md").write_text("x")
    assert is_clean(here.repository)
    new = here.repository / "lambda_src" / "api" / "handler.py"
    new.parent.mkdir(parents=True)
    new.write_text("x")
    assert changed_sources(here.repository) == ["lambda_src/"]
    assert changed_sources(here.repository.parent) == ["not a git checkout"]


def test_a_plan_in_a_working_copy_is_looked_at_there(here: Settings) -> None:
    made = checkout(here, git(here.repository, "rev-parse", "HEAD~1"))
    file = infrastructure.plan_file(made)
    assert settings_of_plan(here, file) == made
    assert settings_of_plan(here, here.home / "other.tfplan") == here
    assert settings_of_plan(here, None) == here
    git(here.repository, "worktree", "remove", "--force", str(made.repository))
    with pytest.raises(UsageError, match="is gone"):
        settings_of_plan(here, file)


def test_a_commit_without_a_platform_is_refused(here: Settings) -> None:
    git(here.repository, "rm", "-rq", "terraform")
    git(here.repository, "commit", "-q", "-m", "gone")
    with pytest.raises(PrerequisiteError, match="has no platform"):
        checkout(here, git(here.repository, "rev-parse", "HEAD"))


def release(**changes: Any) -> Any:
    given = {"number": 4, "kind": "apply", "commit": "c" * 40, "clean": True, "known_commit": True}
    return SimpleNamespace(**given | changes)


class Found:
    """What is recorded, made up."""

    def __init__(self, one: Any, *, current: Any = "itself", unfinished: Any = ()) -> None:
        self.releases, self.now, self.aws = [], None, None
        self.current = one if current == "itself" else current
        self._one = one
        self.trail = SimpleNamespace(verify=lambda: SimpleNamespace(unfinished=unfinished))

    def release(self, number: int) -> Any:
        return self._one


@pytest.fixture
def planned(here: Settings, monkeypatch: pytest.MonkeyPatch) -> list[Settings]:
    """Plans are the example; gathers the settings that were planned with."""
    made: list[Settings] = []

    def make_plan(settings: Settings, file: Path, *, notice: Any) -> Any:
        made.append(settings)
        file.write_text("plan")
        seal_file(file).write_text("seal")
        return PlanResult(file, True, Changes(add=1), ()), review_of(
            example_plan(), settings.environment
        )

    for module in (infrastructure, promoting):
        monkeypatch.setattr(module, "make_plan", make_plan)
    return made


def first_of(here: Settings) -> str:
    return git(here.repository, "rev-parse", "HEAD~1")


def plan_back(here: Settings, monkeypatch: Any, found: Found, *destroys: str) -> Any:
    monkeypatch.setattr(infrastructure, "recorded", lambda settings: found)
    return infrastructure.plan_back(here, 4, destroys=destroys, notice=print)


def test_the_way_back_of_infrastructure_is_a_plan_from_the_commit(
    here: Settings, planned, monkeypatch
) -> None:
    found = Found(release(commit=first_of(here)), current=release(commit="HEAD"))
    answer, _ = plan_back(here, monkeypatch, found, DATABASE, TABLE)
    assert main_of(planned[0]) == "# one"
    assert (answer.commit, answer.exit_code) == (first_of(here), 2)
    assert Path(answer.plan.plan_file).is_file()


def test_data_is_destroyed_only_when_it_is_named(here: Settings, planned, monkeypatch) -> None:
    with pytest.raises(RefusedError, match="destroys 1 resources with data") as caught:
        plan_back(here, monkeypatch, Found(release(commit=first_of(here))), DATABASE)
    assert f"--destroys '{TABLE}'" in caught.value.next_step
    left = infrastructure.plan_file(planned[0])
    assert not left.exists(), "no plan is left that somebody could apply"
    assert not seal_file(left).exists()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"clean": False}, "is not all of release"),
        ({"known_commit": False}, "Nobody knows the commit"),
    ],
)
def test_a_release_without_a_whole_commit_is_refused(
    here: Settings, planned, monkeypatch, changes: Any, said: str
) -> None:
    with pytest.raises(RefusedError, match=said):
        plan_back(here, monkeypatch, Found(release(**changes)))
    assert planned == []


def health(**counts: int) -> Any:
    from qops.health.model import State

    states = [State(name) for name, number in counts.items() for _ in range(number)]
    checks = [SimpleNamespace(id=f"data.{at}", state=one) for at, one in enumerate(states)]
    by = {one: states.count(one) for one in State}
    return lambda settings, aws: SimpleNamespace(checks=checks, counts=by)


def promote(here: Settings, monkeypatch: Any, found: Found, **options: Any) -> Any:
    source = options.pop("source", "dev")
    target = options.pop("target", "prod")
    checks = options.pop("health", health(healthy=3))
    monkeypatch.setattr(promoting, "recorded", lambda settings: found)
    monkeypatch.setattr(promoting, "check_health", checks)
    monkeypatch.setattr(promoting, "_values", lambda source, made: [])
    monkeypatch.setattr(promoting, "_runs", lambda target: "")
    flags = {"from_local": False, "allow_unknown": False} | options
    of = {name: Settings(repository=here.repository, home=here.home, environment=name)
          for name in ("local", "dev", "prod")}  # fmt: skip
    return promoting.promote(of[source], of[target], notice=print, **flags)


def test_prod_gets_a_plan_of_exactly_the_commit_of_dev(
    here: Settings, planned, monkeypatch
) -> None:
    answer, _ = promote(here, monkeypatch, Found(release(commit=first_of(here))))
    assert [(one.environment, main_of(one)) for one in planned] == [("prod", "# one")]
    assert (answer.health, answer.release) == ({"healthy": 3}, 4)
    assert settings_of_plan(here, Path(answer.plan.plan_file)).work == planned[0].work


@pytest.mark.parametrize(
    ("found", "options", "said"),
    [
        (Found(release()), {"source": "local"}, "not been seen to run in AWS"),
        (Found(release(), current=None), {}, "no recorded release"),
        (Found(release(kind="found")), {}, "not applied by qops"),
        (Found(release(clean=False)), {}, "is not all of release"),
        (Found(release(), unfinished=[SimpleNamespace(entry=SimpleNamespace(sequence=3))]), {},
         "never ended"),
        ("real", {"health": health(healthy=2, unhealthy=1)}, "not healthy: 1 of 3"),
        ("real", {"health": health(healthy=2, unhealthy=1), "allow_unknown": True}, "1 of 3"),
        ("real", {"health": health(healthy=2, unknown=1)}, "not healthy: 1 of 3"),
    ],
)  # fmt: skip
def test_what_has_not_proved_itself_is_not_promoted(
    here: Settings, planned, monkeypatch, found: Any, options: Any, said: str
) -> None:
    made = Found(release(commit=first_of(here))) if found == "real" else found
    with pytest.raises(RefusedError, match=said):
        promote(here, monkeypatch, made, **options)
    assert planned == []


@pytest.mark.parametrize("options", [{"allow_unknown": True, "health": health(unknown=2)},
                                     {"from_local": True, "source": "local"}])  # fmt: skip
def test_what_a_person_takes_on_is_promoted(here, planned, monkeypatch, options: Any) -> None:
    promote(here, monkeypatch, Found(release(commit=first_of(here))), **options)
    assert len(planned) == 1


@pytest.mark.parametrize(("source", "target"), [("dev", "dev"), ("dev", "local")])
def test_environments_that_make_no_sense_are_refused(
    here, planned, monkeypatch, source: str, target: str
) -> None:
    with pytest.raises(UsageError):
        promote(here, monkeypatch, Found(release()), source=source, target=target)


def test_values_are_told_leaf_by_leaf_and_secrets_are_not() -> None:
    found = value_differences(
        {"data": {"multi_az": False, "size": 1}, "x": {}, "api_key": "hunter2"},
        {"data": {"multi_az": True, "size": 1}, "nat": "per_zone"},
    )
    assert [(one.name, one.source, one.target) for one in found] == [
        ("api_key", '"(masked)"', None),
        ("data.multi_az", "false", "true"),
        ("nat", None, '"per_zone"'),
        ("x", "{}", None),
    ]
