"""RDS: each instance is a real PostgreSQL server; moto keeps the declaration."""

from __future__ import annotations

import asyncio
import secrets

from qops.local.engines.pool import HOST, EngineError
from qops.local.engines.postgres import Postgres
from qops.local.router.registry import Answer, Call, Fault, after, before, operation

_RESOURCE_ID = "dbi-resource-id"
_INSIGHTS_DAYS = 7
_AUTHORITY = "rds-ca-rsa2048-g1"
"""Who signs the certificates of new instances, as on AWS; moto answers one that has expired."""


@before("rds", "CreateDBInstance")
async def refuse_other_engines(call: Call) -> None:
    """Only PostgreSQL is there; another engine would be a declaration without a server."""
    engine = call.params.get("Engine", "")
    if engine != "postgres":
        raise Fault("InvalidParameterValue", f"The local cloud has no engine {engine}: postgres")


@after("rds", "CreateDBInstance")
async def start(call: Call, answer: Answer) -> None:
    """Starts the server with the master user, password and database that were asked for."""
    params = call.params
    identifier = params["DBInstanceIdentifier"].lower()
    try:
        await asyncio.to_thread(
            call.context.engines.start,
            "postgres",
            identifier,
            lambda folder, port: Postgres(
                folder,
                port,
                version=str(params.get("EngineVersion") or ""),
                user=params["MasterUsername"],
                password=params["MasterUserPassword"],
                database=params.get("DBName"),
            ),
        )
    except EngineError as error:
        await forget_instance(call, identifier)
        raise Fault("InternalFailure", str(error)) from error
    begin(call, identifier, answer)


async def forget_instance(call: Call, identifier: str) -> None:
    """Takes back the declaration of an instance whose server did not start."""
    await call.aws(
        "rds", "DeleteDBInstance", DBInstanceIdentifier=identifier, SkipFinalSnapshot=True
    )


def begin(call: Call, identifier: str, answer: Answer) -> None:
    """Keeps what moto forgets of a new instance, and answers where its server listens."""
    call.records("kept")[identifier] = {
        "DbiResourceId": f"db-{secrets.token_hex(13).upper()}",
        "CACertificateIdentifier": call.params.get("CACertificateIdentifier") or _AUTHORITY,
    }
    _keep_insights(call, identifier)
    _complete(call, answer)


@after("rds", "ModifyDBInstance")
async def change_password(call: Call, answer: Answer) -> None:
    """A new master password holds for the server at once."""
    password = call.params.get("MasterUserPassword")
    identifier = call.params["DBInstanceIdentifier"].lower()
    engine = call.context.engines.find("postgres", identifier)
    if password and isinstance(engine, Postgres):
        user = answer["DBInstance"]["MasterUsername"]
        try:
            await asyncio.to_thread(engine.set_password, user, password)
        except EngineError as error:
            raise Fault("InvalidParameterValue", str(error)) from error
    authority = call.params.get("CACertificateIdentifier")
    if authority:
        kept = call.records("kept").setdefault(identifier, {})
        kept["CACertificateIdentifier"] = authority
    _keep_insights(call, identifier)
    _complete(call, answer)


@after("rds", "DeleteDBInstance")
async def stop(call: Call, answer: Answer) -> None:
    """Stops the server."""
    _complete(call, answer)
    identifier = call.params["DBInstanceIdentifier"].lower()
    call.records("kept").pop(identifier, None)
    await asyncio.to_thread(call.context.engines.remove, "postgres", identifier)


@operation("rds", "DescribeDBInstances")
async def describe(call: Call) -> Answer:
    """Finds instances by resource id too: moto gives the same one to all of them."""
    params = dict(call.params)
    wanted: set[str] = set()
    filters = []
    for entry in params.pop("Filters", None) or []:
        if entry["Name"] == _RESOURCE_ID:
            wanted |= set(entry["Values"])
        else:
            filters.append(entry)
    if filters:
        params["Filters"] = filters
    answer = await call.aws("rds", "DescribeDBInstances", **params)
    _complete(call, answer)
    if wanted:
        answer["DBInstances"] = [
            one for one in answer["DBInstances"] if one["DbiResourceId"] in wanted
        ]
    return answer


@after("rds", "CreateDBProxy", "DescribeDBProxies", "ModifyDBProxy", "DeleteDBProxy")
async def answer_at_the_engine(_call: Call, answer: Answer) -> None:
    """A proxy is declared only: who connects to its address reaches the engines themselves."""
    for proxy in answer.get("DBProxies") or [answer.get("DBProxy") or {}]:
        if proxy.get("DBProxyName"):
            proxy["Endpoint"] = HOST


@after("rds", "ModifyDBParameterGroup")
async def remember_parameters(call: Call, _answer: Answer) -> None:
    """Keeps which parameters were set: moto lists them as the engine's own."""
    name = call.params["DBParameterGroupName"]
    kept = call.records("parameters").setdefault(name, {})
    for parameter in call.params.get("Parameters") or []:
        kept[parameter["ParameterName"]] = parameter


@after("rds", "ResetDBParameterGroup", "DeleteDBParameterGroup")
async def forget_parameters(call: Call, _answer: Answer) -> None:
    """Forgets parameters that were reset."""
    name = call.params["DBParameterGroupName"]
    kept = call.records("parameters").setdefault(name, {})
    reset = [parameter["ParameterName"] for parameter in call.params.get("Parameters") or []]
    for parameter in reset or list(kept):
        kept.pop(parameter, None)


@operation("rds", "DescribeDBParameters")
async def describe_parameters(call: Call) -> Answer:
    """Lists parameters; ``Source=user`` lists those that were set."""
    params = dict(call.params)
    source = params.pop("Source", None)
    answer = await call.aws("rds", "DescribeDBParameters", **params)
    kept = call.records("parameters").get(params["DBParameterGroupName"], {})
    listed = {one["ParameterName"]: one for one in answer.get("Parameters") or []}
    for name, parameter in kept.items():
        listed[name] = {**listed.get(name, {}), **parameter, "Source": "user"}
    found = [one for one in listed.values() if source in (None, one.get("Source"))]
    return {"Parameters": found}


def _keep_insights(call: Call, identifier: str) -> None:
    """Performance Insights are declared, and forgotten by moto."""
    enabled = call.params.get("EnablePerformanceInsights")
    if enabled is None:
        return
    kept = call.records("kept").setdefault(identifier, {})
    kept["PerformanceInsightsEnabled"] = enabled
    if enabled:
        key = call.params.get("PerformanceInsightsKMSKeyId")
        kept["PerformanceInsightsKMSKeyId"] = key or call.arn("alias/aws/rds", service="kms")
        days = call.params.get("PerformanceInsightsRetentionPeriod") or _INSIGHTS_DAYS
        kept["PerformanceInsightsRetentionPeriod"] = days


def _complete(call: Call, answer: Answer) -> None:
    """Answers where the servers really listen, and what moto forgets."""
    instances = answer.get("DBInstances") or [answer.get("DBInstance") or {}]
    for instance in instances:
        identifier = instance.get("DBInstanceIdentifier", "")
        instance.update(call.records("kept").get(identifier, {}))
        engine = call.context.engines.find("postgres", identifier)
        if engine is not None:
            endpoint = instance.setdefault("Endpoint", {})
            endpoint.update(Address=HOST, Port=engine.port)
