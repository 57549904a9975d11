import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization
import TestSupport

/// A fake of the Kubernetes API server, faithful to the wire, inside the test's own process.
///
/// It knows the kinds that weir reads and writes, keeps them in memory, and refuses what the real
/// server (1.36) refuses, in its words. Where it is not faithful: it speaks HTTP/1.1 and JSON only;
/// patches are merge patches; of pods and events the insides are not checked; a namespace goes at
/// once with all that is in it; a version of the future is answered at once instead of after 3 s;
/// managed fields take a list as one; and `allowsLoopback` lets upstreams live on loopback.
package final class FakeAPIServer: Sendable {
    package let options: Options
    /// The port on 127.0.0.1; it stays the same over an outage.
    package let port: UInt16
    let core: Core
    private let authority: Authority?
    private let tls: NIOSSLContext?
    private let state: Mutex<State>

    private struct State {
        var listener: (any Channel)?
        /// Holds the port while nobody listens.
        var placeholder: Socket?
        var connections: [ObjectIdentifier: any Channel] = [:]
        var isRefusing = false
    }

    /// Starts a server on a port of the kernel's choice.
    package static func start(_ options: Options = Options()) throws -> FakeAPIServer {
        try FakeAPIServer(options)
    }

    private init(_ options: Options) throws {
        self.options = options
        core = Core(options)
        authority = options.isSecure ? try Authority("fake API server") : nil
        tls = try authority.map(Self.context)
        let placeholder = try Socket.bind()
        port = placeholder.port
        state = Mutex(State(placeholder: placeholder, isRefusing: true))
        for name in options.namespaces {
            _ = try core.store.create(
                .namespaces, nil, ["metadata": ["name": .string(name)]],
                by: Writer(manager: "fake-api-server"))
        }
        try endOutage()
    }

    deinit { stop() }

    private static func context(_ authority: Authority) throws -> NIOSSLContext {
        let identity = try authority.issue("localhost", addresses: ["127.0.0.1"])
        var settings = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMBytes(Array(identity.certificate.utf8))
                .map { .certificate($0) },
            privateKey: .privateKey(
                try NIOSSLPrivateKey(bytes: Array(identity.key.utf8), format: .pem)))
        settings.trustRoots = .certificates(
            try NIOSSLCertificate.fromPEMBytes(Array(authority.certificate.utf8)))
        settings.certificateVerification = .optionalVerification
        settings.applicationProtocols = ["http/1.1"]
        return try NIOSSLContext(configuration: settings)
    }

    /// The address of the server, such as `127.0.0.1:40001`.
    package var address: String { "127.0.0.1:\(port)" }

    /// The URL of the server without a path.
    package var url: String { (options.isSecure ? "https" : "http") + "://" + address }

    /// The requests that reached it.
    package var log: RequestLog { core.log }

    /// The authority that signed its certificate; nil without TLS.
    package var authorityPath: String? { authority?.path }

    // MARK: Listening

    /// Takes connections again on the same port.
    package func endOutage() throws {
        let placeholder = state.withLock { state in
            state.isRefusing = false
            return state.placeholder.take()
        }
        guard let placeholder else { return }
        placeholder.close()
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { [core, tls, weak self] channel in
                self?.add(channel)
                return channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let tls { try pipeline.addHandler(NIOSSLServerHandler(context: tls)) }
                    try pipeline.configureHTTPServerPipeline(withErrorHandling: true)
                    try pipeline.addHandler(ConnectionHandler(core))
                }
            }
        let listener = try bootstrap.bind(host: "127.0.0.1", port: Int(port)).wait()
        state.withLock { $0.listener = listener }
    }

    private func add(_ channel: any Channel) {
        let isRefused = state.withLock { state in
            state.connections[ObjectIdentifier(channel)] = channel
            return state.isRefusing
        }
        if isRefused { channel.close(promise: nil) }
        channel.closeFuture.whenComplete { [weak self] _ in
            self?.state.withLock { state in
                _ = state.connections.removeValue(forKey: ObjectIdentifier(channel))
            }
        }
    }

    /// Closes the listener and all connections: connecting is refused until `endOutage`.
    package func beginOutage() throws {
        try close()
        let placeholder = try Socket.bind(port: port)
        state.withLock { $0.placeholder = placeholder }
    }

    private func close() throws {
        let (listener, connections) = state.withLock { state in
            state.isRefusing = true
            return (state.listener.take(), Array(state.connections.values))
        }
        try listener?.close().wait()
        for connection in connections { try? connection.close().wait() }
    }

    /// Closes every connection; new ones are taken.
    package func cutConnections() {
        for connection in state.withLock({ Array($0.connections.values) }) {
            connection.close(promise: nil)
        }
    }

    /// How many connections are open.
    package var openConnections: Int { state.withLock { $0.connections.count } }

    /// Ends the server.
    package func stop() {
        try? close()
        state.withLock { $0.placeholder = nil }
    }

    // MARK: Users

    /// Changes who may ask, and what: a token rotates, a right is taken away.
    package func changeUsers(_ body: @Sendable (inout [User]) -> Void) {
        core.gate.change(body)
    }

    /// A kubeconfig for a user: with the token, or else with a client certificate.
    package func kubeconfig(user name: String = "weir", namespace: String = "default") throws
        -> String
    {
        var cluster = ["server: \(url)"]
        if let authority {
            cluster.append("certificate-authority-data: \(Self.base64(authority.certificate))")
        }
        var user: [String] = []
        if let token = core.gate.user(name)?.token {
            user.append("token: \(token)")
        } else if let authority {
            let identity = try authority.issue(name)
            user.append("client-certificate-data: \(Self.base64(identity.certificate))")
            user.append("client-key-data: \(Self.base64(identity.key))")
        }
        let credentials = user.isEmpty ? " {}" : user.map { "\n    \($0)" }.joined()
        return """
            apiVersion: v1
            kind: Config
            current-context: fake
            contexts:
            - name: fake
              context:
                cluster: fake
                user: \(name)
                namespace: \(namespace)
            clusters:
            - name: fake
              cluster:\(cluster.map { "\n    \($0)" }.joined())
            users:
            - name: \(name)
              user:\(credentials)

            """
    }

    private static func base64(_ text: String) -> String {
        Data(text.utf8).base64EncodedString()
    }
}
