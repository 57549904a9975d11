import Foundation

/// A list as asked for.
struct ListQuery: Sendable {
    var selection = Selection()
    var limit = 0
    var continueToken = ""
    var resourceVersion = ""
    var match = ""
    /// A revision that a fault makes the answer come from.
    var staleRevision: Int?
}

/// A list as answered.
struct ListPage: Sendable {
    var objects: [StoredObject]
    var revision: Int
    var continueToken = ""
    var remaining: Int?
}

/// Where the next page of a list begins; opaque to clients.
struct ContinueToken {
    /// The revision that all pages show; -1 where that was given up.
    var revision: Int
    /// Keys after this one are still to come.
    var after: String

    init(revision: Int, after: String) {
        self.revision = revision
        self.after = after
    }

    init(_ text: String) throws {
        let base64 = text.replacing("-", with: "+").replacing("_", with: "/")
        let padding = String(repeating: "=", count: (4 - base64.count % 4) % 4)
        guard let data = Data(base64Encoded: base64 + padding),
            let value = try? JSONReader.read(Array(data)), let revision = value["rv"].int,
            let after = value["start"].text
        else {
            throw StatusFault.badRequest("continue key is not valid: invalid token")
        }
        self.init(revision: revision, after: after)
    }

    var text: String {
        let value: JSONValue = [
            "v": "meta.k8s.io/v1", "rv": .integer(revision), "start": .string(after),
        ]
        return Data(JSONWriter.bytes(value)).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
