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
        migrator.registerMigration("2") { db in
            try db.execute(sql: settings + mail + doors + shared + log)
        }
        migrator.registerMigration("3") { db in
            try db.execute(sql: accounts)
        }
        migrator.registerMigration("3 invites") { db in
            try db.execute(sql: signedInvites)
        }
        return migrator
    }

    /// JSON where a value has parts.
    private static let settings = """
        -- NULL for as long as one may come in.
        ALTER TABLE mesh ADD COLUMN archivedAt INTEGER;
        -- NULL is the standard policy.
        ALTER TABLE mesh ADD COLUMN policy TEXT;
        ALTER TABLE member ADD COLUMN roleTag TEXT;
        ALTER TABLE member ADD COLUMN "groups" TEXT NOT NULL DEFAULT '[]';
        ALTER TABLE member ADD COLUMN messageMode TEXT NOT NULL DEFAULT 'push';
        ALTER TABLE member ADD COLUMN grants TEXT NOT NULL DEFAULT '{}';

        CREATE TABLE presence (
            member TEXT NOT NULL PRIMARY KEY,
            "groups" TEXT NOT NULL,
            profile TEXT NOT NULL,
            isVisible INTEGER NOT NULL,
            summary TEXT,
            stats TEXT NOT NULL,
            lastSeenAt INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;

        """

    /// A message is written once and touched once more, at its end, so each further index costs
    /// every sender. Nothing here refers to a mesh or a member by a constraint: a look-up each.
    private static let mail = """
        CREATE TABLE message (
            number INTEGER PRIMARY KEY,
            mesh TEXT NOT NULL,
            id TEXT NOT NULL,
            dedupeKey TEXT,
            sender TEXT NOT NULL,
            senderKey TEXT NOT NULL,
            target TEXT NOT NULL,
            priority INTEGER NOT NULL,
            isUnencrypted INTEGER NOT NULL,
            createdAt INTEGER NOT NULL,
            expiresAt INTEGER NOT NULL,
            -- What each of its deliveries counts in its mesh's queue, in bytes.
            size INTEGER NOT NULL,
            -- Its deliveries that have no end yet. With the last one its body goes.
            waiting INTEGER NOT NULL,
            nonce TEXT NOT NULL,
            ciphertext TEXT NOT NULL
        ) STRICT;
        CREATE INDEX messageByID ON message (id);
        -- The key stands first: those made of the time (UUIDv7) then come at the index's end.
        CREATE UNIQUE INDEX messageOnce ON message (dedupeKey, sender, mesh)
            WHERE dedupeKey IS NOT NULL;
        CREATE INDEX messageOpenByExpiry ON message (expiresAt) WHERE waiting > 0;
        CREATE INDEX messageOpenByAge ON message (createdAt) WHERE waiting > 0;
        CREATE INDEX messageEndedByAge ON message (createdAt) WHERE waiting = 0;

        CREATE TABLE delivery (
            message INTEGER NOT NULL,
            address TEXT NOT NULL,
            member TEXT NOT NULL,
            sealedKey TEXT,
            pushedAt INTEGER,
            shownAt INTEGER,
            endState TEXT,
            endedAt INTEGER,
            reason TEXT,
            PRIMARY KEY (message, address)
        ) STRICT, WITHOUT ROWID;

        -- The deliveries that have no end yet, in the order in which they are handed out.
        CREATE TABLE queue (
            mesh TEXT NOT NULL,
            address TEXT NOT NULL,
            priority INTEGER NOT NULL,
            message INTEGER NOT NULL,
            PRIMARY KEY (mesh, address, priority, message)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE queueSize (
            mesh TEXT NOT NULL PRIMARY KEY,
            deliveries INTEGER NOT NULL,
            bytes INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE session (
            mesh TEXT NOT NULL,
            key TEXT NOT NULL,
            member TEXT NOT NULL,
            speaksSkein INTEGER NOT NULL,
            endedAt INTEGER,
            PRIMARY KEY (mesh, key)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX sessionEnded ON session (endedAt) WHERE endedAt IS NOT NULL;
        CREATE INDEX sessionSpokenFor ON session (member, endedAt)
            WHERE endedAt IS NOT NULL AND speaksSkein = 1;

        """

    private static let doors = """
        CREATE TABLE invite (
            id TEXT NOT NULL PRIMARY KEY,
            mesh TEXT NOT NULL,
            tokenHash TEXT NOT NULL UNIQUE,
            permission TEXT NOT NULL,
            maxUses INTEGER NOT NULL,
            uses INTEGER NOT NULL,
            createdBy TEXT NOT NULL,
            createdAt INTEGER NOT NULL,
            expiresAt INTEGER NOT NULL,
            revokedAt INTEGER
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX inviteByMesh ON invite (mesh, createdAt);

        CREATE TABLE webhook (
            mesh TEXT NOT NULL,
            name TEXT NOT NULL,
            secret TEXT NOT NULL,
            createdBy TEXT NOT NULL,
            createdAt INTEGER NOT NULL,
            PRIMARY KEY (mesh, name)
        ) STRICT, WITHOUT ROWID;

        """

    /// Invites whose terms the owner signed, and who came in by an invite.
    private static let signedInvites = """
        -- Both NULL for a v1 token.
        ALTER TABLE invite ADD COLUMN terms TEXT;
        ALTER TABLE invite ADD COLUMN signature TEXT;

        CREATE TABLE inviteUse (
            invite TEXT NOT NULL,
            memberKey TEXT NOT NULL,
            mesh TEXT NOT NULL,
            member TEXT NOT NULL,
            name TEXT NOT NULL,
            at INTEGER NOT NULL,
            PRIMARY KEY (invite, memberKey)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX inviteUseByMesh ON inviteUse (mesh, at, memberKey);
        """

    private static let shared = """
        CREATE TABLE state (
            mesh TEXT NOT NULL,
            key TEXT NOT NULL,
            value TEXT NOT NULL,
            updatedBy TEXT NOT NULL,
            updatedAt INTEGER NOT NULL,
            PRIMARY KEY (mesh, key)
        ) STRICT, WITHOUT ROWID;

        -- Its text stands in memoryText, in the row of the same number.
        CREATE TABLE memory (
            number INTEGER PRIMARY KEY,
            mesh TEXT NOT NULL,
            id TEXT NOT NULL,
            tags TEXT NOT NULL,
            rememberedBy TEXT NOT NULL,
            rememberedAt INTEGER NOT NULL,
            UNIQUE (mesh, id)
        ) STRICT;
        CREATE INDEX memoryByAge ON memory (mesh, rememberedAt);
        CREATE VIRTUAL TABLE memoryText USING fts5(
            content, tags, tokenize = 'porter unicode61 remove_diacritics 2');

        """

    private static let log = """
        CREATE TABLE audit (
            mesh TEXT NOT NULL,
            number INTEGER NOT NULL,
            type TEXT NOT NULL,
            actor TEXT NOT NULL,
            payload TEXT NOT NULL,
            at INTEGER NOT NULL,
            hash TEXT NOT NULL,
            PRIMARY KEY (mesh, number)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX auditByType ON audit (mesh, type, number);

        -- The newest entry of each mesh.
        CREATE TABLE auditHead (
            mesh TEXT NOT NULL PRIMARY KEY,
            number INTEGER NOT NULL,
            hash TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        """
}
