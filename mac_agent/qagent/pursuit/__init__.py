"""Pursuing a goal whose steps depend on what the screen shows: look, act, look again.

``run`` pursues a goal, ``finding`` finds what an order means in a look, ``desk`` looks and acts
through the worker, ``pressing``, ``filling``, ``taking`` and ``shaping`` turn orders into steps.
Everything is done by the same steps, under the same policy and consent, as a plan of the cloud.
What does not belong here: words of a language (``qscreen.orders`` reads them), and any guess.
"""

from qagent.pursuit.run import Pursuit

__all__ = ["Pursuit"]
