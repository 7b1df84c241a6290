import BrokerEngine
import GRDB
import Mesh

/// People, and the browsers and machines they sign in with.
extension BrokerTransaction: AccountRecords {
    func add(_ account: BrokerAccount) throws -> Bool {
        try db.run(
            """
            INSERT INTO account (id, email, name, passwordHash, createdAt)
            VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
            """,
            [
                account.id.rawValue, account.email, account.name, account.passwordHash,
                account.createdAt.milliseconds,
            ])
        return db.changesCount > 0
    }

    func account(_ id: AccountID) throws -> BrokerAccount? {
        try db.row("SELECT * FROM account WHERE id = ?", [id.rawValue]).map(Self.account)
    }

    func account(email: String) throws -> BrokerAccount? {
        try db.row("SELECT * FROM account WHERE email = ?", [email]).map(Self.account)
    }

    private static func account(_ row: Row) -> BrokerAccount {
        BrokerAccount(
            id: AccountID(rawValue: row["id"]), email: row["email"], name: row["name"],
            passwordHash: row["passwordHash"], createdAt: row.moment("createdAt"))
    }

    // MARK: - Machines that ask to be signed in

    func keep(_ grant: DeviceGrant) throws -> Bool {
        try db.run(
            """
            INSERT INTO deviceGrant (codeHash, userCodeHash, state, account, deviceName, system,
                address, askedAt, expiresAt, interval, polledAt)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
            """,
            [
                grant.codeHash, grant.userCodeHash, grant.state.rawValue, grant.account?.rawValue,
                grant.deviceName, grant.system, grant.address, grant.askedAt.milliseconds,
                grant.expiresAt.milliseconds, grant.interval, grant.polledAt?.milliseconds,
            ])
        return db.changesCount > 0
    }

    func grant(codeHash: String) throws -> DeviceGrant? {
        try db.row("SELECT * FROM deviceGrant WHERE codeHash = ?", [codeHash]).map(Self.grant)
    }

    func grant(userCodeHash: String) throws -> DeviceGrant? {
        try db.row("SELECT * FROM deviceGrant WHERE userCodeHash = ?", [userCodeHash])
            .map(Self.grant)
    }

    func update(_ grant: DeviceGrant) throws {
        try db.run(
            """
            UPDATE deviceGrant SET state = ?, account = ?, interval = ?, polledAt = ?
            WHERE codeHash = ?
            """,
            [
                grant.state.rawValue, grant.account?.rawValue, grant.interval,
                grant.polledAt?.milliseconds, grant.codeHash,
            ])
    }

    private static func grant(_ row: Row) throws -> DeviceGrant {
        guard let state = DeviceGrant.State(rawValue: row["state"]) else {
            throw JSONColumn.unreadable("a device grant's state is none")
        }
        let account: String? = row["account"]
        return DeviceGrant(
            codeHash: row["codeHash"], userCodeHash: row["userCodeHash"], state: state,
            account: account.map { AccountID(rawValue: $0) }, deviceName: row["deviceName"],
            system: row["system"], address: row["address"], askedAt: row.moment("askedAt"),
            expiresAt: row.moment("expiresAt"), interval: row["interval"],
            polledAt: row.momentIfAny("polledAt"))
    }

    // MARK: - Browsers

    func keep(_ session: WebSession) throws {
        try db.run(
            "INSERT INTO webSession (hash, account, createdAt, expiresAt) VALUES (?, ?, ?, ?)",
            [
                session.hash, session.account.rawValue, session.createdAt.milliseconds,
                session.expiresAt.milliseconds,
            ])
    }

    func webSession(hash: String) throws -> WebSession? {
        try db.row("SELECT * FROM webSession WHERE hash = ?", [hash]).map { row in
            WebSession(
                hash: row["hash"], account: AccountID(rawValue: row["account"]),
                createdAt: row.moment("createdAt"), expiresAt: row.moment("expiresAt"))
        }
    }

    func endWebSession(hash: String) throws {
        try db.run("DELETE FROM webSession WHERE hash = ?", [hash])
    }

    func forgetEnded(before moment: Moment) throws {
        for table in ["deviceGrant", "accountSecret", "webSession"] {
            try db.run("DELETE FROM \(table) WHERE expiresAt < ?", [moment.milliseconds])
        }
    }
}
