/// Reads a length and believes it, as no decoder may: the fault that a fuzzer must find.
enum CanarySubject {
    static func check(_ bytes: [UInt8]) throws(Finding) {
        guard bytes.starts(with: "weir".utf8), bytes.count > 6 else { return }
        let length = Int(bytes[4]) << 8 | Int(bytes[5])
        try demand(length <= bytes.count - 6, "a length of \(length) in \(bytes.count) bytes")
    }
}
