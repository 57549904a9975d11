/// A whole response as an upstream gives it.
package struct H2Answer: Sendable {
    package var fields: [FieldLine]
    package var body: [UInt8]
    package var trailers: [FieldLine]

    /// With neither body nor trailers the head ends the stream, so that `fields` may be what gRPC
    /// calls "trailers only".
    package init(
        _ status: Int = 200, _ fields: [FieldLine] = [], body: String = "",
        trailers: [FieldLine] = []
    ) {
        self.fields = [FieldLine(":status", "\(status)")] + fields
        self.body = Array(body.utf8)
        self.trailers = trailers
    }
}
