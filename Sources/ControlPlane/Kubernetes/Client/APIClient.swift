internal import AsyncHTTPClient
package import Logging
internal import NIOCore
internal import NIOHTTP1
internal import Synchronization

/// Calls the Kubernetes API.
///
/// Knows no objects: bytes in, bytes out. A credential that is refused is renewed, and the call
/// made once more; nothing else is tried again here.
package final class APIClient: Sendable {
    /// LIMIT: bytes of an object that is asked for; etcd takes up to 1.5 MiB.
    static let objectMax = 8 << 20
    /// LIMIT: bytes of an answer that says what went wrong.
    private static let refusalMax = 64 << 10
    /// The time for a call that is no list and no watch, and for a watch to begin.
    static let callTime: Duration = .seconds(30)

    /// Whom we ask, for people.
    package let server: APIServer
    private let keeper: AccessKeeper
    private let http: HTTPClient
    private let headers: HTTPHeaders
    /// Before the path: scheme, name for TLS, port and prefix.
    private let base: String
    private let lastHeard = Mutex(ContinuousClock.now)

    /// `userAgent` is how the API server's log knows us.
    package init(_ access: ClusterAccess, userAgent: String, logger: Logger) {
        server = access.server
        keeper = AccessKeeper(access)
        http = HTTPClient(
            eventLoopGroupProvider: .shared(HTTPClient.defaultEventLoopGroup),
            configuration: .cluster(access))
        var headers = HTTPHeaders([("User-Agent", userAgent), ("Accept", "application/json")])
        // The URL has the name that the certificate is to be for.
        headers.add(name: "Host", value: server.authority)
        self.headers = headers
        var named = server
        named.host = access.serverName ?? server.host
        base = named.description
        for notice in access.notices { logger.warning("\(notice)") }
    }

    /// When the server last said something, be it no; the start where it never did.
    var heardAt: ContinuousClock.Instant { lastHeard.withLock { $0 } }

    /// Notes that it has.
    func hear() { lastHeard.withLock { $0 = .now } }

    /// An object's JSON.
    package func get(
        _ resource: APIResource, namespace: String, name: String
    ) async throws(APIFault) -> [UInt8] {
        let path = try APIPath.object(resource, namespace: namespace, name: name)
        return try await answer(APICall(target: path))
    }

    /// Makes an object; gives what the server made of it.
    package func create(
        _ resource: APIResource, namespace: String, body: [UInt8]
    ) async throws(APIFault) -> [UInt8] {
        let path = try APIPath.collection(resource, namespace: namespace)
        return try await answer(APICall(method: .POST, target: path, body: body))
    }

    /// Replaces an object, or its subresource such as `status`; gives the new object.
    package func replace(
        _ resource: APIResource, namespace: String, name: String, subresource: String? = nil,
        body: [UInt8]
    ) async throws(APIFault) -> [UInt8] {
        let path = try APIPath.object(
            resource, namespace: namespace, name: name, subresource: subresource)
        return try await answer(APICall(method: .PUT, target: path, body: body))
    }

    /// Changes the fields that `body` names (RFC 7386); gives the new object.
    package func mergePatch(
        _ resource: APIResource, namespace: String, name: String, subresource: String? = nil,
        body: [UInt8]
    ) async throws(APIFault) -> [UInt8] {
        let path = try APIPath.object(
            resource, namespace: namespace, name: name, subresource: subresource)
        return try await answer(
            APICall(
                method: .PATCH, target: path, body: body,
                contentType: "application/merge-patch+json"))
    }

    /// Deletes an object.
    package func delete(
        _ resource: APIResource, namespace: String, name: String
    ) async throws(APIFault) {
        let path = try APIPath.object(resource, namespace: namespace, name: name)
        _ = try await answer(APICall(method: .DELETE, target: path))
    }

    /// Ends all calls and connections; nothing may be called afterwards.
    package func shutdown() async {
        // It can only say that it was shut down before.
        try? await http.shutdown()
    }

    // MARK: Calls

    /// The whole answer to a call.
    private func answer(_ call: APICall) async throws(APIFault) -> [UInt8] {
        let outcome = await TimeLimit.run(Self.callTime) {
            [self] () async -> Result<[UInt8], APIFault> in
            do throws(APIFault) {
                let response = try await send(call)
                return .success(try await collect(response.body, most: Self.objectMax))
            } catch {
                return .failure(error)
            }
        }
        guard let outcome else { throw .unreachable("\(server): no answer in time") }
        return try outcome.get()
    }

    /// The answer's head; what is no success is thrown.
    func send(_ call: APICall) async throws(APIFault) -> HTTPClientResponse {
        var pass = try await keeper.pass()
        var response = try await exchange(call, pass)
        if response.status == .unauthorized, await keeper.refuse(pass.serial) {
            pass = try await keeper.pass()
            response = try await exchange(call, pass)
        }
        let status = Int(response.status.code)
        if (200..<300).contains(status) { return response }
        // Who is too slow to say why is known by the status alone.
        let body = response.body
        let words = await TimeLimit.run(.seconds(5)) { [self] in
            (try? await collect(body, most: Self.refusalMax)) ?? []
        }
        throw APIFault(status: status, headers: response.headers, body: words ?? [])
    }

    private func exchange(
        _ call: APICall, _ pass: AccessPass
    ) async throws(APIFault) -> HTTPClientResponse {
        var request = HTTPClientRequest(url: base + call.target)
        request.method = call.method
        request.headers = headers
        request.tlsConfiguration = pass.tls
        if let authorization = pass.authorization {
            request.headers.add(
                name: "Authorization", value: String(decoding: authorization.bytes, as: UTF8.self))
        }
        if let body = call.body {
            request.headers.add(name: "Content-Type", value: call.contentType)
            request.body = .bytes(ByteBuffer(bytes: body))
        }
        do {
            let response = try await http.execute(
                request, timeout: .nanoseconds(Int64(Self.callTime / .nanoseconds(1))))
            hear()
            return response
        } catch {
            // A new authority may be in its file already.
            await keeper.distrust()
            throw APIFault(transport: error, server: server.description)
        }
    }

    private func collect(
        _ body: HTTPClientResponse.Body, most: Int
    ) async throws(APIFault) -> [UInt8] {
        var bytes: [UInt8] = []
        do {
            for try await chunk in body {
                guard bytes.count + chunk.readableBytes <= most else {
                    throw APIFault.invalid("\(server): an answer of more than \(most >> 20) MiB")
                }
                bytes += chunk.readableBytesView
            }
        } catch {
            throw APIFault(transport: error, server: server.description)
        }
        return bytes
    }
}
