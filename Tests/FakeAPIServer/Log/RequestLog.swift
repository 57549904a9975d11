import Synchronization

/// What was asked of the server, in order.
package final class RequestLog: Sendable {
    private let state = Mutex<[RequestRecord]>([])

    func begin(_ request: RequestInfo, body: String) -> Int {
        state.withLock {
            $0.append(RequestRecord(id: $0.count, request, body: body))
            return $0.count - 1
        }
    }

    func note(_ id: Int, user: String) {
        state.withLock { $0[id].user = user }
    }

    func note(_ id: Int, status: Int) {
        state.withLock { $0[id].status = status }
    }

    func user(_ id: Int) -> String { state.withLock { $0[id].user } }

    /// How many requests there were so far: a place to look on from.
    package var count: Int { state.withLock { $0.count } }

    /// All requests from a place on.
    package func all(from place: Int = 0) -> [RequestRecord] {
        state.withLock { Array($0.dropFirst(place)) }
    }

    /// The requests with that verb, resource, subresource and status; nil stands for any.
    package func requests(
        _ verb: String? = nil, _ resource: Resource? = nil, subresource: String? = nil,
        status: Int? = nil, from place: Int = 0,
        where condition: (RequestRecord) -> Bool = { _ in true }
    ) -> [RequestRecord] {
        all(from: place).filter {
            (verb == nil || $0.verb == verb) && (resource == nil || $0.resource == resource)
                && (subresource == nil || $0.subresource == subresource)
                && (status == nil || $0.status == status) && condition($0)
        }
    }

    /// How many of them there were.
    package func count(
        _ verb: String? = nil, _ resource: Resource? = nil, subresource: String? = nil,
        status: Int? = nil, from place: Int = 0,
        where condition: (RequestRecord) -> Bool = { _ in true }
    ) -> Int {
        requests(
            verb, resource, subresource: subresource, status: status, from: place, where: condition
        ).count
    }

    /// Writes of a status that were taken, of one object or of all.
    package func statusWrites(_ name: String? = nil, from place: Int = 0) -> [RequestRecord] {
        requests(subresource: "status", status: 200, from: place) {
            ["update", "patch"].contains($0.verb) && (name == nil || $0.name == name)
        }
    }
}
