import BrokerEngine
import Database
import EngineContract
import TestSupport
import Testing

@Suite("The embedded store")
struct StoreContractTests {
    @Test("it keeps the contract of a store", arguments: StoreContract.checks)
    func contract(_ check: Check<any BrokerStore>) async throws {
        let directory = try TemporaryDirectory()
        let store = try BrokerDatabase.open(at: directory.path + "/broker.sqlite")
        defer { store.close() }
        try await check.run(store)
    }
}
