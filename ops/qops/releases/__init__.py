"""Releases: what ran after each apply, the way back to it, the way on to another environment.

``model`` is what a release consists of and how the trail keeps it; ``observing`` asks what runs
now; ``recording`` writes a release down; ``listing`` tells them. ``shifting`` moves aliases and
parameters, ``rolling_back`` is the use case around it. ``checkouts`` makes working copies of other
commits, from which ``infrastructure`` plans a way back and ``promoting`` a way on. Nothing here
applies a plan.
"""
