"""The bus's messages, compared with jeepney's."""

import random
import string
import struct
from typing import Any

import pytest
from jeepney import (
    DBusAddress,
    HeaderFields,
    MessageType,
    new_error,
    new_method_call,
    new_method_return,
    new_signal,
)
from jeepney.low_level import Message, Parser

from qagent.desktop.linux import marshalling, wire

ADDRESS = DBusAddress("/org/a11y/atspi/accessible/12", ":1.7", "org.a11y.atspi.Text")

BODIES: tuple[tuple[str, tuple[Any, ...]], ...] = (
    ("", ()),
    ("s", ("회의 3시",)),
    ("u", (23,)),
    ("b", (True,)),
    ("i", (-5,)),
    ("au", ([1 << 25, 0],)),
    ("au", ([],)),
    ("as", (["org.a11y.atspi.Text", ""],)),
    ("a(so)", ([(":1.3", "/a"), (":1.3", "/b/c")],)),
    ("a(so)", ([],)),
    ("a(sss)", ([("click", "", "<Alt>s")],)),
    ("(iiii)", ((-1, 2, 300, 40),)),
    ("v", (("s", "이름"),)),
    ("v", (("(so)", (":1.3", "/a")),)),
    ("v", (("d", 0.25),)),
    ("ii", (3, 9)),
    ("ybnqiuxtdsog", (1, False, -2, 3, -4, 5, -6, 7, 1.5, "s", "/o", "a(ii)")),
    ("a{sv}", ({"a": ("i", 1), "b": ("as", ["x"])},)),
    ("a(ya(su))", ([(1, [("a", 1), ("", 2)]), (2, [])],)),
)


@pytest.mark.parametrize(
    ("signature", "arguments"),
    [
        ("", ()),
        ("ii", (0, -1)),
        ("u", (0,)),
        ("ss", ("org.a11y.atspi.Accessible", "Name")),
        ("isi", (3, "가나다", 9)),
        ("s", ("x" * 70_000,)),
    ],
)
@pytest.mark.parametrize("bus_name", [":1.7", ":1.1234", "org.a11y.atspi.Registry"])
def test_a_call_reads_as_jeepney_wrote_it(
    signature: str, arguments: tuple[Any, ...], bus_name: str
) -> None:
    sent = wire.method_call(
        bus_name, ADDRESS.object_path, ADDRESS.interface, "Method", signature, arguments
    )
    message = _parsed(_bytes_of(sent, 77))
    assert message.header.message_type is MessageType.method_call
    assert message.header.serial == 77
    assert message.header.fields[HeaderFields.path] == ADDRESS.object_path
    assert message.header.fields[HeaderFields.destination] == bus_name
    assert message.header.fields[HeaderFields.interface] == ADDRESS.interface
    assert message.header.fields[HeaderFields.member] == "Method"
    assert message.header.fields.get(HeaderFields.signature, "") == signature
    assert message.body == arguments


@pytest.mark.parametrize(("signature", "body"), BODIES)
def test_a_reply_has_jeepneys_values(signature: str, body: tuple[Any, ...]) -> None:
    call = new_method_call(ADDRESS, "Method")
    call.header.serial = 41
    written = new_method_return(call, signature or None, body).serialise(serial=9)
    reply = wire._read_reply(written)
    assert reply == wire.Reply(41, None, body)


def test_errors_are_told_from_answers() -> None:
    call = new_method_call(ADDRESS, "Method")
    call.header.serial = 3
    written = new_error(call, "org.freedesktop.DBus.Error.UnknownObject", "s", ("gone",)).serialise(
        serial=9
    )
    assert wire._read_reply(written) == wire.Reply(
        3, "org.freedesktop.DBus.Error.UnknownObject", ("gone",)
    )


def test_what_answers_no_call_is_dropped() -> None:
    signal = new_signal(DBusAddress("/o", interface="a.b"), "Happened", "s", ("x",))
    assert wire._read_reply(signal.serialise(serial=4)) is None
    assert wire._read_reply(new_method_call(ADDRESS, "Method").serialise(serial=5)) is None


def test_random_values_survive() -> None:
    source = random.Random(20260101)  # noqa: S311 - the same values each time
    for _ in range(300):
        signature, body = _random_body(source)
        call = new_method_call(ADDRESS, "Method")
        call.header.serial = 1
        written = new_method_return(call, signature, body).serialise(serial=2)
        assert wire._read_reply(written) == wire.Reply(1, None, body), signature


@pytest.mark.parametrize("signature", ["s", "as", "a(so)", "t", "v", "(iiii)"])
def test_a_cut_body_is_an_error_and_no_value(signature: str) -> None:
    with pytest.raises(marshalling.WireError):
        marshalling.decode(signature, struct.pack("=I", 900))


def test_an_unknown_type_is_an_error() -> None:
    with pytest.raises(marshalling.WireError):
        marshalling.decode("h", b"\0\0\0\0")


def _bytes_of(call: wire.Call, serial: int) -> bytes:
    return call.head(serial) + call.rest


def _parsed(data: bytes) -> Message:
    parser = Parser()
    parser.add_data(data)
    message = parser.get_next_message()
    assert message is not None
    return message


def _random_body(source: random.Random) -> tuple[str, tuple[Any, ...]]:
    parts = [_random_value(source, depth=0) for _ in range(source.randint(1, 4))]
    return "".join(type_ for type_, _ in parts), tuple(value for _, value in parts)


def _random_value(source: random.Random, depth: int) -> tuple[str, Any]:
    kind = source.choice("ybnqiuxtdsov" + ("a(" * 4 if depth < 3 else ""))
    match kind:
        case "a":
            type_, _ = _random_value(source, depth + 1)
            return "a" + type_, [_value_of(source, type_) for _ in range(source.randint(0, 4))]
        case "(":
            parts = [_random_value(source, depth + 1) for _ in range(source.randint(1, 3))]
            return f"({''.join(t for t, _ in parts)})", tuple(v for _, v in parts)
        case _:
            return kind, _value_of(source, kind)


def _value_of(source: random.Random, type_: str) -> Any:
    if type_[0] == "a":
        return [_value_of(source, type_[1:]) for _ in range(source.randint(0, 3))]
    if type_[0] == "(":
        rest, values = type_[1:-1], []
        while rest:
            size = marshalling.type_length(rest)
            values.append(_value_of(source, rest[:size]))
            rest = rest[size:]
        return tuple(values)
    text = "".join(source.choices(string.ascii_letters + "가나다 é", k=source.randint(0, 12)))
    simple: dict[str, Any] = {
        "y": source.randrange(256),
        "b": source.random() < 0.5,
        "n": source.randrange(-(1 << 15), 1 << 15),
        "q": source.randrange(1 << 16),
        "i": source.randrange(-(1 << 31), 1 << 31),
        "u": source.randrange(1 << 32),
        "x": source.randrange(-(1 << 63), 1 << 63),
        "t": source.randrange(1 << 64),
        "d": source.random(),
        "s": text,
        "o": "/o",
        "v": ("s", text),
    }
    return simple[type_]
