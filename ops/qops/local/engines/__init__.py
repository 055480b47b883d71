"""Real servers behind declared resources: PostgreSQL for RDS, Redis for ElastiCache.

Runs inside the router's process and environment; the binaries come from wheels. A server is a
guarded child of the router and ends with it.
"""
