"""The command line: names of commands, nothing else."""

import typer

from qops.commands import (
    adopt,
    apply,
    build,
    capacity,
    completion,
    compliance,
    config,
    cost,
    demo,
    destroy,
    devices,
    diagram,
    doctor,
    down,
    drift,
    drill,
    health,
    jobs,
    logs,
    plan,
    promote,
    redrive,
    rollback,
    rotate,
    run,
    runs,
    schema,
    state,
    status,
    trace,
    up,
    users,
)

_SETTINGS = """\b
Environment variables:
  QOPS_PORT             Port of the local cloud; default 4566.
  QOPS_HOME             Folder of all that qops writes; default .qscreen.
  QOPS_PROVIDER_MIRROR  Folder of Terraform providers, to work without a network.
  QOPS_CONFIG           File of settings; default qops.toml of checkout and user.
  NO_COLOR              Set: no colours.
  CI                    Set: nobody is asked, sudo may be used.
  Each option has one of its own: see a command's --help.
"""

app = typer.Typer(
    name="qops",
    help="Operate Q Screen Automation: bring the platform up, run goals on it, take it down.",
    epilog=_SETTINGS,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # loading Rich for the help alone would double its time
    context_settings={"help_option_names": ["-h", "--help"]},
)

# One line each, so that the list of commands is whole on 80 columns.
for function, summary in (
    (demo.demo, "Run two goals through the whole platform, check the files."),
    (up.up, "Start the local cloud and apply the platform to it."),
    (status.status, "Show what runs, what is emulated, devices, last runs."),
    (run.run, "Run a goal on a device and follow it to its end."),
    (trace.trace, "Show one timeline of a run over all that tells of it."),
    (logs.logs, "Show log lines of a function, a layer or a run."),
    (redrive.queues, "Show what waits in all queues and dead letters."),
    (redrive.redrive, "Move dead letters back, see which come back."),
    (down.down, "Stop the agent, its desktop and the local cloud."),
    (down.reset, "As down, and forget all that the local cloud held."),
    (destroy.destroy, "Remove the platform through Terraform."),
    (build.build, "Build the Lambda archives."),
    (plan.plan, "Save a plan, tell what it would change and how risky."),
    (plan.show, "Tell what a saved plan would change."),
    (apply.approve, "Record that a saved plan was reviewed."),
    (apply.apply, "Apply exactly a saved plan, record it."),
    (apply.audit, "Show and verify who approved and applied what."),
    (drift.drift, "Tell what has changed behind Terraform's back."),
    (adopt.adopt, "Plan to manage a resource that exists already."),
    (rollback.releases, "List the recorded releases, tell which one runs."),
    (rollback.rollback, "Move functions and settings back to a release."),
    (promote.promote, "Plan for prod exactly what runs in dev."),
    (rotate.secrets, "Show every secret with its age."),
    (rotate.rotate, "Rotate secrets, prove the new one, end the former."),
    (cost.cost, "Estimate a month's cost from plan and usage."),
    (capacity.capacity, "Tell what load it carries, and what breaks first."),
    (diagram.diagram, "Draw the platform: draw.io, SVG, Mermaid."),
    (compliance.compliance, "Judge the platform by controls of CIS, SOC 2 and others."),
    (doctor.doctor, "Check what the machine has and lacks."),
    (schema.schema, "Print the JSON Schema of what --json prints."),
):
    app.command(short_help=summary)(function)
for group, name, summary in (
    (runs.app, "runs", "Runs: list, show, watch, cancel, history."),
    (jobs.app, "jobs", "Many runs at once: submit, show, cancel."),
    (devices.app, "devices", "Devices: list, show, queue, revoke."),
    (users.app, "users", "People: list, add, disable, groups."),
    (health.app, "health", "Check every layer of the applied platform."),
    (state.app, "state", "List, restore, unlock Terraform's state."),
    (drill.app, "drill", "Restore a backup, compare it, remove it again."),
    (config.app, "config", "Show, set and unset settings, tell where each is from."),
    (completion.app, "completion", "Make the shell complete commands and values."),
):
    app.add_typer(group, name=name, short_help=summary)
