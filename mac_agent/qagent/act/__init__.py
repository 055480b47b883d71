"""Acting: carries out steps on the live screen and reports verified effects.

``executor`` runs one step; ``resolve`` finds its element; ``opening``, ``typing``, ``pressing``,
``choosing``, ``saving`` and ``reading`` hold the actions; ``readback`` judges a step that an
interruption left open. Every action tries the narrowest route first and falls back only where
the element says that it does not offer the route.
"""

from qagent.act.executor import Executor

__all__ = ["Executor"]
