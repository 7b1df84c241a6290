import GRDB

extension BrokerDatabase {
    /// Forward only: a migration that was released is never changed.
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { db in
            try db.execute(
                sql: """
                    CREATE TABLE mesh (
                        id TEXT NOT NULL PRIMARY KEY,
                        name TEXT NOT NULL,
                        slug TEXT NOT NULL,
                        ownerKey TEXT NOT NULL,
                        createdAt INTEGER NOT NULL
                    ) STRICT, WITHOUT ROWID;

                    CREATE TABLE member (
                        id TEXT NOT NULL PRIMARY KEY,
                        mesh TEXT NOT NULL REFERENCES mesh ON DELETE CASCADE,
                        publicKey TEXT NOT NULL,
                        displayName TEXT NOT NULL,
                        permission TEXT NOT NULL,
                        joinedAt INTEGER NOT NULL,
                        -- NULL for as long as the member may come in.
                        revokedAt INTEGER,
                        UNIQUE (mesh, publicKey)
                    ) STRICT, WITHOUT ROWID;
                    """)
        }
        return migrator
    }
}
