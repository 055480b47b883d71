"""Starts a server with as little imported as it takes to answer its client."""


def start(name: str = "all") -> None:
    """Serve standard input and output until the client goes.

    Args:
        name: A server, or ``all``.
    """
    from qagent.mcp.sdk import lean

    with lean():
        from qagent.mcp.server import main
    main(name)
