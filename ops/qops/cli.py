"""The command line: names of commands, nothing else."""

import typer

from qops.commands import (
    build,
    demo,
    doctor,
    down,
    plan,
    run,
    schema,
    status,
    up,
)

app = typer.Typer(
    name="qops",
    help="Operate Q Screen Automation: bring the platform up, run goals on it, take it down.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # loading Rich for the help alone would double its time
    context_settings={"help_option_names": ["-h", "--help"]},
)

app.command("demo")(demo.demo)
app.command("up")(up.up)
app.command("status")(status.status)
app.command("run")(run.run)
app.command("down")(down.down)
app.command("reset")(down.reset)
app.command("build")(build.build)
app.command("plan")(plan.plan)
app.command("apply")(plan.apply)
app.command("doctor")(doctor.doctor)
app.command("schema")(schema.schema)
