"""A schema of the corpus in a real server, and what its rows truly say, asked in SQL."""


def quoted(name):
    return "`" + name.replace("`", "``") + "`"


class Database:
    """One connection, which one thread uses."""

    def __init__(self, server, schema):
        server.run_text(f"CREATE DATABASE {schema.name}; USE {schema.name}; SET time_zone = '+00:00';\n{schema.sql}")
        self._connection = server.connect(schema.name, autocommit=True)
        self._columns = {}

    def close(self):
        self._connection.close()

    def ask(self, statement):
        with self._connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall()

    def number(self, statement):
        return self.ask(statement)[0][0]

    def tables(self):
        return {name for (name,) in self.ask("SHOW TABLES")}

    def columns(self, table):
        """Name → (type, extra), of a table."""
        if not self._columns:
            for name, column, kind, extra in self.ask(
                    "SELECT table_name, column_name, data_type, extra FROM information_schema.columns "
                    "WHERE table_schema = DATABASE() ORDER BY table_name, ordinal_position"):
                self._columns.setdefault(name, {})[column] = (kind, extra)
        return self._columns[table]

    def rows(self, table):
        return self.number(f"SELECT COUNT(*) FROM {quoted(table)}")

    def count(self, table, condition):
        return self.number(f"SELECT COUNT(*) FROM {quoted(table)} WHERE {condition}")

    def without_time(self, table, expression):
        """How many rows have no time, or a zero one."""
        return self.count(table, f"{expression} IS NULL OR CAST({expression} AS CHAR) LIKE '0000%'")

    def declared(self):
        """(table, column, parent) of the foreign keys of one column."""
        return set(self.ask("SELECT table_name, column_name, referenced_table_name "
                            "FROM information_schema.key_column_usage "
                            "WHERE table_schema = DATABASE() AND referenced_table_name IS NOT NULL"))

    def orphans(self, table, parent, columns, empty):
        """How many rows name a member that is not there; `empty`: of these, the ones that name 0 or nothing."""
        pairs = " AND ".join(f"p.{quoted(of_parent)} = c.{quoted(column)}" for column, of_parent in columns.items())
        given = " AND ".join(f"c.{quoted(column)} IS NOT NULL" for column in columns)
        none = " OR ".join(f"CAST(c.{quoted(column)} AS CHAR) IN ('', '0')" for column in columns)
        is_none = f"{'' if empty else 'NOT '}({none})"
        return self.number(f"SELECT COUNT(*) FROM {quoted(table)} c WHERE {given} AND {is_none} "
                           f"AND NOT EXISTS (SELECT 1 FROM {quoted(parent)} p WHERE {pairs})")

    def values(self, table, column):
        """The distinct values that tell something: long enough to be found by chance nowhere else."""
        return {value for (value,) in self.ask(f"SELECT DISTINCT {quoted(column)} FROM {quoted(table)}")
                if isinstance(value, (str, bytes)) and len(value) >= 6}
