#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension Home {
    /// Takes the relay's socket away, and the short directory that was made for it alone.
    public func removeSocket() {
        unlink(socketPath)
        SocketPlace.remove(runtimeDirectory)
    }
}
