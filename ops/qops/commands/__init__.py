"""One module per command: it parses, calls one use case and renders its answer.

Nothing heavy is imported at module level, so that ``qops --help`` answers at once.
"""
