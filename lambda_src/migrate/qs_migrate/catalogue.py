"""What PostgreSQL's catalogue says of the schema."""

from qs_cloud.postgres import Connection

_KEYS = """
SELECT c.relname, a.attname
FROM pg_class c
JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k(number, place) ON true
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
ORDER BY c.relname, k.place
"""

_SCHEMA = """
SELECT 'column ' || c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
    || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END
    || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '')
FROM pg_class c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'v', 'm', 'p')
UNION ALL
SELECT 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL
SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL
SELECT 'function ' || p.oid::regprocedure || ' ' || md5(pg_get_functiondef(p.oid))
FROM pg_proc p WHERE pronamespace = 'public'::regnamespace AND prokind IN ('f', 'p')
UNION ALL
SELECT 'trigger ' || pg_get_triggerdef(t.oid) || ' ' || t.tgenabled::text FROM pg_trigger t
JOIN pg_class c ON c.oid = t.tgrelid AND c.relnamespace = 'public'::regnamespace
WHERE NOT t.tgisinternal
UNION ALL
SELECT 'grant ' || privilege_type || ' on ' || table_name || ' to ' || grantee
FROM information_schema.role_table_grants WHERE table_schema = 'public'
"""


def keys_of(connection: Connection) -> dict[str, tuple[str, ...]]:
    """Read the primary keys of the tables.

    Args:
        connection: A connection.

    Returns:
        Columns of the key by the name of the table.
    """
    found: dict[str, tuple[str, ...]] = {}
    for table, column in connection.run(_KEYS) or ():
        found[str(table)] = (*found.get(str(table), ()), str(column))
    return found


def schema_of(connection: Connection) -> frozenset[str]:
    """Describe the schema.

    Args:
        connection: A connection.

    Returns:
        A line for each column, constraint, index, function, trigger and grant.
    """
    return frozenset(str(line) for (line,) in connection.run(_SCHEMA) or ())
