import ControlPlane
import Foundation
import TLS
import Testing

@Suite struct ExplainTests {
    private let folder: ScratchFolder

    init() throws {
        folder = try ScratchFolder()
        try folder.write("revisions.yaml", Sample.revision(1) + "---\n" + Sample.revision(2))
        try folder.write("hello.yaml", Sample.service([90, 10], tag: "stable"))
    }

    private func text(_ request: ExplainRequest, asJSON: Bool = false) async throws -> String {
        var settings = Settings()
        settings.manifests = [folder.path]
        return try await OfflineTable(settings).explain(request, asJSON: asJSON)
    }

    @Test func `a request is explained by the manifests alone`() async throws {
        let request = ExplainRequest(method: "GET", url: "http://hello.default.example.com/x?y")
        let said = try await text(request)
        for part in ["hello.default.example.com", "hello-1", "hello-2", "127.0.0.1:9001"] {
            #expect(said.contains(part), "\(said)")
        }
        let json = try await text(request, asJSON: true)
        #expect(throws: Never.self) {
            try JSONSerialization.jsonObject(with: Data(json.utf8))
        }
    }

    @Test func `the scheme, the listener and the client are what the request says`() throws {
        let request = try ExplainRequest(
            method: "post", url: "https://a.b", headers: ["A: b"], listener: "internal",
            client: "2001:db8::1")
        #expect(try ExplainRequest(json: request.json) == request)
        #expect(request.listener == .internal && request.client.count == 16)
    }

    @Test(arguments: [
        ("", "no url is given"), ("ftp://a/", "is neither http nor https"),
        ("http://a/\r\nX: y", "a line break"), ("http://a b/", "every listener refuses this: 400"),
        ("http://a/" + String(repeating: "x", count: 20_000), "every listener refuses this: 414"),
    ])
    func `what no listener would take is refused with its reason`(
        url: String, reason: String
    ) async {
        do {
            let request = try ExplainRequest(
                method: nil, url: url, headers: [], listener: nil, client: nil)
            _ = try await text(request)
            Issue.record("it was explained")
        } catch {
            #expect("\(error)".contains(reason), "\(error)")
        }
    }

    @Test(arguments: [#"{"url": 5}"#, "", "[]", #"{"url": "http://a/", "client": "localhost"}"#])
    func `a body that says no request is refused`(body: String) {
        #expect(throws: ExplainRequest.Refusal.self) { try ExplainRequest(json: body) }
    }

    @Test func `a Host that is given wins over the URL's`() async throws {
        let request = ExplainRequest(
            method: "GET", url: "http://127.0.0.1:8080/",
            headers: ["Host: hello.default.example.com"])
        #expect(try await text(request).contains("hello-1"))
    }

    @Test func `an empty field does not end the head`() async {
        let request = ExplainRequest(method: "GET", url: "http://a/", headers: ["", "X: y"])
        await #expect(throws: ExplainRequest.Refusal.self) { try await text(request) }
    }

    @Test func `what a listener refuses is told from what is no request`() async {
        for (url, isByListeners) in [("http://a b/", true), ("ftp://a/", false)] {
            do {
                _ = try await text(ExplainRequest(method: "GET", url: url))
                Issue.record("it was explained")
            } catch {
                let refusal = error as? ExplainRequest.Refusal
                #expect(refusal?.isByListeners == isByListeners)
            }
        }
    }

    @Test func `what a destination speaks is said`() async throws {
        let request = ExplainRequest(method: "GET", url: "http://hello.default.example.com/")
        #expect(try await text(request).contains("destination 127.0.0.1:9001, http/1.1\n"))
        let made = try #require(SelfSigned(names: ["kn-routing"], from: 0, until: 1 << 33))
        try folder.write("network.yaml", Sample.internalTLS)
        try folder.write("trust.yaml", Sample.trust(made.chain))
        #expect(try await text(request).contains("destination 127.0.0.1:9001, https\n"))
        let json = try await text(request, asJSON: true)
        #expect(json.contains("\"https\""), "\(json)")
    }

    @Test func `https without a certificate is said`() async throws {
        let request = ExplainRequest(method: "GET", url: "https://hello.default.example.com:1/")
        let wrong = "no certificate has this name"
        #expect(try await text(request).contains(wrong))
        #expect(try await text(request, asJSON: true).contains("\"handshake\": \"\(wrong)"))
        let made = try #require(
            SelfSigned(names: ["hello.default.example.com"], from: 0, until: 4_000_000_000))
        try folder.write("secret.yaml", Sample.secret(chain: made.chain, key: made.key))
        #expect(try await !text(request).contains(wrong))
        #expect(try await !text(request, asJSON: true).contains("handshake"))
    }
}
