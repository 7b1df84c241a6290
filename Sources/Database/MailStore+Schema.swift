import GRDB

extension MailStore {
    /// Forward only: a migration that was released is never changed.
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { db in
            try db.execute(sql: outbox + sent + inbox + known)
        }
        migrator.registerMigration("2") { db in try db.execute(sql: untold + adopted + left) }
        return migrator
    }

    /// The counts of `mesh` are kept by triggers, so that no count reads the rows.
    private static let outbox = """
        CREATE TABLE mesh (
            id TEXT NOT NULL PRIMARY KEY,
            messages INTEGER NOT NULL DEFAULT 0,
            -- Of the messages' texts.
            bytes INTEGER NOT NULL DEFAULT 0,
            events INTEGER NOT NULL DEFAULT 0,
            dead INTEGER NOT NULL DEFAULT 0,
            droppedEvents INTEGER NOT NULL DEFAULT 0
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE outgoing (
            number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            mesh TEXT NOT NULL,
            -- NULL for the person.
            launch TEXT,
            isEvent INTEGER NOT NULL,
            spec TEXT NOT NULL,
            name TEXT NOT NULL,
            memberKey TEXT,
            isPresent INTEGER NOT NULL,
            priority INTEGER NOT NULL,
            text TEXT NOT NULL,
            size INTEGER NOT NULL,
            author TEXT NOT NULL,
            hops INTEGER NOT NULL,
            answers TEXT,
            createdAt INTEGER NOT NULL,
            notBefore INTEGER,
            attempts INTEGER NOT NULL,
            -- 0 ready, 1 waits for dueAt, 2 dead. What is leased waits for its lease's end.
            state INTEGER NOT NULL,
            dueAt INTEGER NOT NULL,
            isLeased INTEGER NOT NULL DEFAULT 0,
            reason TEXT,
            receipts INTEGER NOT NULL DEFAULT 0
        ) STRICT;
        CREATE INDEX outgoingReady ON outgoing (mesh, createdAt, number) WHERE state = 0;
        CREATE INDEX outgoingDue ON outgoing (mesh, dueAt, number) WHERE state = 1;
        CREATE INDEX outgoingByMesh ON outgoing (mesh, createdAt, number);
        CREATE INDEX outgoingByTime ON outgoing (createdAt, number);
        CREATE INDEX outgoingEvents ON outgoing (mesh, createdAt, number)
            WHERE isEvent = 1 AND isLeased = 0;
        CREATE INDEX outgoingLeased ON outgoing (number) WHERE isLeased = 1;

        CREATE TRIGGER outgoingAdded AFTER INSERT ON outgoing BEGIN
            UPDATE mesh SET messages = messages + 1 - NEW.isEvent,
                bytes = bytes + NEW.size * (1 - NEW.isEvent),
                events = events + NEW.isEvent, dead = dead + (NEW.state = 2)
            WHERE id = NEW.mesh;
        END;
        CREATE TRIGGER outgoingTaken AFTER DELETE ON outgoing BEGIN
            UPDATE mesh SET messages = messages - 1 + OLD.isEvent,
                bytes = bytes - OLD.size * (1 - OLD.isEvent),
                events = events - OLD.isEvent, dead = dead - (OLD.state = 2)
            WHERE id = OLD.mesh;
        END;
        CREATE TRIGGER outgoingDied AFTER UPDATE OF state ON outgoing
        WHEN (OLD.state = 2) <> (NEW.state = 2) BEGIN
            UPDATE mesh SET dead = dead + (NEW.state = 2) - (OLD.state = 2) WHERE id = NEW.mesh;
        END;

        """

    private static let sent = """
        CREATE TABLE sent (
            id TEXT NOT NULL PRIMARY KEY,
            mesh TEXT NOT NULL,
            launch TEXT,
            spec TEXT NOT NULL,
            name TEXT NOT NULL,
            memberKey TEXT,
            isPresent INTEGER NOT NULL,
            priority INTEGER NOT NULL,
            createdAt INTEGER NOT NULL,
            notBefore INTEGER,
            attempts INTEGER NOT NULL,
            receipts INTEGER NOT NULL,
            sentAt INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX sentByTime ON sent (sentAt);
        CREATE INDEX sentByMesh ON sent (mesh);

        CREATE TABLE receipt (
            message TEXT NOT NULL,
            recipient TEXT NOT NULL,
            state TEXT NOT NULL,
            name TEXT,
            at INTEGER NOT NULL,
            reason TEXT,
            PRIMARY KEY (message, recipient, state)
        ) STRICT, WITHOUT ROWID;

        """

    private static let inbox = """
        CREATE TABLE incoming (
            -- The order in which they came.
            number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
            mesh TEXT NOT NULL,
            id TEXT NOT NULL,
            -- Empty for the person.
            launch TEXT NOT NULL,
            senderName TEXT NOT NULL,
            senderKey TEXT NOT NULL,
            senderMember TEXT,
            author TEXT NOT NULL,
            trust TEXT NOT NULL,
            target TEXT NOT NULL,
            priority INTEGER NOT NULL,
            text TEXT NOT NULL,
            hops INTEGER NOT NULL,
            answers TEXT,
            createdAt INTEGER NOT NULL,
            receivedAt INTEGER NOT NULL,
            shownAt INTEGER,
            UNIQUE (mesh, id, launch)
        ) STRICT;
        CREATE INDEX incomingUnread ON incoming (launch, priority, number) WHERE shownAt IS NULL;
        CREATE INDEX incomingUnreadOfMesh ON incoming (launch, mesh, priority, number)
            WHERE shownAt IS NULL;
        CREATE INDEX incomingByLaunch ON incoming (launch, priority, number);
        CREATE INDEX incomingByMesh ON incoming (launch, mesh, priority, number);
        CREATE INDEX incomingShownFrom ON incoming (launch, senderKey, shownAt)
            WHERE shownAt IS NOT NULL;
        CREATE INDEX incomingShownBy ON incoming (launch, senderMember, shownAt)
            WHERE shownAt IS NOT NULL AND senderMember IS NOT NULL;
        CREATE INDEX incomingShown ON incoming (shownAt) WHERE shownAt IS NOT NULL;

        CREATE TABLE unread (
            launch TEXT NOT NULL,
            mesh TEXT NOT NULL,
            priority INTEGER NOT NULL,
            messages INTEGER NOT NULL,
            PRIMARY KEY (launch, mesh, priority)
        ) STRICT, WITHOUT ROWID;
        CREATE TRIGGER incomingAdded AFTER INSERT ON incoming WHEN NEW.shownAt IS NULL BEGIN
            INSERT INTO unread VALUES (NEW.launch, NEW.mesh, NEW.priority, 1)
            ON CONFLICT DO UPDATE SET messages = messages + 1;
        END;
        CREATE TRIGGER incomingRead AFTER UPDATE OF shownAt ON incoming
        WHEN OLD.shownAt IS NULL AND NEW.shownAt IS NOT NULL BEGIN
            UPDATE unread SET messages = messages - 1
            WHERE launch = NEW.launch AND mesh = NEW.mesh AND priority = NEW.priority;
        END;
        CREATE TRIGGER incomingTaken AFTER DELETE ON incoming WHEN OLD.shownAt IS NULL BEGIN
            UPDATE unread SET messages = messages - 1
            WHERE launch = OLD.launch AND mesh = OLD.mesh AND priority = OLD.priority;
        END;

        -- What was shown and is not kept, for as long as a broker may send it once more.
        CREATE TABLE seen (
            mesh TEXT NOT NULL,
            id TEXT NOT NULL,
            launch TEXT NOT NULL,
            shownAt INTEGER NOT NULL,
            PRIMARY KEY (mesh, id, launch)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX seenByTime ON seen (shownAt);

        """

    /// What was shown and a broker may not know yet. The time is when it was told; it may have been
    /// lost on the way.
    private static let untold = """
        CREATE TABLE untold (
            mesh TEXT NOT NULL,
            id TEXT NOT NULL,
            launch TEXT NOT NULL,
            toldAt INTEGER,
            PRIMARY KEY (mesh, id, launch)
        ) STRICT, WITHOUT ROWID;

        """

    private static let adopted = """
        CREATE TRIGGER incomingAdopted AFTER UPDATE OF launch ON incoming
        WHEN OLD.shownAt IS NULL BEGIN
            UPDATE unread SET messages = messages - 1
            WHERE launch = OLD.launch AND mesh = OLD.mesh AND priority = OLD.priority;
            INSERT INTO unread VALUES (NEW.launch, NEW.mesh, NEW.priority, 1)
            ON CONFLICT DO UPDATE SET messages = messages + 1;
        END;

        """

    /// When it was first found that the mesh is not joined any more.
    private static let left = """
        ALTER TABLE mesh ADD COLUMN leftAt INTEGER;
        """

    private static let known = """
        CREATE TABLE memberName (
            -- The order in which keys came by their names.
            number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
            mesh TEXT NOT NULL,
            -- In lower case.
            folded TEXT NOT NULL,
            memberKey TEXT NOT NULL,
            name TEXT NOT NULL,
            seenAt INTEGER NOT NULL,
            UNIQUE (mesh, folded, memberKey)
        ) STRICT;
        CREATE INDEX memberNameByName ON memberName (mesh, folded, number);
        CREATE INDEX memberNameByKey ON memberName (mesh, memberKey, seenAt);

        CREATE TABLE verified (
            mesh TEXT NOT NULL,
            memberKey TEXT NOT NULL,
            at INTEGER NOT NULL,
            PRIMARY KEY (mesh, memberKey)
        ) STRICT, WITHOUT ROWID;
        """
}
