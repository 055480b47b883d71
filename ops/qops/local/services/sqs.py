"""SQS: messages that were taken for a client which has gone are given back at once.

A long poll goes on in MiniStack when its client was killed, and takes the next message for nobody:
it would come back only after the visibility timeout.
"""

from __future__ import annotations

import contextlib

from qops.local.router.registry import Answer, Call, Fault, after


@after("sqs", "ReceiveMessage")
async def give_back(call: Call, answer: Answer) -> None:
    """Makes messages visible again that nobody is there to read."""
    if not call.client_gone():
        return
    for message in answer.get("Messages") or []:
        # a queue or message deleted meanwhile needs nothing
        with contextlib.suppress(Fault):
            await call.aws(
                "sqs",
                "ChangeMessageVisibility",
                QueueUrl=call.params["QueueUrl"],
                ReceiptHandle=message["ReceiptHandle"],
                VisibilityTimeout=0,
            )
