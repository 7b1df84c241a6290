import Connection
import Mesh
import MeshProtocol

/// The fields of an object that came from a broker: each is there, of its kind and of bearable
/// length, or the whole answer is none.
struct AnswerFields {
    private let fields: [String: JSONValue]

    /// The longest name or address that is taken, in bytes.
    static let longest = 512

    init(_ value: JSONValue?) throws(AccountFault) {
        guard case .object(let fields)? = value else { throw .garbled("it is no object") }
        self.fields = fields
    }

    func text(_ name: String, atMost limit: Int = longest) throws(AccountFault) -> String {
        guard let text = fields[name]?.string, text.utf8.count <= limit,
            !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
        else { throw .garbled("it has no \(name)") }
        return text
    }

    /// Empty where there is none.
    func optionalText(_ name: String) throws(AccountFault) -> String {
        switch fields[name] {
        case nil, .null?: ""
        default: try text(name)
        }
    }

    func number(_ name: String, in range: ClosedRange<Int64>) throws(AccountFault) -> Int64 {
        guard case .integer(let number)? = fields[name], range.contains(number) else {
            throw .garbled("it has no \(name)")
        }
        return number
    }

    func optionalNumber(
        _ name: String, in range: ClosedRange<Int64>
    ) throws(AccountFault) -> Int64? {
        switch fields[name] {
        case nil, .null?: nil
        default: try number(name, in: range)
        }
    }

    func isTrue(_ name: String) -> Bool { fields[name] == .bool(true) }

    func object(_ name: String) throws(AccountFault) -> AnswerFields {
        do {
            return try AnswerFields(fields[name])
        } catch {
            throw .garbled("it has no \(name)")
        }
    }

    func list(_ name: String, atMost limit: Int) throws(AccountFault) -> [AnswerFields] {
        guard case .array(let values)? = fields[name], values.count <= limit else {
            throw .garbled("it has no \(name)")
        }
        var list: [AnswerFields] = []
        for value in values { list.append(try AnswerFields(value)) }
        return list
    }

    func token(_ name: String) throws(AccountFault) -> AccountToken {
        guard let token = AccountToken(try text(name)) else {
            throw .garbled("its \(name) is no token")
        }
        return token
    }

    /// A moment after 1970 and before the year 10000.
    func moment(_ name: String) throws(AccountFault) -> Moment? {
        try optionalNumber(name, in: 0...253_402_300_799_999).map(Moment.init)
    }
}

extension WebAnswer {
    /// The object in a good answer, or why there is none.
    func fields() throws(AccountFault) -> AnswerFields {
        guard !isForPeople else { throw .portal }
        switch status {
        case 200..<300:
            guard let value = JSONValue.parse(body) else { throw .garbled("it is not JSON") }
            return try AnswerFields(value)
        case 300..<400: throw .portal
        case 429: throw .limited(retryAfter: retryAfter.flatMap { (0...3600).contains($0) ? $0 : nil })
        case 500...: throw .failing(status: status)
        default:
            let value = JSONValue.parse(body)
            guard let code = value?["error"]?.string else {
                // Bare refusals are what proxies and old brokers give.
                throw .refused(status: status, code: "http_\(status)", message: "")
            }
            let message = (value?["error_description"] ?? value?["message"])?.string ?? ""
            throw .refused(
                status: status, code: String(code.prefix(64)),
                message: String(message.prefix(200)))
        }
    }

    /// HTML where JSON was due, or a network that wants a sign-in of its own (RFC 6585, section 6).
    private var isForPeople: Bool {
        if status == 511 || type == "text/html" || type == "application/xhtml+xml" { return true }
        guard status < 300, type != "application/json" else { return false }
        let start = body.first { ![0x20, 0x09, 0x0A, 0x0D, 0xEF, 0xBB, 0xBF].contains($0) }
        return start == UInt8(ascii: "<")
    }
}
