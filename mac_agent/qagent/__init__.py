"""The device agent: looks at the screen, carries out steps, reports what came of them.

What lives here: the desktop backends (``desktop``), the observation pipeline (``observe``), the
execution of steps (``act``), the device's own policy and journal, and the loop that serves the
cloud (``cloud``). What does not: how a goal becomes a plan (``qscreen`` and the planner).
"""


def __getattr__(name: str) -> str:
    """The version, read when it is asked for: `qagent stop` must not wait for the metadata."""
    if name != "__version__":
        raise AttributeError(name)
    from importlib.metadata import version

    return version("qagent")
