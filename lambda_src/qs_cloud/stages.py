"""Labels that Secrets Manager puts on the versions of a secret."""

CURRENT = "AWSCURRENT"
PENDING = "AWSPENDING"
PREVIOUS = "AWSPREVIOUS"
