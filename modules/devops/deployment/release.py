"""Publish the functions of a build and let CodeDeploy move their aliases to the new versions.

Runs in the pipeline's stage Deploy (`buildspecs/deploy.yml`) and stands by itself: boto3 and the
standard library only. Every function is published first; then all aliases shift side by side, each
by the deployment group of its function, so that a release lasts as long as one deployment. If one
of them fails, CodeDeploy has taken that alias back already; this program stops the others and takes
back those that had finished: a release is live as a whole or not at all.

A version without changes is not published again (Lambda compares), and an alias that points at the
newest version is left alone. So a release may be repeated, and one that Terraform has published
already (a changed setting, say) is shifted like any other.
"""

import argparse
import hashlib
import json
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

POLL_SECONDS = 10.0
BACK_SECONDS = 5 * 60
"""How long aliases may take to go back at once, within the time of the stage."""
ENDED = frozenset({"Succeeded", "Failed", "Stopped"})


class ReleaseError(Exception):
    """The release did not become live; the message says why and what to do."""


@dataclass(frozen=True)
class Settings:
    """What the stage's environment says.

    Attributes:
        application: CodeDeploy application; its groups bear the functions' names.
        layer: Name of the shared layer.
        parameter: Parameter that says what is released.
        seconds: How long the deployments may take together.
        functions: `function_name` and `alias_name` by short name.
    """

    application: str
    layer: str
    parameter: str
    seconds: float
    functions: dict[str, dict[str, str]]


@dataclass(frozen=True)
class Shift:
    """An alias on its way from one version to another."""

    name: str
    function: str
    alias: str
    current: str
    target: str

    def back(self) -> "Shift":
        """The way back."""
        return Shift(self.name, self.function, self.alias, self.target, self.current)

    def appspec(self) -> dict[str, Any]:
        """The deployment as CodeDeploy takes it."""
        return {
            "version": 0.0,
            "Resources": [
                {
                    self.name: {
                        "Type": "AWS::Lambda::Function",
                        "Properties": {
                            "Name": self.function,
                            "Alias": self.alias,
                            "CurrentVersion": self.current,
                            "TargetVersion": self.target,
                        },
                    }
                }
            ],
        }


def say(text: str) -> None:
    """Print a line into the build's log."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def publish_layer(build: Path, manifest: dict[str, Any], settings: Settings, current: str) -> str:
    """Publish the shared layer unless the current version holds the same bytes.

    Args:
        build: The build's folder.
        manifest: Its manifest.
        settings: Names.
        current: ARN of the version in use, or an empty text.

    Returns:
        ARN of the version to use.
    """
    functions = boto3.client("lambda")
    layer = manifest["layer"]
    if current:
        number = int(current.rpartition(":")[2])
        known = functions.get_layer_version(LayerName=settings.layer, VersionNumber=number)
        if known["Content"]["CodeSha256"] == layer["sha256"]:
            return current
    answer = functions.publish_layer_version(
        LayerName=settings.layer,
        Content={"ZipFile": (build / layer["path"]).read_bytes()},
        CompatibleRuntimes=[manifest["runtime"]],
        CompatibleArchitectures=[manifest["architecture"]],
    )
    say(f"layer: published {answer['LayerVersionArn']}")
    return str(answer["LayerVersionArn"])


def publish(archive: Path, digest: str, function: str, layer: str, commit: str) -> str:
    """Bring a function's code and layer up to the build, and publish a version of it.

    Args:
        archive: The function's archive.
        digest: Its SHA-256, base64.
        function: Name of the function.
        layer: ARN of the shared layer's version.
        commit: Commit of the build.

    Returns:
        The version.
    """
    functions = boto3.client("lambda")
    configuration = functions.get_function_configuration(FunctionName=function)
    if configuration["CodeSha256"] != digest:
        functions.update_function_code(FunctionName=function, ZipFile=archive.read_bytes())
        functions.get_waiter("function_updated").wait(FunctionName=function)
    family = layer.rpartition(":")[0]
    used = [entry["Arn"] for entry in configuration.get("Layers", [])]
    wanted = [layer if arn.rpartition(":")[0] == family else arn for arn in used]
    if wanted != used:
        functions.update_function_configuration(FunctionName=function, Layers=wanted)
        functions.get_waiter("function_updated").wait(FunctionName=function)
    answer = functions.publish_version(FunctionName=function, Description=f"commit {commit}")
    return str(answer["Version"])


def plan_shifts(build: Path, settings: Settings, commit: str) -> tuple[list[Shift], dict[str, str]]:
    """Publish every function of the build.

    Args:
        build: The build's folder.
        settings: Names.
        commit: Commit of the build.

    Returns:
        The aliases that have to move, and the version of each function.

    Raises:
        ReleaseError: The build and the platform do not hold the same functions, or an alias is
            being shifted already.
    """
    manifest = json.loads((build / "manifest.json").read_text(encoding="utf-8"))
    if set(manifest["functions"]) != set(settings.functions):
        different = sorted(set(manifest["functions"]) ^ set(settings.functions))
        raise ReleaseError(
            f"The build and the platform differ in the functions {', '.join(different)}. "
            "Apply the platform at this commit first, then start the pipeline again."
        )
    functions = boto3.client("lambda")
    current = {}
    for name, target in sorted(settings.functions.items()):
        alias = functions.get_alias(FunctionName=target["function_name"], Name=target["alias_name"])
        if alias.get("RoutingConfig", {}).get("AdditionalVersionWeights"):
            raise ReleaseError(
                f"The alias of {name} is being shifted by another deployment. "
                "Wait until it has ended, or stop it, then start this stage again."
            )
        current[name] = str(alias["FunctionVersion"])
    layer = publish_layer(build, manifest, settings, _layer_in_use(settings))
    shifts, versions = [], {}
    for name, target in sorted(settings.functions.items()):
        archive = manifest["functions"][name]
        version = publish(
            build / archive["path"], archive["sha256"], target["function_name"], layer, commit
        )
        versions[name] = version
        if version != current[name]:
            shifts.append(
                Shift(name, target["function_name"], target["alias_name"], current[name], version)
            )
    return shifts, versions


def _layer_in_use(settings: Settings) -> str:
    functions = boto3.client("lambda")
    for _, target in sorted(settings.functions.items()):
        configuration = functions.get_function_configuration(FunctionName=target["function_name"])
        for entry in configuration.get("Layers", []):
            arn = str(entry["Arn"])
            if arn.split(":")[-2] == settings.layer:
                return arn
    return ""


def start(shift: Shift, settings: Settings, description: str, **options: str) -> str:
    """Start a deployment.

    Args:
        shift: The alias that moves.
        settings: Names.
        description: What it is for.
        **options: Further options of the call.

    Returns:
        Id of the deployment.
    """
    content = json.dumps(shift.appspec(), sort_keys=True)
    answer = boto3.client("codedeploy").create_deployment(
        applicationName=settings.application,
        deploymentGroupName=shift.function,
        description=description,
        revision={
            "revisionType": "AppSpecContent",
            "appSpecContent": {
                "content": content,
                "sha256": hashlib.sha256(content.encode()).hexdigest(),
            },
        },
        **options,
    )
    say(f"{shift.name}: {shift.current} -> {shift.target} by {answer['deploymentId']}")
    return str(answer["deploymentId"])


def wait(deployments: dict[str, Shift], deadline: float) -> dict[str, str]:
    """Wait until every deployment has ended, or one of them has failed.

    Args:
        deployments: Shifts by the id of their deployment.
        deadline: When to give up, by the monotonic clock.

    Returns:
        The status of each deployment.
    """
    client = boto3.client("codedeploy")
    status = dict.fromkeys(deployments, "Created")
    while True:
        for key in deployments:
            if status[key] not in ENDED:
                info = client.get_deployment(deploymentId=key)["deploymentInfo"]
                status[key] = str(info["status"])
                if status[key] in ENDED:
                    why = info.get("errorInformation", {}).get("message", "")
                    say(f"{deployments[key].name}: {status[key]} {why}".rstrip())
        failed = any(value in ENDED and value != "Succeeded" for value in status.values())
        if failed or all(value in ENDED for value in status.values()):
            return status
        if time.monotonic() > deadline:
            return status
        time.sleep(POLL_SECONDS)


def take_back(deployments: dict[str, Shift], status: dict[str, str], settings: Settings) -> None:
    """Stop what still shifts, and take back what had arrived.

    Args:
        deployments: Shifts by the id of their deployment.
        status: Status of each deployment.
        settings: Names.

    Raises:
        ReleaseError: An alias could not be taken back.
    """
    client = boto3.client("codedeploy")
    arrived = []
    for key, shift in deployments.items():
        if status[key] == "Succeeded":
            arrived.append(shift.back())
        elif status[key] not in ENDED:
            # CodeDeploy takes the alias back by itself: the group rolls back on request too.
            client.stop_deployment(deploymentId=key, autoRollbackEnabled=True)
            say(f"{shift.name}: stopped")
    backwards = {
        start(
            shift,
            settings,
            "Taken back: another function of the release failed",
            deploymentConfigName="CodeDeployDefault.LambdaAllAtOnce",
        ): shift
        for shift in arrived
    }
    ended = wait(backwards, time.monotonic() + BACK_SECONDS) if backwards else {}
    stuck = sorted(backwards[key].name for key, value in ended.items() if value != "Succeeded")
    if stuck:
        raise ReleaseError(
            f"The aliases of {', '.join(stuck)} could not be taken back. "
            "Start a deployment of their groups by hand, to the version named above."
        )


def release(build: Path, appspecs: Path, commit: str, settings: Settings) -> dict[str, str]:
    """Release a build.

    Args:
        build: The build's folder.
        appspecs: Folder for the AppSpecs.
        commit: Commit of the build.
        settings: Names.

    Returns:
        The live version of each function.

    Raises:
        ReleaseError: The release did not become live as a whole.
    """
    shifts, versions = plan_shifts(build, settings, commit)
    appspecs.mkdir(parents=True, exist_ok=True)
    (appspecs / "versions.json").write_text(json.dumps(versions, indent=2), encoding="utf-8")
    for shift in shifts:
        text = json.dumps(shift.appspec(), indent=2)
        (appspecs / f"{shift.name}.json").write_text(text, encoding="utf-8")
    deployments = {start(shift, settings, f"commit {commit}"): shift for shift in shifts}
    status = wait(deployments, time.monotonic() + settings.seconds) if deployments else {}
    if any(value != "Succeeded" for value in status.values()):
        take_back(deployments, status, settings)
        failed = sorted(
            deployments[key].name for key, value in status.items() if value != "Succeeded"
        )
        raise ReleaseError(
            f"Not released: the deployment of {', '.join(failed)} did not succeed. Every alias "
            "points at its former version; the alarms and the function's log say why."
        )
    boto3.client("ssm").put_parameter(
        Name=settings.parameter,
        Value=json.dumps({"commit": commit, "versions": versions}),
        Type="String",
        Overwrite=True,
    )
    return versions


def main() -> int:
    """Read arguments and environment, release, say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--build", type=Path, required=True, help="folder with manifest.json")
    parser.add_argument("--appspecs", type=Path, required=True, help="folder for the AppSpecs")
    parser.add_argument("--commit", required=True, help="commit or version of the source")
    options = parser.parse_args()
    settings = Settings(
        application=os.environ["QS_APPLICATION"],
        layer=os.environ["QS_LAYER"],
        parameter=os.environ["QS_PARAMETER"],
        seconds=float(os.environ["QS_MINUTES"]) * 60,
        functions=json.loads(os.environ["QS_FUNCTIONS"]),
    )
    try:
        versions = release(options.build, options.appspecs, options.commit, settings)
    except ReleaseError as error:
        say(f"release: {error}")
        return 1
    for name, version in versions.items():
        say(f"{name}: version {version} is live")
    return 0


if __name__ == "__main__":
    sys.exit(main())
