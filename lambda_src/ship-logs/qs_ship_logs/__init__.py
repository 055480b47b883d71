"""Log events from CloudWatch Logs to OpenSearch's bulk API.

What lives here: unpacking a subscription's batch, making documents, and sending them until
OpenSearch has each of them or has refused it for good. What does not: the domain, its index
templates and who may read them (Terraform).
"""
