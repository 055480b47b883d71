"""From a goal to its orders."""

from qscreen.grammar.fault import Misunderstood
from qscreen.grammar.language import detect
from qscreen.grammar.tokens import tokenize
from qscreen.orders import english, korean
from qscreen.orders.clauses import mask
from qscreen.orders.model import Order
from qscreen.wire.base import Language

_LONGEST = 2000  # the length that qscreen.wire.RunRequest allows, characters
_MOST = 20


def read_orders(goal: str) -> tuple[Order, ...] | None:
    """Read a goal whose steps depend on what the screen shows.

    Every clause must be understood: there are no orders for a part of a goal. Nothing in quotes
    is read as an instruction.

    Args:
        goal: The goal as the user wrote it.

    Returns:
        What it asks for, in order; None when a clause is not understood. It never raises.
    """
    if len(goal) > _LONGEST:
        return None
    goal = goal.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    try:
        masked = mask(goal)
        forms = korean if detect(tokenize(goal), goal) is Language.KO else english
    except Misunderstood:
        return None
    if forms.NEGATION.search(masked.text):
        return None
    orders: list[Order] = []
    for clause in forms.clauses(masked.text):
        read = forms.read(clause, masked)
        if read is None:
            return None
        orders += read
    return tuple(orders) if 0 < len(orders) <= _MOST else None
