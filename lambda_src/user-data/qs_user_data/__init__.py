"""All data of one user: erasing them (Art. 17 GDPR) and handing them out (Art. 15 and 20).

What lives here: where the platform keeps what belongs to a user, one class for each store; the
steps of an erasure and its certificate; the export. What does not: the account in Cognito,
which the operator closes first, and the audit chain (``qs_cloud.audit_chain``), whose entries
stay and become nobody's.
"""
