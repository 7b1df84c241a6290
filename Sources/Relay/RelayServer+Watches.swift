import Connection
import Mesh

extension RelayServer {
    /// From here on the relay notices that it was away, that the network is another one, and that
    /// its home was taken from under it; each within three seconds.
    func startWatches(_ place: RelayPlace) {
        wakeWatch = WakeWatch(period: options.wakePeriod) { [weak self] wasAway in
            // Nearly always there is nothing to do: nobody is woken for that.
            if !place.isOurs { Task { await self?.endWithoutPlace() } }
            if wasAway { Task { await self?.linksProveThemselves("the relay was away") } }
        }
        networkWatch = NetworkWatch { [weak self] in
            Task { await self?.linksProveThemselves("the network changed", sparingLoopback: true) }
        }
        if networkWatch == nil { logger.warning("changes of the network are not told here") }
    }

    func stopWatches() {
        wakeWatch?.cancel()
        networkWatch?.cancel()
    }

    /// What looks live is asked, what waits tries now.
    private func linksProveThemselves(_ why: String, sparingLoopback: Bool = false) async {
        let links = (launches.values.compactMap(\.link) + observers.values.map(\.link))
            .filter { !sparingLoopback || !$0.endpoint.isLoopback }
        guard !isStopping, !links.isEmpty else { return }
        logger.info("\(why)", metadata: ["links": "\(links.count)"])
        await withTaskGroup(of: Void.self) { group in
            for link in links { group.addTask { await link.proveItself() } }
        }
    }

    func endWithoutPlace() async {
        guard !isStopping else { return }
        logger.error("the relay's socket or lock is not where it was: it ends")
        await stop()
    }
}
