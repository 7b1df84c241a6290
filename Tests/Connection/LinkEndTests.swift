import MeshProtocol
import Testing

@testable import Connection

@Suite("Why a connection ended")
struct LinkEndTests {
    @Test(
        "each close code means what it means",
        arguments: [
            (1000, "", .dropped(reason: "the broker closed the connection (1000)")),
            (1000, "disconnected",
                .dropped(reason: "the broker closed the connection (1000, disconnected)")),
            (1000, "session_replaced",
                .refused(reason: "another connection took this session over")),
            (1001, "shutting down", .dropped(reason: "the broker is shutting down")),
            (1008, "unauthorized",
                .refused(reason: "the broker knows no such member of this mesh")),
            (1008, "bad_signature",
                .refused(reason: "the broker refused the hello: bad_signature")),
            (1008, "capacity", .dropped(reason: "the mesh has no room for another session")),
            (1008, "timestamp_skew", .skewed),
            (1008, "bad_frame",
                .dropped(reason: "the broker closed the connection (1008, bad_frame)")),
            (1009, "", .dropped(reason: "a frame was too large for the broker")),
            (
                4001, "device_revoked",
                .refused(
                    reason: "the account took this machine's access back; "
                        + "to return, sign in, leave the mesh and join it again")
            ),
            (4001, "kicked", .refused(reason: "put out of the mesh for now (kicked)")),
            (4002, "banned", .refused(reason: "put out of the mesh (banned)")),
            (1011, "x\u{1B}[2J", .dropped(reason: "the broker closed the connection (1011, x??????)")),
            (nil, "", .dropped(reason: "the connection to the broker was lost")),
        ] as [(UInt16?, String, LinkEnd)])
    func codes(code: UInt16?, reason: String, end: LinkEnd) {
        let found = LinkEnd(error: nil, closeCode: code, closeReason: reason)
        if code == 1011 {
            // What came from a broker is shown without what a terminal would obey.
            #expect(!"\(found)".contains("\u{1B}"))
        } else {
            #expect(found == end)
        }
    }

    @Test(
        "a broker that asks for patience is given what it asks for, or a minute",
        arguments: [
            ("rate_limit", 60), ("try again in 30 s", 30), ("try again in 5 seconds.", 5),
            ("wait 12s", 12), ("wait 999999999999 s", 60), ("", 60), ("60 messages a minute", 60),
        ] as [(String, Int64)])
    func patience(message: String, seconds: Int64) {
        let end = LinkEnd(
            error: ErrorFrame(code: "rate_limit", message: message), closeCode: 1008,
            closeReason: "rate_limit")
        #expect(
            end == .limited(reason: "the broker asks for patience (rate_limit)", seconds: seconds))
    }
}
