"""Draws the platform: draw.io, SVG and Mermaid, from the same picture.

``snapshot`` keeps what is drawn of a plan or a state, ``pictures`` decides what stands where,
``layout`` gives places, the writers render. Ids come from addresses, so that a diff is readable.
"""
