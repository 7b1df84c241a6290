extension BrokerDatabase {
    /// Who people are to a broker. Of what opens a door only the SHA-256 is here.
    static let accounts = """
        CREATE TABLE account (
            id TEXT NOT NULL PRIMARY KEY,
            email TEXT NOT NULL UNIQUE,
            name TEXT NOT NULL,
            passwordHash TEXT NOT NULL,
            createdAt INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE accountToken (
            id TEXT NOT NULL PRIMARY KEY,
            account TEXT NOT NULL REFERENCES account ON DELETE CASCADE,
            kind TEXT NOT NULL,
            name TEXT NOT NULL,
            system TEXT NOT NULL,
            address TEXT NOT NULL,
            createdAt INTEGER NOT NULL,
            expiresAt INTEGER NOT NULL,
            lastUsedAt INTEGER,
            revokedAt INTEGER
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX accountTokenByAccount ON accountToken (account, createdAt);

        CREATE TABLE accountSecret (
            hash TEXT NOT NULL PRIMARY KEY,
            token TEXT NOT NULL REFERENCES accountToken ON DELETE CASCADE,
            expiresAt INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX accountSecretByToken ON accountSecret (token);
        CREATE INDEX accountSecretByEnd ON accountSecret (expiresAt);

        CREATE TABLE deviceGrant (
            codeHash TEXT NOT NULL PRIMARY KEY,
            userCodeHash TEXT NOT NULL UNIQUE,
            state TEXT NOT NULL,
            account TEXT REFERENCES account ON DELETE CASCADE,
            deviceName TEXT NOT NULL,
            system TEXT NOT NULL,
            address TEXT NOT NULL,
            askedAt INTEGER NOT NULL,
            expiresAt INTEGER NOT NULL,
            -- Seconds.
            interval INTEGER NOT NULL,
            polledAt INTEGER
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX deviceGrantByEnd ON deviceGrant (expiresAt);

        CREATE TABLE webSession (
            hash TEXT NOT NULL PRIMARY KEY,
            account TEXT NOT NULL REFERENCES account ON DELETE CASCADE,
            createdAt INTEGER NOT NULL,
            expiresAt INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX webSessionByEnd ON webSession (expiresAt);

        CREATE TABLE accountMesh (
            account TEXT NOT NULL REFERENCES account ON DELETE CASCADE,
            mesh TEXT NOT NULL REFERENCES mesh ON DELETE CASCADE,
            permission TEXT NOT NULL,
            isOwner INTEGER NOT NULL,
            joinedAt INTEGER NOT NULL,
            PRIMARY KEY (account, mesh)
        ) STRICT, WITHOUT ROWID;

        -- Which member is a machine of which account, and the token that brought it in.
        CREATE TABLE accountSeat (
            member TEXT NOT NULL PRIMARY KEY REFERENCES member ON DELETE CASCADE,
            mesh TEXT NOT NULL,
            account TEXT NOT NULL REFERENCES account ON DELETE CASCADE,
            token TEXT NOT NULL,
            joinedAt INTEGER NOT NULL,
            endedAt INTEGER
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX accountSeatByAccount ON accountSeat (account, mesh);
        CREATE INDEX accountSeatByToken ON accountSeat (token) WHERE endedAt IS NULL;
        """
}
