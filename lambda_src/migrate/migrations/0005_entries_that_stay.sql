-- Counted before the identity goes that they are counted by: a certificate that is written by a
-- later invocation must tell them all the same.
ALTER TABLE erasures
    ADD COLUMN entries_kept bigint CHECK (entries_kept >= 0),
    ADD COLUMN entries_in_clear bigint CHECK (entries_in_clear >= 0);
