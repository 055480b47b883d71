"""What a tool says when it cannot do its work."""


class ToolFault(Exception):  # noqa: N818 - an answer to the model, not a fault of ours
    """Ends a call with a result that is marked as an error, and with this text.

    Attributes:
        what: What happened.
        why: Why.
        next_step: What the caller can do.
    """

    def __init__(self, what: str, why: str, next_step: str) -> None:
        """Describe the fault; never with a user's text, which the log must not hold.

        Args:
            what: What happened, a sentence.
            why: Why, a sentence.
            next_step: What the caller can do, a sentence.
        """
        super().__init__(f"{what} {why} {next_step}")
        self.what = what
        self.why = why
        self.next_step = next_step


class LargeResultFault(ToolFault):
    """The tool has done its work, and what came of it is too large to hand out."""
