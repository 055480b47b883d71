"""Asking a person before a risky step, outside of whatever plans the steps.

What lives here: which steps are risky (``words``, ``classify``), whether the goal explains a step
(``goal``), the question in the user's words (``question``), the native dialog that asks it
(``dialog``), what was allowed (``decisions``), how an operation is judged (``gate``), and the
desktop that lets nothing through unjudged (``guard``). What does not: how a step is carried out
(``qagent.act``) and what the policy says (``qagent.policy``).
"""

from qagent.consent.decisions import Consents, Decision
from qagent.consent.dialog import Answer, Dialog, NativeDialog, Reply
from qagent.consent.gate import Task
from qagent.consent.guard import Guard
from qagent.consent.question import Origin, Question, Source

__all__ = [
    "Answer",
    "Consents",
    "Decision",
    "Dialog",
    "Guard",
    "NativeDialog",
    "Origin",
    "Question",
    "Reply",
    "Source",
    "Task",
]
