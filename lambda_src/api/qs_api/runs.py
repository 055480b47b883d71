"""Looking at runs: ``listRuns``, ``getRun``, ``getRunReport``."""

from qs_api.call import Call
from qs_api.lookup import find_run
from qs_api.paging import read_limit, read_token, write_token
from qs_api.services import Services
from qs_cloud import clients
from qs_cloud.calls import calling
from qs_cloud.command_record import run_prefix
from qs_cloud.run_record import RunRecord
from qscreen.wire import PictureLinks, Run, RunList, RunReport

LINK_SECONDS = 900
"""How long a link to a picture holds, seconds."""

_PAGE_KEY = frozenset({"run_id", "owner", "created_at"})


def list_runs(call: Call, services: Services) -> RunList:
    """List the caller's own runs, newest first.

    Args:
        call: The request.
        services: Tables and settings.

    Returns:
        A page of runs.

    Raises:
        ProblemAnswer: 400 for a wrong limit or token.
    """
    limit, start = read_limit(call), read_token(call, _PAGE_KEY)
    records, last = services.runs.page("by_owner", ("owner", call.user.sub), limit, start)
    return RunList(items=tuple(record.run for record in records), next_token=write_token(last))


def get_run(call: Call, services: Services) -> Run:
    """Show a run.

    Args:
        call: The request.
        services: Tables and settings.

    Returns:
        The run.

    Raises:
        ProblemAnswer: 404 if there is none for the caller.
    """
    return find_run(services, call.path["run_id"], call.user).run


def get_run_report(call: Call, services: Services) -> RunReport:
    """Show a run with links to its pictures and its place in the audit chain.

    Args:
        call: The request.
        services: Tables and settings.

    Returns:
        The report; the links hold for 15 minutes.

    Raises:
        ProblemAnswer: 404 if there is none for the caller.
    """
    record = find_run(services, call.path["run_id"], call.user)
    return RunReport(
        run=record.run,
        pictures=_pictures(record, services.bucket),
        audit_sequence=record.audit_sequence,
        audit_hash=record.audit_hash,
    )


def _pictures(record: RunRecord, bucket: str) -> tuple[PictureLinks, ...]:
    prefix = run_prefix(record.run.run_id)
    return tuple(
        PictureLinks(
            step_id=effect.step_id,
            before_url=_link(bucket, effect.before_key, prefix),
            after_url=_link(bucket, effect.after_key, prefix),
        )
        for effect in record.last_effects.values()
        if effect.before_key or effect.after_key
    )


def _link(bucket: str, key: str | None, prefix: str) -> str | None:
    # Effects are checked when they arrive; checked again here, because a link gives access.
    if key is None or not key.startswith(prefix):
        return None
    with calling("sign a link to a picture"):
        return clients.s3().generate_presigned_url(
            "get_object", Params={"Bucket": bucket, "Key": key}, ExpiresIn=LINK_SECONDS
        )
