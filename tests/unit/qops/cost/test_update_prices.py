"""The refreshed table, from answers of the Price List API that botocore's Stubber gives."""

import json
from decimal import Decimal
from pathlib import Path

import boto3
import pytest
from botocore.stub import ANY, Stubber
from golden_files import Golden

from qops.cost import update
from qops.cost.answers import PriceChange, PricesAnswer
from qops.cost.prices import load_prices, refreshed_file
from qops.cost.update import update_prices
from qops.errors import UsageError
from qops.settings import Settings

REGION = "ap-northeast-2"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(repository=tmp_path, home=tmp_path / "home", environment="dev")


def product(*dimensions: tuple[str, str]) -> str:
    prices = {
        str(number): {"beginRange": begin, "pricePerUnit": {"USD": usd}}
        for number, (begin, usd) in enumerate(dimensions)
    }
    return json.dumps({"terms": {"OnDemand": {"x": {"priceDimensions": prices}}}})


def asked(monkeypatch, entries: list[str], answers: list[list[str]], settings: Settings):
    """Update a table of these entries only; AWS answers each in turn."""
    document = json.loads(json.dumps(dict(load_prices(REGION).document)))
    document["prices"] = [one for one in document["prices"] if one["id"] in entries]
    refreshed_file(settings.home).parent.mkdir(parents=True)
    refreshed_file(settings.home).write_text(json.dumps(document))
    client = boto3.client(
        "pricing", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x"
    )
    with Stubber(client) as stubber:
        for answer in answers:
            stubber.add_response(
                "get_products",
                {"PriceList": answer},
                {"ServiceCode": ANY, "Filters": ANY},
            )
        done = update_prices(settings, REGION, client)
        stubber.assert_no_pending_responses()
    return done


def test_a_price_is_scaled_to_the_unit_of_the_table(monkeypatch, settings) -> None:
    done = asked(monkeypatch, ["lambda.requests"], [[product(("0", "0.0000003"))]], settings)
    assert [(p.id, p.before, p.after, p.outcome) for p in done.prices] == [
        ("lambda.requests", Decimal("0.20"), Decimal("0.3"), "updated")
    ]
    price = load_prices(REGION, file=refreshed_file(settings.home)).find("lambda.requests")
    assert (price.usd, price.source) == (Decimal("0.3"), "AWS Price List API")


def test_tiers_come_along_and_a_free_tier_is_left_out(monkeypatch, settings) -> None:
    dimensions = (("0", "0.00"), ("0", "0.00002"), ("6000000000", "0.00001"))
    asked(monkeypatch, ["lambda.duration.x86_64"], [[product(*dimensions)]], settings)
    table = load_prices(REGION, file=refreshed_file(settings.home))
    price = table.find("lambda.duration.x86_64")
    assert price.tiers == ((Decimal(6_000_000_000), Decimal("0.00001")),)
    assert table.find("lambda.requests") is None


@pytest.mark.parametrize("answer", [[], [product(("0", "1")), product(("0", "2"))]])
def test_an_answer_that_is_not_one_price_changes_nothing(monkeypatch, settings, answer) -> None:
    done = asked(monkeypatch, ["lambda.requests"], [answer], settings)
    assert done.updated == 0
    assert done.prices[0].outcome.startswith("left: ")
    table = load_prices(REGION, file=refreshed_file(settings.home))
    assert table.find("lambda.requests").source == "price-list-seoul"
    assert table.date == load_prices(REGION).date


def test_the_region_and_the_product_are_asked_for(monkeypatch, settings) -> None:
    seen = []

    class Pages:
        def paginate(self, **request):
            seen.append(request)
            return []

    class Client:
        def get_paginator(self, name):
            return Pages()

    update_prices(settings, "eu-west-1", Client())
    filters = [{f["Field"]: f["Value"] for f in request["Filters"]} for request in seen]
    assert all(one["regionCode"] == "eu-west-1" for one in filters)
    assert {"AWSLambda", "AmazonRDS", "AmazonElastiCache"} <= {r["ServiceCode"] for r in seen}
    assert not refreshed_file(settings.home).exists()


def test_the_local_cloud_has_no_prices(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no prices"):
        update_prices(Settings(tmp_path, tmp_path), REGION)
    assert update.API_REGION == "us-east-1"


def test_a_broken_table_says_what_to_do(tmp_path: Path) -> None:
    file = tmp_path / "prices.json"
    for text in ("{", "{}", '{"schema": 2, "currency": "USD", "date": "x", "prices": []}'):
        file.write_text(text)
        with pytest.raises(UsageError, match="no table of prices"):
            load_prices(REGION, file=file)


def test_what_is_shown(golden: Golden) -> None:
    changes = [
        PriceChange(
            id="nat.hour", before=Decimal("0.059"), after=Decimal("0.06"), outcome="updated"
        ),
        PriceChange(id="dashboard", before=None, after=None, outcome="left: no product matches"),
    ]
    answer = PricesAnswer(region=REGION, file="home/prices.json", updated=1, prices=changes)
    golden("cost update-prices", answer)
