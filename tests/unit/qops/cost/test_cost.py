import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import jsonschema
import pytest
import yaml
from golden_files import Golden, check_golden, rendered
from small_platform import REGION, plan, resource, resources

from qops import __main__ as entry
from qops.commands.cost import _show
from qops.cost.answers import CostAnswer
from qops.cost.catalogue import PRICED, UNPRICED, is_free
from qops.cost.estimate import estimate, unknown_types
from qops.cost.markdown import markdown
from qops.cost.prices import SHIPPED, Price, load_prices
from qops.cost.used import units_of_text
from qops.errors import UsageError
from qops.inventory.documents import parse_inventory
from qops.sizing.__main__ import schema
from qops.sizing.usage import Usage, read_usage

GOLDEN = Path(__file__).parent / "golden"


def estimated(items=None, *, usage: Usage | None = None, against=None) -> CostAnswer:
    inventory = parse_inventory(plan(items), source="a plan")
    used = usage or Usage()
    return estimate(
        inventory,
        used,
        load_prices(inventory.region, own=used.prices),
        against=None if against is None else parse_inventory(plan(against), source="before"),
    )


def line(answer: CostAnswer, service: str, item: str):
    (found,) = (one for one in answer.lines if one.service == service and item in one.item)
    return found


def test_what_is_there_costs_its_hours_at_the_price_of_the_region() -> None:
    answer = estimated()
    # 730 h x 0.102; 2 nodes x 730 h x 0.024; 730 h x 0.059; 2 vCPU x 730 h x 0.018
    assert line(answer, "RDS", "db.t4g.medium").usd == Decimal("74.46")
    assert line(answer, "ElastiCache", "cache.t4g.micro").usd == Decimal("35.04")
    assert line(answer, "VPC", "NAT gateways").usd == Decimal("43.07")
    assert line(answer, "RDS", "proxy").usd == Decimal("26.28")


def test_what_is_used_costs_by_the_usage() -> None:
    answer = estimated(usage=Usage(runs_per_day=Decimal(1000), requests_per_day=Decimal(100000)))
    # 30,000 runs x 12 transitions at 0.0271 a thousand; 3 M requests at 0.60 a million of WAF: none
    assert line(answer, "Step Functions", "transitions").usd == Decimal("9.76")
    assert answer.requests_a_month == 3_000_000
    assert not [one for one in answer.lines if one.service == "WAF"]


@pytest.mark.parametrize(
    ("characters", "units"), [("10", 3), ("300", 3), ("301", 4), ("2000", 20), ("2050", 21)]
)
def test_comprehend_charges_begun_hundreds_and_three_at_least(characters: str, units: int) -> None:
    assert units_of_text(Decimal(characters)) == units


def test_what_has_no_price_is_unpriced_and_never_nothing() -> None:
    answer = estimated([resource("module.observability.aws_cloudwatch_dashboard.this")])
    dashboard = line(answer, "CloudWatch", "dashboards")
    assert (dashboard.usd, dashboard.price_usd) == (None, None)
    assert dashboard.source == "no price for ap-northeast-2: dashboard"
    group = next(one for one in answer.by_layer if one.name == "observability")
    assert (group.usd, group.unpriced) == (None, 1)
    assert answer.unpriced == sum(1 for one in answer.lines if one.usd is None)
    assert "unpriced" in rendered(lambda c: _show(answer, c, every_line=False), 100)


def test_what_lies_in_the_recovery_region_has_no_price_of_the_main_one() -> None:
    answer = estimated()
    assert line(answer, "KMS", "replica keys").usd is None
    assert "recovery region" in line(answer, "KMS", "replica").source


def test_own_prices_win_and_fill_gaps() -> None:
    usage = Usage(prices={"dashboard": Decimal("2.5"), "nat.hour": Decimal("0.05")})
    answer = estimated(usage=usage)
    assert line(answer, "CloudWatch", "dashboards").usd == Decimal("2.50")
    assert line(answer, "CloudWatch", "dashboards").source == "the usage file"
    assert line(answer, "VPC", "NAT gateways").usd == Decimal("36.50")


def test_the_same_plan_in_another_region_has_the_prices_of_that_region() -> None:
    inventory = parse_inventory(plan(), source="a plan")
    answer = estimate(inventory, Usage(), load_prices("us-east-1"))
    assert line(answer, "VPC", "NAT gateways").usd == Decimal("32.85")
    assert line(answer, "CloudWatch", "dashboards").usd == Decimal("3.00")


def test_won_only_with_a_rate() -> None:
    assert estimated().krw is None
    answer = estimated(usage=Usage(krw_per_usd=Decimal(1400)))
    assert answer.krw == (answer.usd * 1400).quantize(Decimal(1))


def test_a_difference_tells_what_came_went_and_changed() -> None:
    after = resources(instance="db.t4g.small", proxy=False)
    after.append(resource('module.network.aws_eip.this["a"]'))
    answer = estimated(after, against=resources())
    changes = {(c.service, c.item): c for c in answer.difference.changes}
    assert changes["RDS", "proxy, by vCPU of the instance"].kind == "removed"
    assert changes["RDS", "db.t4g.small, PostgreSQL, Single-AZ"].kind == "added"
    assert changes["RDS", "db.t4g.medium, PostgreSQL, Single-AZ"].after == 0
    assert changes["VPC", "public addresses"].after == Decimal("3.65")
    # 37.23 - 74.46 - 26.28 + 3.65
    assert answer.difference.usd == Decimal("-59.86")
    assert len(changes) == 4


def test_equal_plans_differ_in_nothing() -> None:
    difference = estimated(against=resources()).difference
    assert (difference.usd, difference.changes, difference.unpriced) == (0, [], 0)


def test_alternatives_say_what_is_only_indicative() -> None:
    found = {(a.what, a.option): a for a in estimated().alternatives}
    reserved = found["db.t4g.medium, PostgreSQL, Single-AZ", "reserved, 1 year, no upfront"]
    assert (reserved.usd, reserved.indicative) == (Decimal("52.42"), True)
    storage = [a for a in found.values() if a.what.startswith("pictures")]
    assert [a.usd for a in storage] == sorted((a.usd for a in storage), reverse=True)


@pytest.mark.parametrize(
    ("units", "usd"),
    [("0", "0"), ("333", "1165.50"), ("334", "1168.30"), ("1001", "3035.48")],
)
def test_tiers_are_walked(units: str, usd: str) -> None:
    price = load_prices("us-east-1").find("apigateway.rest")
    assert isinstance(price, Price)
    assert price.of(Decimal(units)) == Decimal(usd)


def test_every_price_has_a_source_that_the_table_explains() -> None:
    table = json.loads(SHIPPED.read_text(encoding="utf-8"))
    ids = [entry["id"] for entry in table["prices"]]
    assert len(ids) == len(set(ids))
    for one in table["prices"]:
        for region, price in one["regions"].items():
            assert Decimal(price["usd"]) > 0, one["id"]
            assert price["source"].split(" ")[0] in table["sources"], (one["id"], region)
            assert price["date"], one["id"]


def test_no_type_is_in_two_sets_and_the_unknown_are_named() -> None:
    assert not PRICED & UNPRICED.keys()
    assert not [type_ for type_ in PRICED if is_free(type_)]
    strange = [resource("module.data.aws_redshift_cluster.this")]
    assert unknown_types(parse_inventory(plan(strange), source="x")) == ["aws_redshift_cluster"]


ALONE = {
    "aws_cloudwatch_metric_alarm": {},
    "aws_lambda_function": {"function_name": "api", "memory_size": 512},
    "aws_opensearch_domain": {"cluster_config": [{"instance_type": "m6g.large.search"}]},
    "aws_ssm_parameter": {"tier": "Advanced"},
    "aws_vpc_endpoint": {"vpc_endpoint_type": "Interface", "subnet_ids": ["a", "b"]},
}


@pytest.mark.parametrize("type_", sorted(PRICED | UNPRICED.keys()))
def test_every_type_that_costs_has_a_line_of_its_own(type_: str) -> None:
    name = "api" if type_ == "aws_lambda_function" else "x"
    address = f'module.compute.module.function["{name}"].{type_}.this'
    if type_ == "aws_bedrock_inference_profile":
        address = f'module.ai.{type_}.role["planner"]'
    values = ALONE.get(type_, {})
    if type_ == "aws_bedrock_inference_profile":
        values = {"model_source": [{"copy_from": "arn:x/global.anthropic.claude"}]}
    without = {(one.service, one.item) for one in estimated([]).lines}
    lines = {(one.service, one.item) for one in estimated([resource(address, **values)]).lines}
    assert lines - without


def test_what_a_plan_changes_is_told_against_what_is_there(tmp_path: Path, capsys) -> None:
    document = plan(resources(instance="db.t4g.medium"))
    there = {"resources": resources(instance="db.t4g.small")}
    document["prior_state"] = {"values": {"root_module": there}}
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(document))
    assert entry.run(["cost", "--plan", str(file), "--change", "--json"]) == 0
    difference = json.loads(capsys.readouterr().out)["result"]["difference"]
    # 74.46 - 37.23
    assert (difference["usd"], difference["against"]) == ("37.23", "what is there now")
    assert entry.run(["cost", "--plan", str(file), "--change", "--against", str(file)]) == 64
    file.write_text(json.dumps({"values": document["planned_values"]}))
    assert entry.run(["cost", "--plan", str(file), "--change"]) == 64
    assert "is no plan" in capsys.readouterr().err


def test_a_first_plan_costs_all_of_it() -> None:
    inventory = parse_inventory(plan(), source="x")
    answer = estimate(inventory, Usage(), load_prices(inventory.region), against=inventory.before)
    unpriced = [one for one in answer.difference.changes if one.after is None]
    assert answer.difference.unpriced == len(unpriced) > 0
    fixed = [one for one in answer.lines if one.service == "RDS"]
    assert {one.item for one in fixed} <= {one.item for one in answer.difference.changes}


def test_a_region_without_prices_is_refused(tmp_path: Path, capsys) -> None:
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(plan()))
    assert entry.run(["cost", "--plan", str(file), "--region", "moon-1"]) == 64
    assert "ap-northeast-2, us-east-1" in capsys.readouterr().err
    assert entry.run(["cost", "--plan", str(file), "--region", "us-east-1"]) == 0


def test_usage_is_read_exactly_and_faults_are_named(tmp_path: Path) -> None:
    file = tmp_path / "usage.yaml"
    file.write_text("users: 1000\nmodel_share: 0.1\nprices:\n  dashboard: 0.1\n")
    usage = read_usage(file, peak_factor=Decimal(3))
    assert (usage.users, usage.model_share, usage.peak_factor) == (1000, Decimal("0.1"), 3)
    assert usage.prices == {"dashboard": Decimal("0.1")}
    file.write_text("users: 0\npeople: 3\n")
    with pytest.raises(UsageError) as caught:
        read_usage(file)
    shown = " ".join([caught.value.why, *caught.value.details])
    assert "users" in shown
    assert "people" in shown
    for text in ("[1]", "users: {", "\t"):
        file.write_text(text)
        with pytest.raises(UsageError, match=file.name):
            read_usage(file)


def test_requests_alone_give_the_runs() -> None:
    usage = Usage(users=1000, requests_per_day=Decimal(1_000_000))
    assert usage.runs_a_day == (1_000_000 - 20 * 1000) / Decimal(15)
    assert Usage(users=10).requests_a_day == 10 * 10 * 15 + 20 * 10


def test_what_is_shown(golden: Golden) -> None:
    answer = estimated(against=resources(instance="db.t4g.small"))
    golden("cost", answer)
    golden("cost", answer, "--lines", variant="lines")
    golden("cost", answer, "--quiet", variant="quiet")


def test_markdown() -> None:
    answer = estimated(against=resources(instance="db.t4g.small"))
    check_golden(GOLDEN / "cost.md", markdown(answer))


def test_the_command_reads_a_plan_and_its_json_meets_the_schema(tmp_path: Path, capsys) -> None:
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(plan()))
    assert entry.run(["cost", "--plan", str(file), "--against", str(file), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert entry.run(["schema", "cost"]) == 0
    jsonschema.validate(document, json.loads(capsys.readouterr().out))
    result = document["result"]
    assert (result["region"], result["of"]) == (REGION, "prod")
    assert {"usd": None} in [{"usd": one["usd"]} for one in result["lines"]]


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"lineage": "x", "version": 4}'])
def test_a_file_that_is_no_plan_is_refused(text: str, tmp_path: Path, capsys) -> None:
    file = tmp_path / "plan.json"
    file.write_text(text)
    assert entry.run(["cost", "--plan", str(file)]) == 64
    shown = capsys.readouterr().err
    assert "neither a plan nor a state" in shown
    assert "next:" in shown


def test_options_that_exclude_each_other_are_refused(tmp_path: Path, capsys) -> None:
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(plan()))
    assert entry.run(["cost", "--plan", str(file), "--declared"]) == 64
    assert entry.run(["cost", "--plan", str(file), "--json", "--markdown"]) == 64
    assert entry.run(["cost", "--plan", str(tmp_path / "none")]) == 64
    assert "There is no file" in capsys.readouterr().err


def test_the_documented_usage_file_is_read(tmp_path: Path) -> None:
    docs = (Path(__file__).parents[4] / "docs" / "qops" / "cost-and-capacity.md").read_text(
        encoding="utf-8"
    )
    example = docs.split("```yaml\n", 1)[1].split("```", 1)[0]
    file = tmp_path / "usage.yaml"
    file.write_text(example)
    assert read_usage(file).users == yaml.safe_load(example)["users"]
    published = json.loads((Path(__file__).parents[4] / "docs" / "usage.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(published)
    jsonschema.validate(yaml.safe_load(example), published)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"people": 3}, published)
    missing = [name for name in Usage.model_fields if f"`{name}`" not in docs]
    assert missing == []


def test_the_published_schema_of_the_usage_file_is_current() -> None:
    published = Path(__file__).parents[4] / "docs" / "usage.schema.json"
    assert published.read_text(encoding="utf-8") == schema(), "make generate writes it anew"


def test_a_state_tells_its_region_by_its_arns() -> None:
    items = [
        resource("module.data.aws_s3_bucket.a", arn="arn:aws:s3:::x"),
        resource("module.data.aws_sqs_queue.a", arn="arn:aws:sqs:eu-west-1:1:a"),
        resource("module.recovery[0].aws_sqs_queue.a", arn="arn:aws:sqs:us-east-1:1:a"),
        resource("module.network.aws_api_gateway_stage.this", stage_name="dev"),
    ]
    found = parse_inventory({"values": {"root_module": {"resources": items}}}, source="state")
    assert (found.region, found.environment) == ("eu-west-1", "dev")
    assert replace(found, resources=()).one("aws_sqs_queue") is None
