from pathlib import Path

import pytest

from qops.terraform.events import Changes, Diagnostic, layer_of, parse_event
from qops.terraform.progress import LayerProgress

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
