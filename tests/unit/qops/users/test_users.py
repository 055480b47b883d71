"""People of the user pool, against moto's Cognito: what guards them, what nobody may type."""

import io
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ClientError
from fake_api import NOW
from fake_cloud import REGION, moto_cloud
from golden_files import Golden
from moto.cognitoidp.models import cognitoidp_backends
from moto.core import DEFAULT_ACCOUNT_ID

from qops.platform.aws import Aws
from qops.platform.client_settings import ClientSettings
from qops.settings import load_settings
from qops.users.answers import (
    GroupsAnswer,
    GroupShown,
    UserAnswer,
    UserDisabledAnswer,
    UserResetAnswer,
    UsersAnswer,
    UserShown,
)
from qops.users.pool import Pool, Role
from qscreen.api.scopes import SCOPES_OF_GROUP, Group

SESSIONS = "qscreen-local-sessions"


class World:
    """A pool with its groups, and the sessions table."""

    def __init__(self) -> None:
        settings = load_settings("local")
        self.aws = Aws(settings)
        self.idp = self.aws.client("cognito-idp")
        self.id = self.idp.create_user_pool(PoolName="qscreen-local")["UserPool"]["Id"]
        self.mfa("ON")
        for group in Group:
            self.idp.create_group(UserPoolId=self.id, GroupName=group.value)
        client = ClientSettings("local", "ap-northeast-2", "https://api.test", self.id, "c", "i")
        self.aws.client("ssm").put_parameter(
            Name="/qscreen/local/client", Type="String", Value=client.as_json()
        )
        self.pool = Pool(self.idp, self.id)
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.refused: dict[str, str | None] = {}
        self.idp.meta.events.register("provide-client-params.cognito-idp.*", self._note)
        self.idp.meta.events.register("before-call.cognito-idp", self._answer)
        self.dynamodb = self.aws.client("dynamodb")
        self.dynamodb.create_table(
            TableName=SESSIONS,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "session_id", "KeyType": "HASH"}],
            AttributeDefinitions=[
                {"AttributeName": name, "AttributeType": "S"}
                for name in ("session_id", "owner", "created_at")
            ],
            GlobalSecondaryIndexes=[
                {
                    "IndexName": "by_owner",
                    "KeySchema": [
                        {"AttributeName": "owner", "KeyType": "HASH"},
                        {"AttributeName": "created_at", "KeyType": "RANGE"},
                    ],
                    "Projection": {"ProjectionType": "ALL"},
                }
            ],
        )

    def _note(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        self.calls.append((model.name, dict(params)))

    def _answer(self, model: Any, **_: Any) -> Any:
        """Refuses what a test wants refused, and deletes software tokens, which moto does not."""
        if code := self.refused.get(model.name):
            raise ClientError({"Error": {"Code": code, "Message": "no"}}, model.name)
        if model.name != "AdminDeleteSoftwareToken":
            return None
        self._user(self.calls[-1][1]["Username"]).software_token_mfa_enabled = False
        return AWSResponse("", 200, {}, io.BytesIO()), {}

    def _user(self, name: str) -> Any:
        return cognitoidp_backends[DEFAULT_ACCOUNT_ID][REGION].admin_get_user(self.id, name)

    def refuse(self, operation: str, code: str | None) -> None:
        self.refused[operation] = code

    def enrol(self, name: str) -> None:
        user = self._user(name)
        user.token_verified = user.software_token_mfa_enabled = True

    def mfa(self, configuration: str) -> None:
        self.idp.set_user_pool_mfa_config(
            UserPoolId=self.id,
            SoftwareTokenMfaConfiguration={"Enabled": configuration != "OFF"},
            MfaConfiguration=configuration,
        )

    def add(self, email: str, *groups: str) -> str:
        made = self.idp.admin_create_user(
            UserPoolId=self.id,
            Username=email,
            MessageAction="SUPPRESS",
            UserAttributes=[{"Name": "email", "Value": email}],
        )
        for group in groups:
            self.idp.admin_add_user_to_group(UserPoolId=self.id, Username=email, GroupName=group)
        told = {one["Name"]: one["Value"] for one in made["User"]["Attributes"]}
        return str(told["sub"])

    def session(self, session_id: str, owner: str, **more: str) -> None:
        values = {"session_id": session_id, "owner": owner, "created_at": "2026", **more}
        item = {name: {"S": value} for name, value in values.items()}
        self.dynamodb.put_item(TableName=SESSIONS, Item=item)

    def ended(self) -> dict[str, str]:
        items = self.dynamodb.scan(TableName=SESSIONS)["Items"]
        return {one["session_id"]["S"]: one.get("ended_at", {}).get("S", "") for one in items}


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> Iterator[World]:
    monkeypatch.setenv("QOPS_HOME", str(tmp_path))
    with moto_cloud(monkeypatch):
        yield World()


def test_a_user_is_invited_into_groups_without_a_password(world, asked) -> None:
    code, document = asked(
        "users", "add", "kim@example.com", "--group", "user", "--group", "viewer"
    )
    assert code == 0
    user = document["result"]["user"]
    assert (sorted(user["groups"]), user["status"]) == (["user", "viewer"], "FORCE_CHANGE_PASSWORD")
    (made,) = [params for name, params in world.calls if name == "AdminCreateUser"]
    assert made["DesiredDeliveryMediums"] == ["EMAIL"]
    assert "TemporaryPassword" not in made
    assert "MessageAction" not in made


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["kim@example.com", "--group", "usr"], 1, "user"),
        (["kim@example.com"], 64, "--group"),
        (["kim", "--group", "user"], 64, "no address"),
        (["lee@example.com", "--group", "user"], 1, "already"),
    ],
)
def test_who_cannot_be_invited_is_told_and_nothing_is_made(world, asked, words, code, told) -> None:
    world.add("lee@example.com")
    ended, document = asked("users", "add", *words)
    assert ended == code
    assert told in str(document["error"])
    assert [one.email for one in world.pool.people()] == ["lee@example.com"]


@pytest.mark.parametrize("configuration", ["OFF", "OPTIONAL"])
def test_nobody_is_invited_where_a_password_alone_would_do(world, asked, configuration) -> None:
    world.mfa(configuration)
    code, document = asked("users", "add", "kim@example.com", "--group", "user")
    assert (code, document["error"]["code"]) == (1, "prerequisite")
    assert world.pool.people() == ()


def test_an_invitation_into_no_group_is_taken_back(world, asked) -> None:
    world.refuse("AdminAddUserToGroup", "AccessDeniedException")
    code, document = asked("users", "add", "kim@example.com", "--group", "user")
    assert (code, document["error"]["code"]) == (3, "forbidden")
    assert world.pool.people() == ()


def test_an_invitation_that_cannot_be_taken_back_is_told_with_both_causes(world, asked) -> None:
    world.refuse("AdminAddUserToGroup", "TooManyRequestsException")
    world.refuse("AdminDeleteUser", "AccessDeniedException")
    code, document = asked(
        "users", "add", "kim@example.com", "--group", "user", "--group", "viewer"
    )
    error = document["error"]
    assert (code, error["code"]) == (1, "user_left")
    for cause in ("TooManyRequestsException", "AccessDeniedException"):
        assert cause in error["why"]
    assert "qops users groups kim@example.com --add user --add viewer" in error["next_step"]
    assert f"--user-pool-id {world.id} --username kim@example.com" in error["next_step"]
    # What is told to do is possible.
    world.refuse("AdminAddUserToGroup", None)
    words = ("groups", "kim@example.com", "--add", "user", "--add", "viewer", "--yes")
    assert asked("users", *words)[0] == 0
    assert set(world.pool.person("kim@example.com").groups) == {"user", "viewer"}


def test_disabling_ends_what_is_signed_in_and_nobody_elses(world, asked) -> None:
    sub = world.add("kim@example.com", "user")
    world.session("ses-1", sub)
    world.session("ses-2", sub, ended_at="2026-01-01T00:00:00.000000+00:00")
    world.session("ses-3", "somebody")
    code, document = asked("users", "disable", "kim@example.com", "--yes")
    assert (code, document["result"]["ended_sessions"]) == (0, 1)
    assert document["result"]["user"]["enabled"] is False
    assert ("AdminUserGlobalSignOut", "kim@example.com") in [
        (name, params.get("Username")) for name, params in world.calls
    ]
    ended = world.ended()
    assert len(ended["ses-1"]) == 32, "as the platform writes it, so that its order holds"
    assert (ended["ses-2"][:4], ended["ses-3"]) == ("2026", "")
    assert asked("users", "enable", "kim@example.com")[1]["result"]["user"]["enabled"] is True


@pytest.mark.parametrize(
    "words",
    [["disable", "kim@example.com"], ["groups", "kim@example.com", "--remove", "admin"]],
)
def test_the_last_administrator_stays(world, asked, words) -> None:
    world.add("kim@example.com", "admin")
    world.add("old@example.com", "admin")
    world.idp.admin_disable_user(UserPoolId=world.id, Username="old@example.com")
    code, document = asked("users", *words, "--yes")
    assert (code, document["error"]["code"]) == (3, "refused")
    assert world.pool.person("kim@example.com").is_admin
    world.add("lee@example.com", "admin")
    assert asked("users", *words, "--yes")[0] == 0


@pytest.mark.parametrize("words", [["disable"], ["groups", "--add", "user"], ["reset-totp"]])
def test_nothing_is_done_unless_somebody_wants_it(world, asked, words) -> None:
    sub = world.add("kim@example.com", "viewer")
    world.enrol("kim@example.com")
    assert asked("users", words[0], "kim@example.com", *words[1:])[0] == 3
    person = world.pool.person("kim@example.com")
    assert (person.sub, person.enabled, person.groups) == (sub, True, ("viewer",))
    assert person.totp


def test_groups_are_changed_and_shown_with_their_scopes(world, asked) -> None:
    world.add("kim@example.com", "viewer")
    words = ["groups", "kim@example.com", "--add", "operator", "--remove", "viewer"]
    code, document = asked("users", *words, "--yes")
    assert (code, document["result"]["user"]["groups"]) == (0, ["operator"])
    assert asked("users", *words, "--yes")[1]["result"]["did"] == "", "done already"
    groups = {one["name"]: one for one in asked("users", "groups")[1]["result"]["groups"]}
    assert groups["operator"]["members"] == 1
    assert set(groups["viewer"]["scopes"]) == SCOPES_OF_GROUP[Group.VIEWER]
    assert asked("users", "groups", "kim@example.com", "--add", "x", "--yes")[0] == 1
    assert asked("users", "groups", "--add", "user")[0] == 64
    assert asked("users", "groups", "kim@example.com", "--add", "user", "--remove", "user")[0] == 64


def test_a_reset_deletes_the_authenticator_and_nothing_else(world, asked) -> None:
    sub = world.add("kim@example.com", "admin")
    world.enrol("kim@example.com")
    world.session("ses-1", sub)
    code, document = asked("users", "reset-totp", "kim@example.com", "--yes")
    assert (code, document["result"]["ended_sessions"]) == (0, 1)
    person = world.pool.person("kim@example.com")
    assert (person.sub, person.groups, person.enabled) == (sub, ("admin",), True)
    assert person.totp is False
    assert world.ended()["ses-1"]


def test_a_reset_that_was_cut_short_is_done_again(world, asked) -> None:
    world.add("kim@example.com", "user")
    world.enrol("kim@example.com")
    world.refuse("AdminDeleteSoftwareToken", "TooManyRequestsException")
    code, document = asked("users", "reset-totp", "kim@example.com", "--yes")
    assert (code, document["result"]) == (1, None)
    assert world.pool.person("kim@example.com").totp
    world.refuse("AdminDeleteSoftwareToken", None)
    assert asked("users", "reset-totp", "kim@example.com", "--yes")[0] == 0
    assert world.pool.person("kim@example.com").totp is False


@pytest.mark.parametrize("configuration", ["OFF", "OPTIONAL"])
def test_no_authenticator_is_deleted_where_a_password_alone_would_do(
    world, asked, configuration
) -> None:
    world.add("kim@example.com", "user")
    world.enrol("kim@example.com")
    world.mfa(configuration)
    code, document = asked("users", "reset-totp", "kim@example.com", "--yes")
    assert (code, document["error"]["code"]) == (1, "prerequisite")
    assert world.pool.person("kim@example.com").totp


def test_an_unknown_user_is_told_with_the_nearest(world, asked) -> None:
    world.add("kim.younghee@example.com")
    for words in (["disable"], ["enable"], ["groups"], ["reset-totp"]):
        code, document = asked("users", words[0], "kim.yunghee@example.com")
        assert code == 1
        assert "kim.younghee@example.com" in document["error"]["why"]


def test_a_list_of_more_than_a_page_is_whole_and_can_be_narrowed(world, asked) -> None:
    for n in range(65):
        world.add(f"user-{n:02d}@example.com", "user" if n % 2 else "viewer")
    _, document = asked("users", "list")
    assert len(document["result"]["users"]) == 65
    _, narrowed = asked("users", "list", "--group", "user", "--totp")
    assert len(narrowed["result"]["users"]) == 32
    assert {one["totp"] for one in narrowed["result"]["users"]} == {False}
    assert asked("users", "list", "--group", "usr")[0] == 1


def test_outputs(golden: Golden) -> None:
    values: dict[str, Any] = {
        "username": "kim", "sub": "feee6a32-5693-4134-9653-e6e78885ee5a",
        "email": "kim.younghee@very-long-name-of-a-company.example.com", "status": "CONFIRMED",
        "enabled": True, "created_at": NOW, "groups": ["operator", "user"], "totp": True,
    }  # fmt: skip
    user = UserShown(**values)
    new = user.model_copy(
        update={"totp": False, "status": "FORCE_CHANGE_PASSWORD", "groups": ["user"]}
    )
    off = user.model_copy(update={"enabled": False, "groups": [], "totp": None})
    golden("users list", UsersAnswer(users=[user, new, off]))
    golden("users list", UsersAnswer(users=[]), variant="empty")
    did = "Invited: a temporary password is on its way by mail."
    golden("users add", UserAnswer(user=new, did=did), "kim@example.com")
    golden("users enable", UserAnswer(user=user, did="May sign in again."), "kim@example.com")
    golden("users disable", UserDisabledAnswer(user=off, ended_sessions=2), "kim@x.com", "--yes")
    golden(
        "users reset-totp",
        UserResetAnswer(user=new, ended_sessions=2),
        "kim@x.com",
        "--yes",
    )
    roles = [
        Role(one.value, "What it is for", 3, tuple(sorted(SCOPES_OF_GROUP[one]))) for one in Group
    ]
    shown = [GroupShown.of(role) for role in [*roles, Role("others", "", 0, ())]]
    everybody = GroupsAnswer(groups=shown, user=None, did="")
    golden("users groups", everybody)
    assert everybody.essentials == [one.name for one in shown]
    did = "The groups were changed."
    changed = GroupsAnswer(groups=shown[:1], user=user, did=did)
    golden("users groups", changed, variant="changed")
    assert changed.essentials == user.groups
