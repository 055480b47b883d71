"""Acting: carries out steps on the live screen and reports verified effects.

``executor`` runs one step; ``resolve`` finds its element, ``placing`` what only the picture shows;
``opening``, ``typing``, ``setting``, ``pressing``, ``dragging``, ``menus``, ``choosing``,
``saving``, ``reading``, ``tables``, ``clipboard``, ``waiting`` and ``undoing`` hold the actions;
``read_back`` of each judges a step that an interruption left open. Every action tries the
narrowest route first and falls back only where the element says that it does not offer the route.
"""

from qagent.act.executor import Executor

__all__ = ["Executor"]
