import Dispatch
import Foundation

/// Tells that a file in a directory was written or replaced: the kernel says so (inotify(7) on
/// Linux, kqueue(2) on macOS), nothing is polled.
public final class DirectoryWatch {
    private let source: any DispatchSourceProtocol

    /// `changed` is called on the main queue. Nil where there is no such directory, or the system
    /// does not tell.
    public init?(_ path: String, _ changed: @escaping @MainActor () -> Void) {
        #if os(Linux)
            let fd = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
            guard fd >= 0 else { return nil }
            let events = UInt32(IN_CLOSE_WRITE) | UInt32(IN_MOVED_TO) | UInt32(IN_DELETE)
            guard inotify_add_watch(fd, path, events) >= 0 else {
                close(fd)
                return nil
            }
            let source = DispatchSource.makeReadSource(fileDescriptor: fd, queue: .main)
            source.setEventHandler {
                // What happened does not matter: whoever asked looks again.
                var bytes = [UInt8](repeating: 0, count: 4096)
                while read(fd, &bytes, bytes.count) > 0 {}
                MainActor.assumeIsolated(changed)
            }
        #else
            let fd = open(path, O_EVTONLY | O_CLOEXEC)
            guard fd >= 0 else { return nil }
            let source = DispatchSource.makeFileSystemObjectSource(
                fileDescriptor: fd, eventMask: [.write, .rename, .delete], queue: .main)
            source.setEventHandler { MainActor.assumeIsolated(changed) }
        #endif
        source.setCancelHandler { close(fd) }
        source.activate()
        self.source = source
    }

    deinit { source.cancel() }
}
