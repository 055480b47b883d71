"""Where an unforeseen error happened, for the log: its message may carry text of the screen."""


def place_of(error: BaseException) -> str:
    """File and line where an error was raised.

    Args:
        error: The error; its message is not looked at.
    """
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "?"
