"""The device's own policy: what may be done here, decided on the device. Deny wins.

Without a policy, or with one that cannot be read, the agent only looks. What lives here: the file
(``model``), how it is read and what is wrong with it (``reading``), and what it means for a step,
a program, a window, an hour, a class of data (``decisions``). What does not: asking a person
(``qagent.consent``).
"""

from qagent.policy.decisions import Denial, Policy, PolicyState, load_policy, policy_of
from qagent.policy.documents import DocumentsFolderError, ready_documents
from qagent.policy.kinds import DATA_OF_ACTION, DataClass, RiskKind
from qagent.policy.model import PolicyFile, TypingRoute

__all__ = [
    "DATA_OF_ACTION",
    "DataClass",
    "Denial",
    "DocumentsFolderError",
    "Policy",
    "PolicyFile",
    "PolicyState",
    "RiskKind",
    "TypingRoute",
    "load_policy",
    "policy_of",
    "ready_documents",
]
