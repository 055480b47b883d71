"""Orders that take a text from the screen."""

import ast
import operator
import re
from fractions import Fraction

from qagent.desktop.base import GoneError, SecureFieldError, UnsupportedError
from qagent.messages import text
from qagent.observe import fold
from qagent.plan_words import words_of
from qagent.pursuit.desk import Desk, GivenUpError
from qagent.pursuit.finding import Sight, below_goal, blocks_of, candidates, find
from qscreen.orders.model import Kind, Part, Take, Which
from qscreen.wire import EffectError, Role

_NUMBER = r"-?\d+(?:\.\d+)?"
_SUM = re.compile(rf"({_NUMBER}(?:\s*[-+*/x×÷]\s*{_NUMBER})+)\s*=")
_EQUATION = re.compile(
    rf"(?P<left>x|{_NUMBER})\s*(?P<sign>[-+])\s*(?P<right>x|{_NUMBER})\s*=\s*(?P<result>{_NUMBER})"
)
_SIGNS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def take(desk: Desk, order: Take) -> None:
    """Take a text, for the next entering."""
    sight = Sight(desk.look(), desk.goal)
    match order.part:
        case Part.BESIDE:
            desk.taken = _beside(sight, order.which)
        case Part.SUM:
            desk.taken = (_solved(sight),)
        case Part.WORD:
            words = _text(desk, sight, order.which).split()
            place = order.number - 1 if order.number > 0 else order.number
            if not -len(words) <= place < len(words):
                raise GivenUpError(text("pursuit.no_word", count=len(words)))
            desk.taken = (words[place].strip(".,;:!?"),)
        case Part.WHOLE:
            desk.taken = (_text(desk, sight, order.which),)
    if not any(desk.taken):
        raise GivenUpError(text("pursuit.nothing_taken"))


def _text(desk: Desk, sight: Sight, which: Which | None) -> str:
    if which is None:
        blocks = below_goal(sight, blocks_of(sight))
        if len(blocks) != 1:
            message = text("target.ambiguous", target="text", count=len(blocks))
            raise GivenUpError(message, EffectError.AMBIGUOUS_TARGET)
        return sight.text_of(blocks[0]).strip()
    node = find(sight, which)
    if node is None:
        raise GivenUpError(text("target.not_found", target=words_of(which)))
    if which.kind is Kind.PARAGRAPH or node.role is Role.LABEL:
        return sight.text_of(node)
    try:
        return desk.read(node)
    except SecureFieldError as error:
        raise GivenUpError(str(error), EffectError.SECURE_FIELD) from error
    except (UnsupportedError, GoneError):
        return sight.text_of(node)


def _beside(sight: Sight, which: Which | None) -> tuple[str, ...]:
    """What stands beside a label in its row; without one, beside the name of each field."""
    if which is None:
        fields = candidates(sight, Which(kind=Kind.FIELD))
        return tuple(_value_of(sight, one.name) for one in fields)
    return (_value_of(sight, which.names[0]),)


def _value_of(sight: Sight, label: str) -> str:
    found: list[str] = []
    for row in (node for node in sight.nodes if node.role is Role.ROW):
        cells = [one for one in sight.children.get(row.ref, ()) if one.role is Role.CELL]
        names = [sight.text_of(one).strip() for one in cells]
        found += [
            names[place + 1] for place, name in enumerate(names[:-1]) if fold(name) == fold(label)
        ]
    if len(found) != 1:
        key = "target.ambiguous" if found else "target.not_found"
        raise GivenUpError(text(key, target=f"'{label}'", count=len(found)))
    return found[0]


def _solved(sight: Sight) -> str:
    """The result of the first sum or equation that the page shows."""
    for node in sight.nodes:
        if node.role in {Role.LABEL, Role.GROUP, Role.IMAGE}:
            found = solution(sight.text_of(node))
            if found is not None:
                return found
    raise GivenUpError(text("pursuit.no_sum"))


def solution(shown: str) -> str | None:
    """Work out the sum, or the equation in x, that a text holds.

    Args:
        shown: The text.

    Returns:
        The result; None when the text holds neither.

    Raises:
        GivenUpError: It has no result.
    """
    equation = _EQUATION.search(shown)
    if equation is not None and (equation["left"] == "x") is not (equation["right"] == "x"):
        return _plain(_unknown(equation))
    found = _SUM.search(shown)
    return None if found is None else _plain(_evaluated(found[1]))


def _unknown(equation: re.Match[str]) -> Fraction:
    result = Fraction(equation["result"])
    if equation["left"] == "x":
        known = Fraction(equation["right"])
        return result - known if equation["sign"] == "+" else result + known
    known = Fraction(equation["left"])
    return result - known if equation["sign"] == "+" else known - result


def _evaluated(sum_: str) -> Fraction:
    plain = sum_.replace("x", "*").replace("×", "*").replace("÷", "/")
    try:
        return _value(ast.parse(plain, mode="eval").body)
    except (SyntaxError, ZeroDivisionError) as error:
        raise GivenUpError(text("pursuit.no_sum")) from error


def _value(node: ast.expr) -> Fraction:
    if isinstance(node, ast.BinOp) and type(node.op) in _SIGNS:
        found = _SIGNS[type(node.op)](_value(node.left), _value(node.right))
        return Fraction(found)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_value(node.operand)
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return Fraction(str(node.value))
    raise GivenUpError(text("pursuit.no_sum"))


def _plain(number: Fraction) -> str:
    return str(number.numerator) if number.denominator == 1 else f"{float(number):g}"
