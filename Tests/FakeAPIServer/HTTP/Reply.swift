import NIOCore
import NIOHTTP1

/// What the server answers.
enum Reply {
    case whole(status: Int, fields: HTTPHeaders, body: ByteBuffer)
    case watch(WatchPlan)

    static func json(_ status: Int, _ body: ByteBuffer, warnings: [String] = []) -> Reply {
        var fields = HTTPHeaders([("Content-Type", "application/json")])
        for field in warnings {
            let text = "unknown field \"\(field)\"".replacing("\"", with: "\\\"")
            fields.add(name: "Warning", value: "299 - \"\(text)\"")
        }
        return .whole(status: status, fields: fields, body: body)
    }

    static func json(_ status: Int, _ value: JSONValue) -> Reply {
        json(status, ByteBuffer(bytes: JSONWriter.bytes(value) + [10]))
    }

    static func text(_ status: Int, _ text: String) -> Reply {
        .whole(
            status: status, fields: ["Content-Type": "text/plain; charset=utf-8"],
            body: ByteBuffer(string: text))
    }

    static func refusal(_ fault: StatusFault) -> Reply {
        guard case .whole(let status, var fields, let body) = json(fault.code, fault.object) else {
            return json(fault.code, fault.object)
        }
        if let seconds = fault.retryAfter { fields.add(name: "Retry-After", value: "\(seconds)") }
        return .whole(status: status, fields: fields, body: body)
    }
}

/// A watch as asked for.
struct WatchPlan {
    var request: RequestInfo
    var resource: Resource
    var selection: Selection
    /// Changes after this revision are sent; nil begins with everything that is there.
    var after: Int?
    /// Whether a bookmark ends what is there at first.
    var marksInitialEnd = false
    var takesBookmarks = false
    var timeout: Int?
}
