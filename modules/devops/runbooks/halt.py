"""Stop functions of the platform, and let them work again.

Runs inside an SSM Automation step (`aws:executeScript`), so it stands by itself: boto3 and the
standard library only.
"""

import json

import boto3


def halt(events, _context):
    """Take all concurrency from functions, and remember what they had.

    Args:
        events: `functions` (names of functions by short name), `chosen` (short names) and
            `parameter` (where the former values are kept).
        _context: Unused.

    Returns:
        `halted`: short names of all functions that stand still now.
    """
    client = boto3.client("lambda")
    former = _read(events["parameter"])
    unknown = sorted(set(events["chosen"]) - set(events["functions"]))
    if unknown:
        raise ValueError(f"The platform has no function {', '.join(unknown)}; nothing was stopped.")
    for name in events["chosen"]:
        if name not in former:
            answer = client.get_function_concurrency(FunctionName=events["functions"][name])
            former[name] = answer.get("ReservedConcurrentExecutions")
    # Written before anything is stopped: a value that is lost could not be given back.
    _write(events["parameter"], former)
    for name in events["chosen"]:
        client.put_function_concurrency(
            FunctionName=events["functions"][name], ReservedConcurrentExecutions=0
        )
    return {"halted": sorted(former)}


def resume(events, _context):
    """Give functions the concurrency back that they had before they were stopped.

    Args:
        events: `functions` (names of functions by short name) and `parameter`.
        _context: Unused.

    Returns:
        `resumed`: short names of the functions that work again.
    """
    client = boto3.client("lambda")
    former = _read(events["parameter"])
    for name, concurrency in former.items():
        function = events["functions"].get(name)
        if function is None:
            continue
        if concurrency is None:
            client.delete_function_concurrency(FunctionName=function)
        else:
            client.put_function_concurrency(
                FunctionName=function, ReservedConcurrentExecutions=concurrency
            )
    if former:
        boto3.client("ssm").delete_parameter(Name=events["parameter"])
    return {"resumed": sorted(set(former) & set(events["functions"]))}


def _read(parameter):
    ssm = boto3.client("ssm")
    try:
        return json.loads(ssm.get_parameter(Name=parameter)["Parameter"]["Value"])
    except ssm.exceptions.ParameterNotFound:
        return {}


def _write(parameter, former):
    boto3.client("ssm").put_parameter(
        Name=parameter, Value=json.dumps(former), Type="String", Overwrite=True
    )
