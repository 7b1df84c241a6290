import BrokerEngine
import Testing

/// One thing that every implementation of a contract must do, with a new one to do it with.
public struct Check<Subject: Sendable>: Sendable, CustomTestStringConvertible {
    public let name: String
    public let run: @Sendable (Subject) async throws -> Void

    init(_ name: String, _ run: @escaping @Sendable (Subject) async throws -> Void) {
        self.name = name
        self.run = run
    }

    public var testDescription: String { name }
}

/// What a store must do, see `BrokerStore`. Each check wants an empty one.
public enum StoreContract {
    public static let checks: [Check<any BrokerStore>] =
        transactionChecks + messageChecks + receiptChecks + expiryChecks + sessionChecks
        + meshChecks + doorChecks + stateChecks + memoryChecks + auditChecks + accountChecks
        + accountTokenChecks + accountMeshChecks
}

/// What a bus must do, see `BrokerBus`.
public enum BusContract {
    public static let checks: [Check<any BrokerBus>] = busChecks
}
