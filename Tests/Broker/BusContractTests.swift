import Broker
import BrokerEngine
import EngineContract
import Testing

@Suite("The bus of one process")
struct BusContractTests {
    @Test("it keeps the contract of a bus", arguments: BusContract.checks)
    func contract(_ check: Check<any BrokerBus>) async throws {
        try await check.run(LocalBus())
    }
}
