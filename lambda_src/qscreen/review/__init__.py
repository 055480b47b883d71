"""Judging steps against the goal that they are to reach, in the cloud and again on the device.

What lives here: whether words of a step are words of the goal (``words``), what stands on a
screen (``texts``), the review of steps that a planner made (``judging``), and steps that send
something off (``sending``). What does not: making plans (``qs_planning``) and asking people.
"""

from qscreen.review.judging import CHANGING, REFUSED, Concern, Review, review
from qscreen.review.sending import guarded, sends_off
from qscreen.review.texts import addresses_the_planner, texts_of

__all__ = [
    "CHANGING",
    "REFUSED",
    "Concern",
    "Review",
    "addresses_the_planner",
    "guarded",
    "review",
    "sends_off",
    "texts_of",
]
