"""What the local cloud answers itself, and what it mends in the answers of its backends.

One module for each service. Every function says why it is here: an operation that neither
MiniStack nor moto has, or an answer of theirs that differs from AWS's in a way that matters to us.
"""
