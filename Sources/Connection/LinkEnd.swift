import MeshProtocol

/// Why a connection ended, and what that means for the next one.
enum LinkEnd: Equatable, Sendable {
    /// Try again; `reason` is for a person.
    case dropped(reason: String)
    /// The clocks differ, or another session of the member said hello in the same millisecond:
    /// try again at once.
    case skewed
    /// Try again, but not before this many seconds have gone.
    case limited(reason: String, seconds: Int64)
    /// There is no use in trying again.
    case refused(reason: String)

    /// From the last error frame before the end, and the close frame (wire protocol, sections 1.4
    /// and 1.5).
    init(error: ErrorFrame?, closeCode: UInt16?, closeReason: String) {
        let code = error?.code ?? closeReason
        switch (closeCode, code) {
        case (4001, "device_revoked"):
            self = .refused(
                reason: "the account took this machine's access back; "
                    + "to return, sign in, leave the mesh and join it again")
        case (4001, _): self = .refused(reason: "put out of the mesh for now (kicked)")
        case (4002, _): self = .refused(reason: "put out of the mesh (banned)")
        case (_, "session_replaced"):
            self = .refused(reason: "another connection took this session over")
        case (_, "timestamp_skew"): self = .skewed
        case (_, "unauthorized"):
            self = .refused(reason: "the broker knows no such member of this mesh")
        case (_, "revoked"), (_, "bad_signature"), (_, "malformed"), (_, "bad_session_pubkey"),
            (_, "bad_attestation"):
            self = .refused(reason: "the broker refused the hello: \(Self.word(code))")
        case (_, "rate_limit"), (_, "rate_limited"), (_, "too_many_requests"):
            self = .limited(
                reason: "the broker asks for patience (\(Self.word(code)))",
                seconds: Self.patience(in: error?.message))
        case (_, "capacity"): self = .dropped(reason: "the mesh has no room for another session")
        case (1001, _): self = .dropped(reason: "the broker is shutting down")
        case (1009, _): self = .dropped(reason: "a frame was too large for the broker")
        case (let closeCode?, _) where !code.isEmpty:
            let why = "\(closeCode), \(Self.word(code))"
            self = .dropped(reason: "the broker closed the connection (\(why))")
        case (let closeCode?, _):
            self = .dropped(reason: "the broker closed the connection (\(closeCode))")
        case (nil, _): self = .dropped(reason: "the connection to the broker was lost")
        }
    }

    /// The seconds of a sentence such as `try again in 30 s`: a minute where it names none.
    static func patience(in message: String?) -> Int64 {
        let words = (message ?? "").prefix(500)
            .split { !$0.isASCII || !($0.isLetter || $0.isNumber) }
        for (index, word) in words.enumerated() {
            var digits = word
            var unit = index + 1 < words.count ? words[index + 1].lowercased() : ""
            if word.last == "s", word.dropLast().allSatisfy(\.isNumber) {
                digits = word.dropLast()
                unit = "s"
            }
            guard ["s", "sec", "second", "seconds"].contains(unit), let seconds = Int64(digits),
                (1...3600).contains(seconds)
            else { continue }
            return seconds
        }
        return 60
    }

    /// A code as it may be shown: it came from a broker that may be anybody's.
    static func word(_ code: String) -> String {
        String(
            code.unicodeScalars.prefix(40).map {
                $0.isASCII && ($0.properties.isAlphabetic || $0 == "_") ? Character($0) : "?"
            })
    }
}
