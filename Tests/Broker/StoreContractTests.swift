import BrokerEngine
import EngineContract
import MemoryStore
import Testing

@Suite("The store in memory")
struct StoreContractTests {
    @Test("it keeps the contract of a store", arguments: StoreContract.checks)
    func contract(_ check: Check<any BrokerStore>) async throws {
        let store = MemoryStore()
        try await check.run(store)
        store.close()
    }
}
