"""Databases with the schema of an earlier release."""

from pathlib import Path

import apsw

from embeddings.store.database import FILE
from embeddings.store.schema import MIGRATIONS


def take_back(data_dir: Path, schema: int) -> None:
    """Convert the database to an earlier schema, keeping the tables and columns that it has."""
    present, earlier = data_dir / FILE, data_dir / "earlier.db"
    connection = apsw.Connection(str(earlier))
    for step in MIGRATIONS[:schema]:
        connection.execute(step).fetchall()
    connection.execute("ATTACH ? AS present", (str(present),))
    tables = [str(name) for (name,) in connection.execute("SELECT name FROM main.sqlite_schema WHERE type = 'table'")]
    for table in tables:
        if table.startswith("sqlite_"):
            continue
        rows = connection.execute(f"SELECT name FROM pragma_table_info('{table}', 'main')")
        columns = ", ".join(f'"{name}"' for (name,) in rows)
        connection.execute(f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM present.{table}")
    connection.execute(f"PRAGMA user_version = {schema}")
    connection.close()
    earlier.replace(present)
