import GRDB

extension MachineDatabase {
    /// Forward only: a migration that was released is never changed.
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { db in
            try db.execute(
                sql: """
                    CREATE TABLE setting (
                        key TEXT NOT NULL PRIMARY KEY,
                        value TEXT NOT NULL
                    ) STRICT, WITHOUT ROWID;

                    CREATE TABLE membership (
                        mesh TEXT NOT NULL PRIMARY KEY,
                        name TEXT NOT NULL,
                        slug TEXT NOT NULL UNIQUE,
                        -- The URL of the broker; NULL for the one inside this machine's relay.
                        broker TEXT,
                        member TEXT NOT NULL,
                        memberKey TEXT NOT NULL,
                        permission TEXT NOT NULL,
                        joinedAt INTEGER NOT NULL,
                        lastUsedAt INTEGER NOT NULL
                    ) STRICT, WITHOUT ROWID;

                    CREATE TABLE answers (
                        directory TEXT NOT NULL PRIMARY KEY,
                        mesh TEXT NOT NULL REFERENCES membership ON DELETE CASCADE,
                        name TEXT NOT NULL,
                        role TEXT NOT NULL,
                        "groups" TEXT NOT NULL,
                        agent TEXT NOT NULL,
                        usedAt INTEGER NOT NULL
                    ) STRICT, WITHOUT ROWID;
                    CREATE INDEX answersByUse ON answers (usedAt);

                    CREATE TABLE launch (
                        id TEXT NOT NULL PRIMARY KEY,
                        mesh TEXT NOT NULL REFERENCES membership ON DELETE CASCADE,
                        name TEXT NOT NULL,
                        role TEXT NOT NULL,
                        "groups" TEXT NOT NULL,
                        agent TEXT NOT NULL,
                        arguments TEXT NOT NULL,
                        directory TEXT NOT NULL,
                        hostname TEXT NOT NULL,
                        agentSession TEXT,
                        pid INTEGER NOT NULL,
                        -- 64 bits without a sign, kept as the same bits with one.
                        processStart INTEGER NOT NULL,
                        startedAt INTEGER NOT NULL,
                        -- NULL for as long as its process is not known to have ended.
                        endedAt INTEGER
                    ) STRICT, WITHOUT ROWID;
                    CREATE INDEX launchByDirectory ON launch (directory, startedAt);
                    CREATE INDEX launchUnended ON launch (id) WHERE endedAt IS NULL;
                    """)
        }
        migrator.registerMigration("2") { db in
            try db.execute(
                sql: """
                    ALTER TABLE launch ADD COLUMN mailMode TEXT NOT NULL DEFAULT 'push';
                    ALTER TABLE launch ADD COLUMN mailPolicy TEXT NOT NULL DEFAULT 'open';
                    ALTER TABLE launch ADD COLUMN summary TEXT;
                    ALTER TABLE launch ADD COLUMN isVisible INTEGER NOT NULL DEFAULT 1;
                    """)
        }
        return migrator
    }
}
