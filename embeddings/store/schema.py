"""The schema of the database, as a sequence of migrations. One is never edited once released; a change is a new migration."""

MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE libraries (
        key INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        generation INTEGER NOT NULL DEFAULT 0,  -- goes up with every change, so that others see that there was one
        encoder TEXT,                           -- what its vectors were made with; NULL while it is empty
        encoder_sha256 TEXT,
        dimension INTEGER,
        metric TEXT,
        chunking INTEGER
    ) STRICT;

    CREATE TABLE articles (
        key INTEGER PRIMARY KEY,
        library_key INTEGER NOT NULL REFERENCES libraries ON DELETE CASCADE,
        id TEXT NOT NULL,
        source TEXT NOT NULL,
        title TEXT NOT NULL,
        url TEXT,
        added TEXT NOT NULL,
        UNIQUE (library_key, id),
        UNIQUE (library_key, source)
    ) STRICT;

    CREATE TABLE versions (
        key INTEGER PRIMARY KEY AUTOINCREMENT,  -- never given twice: what is cached is known by it
        article_key INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE,
        sha256 TEXT NOT NULL,      -- of the text
        text TEXT NOT NULL,
        blocks TEXT NOT NULL,      -- JSON: [kind, start, end, headings, paragraph, page]
        stored TEXT NOT NULL,
        present INTEGER NOT NULL,  -- 1 for the one that is searched
        UNIQUE (article_key, sha256)
    ) STRICT;
    CREATE UNIQUE INDEX present_version ON versions (article_key) WHERE present = 1;

    -- Sentences and chunks are kept for the present version only.
    CREATE TABLE sentences (
        version_key INTEGER NOT NULL REFERENCES versions ON DELETE CASCADE,
        number INTEGER NOT NULL,
        start INTEGER NOT NULL,
        "end" INTEGER NOT NULL,
        kind TEXT NOT NULL,
        heading TEXT NOT NULL,     -- JSON list
        paragraph INTEGER NOT NULL,
        page INTEGER,
        terms BLOB NOT NULL,       -- uint32, little-endian
        vector BLOB NOT NULL,      -- float16, little-endian
        UNIQUE (version_key, number)
    ) STRICT;

    CREATE TABLE chunks (
        version_key INTEGER NOT NULL REFERENCES versions ON DELETE CASCADE,
        number INTEGER NOT NULL,
        start INTEGER NOT NULL,
        "end" INTEGER NOT NULL,
        first INTEGER NOT NULL,
        last INTEGER NOT NULL,
        heading TEXT NOT NULL,
        terms BLOB NOT NULL,
        vector BLOB NOT NULL,
        UNIQUE (version_key, number)
    ) STRICT;
    """,
    # Metadata of articles, and what their sources answered, so that they can be requested again conditionally.
    """
    ALTER TABLE articles ADD COLUMN author TEXT;
    ALTER TABLE articles ADD COLUMN published TEXT;
    ALTER TABLE articles ADD COLUMN site TEXT;
    ALTER TABLE articles ADD COLUMN language TEXT;

    CREATE TABLE origins (
        article_key INTEGER PRIMARY KEY REFERENCES articles ON DELETE CASCADE,
        etag TEXT,
        last_modified TEXT,
        sha256 TEXT,               -- of the text that was last read there
        rules INTEGER NOT NULL,    -- by which it was read; by others it would be another text
        titled INTEGER NOT NULL,   -- 1 if the title was given by whoever added the article
        checked TEXT NOT NULL,     -- when it was last read, or found unchanged, or found gone
        gone TEXT                  -- since when there is nothing there any more
    ) STRICT;
    """,
    # The language by whose rules a version's terms were stemmed; ISO 639-1.
    """
    ALTER TABLE versions ADD COLUMN language TEXT NOT NULL DEFAULT 'en';
    """,
    # SQLite's own check misses a changed bit within a value. NULL for older versions, and for those stored by an earlier release.
    """
    ALTER TABLE versions ADD COLUMN rows_sha256 TEXT;  -- of what stands beside the text of the version that is searched
    """,
)

#: The ``PRAGMA user_version`` of a database made by this release.
SCHEMA = len(MIGRATIONS)
