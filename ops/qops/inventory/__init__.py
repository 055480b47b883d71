"""What the platform consists of, read from Terraform's documents by one reader for all.

``model`` holds the resources, ``documents`` reads them from a plan or a state in JSON, ``state``
fetches the applied state from its bucket. Cost, capacity, pictures, health, compliance, reviews and
releases look at the platform through it; it knows none of them.
"""
