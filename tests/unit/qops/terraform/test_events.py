from pathlib import Path

import pytest

from qops.terraform.events import Changes, Diagnostic, Event, layer_of, parse_event
from qops.terraform.progress import LayerProgress, LayerTime

RECORDED = Path(__file__).parent / "recorded"


def events(name: str):
    return [parse_event(line) for line in (RECORDED / f"{name}.jsonl").read_text().splitlines()]


@pytest.mark.parametrize(
    ("address", "layer"),
    [
        ('module.data.aws_s3_bucket.this["a.b"]', "data"),
        ("module.compute.module.function.aws_lambda_function.this", "compute"),
        ('module.compute["x"].aws_sqs_queue.q', "compute"),
        ("aws_s3_bucket.this", None),
        ("data.aws_region.current", None),
    ],
)
def test_layer_is_the_outermost_module(address: str, layer: str | None) -> None:
    assert layer_of(address) == layer


def test_a_plan_recorded_from_terraform_is_understood() -> None:
    seen = events("plan")
    summary = [event for event in seen if event.type == "change_summary"]
    assert [event.changes for event in summary] == [Changes(add=2)]
    assert summary[0].operation == "plan"
    planned = [event for event in seen if event.type == "planned_change"]
    assert {(event.layer, event.action) for event in planned} == {
        ("data", "create"),
        ("compute", "create"),
    }


def test_a_failed_apply_carries_its_diagnostic_with_resource_and_place() -> None:
    (found,) = [event.diagnostic for event in events("fail") if event.diagnostic]
    assert found == Diagnostic(
        severity="error",
        summary="local-exec provisioner error",
        detail="Error running command 'exit 3': exit status 3. Output: ",
        address="module.compute.terraform_data.a",
        place="mod/main.tf:7",
    )
    assert str(found).startswith("module.compute.terraform_data.a (mod/main.tf:7): local-exec")


@pytest.mark.parametrize("line", ["Error: no JSON at all", "[1, 2]", '{"no": "type"}', ""])
def test_lines_that_are_no_events_become_text(line: str) -> None:
    event = parse_event(line)
    assert (event.type, event.message) == ("text", line)


def test_progress_counts_each_layer_to_its_total() -> None:
    progress = LayerProgress()
    for event in events("apply"):
        progress.feed(event)
    counted = {name: (c.done, c.total) for name, c in progress.layers.items() if c.total}
    assert counted == {"data": (1, 1), "compute": (1, 1)}
    assert (progress.done, progress.total) == (2, 2)
    assert not any(layer.busy for layer in progress.layers.values())


def test_a_replacement_counts_as_two_operations_and_a_failure_as_failed() -> None:
    progress = LayerProgress()
    for event in events("fail"):
        progress.feed(event)
    compute = progress.layers["compute"]
    assert (compute.total, compute.done, compute.failed) == (2, 1, 1)
    assert progress.reading == 2


def _change(type_: str, layer: str, name: str, at: float | None) -> Event:
    address = f"module.{layer}.{name}"
    return Event(type_, "", address=address, layer=layer, action="create", at=at)


def test_each_layer_has_its_times_and_its_slowest_change() -> None:
    progress = LayerProgress()
    for event in (
        _change("apply_start", "network", "aws_vpc.this", 100.0),
        _change("apply_start", "data", "aws_kms_key.a", 100.5),
        _change("apply_complete", "network", "aws_vpc.this", 111.0),
        _change("apply_start", "data", "aws_db_instance.this", 112.0),
        _change("apply_complete", "data", "aws_kms_key.a", 114.5),
        _change("apply_errored", "data", "aws_db_instance.this", 194.0),
    ):
        progress.feed(event)
    assert progress.times() == (
        LayerTime("network", 1, 0.0, 11.0, "aws_vpc.this", 11.0),
        LayerTime("data", 2, 0.5, 93.5, "aws_db_instance.this", 82.0),
    )


def test_recorded_events_carry_terraforms_own_clock() -> None:
    progress = LayerProgress()
    for event in events("apply"):
        progress.feed(event)
    times = progress.times()
    assert {one.name for one in times} == {"data", "compute"}
    assert all(0 <= one.seconds < 5 and one.slowest == "terraform_data.a" for one in times)


def test_events_without_a_clock_have_no_times() -> None:
    progress = LayerProgress()
    progress.feed(_change("apply_start", "data", "a.b", None))
    progress.feed(_change("apply_complete", "data", "a.b", None))
    assert progress.times() == ()
    assert progress.layers["data"].done == 1


def test_layers_are_complete_when_all_that_was_planned_is_made() -> None:
    progress = LayerProgress()
    assert progress.complete("client", "network")
    progress.feed(_change("planned_change", "client", "a.b", 0.0))
    assert not progress.complete("client", "network")
    progress.feed(_change("apply_complete", "client", "a.b", 1.0))
    assert progress.complete("client", "network")
