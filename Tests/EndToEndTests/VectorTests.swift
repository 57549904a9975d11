import TestSupport
import Testing

/// The table of request vectors (TestSupport/Vectors) against the running gateway.
@Suite struct `The table of requests` {
    static let families = [
        VectorFamily("framing", framingVectors), VectorFamily("chunks", chunkVectors),
        VectorFamily("lines, targets and hosts", lineVectors),
    ]

    @Test(arguments: families)
    func `each request is refused or sent on as the table says`(_ family: VectorFamily) throws {
        try withVectorStage { stage throws in
            for vector in family.vectors {
                do { try stage.check(vector) } catch { Issue.record(error, "\(vector.name)") }
            }
            try stage.checkRejections()
        }
    }

    /// The cases that reference/peers.md §7.1 names, by its families.
    static let named: [String: [String]] = [
        "Content-Length and Transfer-Encoding": [
            "cl-te-both", "clte-desync", "clte-pipeline", "clte-smuggled-get",
            "clte-smuggled-head", "clte-conn-close", "tecl-desync", "tecl-pipeline",
            "tecl-smuggled-get", "tecl-conn-close",
        ],
        "Content-Length": [
            "duplicate-cl", "cl-comma-same", "cl-comma-different", "cl-comma-triple",
            "cl-leading-zeros", "cl-leading-zeros-octal", "cl-octal", "cl-hex-prefix",
            "cl-underscore", "cl-negative", "cl-negative-zero", "cl-double-zero",
            "cl-internal-space", "cl-trailing-space", "cl-extra-leading-sp", "cl-plus",
            "cl-non-numeric", "cl-overflow-63-bits",
        ],
        "Transfer-Encoding": [
            "te-duplicate-headers", "te-double-chunked", "te-not-final-chunked", "te-identity",
            "te-xchunked", "te-empty-value", "te-leading-comma", "te-trailing-comma",
            "te-trailing-space", "te-tab-before-value", "te-vtab", "te-formfeed", "te-null",
            "te-case-mismatch", "te-obs-fold", "te-http10", "chunked-with-params",
            "te-sp-before-colon", "transfer-encoding-underscore",
        ],
        "chunks": [
            "chunk-hex-prefix", "chunk-size-plus", "chunk-underscore", "chunk-negative",
            "chunk-leading-sp", "chunk-size-trailing-ows", "chunk-bare-semicolon",
            "chunk-ext-lf", "chunk-ext-cr", "chunk-ext-ctrl", "chunk-ext-invalid-token",
            "chunk-lf-term", "chunk-bare-cr-term", "chunk-lf-trailer",
            "chunk-missing-trailing-crlf", "chunk-spill", "chunk-invalid-size-desync",
            "chunk-size-overflow", "chunk-ext-bomb",
        ],
        "bodies that a server may overlook": [
            "cl0-body-poison", "get-cl-body-desync", "get-cl-prefix-desync", "head-cl-body",
            "options-cl-body", "options-cl-body-desync", "delete-chunked", "expect-100-cl",
            "expect-100-cl-desync",
        ],
        "lines": [
            "bare-lf-request-line", "bare-lf-header", "bare-cr-header-value", "obs-fold",
            "trailer-obs-fold", "sp-before-colon", "leading-space-first-header", "nul-in-value",
            "nul-in-name", "name-not-token", "header-injection", "double-sp-after-method",
            "double-sp-before-version", "lower-case-method", "http09", "te-http10", "http12",
            "http20-text",
        ],
        "Host and target": [
            "missing-host", "duplicate-host", "multiple-host-comma", "absolute-uri-host-mismatch",
            "absolute-userinfo", "host-userinfo", "absolute-uri-port-mismatch", "fragment",
            "authority-form", "asterisk-get",
        ],
        "trailers": [
            "trailer-cl", "trailer-te", "trailer-host", "trailer-auth", "trailer-content-type",
        ],
        "Upgrade": [
            "upgrade-early-bytes", "upgrade-with-body", "upgrade-other", "upgrade-h2c-with-body",
        ],
        "Connection": [
            "connection-names-host", "connection-names-cl", "connection-names-te",
            "connection-names-forwarded", "connection-names-others",
        ],
    ]

    @Test func `the table has every named case`() {
        let known = Set(Self.families.flatMap(\.vectors).map(\.name))
        for (family, names) in Self.named {
            #expect(names.filter { !known.contains($0) } == [], "\(family)")
        }
    }
}

/// Vectors that one test takes together.
struct VectorFamily: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var vectors: [Vector]

    init(_ name: String, _ vectors: [Vector]) {
        testDescription = name
        self.vectors = vectors
    }
}
