import FakeAPIServer
import TestSupport

/// An upstream of a cluster: a Service, its EndpointSlice, and the process behind them.
struct ClusterUpstream {
    /// Of the Service, and what the process calls itself.
    var name: String
    var servicePort: Int
    var process: PythonUpstream
}

/// The images of the conformance suite, as programs of Tests/Clients.
enum Image: String {
    case runtime, timeout, retry, ping, proxy
    case webSocket = "ws"

    func start(_ name: String, _ arguments: [String]) throws -> PythonUpstream {
        if self == .webSocket { return try PythonUpstream("knative_ws", name, arguments) }
        return try PythonUpstream("knative_image", name, [rawValue] + arguments)
    }

    /// What the suite calls the port of their Services.
    var portName: String {
        switch self {
        case .runtime, .timeout, .webSocket: "http"
        case .retry, .ping: "http2"
        case .proxy: ""
        }
    }

    /// What the suite says of the protocol, besides the name.
    var appProtocol: String? { self == .ping ? "kubernetes.io/h2c" : nil }
}
