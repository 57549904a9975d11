import Bytes
import HTTP
import Testing

@Test(arguments: FieldName.allCases.filter { $0 != .other })
func `A known name is found in any case, and nothing near it`(_ name: FieldName) {
    let text = "\(name.text)"
    func found(_ text: String) -> FieldName { FieldName(Array(text.utf8).span) }
    #expect(found(text) == name)
    #expect(found(text.uppercased()) == name)
    #expect(found(text + "x") != name)
    #expect(found(String(text.dropLast())) != name)
    for index in text.indices {
        var near = text
        near.replaceSubrange(index...index, with: "~")
        #expect(found(near) == .other)
    }
}

@Test(arguments: ["", "x", "accept", "x-request-ix", "k-forwarded-for"])
func `Other names are other`(_ name: String) {
    #expect(FieldName(Array(name.utf8).span) == .other)
}

@Test(arguments: ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"])
func `A method is known in upper case only`(_ name: String) {
    #expect("\(HTTP.Method(Array(name.utf8).span).text)" == name)
    #expect(HTTP.Method(Array(name.lowercased().utf8).span) == .other)
    #expect(HTTP.Method(Array((name + "X").utf8).span) == .other)
}
