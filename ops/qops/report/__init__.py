"""The HTML run report: one file that a person can look at, mail or keep.

``pictures`` fetches the pictures of a run, ``model`` prepares what is shown, ``html`` renders it
with Jinja2 (autoescaped, self-contained, no script).
"""
