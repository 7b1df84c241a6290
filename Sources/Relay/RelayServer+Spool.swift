import Agents
import Foundation
import Home
import Mesh
import MeshProtocol

/// What hooks told while no relay answered.
extension RelayServer {
    /// What is there is taken in whole, once.
    func takeInSpool() {
        let spool = HookSpool(path: home.spoolPath)
        // What an earlier relay began is looked for at the start, when nothing waits.
        guard !isWaitingForSpool, !hasLookedForSpool || spool.isThere else { return }
        hasLookedForSpool = true
        takeIn(spool, tries: 50)
    }

    private func takeIn(_ spool: HookSpool, tries: Int) {
        isWaitingForSpool = false
        do throws(SkeinError) {
            while true {
                switch try spool.take() {
                case .nothing: return
                case .busy:
                    // A hook has 200 ms for all it does. What stays is found at the next event.
                    guard tries > 0 else { return }
                    isWaitingForSpool = true
                    Task { [weak self] in
                        do { try await Task.sleep(for: .milliseconds(20)) } catch { return }
                        await self?.takeIn(spool, tries: tries - 1)
                    }
                    return
                case .lines(let bytes):
                    hearSpooled(bytes)
                    guard spool.removeTaken() else { return }
                }
            }
        } catch {
            logger.error("what hooks left is not read: \(error.message)")
        }
    }

    private func hearSpooled(_ bytes: [UInt8]) {
        var heard = 0
        var dropped = 0
        var lost = 0
        for line in bytes.split(separator: 0x0A) {
            guard
                let request = try? JSONDecoder().decode(
                    RelayRequest<TellHook>.self, from: Data(line)),
                request.ask == TellHook.word, let proof = request.launch,
                let speaker = try? speaker(proof: proof, process: nil)
            else {
                if let gap = try? JSONDecoder().decode(SpoolGap.self, from: Data(line)) {
                    lost = max(lost, gap.lost)
                } else {
                    dropped += 1
                }
                continue
            }
            if speaker == .launch(proof.id) { hearLate(request.with.extract, of: proof.id) }
            heard += 1
        }
        for id in launches.keys { tellHookStatus(id) }
        if lost > 0 {
            logger.warning(
                "hooks told more than their spool takes; the oldest is lost",
                metadata: ["bytes": "\(lost)"])
        }
        logger.info(
            "events of hooks were taken in", metadata: ["heard": "\(heard)", "dropped": "\(dropped)"])
    }
}

/// The first line of a spool that was full and begun anew.
private struct SpoolGap: Decodable {
    /// In bytes.
    var lost: Int
}
