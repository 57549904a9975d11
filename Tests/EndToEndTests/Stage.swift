import Foundation
import TestSupport
import Testing

/// The host of the Route `app` that most tests ask for.
let app = "app.default.example.com"

/// What a gateway said last: of a crash the thread that it was.
private func lastWords(of gateway: Gateway) -> Substring {
    let text = gateway.process.stderr
    guard let crash = text.range(of: " crashed:") else { return text.suffix(2000) }
    return text[crash.lowerBound...].prefix(4000)
}

/// Runs a gateway for the length of `body`; it must be alive at the end and leave with 0.
func withGateway(
    _ files: [String: String], settings: [String: String] = [:], descriptors: Int? = nil,
    _ body: (Gateway) throws -> Void
) throws {
    let gateway = try Gateway(files, settings: settings, descriptors: descriptors)
    defer {
        let died = gateway.process.ended
        #expect(died == nil, "weir died under the test: \(lastWords(of: gateway))")
        let ending = gateway.stop()
        if died == nil { #expect(ending == .exit(0), "\(lastWords(of: gateway))") }
    }
    try body(gateway)
}

/// Runs a gateway whose Route `app` leads to one scripted upstream.
func withApp(
    settings: [String: String] = [:], _ script: @escaping ScriptedUpstream.Script,
    _ body: (Gateway, ScriptedUpstream) throws -> Void
) throws {
    let upstream = try ScriptedUpstream(script)
    defer { upstream.stop() }
    let files = ["app.yaml": Manifests.simple("app", ports: [upstream.port])]
    try withGateway(files, settings: settings) { try body($0, upstream) }
}

/// Runs a gateway whose Route `app` leads to an upstream that answers every request.
func withApp(
    settings: [String: String] = [:], answering answer: @escaping @Sendable (Message) -> String,
    _ body: (Gateway, ScriptedUpstream) throws -> Void
) throws {
    try withApp(
        settings: settings,
        { connection in
            while let request = try connection.readRequest() {
                try connection.send(answer(request))
            }
        }, body)
}

/// A request to the Route `app`, with more field lines.
func ask(_ method: String = "GET", _ target: String = "/", _ fields: String...) -> String {
    (["\(method) \(target) HTTP/1.1", "Host: \(app)"] + fields).joined(separator: "\r\n")
        + "\r\n\r\n"
}

/// A POST of that body to the Route `app`.
func post(_ target: String = "/", _ body: String, _ fields: String...) -> String {
    (["POST \(target) HTTP/1.1", "Host: \(app)", "Content-Length: \(body.utf8.count)"] + fields)
        .joined(separator: "\r\n") + "\r\n\r\n" + body
}

/// Waits until a number has not changed for a tenth of a second.
func untilStable(_ what: String, _ number: () -> Int) throws {
    var last = number()
    var since = Deadline.after(.milliseconds(100))
    try eventually("\(what) come to rest", within: .seconds(20)) {
        let now = number()
        if now != last { since = .after(.milliseconds(100)) }
        last = now
        return since.isPast
    }
}

extension ChildProcess {
    /// True when it used no CPU during the last tenth of a second.
    var isAtRest: Bool {
        let before = processorTicks
        let end = Deadline.after(.milliseconds(100))
        _ = try? eventually("a tenth of a second") { end.isPast }
        return processorTicks == before
    }
}
