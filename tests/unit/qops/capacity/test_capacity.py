import json
from decimal import Decimal
from pathlib import Path

import jsonschema
import pytest
from golden_files import Golden
from small_platform import function, plan, resource, resources

from qops import __main__ as entry
from qops.capacity.answers import CapacityAnswer
from qops.capacity.assess import assess
from qops.capacity.demand import mean_that_fits, needed_at_once
from qops.capacity.quotas import load_quotas
from qops.cost.prices import load_prices
from qops.inventory.documents import parse_inventory
from qops.sizing.instances import memory_gib_of, vcpus_of
from qops.sizing.usage import Usage

GOLDEN = Path(__file__).parent / "golden"
LOAD = {"users": 1000, "requests_per_day": Decimal(1_000_000), "peak_factor": Decimal(10)}


def assessed(items=None, **usage) -> CapacityAnswer:
    inventory = parse_inventory(plan(items), source="a plan")
    used = Usage.model_validate({**LOAD, **usage})
    return assess(inventory, used, load_prices(inventory.region))


def check(answer: CapacityAnswer, id_: str):
    (found,) = (one for one in answer.checks if one.id == id_)
    return found


def test_a_million_requests_with_ten_fold_peaks_are_carried() -> None:
    answer = assessed()
    assert answer.exit_code == 0
    # 1,000,000 / 86,400 x 10
    assert answer.peak_requests == Decimal("115.74")
    # (1,000,000 - 20 x 1000) / 15 / 86,400 x 10
    assert answer.peak_runs == Decimal("7.56")
    assert check(answer, "api.requests").factor == Decimal("3.46")
    assert (answer.first, answer.first_at_users) == ("api.runs", 2640)


def test_a_throttle_below_the_peak_breaks_and_says_what_mends_it() -> None:
    answer = assessed(resources(throttle=100))
    found = check(answer, "api.requests")
    assert answer.exit_code == 2
    assert (answer.first, found.verdict, found.factor) == (
        "api.requests",
        "breaks",
        Decimal("0.86"),
    )
    assert found.limit_from == "network.throttle_rate"
    assert "tfvars" in found.repair


def test_at_work_at_once_follows_littles_law_with_room_for_scatter() -> None:
    answer = assessed(resources(reserved={"api": 20}), seconds={"api": Decimal("0.12")})
    found = check(answer, "lambda.api")
    # L = 115.74/s x 0.12 s = 13.89; 13.89 + 3 x sqrt(13.89) = 25.07
    assert (found.load, found.limit, found.verdict) == (Decimal("25.07"), 20, "breaks")
    assert found.limit_from == 'compute.reserved_concurrency["api"]'
    pool = check(answer, "lambda.concurrency")
    assert (pool.limit, pool.verdict) == (980, "passes")


def test_the_factor_of_what_scatters_is_the_load_that_just_fits() -> None:
    for limit in (Decimal(20), Decimal(1000)):
        assert abs(needed_at_once(mean_that_fits(limit)) - limit) < Decimal("1e-20")
    assert needed_at_once(Decimal(0)) == 0
    answer = assessed(resources(reserved={"api": 40}))
    factor = check(answer, "lambda.api").factor
    usage = {"requests_per_day": LOAD["requests_per_day"] * factor}
    again = check(assessed(resources(reserved={"api": 40}), **usage), "lambda.api")
    assert abs(again.load - 40) < Decimal("0.2")


def test_connections_with_and_without_a_proxy() -> None:
    # 4 GiB / 9531392 = 450 connections, 80 % of them for the proxy
    with_proxy = check(assessed(resources(proxy=True)), "database.connections")
    assert with_proxy.limit == 360
    without = check(assessed(resources(proxy=False)), "database.connections")
    assert without.limit == 450
    assert without.load > with_proxy.load
    unknown = check(assessed(resources(instance="db.x9.huge")), "database.connections")
    assert (unknown.verdict, unknown.limit) == ("unknown", None)


def test_what_no_source_gave_is_unknown_until_the_usage_file_says_it() -> None:
    answer = assessed()
    found = check(answer, "bedrock.tokens_per_minute")
    assert (found.verdict, found.limit, found.factor) == ("unknown", None, None)
    assert "bedrock.tokens_per_minute: ..." in found.repair
    told = assessed(quotas={"bedrock.tokens_per_minute": Decimal(100_000)})
    found = check(told, "bedrock.tokens_per_minute")
    # 7.56 runs/s x 0.3 x 4600 tokens x 60
    assert (found.load, found.verdict) == (Decimal("626111.11"), "breaks")
    assert told.exit_code == 2


def test_a_watched_budget_alarms_and_breaks_nothing() -> None:
    alarm = resource(
        'module.observability.aws_cloudwatch_metric_alarm.sum["tokens-planner"]', threshold=1000
    )
    answer = assessed([*resources(), alarm])
    assert check(answer, "bedrock.tokens_per_day").verdict == "alarms"
    assert (answer.exit_code, answer.first) == (0, "api.runs")


def test_many_people_behind_one_address_meet_the_firewall() -> None:
    rule = {"statement": [{"rate_based_statement": [{"limit": 2000, "aggregate_key_type": "IP"}]}]}
    items = [*resources(), resource("module.security.aws_wafv2_web_acl.this[0]", rule=[rule])]
    # 0.1157 requests/s of a user x 300 s x 10 users
    assert check(assessed(items), "waf.address").load == Decimal("347.22")
    office = check(assessed(items, users_per_address=Decimal(100)), "waf.address")
    assert (office.load, office.verdict) == (Decimal("3472.22"), "breaks")


def test_jobs_are_bounded_by_their_workers() -> None:
    found = check(assessed(seconds={"work-jobs": Decimal(100)}, job_share=Decimal(1)), "jobs.rate")
    # 50 workers / 100 s x 10 jobs
    assert (found.limit, found.load, found.verdict) == (5, Decimal("7.56"), "breaks")


def test_a_platform_without_parts_has_no_checks_of_them() -> None:
    ids = {one.id for one in assessed([function("api")]).checks}
    assert not ids & {"database.connections", "jobs.rate", "waf.address", "elasticache.connections"}


def test_quotas_differ_by_region_and_have_sources() -> None:
    assert load_quotas("ap-northeast-2", {})["states.start"].value == 150
    assert load_quotas("us-east-1", {})["states.start"].value == 300
    assert load_quotas("eu-south-1", {})["apigateway.requests"].value == 2500
    assert all(quota.source for quota in load_quotas("us-east-1", {}).values())
    own = load_quotas("us-east-1", {"states.start": Decimal(9)})["states.start"]
    assert (own.value, own.source) == (9, "the usage file")


@pytest.mark.parametrize(
    ("kind", "vcpus", "memory"),
    [
        ("db.t4g.micro", 2, 1),
        ("db.t4g.medium", 2, 4),
        ("db.r7g.large", 2, 16),
        ("db.m7g.2xlarge", 8, 32),
        ("db.x2.what", None, None),
    ],
)
def test_sizes_of_instance_classes(kind: str, vcpus, memory) -> None:
    assert (vcpus_of(kind), memory_gib_of(kind)) == (vcpus, memory)


def test_what_is_shown(golden: Golden) -> None:
    answer = assessed(resources(throttle=100))
    golden("capacity", answer)
    golden("capacity", answer, "--details", variant="details")
    golden("capacity", answer, "--quiet", variant="quiet")


def test_the_command_answers_by_its_schema(tmp_path: Path, capsys) -> None:
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(plan(resources(throttle=100))))
    load = ["--users", "1000", "--requests", "1000000", "--peak", "10"]
    assert entry.run(["capacity", "--plan", str(file), *load, "--json"]) == 2
    document = json.loads(capsys.readouterr().out)
    assert entry.run(["schema", "capacity"]) == 0
    jsonschema.validate(document, json.loads(capsys.readouterr().out))
    assert document["result"]["first"] == "api.requests"
    assert entry.run(["capacity", "--plan", str(file), *load]) == 2
    assert "peak 10x: 115.74 requests" in " ".join(capsys.readouterr().out.split())
    assert entry.run(["capacity", "--plan", str(file), "--peak", "0.5"]) == 64
    assert "peak_factor" in capsys.readouterr().err
