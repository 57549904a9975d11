import Testing

@testable import ControlPlane

@Suite struct ClusterObjectTests {
    private func read(_ text: String, _ resource: APIResource = .ingresses) -> ClusterObject? {
        let slices = JSONSlices(Array(text.utf8))
        return slices.whole.flatMap { ClusterObject(slices, $0, resource) }
    }

    @Test func `what is needed of an Ingress is read`() throws {
        let object = try #require(
            read(
                #"""
                {"apiVersion":"networking.internal.knative.dev/v1alpha1","kind":"Ingress",
                "metadata":{"annotations":{"networking.knative.dev/ingress.class":"ours"},
                "creationTimestamp":"2026-03-01T09:00:00Z","generation":3,"managedFields":[{"x":1}],
                "name":"cart","namespace":"shop","resourceVersion":"41","uid":"u"},
                "spec":{"rules":[]},"status":{"observedGeneration":2}}
                """#))
        #expect(object.pair == NamespacedPair("shop", "cart"))
        #expect(object.uid == "u")
        #expect(object.resourceVersion == "41")
        #expect(object.generation == 3)
        #expect(object.status == #"{"observedGeneration":2}"#)
        #expect(object.ingressClass == "ours")
        #expect(!object.isDeleting)
        #expect(!object.text.contains("managedFields"))
        #expect(JSONSlices(Array(object.text.utf8)).whole != nil)
    }

    @Test(arguments: [
        #"{"managedFields":[],"name":"a","resourceVersion":"1"}"#,
        #"{"name":"a","managedFields":[],"resourceVersion":"1"}"#,
        #"{"name":"a","resourceVersion":"1", "managedFields" : [ ] }"#,
    ])
    func `managed fields are cut wherever they stand, and a list's item is completed`(meta: String)
        throws
    {
        let object = try #require(read(#"{"metadata":\#(meta)}"#, .services))
        let slices = JSONSlices(Array(object.text.utf8))
        let whole = try #require(slices.whole)
        #expect(slices.text(slices.value("kind", in: whole)) == "Service")
        #expect(slices.text(slices.value("apiVersion", in: whole)) == "v1")
        let left = try #require(slices.members(slices.value("metadata", in: whole) ?? whole))
        #expect(left.count == 2)
    }

    @Test func `only what matters to a table changes the digest`() throws {
        func digest(_ version: String, _ spec: String, _ status: String) throws -> Int {
            try #require(
                read(
                    #"{"metadata":{"name":"a","managedFields":[\#(version)],"resourceVersion":"#
                        + #""\#(version)"},"spec":\#(spec),"status":\#(status)}"#)
            ).digest
        }
        let one = try digest("1", "{}", "{}")
        #expect(try digest("22", "{}", #"{"a":1}"#) == one)
        #expect(try digest("1", #"{"a":1}"#, "{}") != one)
    }

    @Test(arguments: [
        "{}", #"{"metadata":{}}"#, #"{"metadata":{"name":"a"}}"#, #"{"metadata":[]}"#,
        #"{"metadata":{"name":"","resourceVersion":"1"}}"#,
        #"{"metadata":{"name":"a/b","resourceVersion":"1"}}"#,
        #"{"metadata":{"name":"a","namespace":"../x","resourceVersion":"1"}}"#,
        #"{"metadata":{"name":1,"resourceVersion":"1"}}"#, "[]", #""x""#,
    ])
    func `what is no object is none`(text: String) { #expect(read(text) == nil) }

    @Test func `an event that is cut or bent never traps`() throws {
        let line =
            Array(
                #"{"type":"ADDED","object":{"metadata":{"name":"a","resourceVersion":"1","#.utf8)
            + Array(#""managedFields":[{"f:a":{}}],"labels":{"a":"b"}},"spec":{"x":[1]}}}"#.utf8)
        for cut in 0..<line.count {
            #expect(throws: APIFault.self) {
                try WatchEvent(Array(line[..<cut]), .services)
            }
        }
        var random = SplitMix(7)
        for _ in 0..<300 {
            var bent = line
            for _ in 0..<2 {
                bent[Int.random(in: 0..<bent.count, using: &random)] = UInt8.random(
                    in: 0...255, using: &random)
            }
            _ = try? WatchEvent(bent, .services)
        }
    }

    @Test func `events say what they are`() throws {
        func event(_ text: String) throws(APIFault) -> WatchEvent {
            try WatchEvent(Array(text.utf8), .services)
        }
        guard
            case .bookmark("9") = try event(
                #"{"type":"BOOKMARK","object":{"kind":"Service","metadata":{"resourceVersion":"9"}}}"#
            )
        else {
            Issue.record("no bookmark")
            return
        }
        guard
            case .fault(.expired) = try event(
                #"{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired"}}"#)
        else {
            Issue.record("not expired")
            return
        }
        for text in [#"{"type":"NEW","object":{}}"#, #"{"type":"BOOKMARK","object":{}}"#, "{}"] {
            #expect(throws: APIFault.self) { try event(text) }
        }
    }
}
