"""Orders: goals whose steps depend on what the screen shows, read without a model.

The command grammar makes plans of goals that say everything themselves. *Click on the second
link* or *copy the text from the note and paste it into the form* say it only together with the
screen: such goals become orders here, and the device turns one order after the other into steps
on what it sees. What does not belong here: anything that looks at a screen, and any guess.

``clauses`` hides quoted texts and cuts a goal into clauses, ``english`` and ``korean`` hold the
forms of both languages, ``model`` what they mean.
"""

from qscreen.orders.model import Order
from qscreen.orders.reading import read_orders

__all__ = ["Order", "read_orders"]
