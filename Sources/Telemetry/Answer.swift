/// How exchanges of a series were answered: the labels of one request count.
package struct Answer: Hashable, Sendable {
    package let `protocol`: RequestProtocol
    /// 0 when the client went away before an answer began.
    package let code: UInt16
    package let flag: ResponseFlag

    package init(protocol spoken: RequestProtocol, code: UInt16, flag: ResponseFlag) {
        self.protocol = spoken
        self.code = code
        self.flag = flag
    }

    /// Undoes `SeriesRow.key`; nil for what is no key.
    init?(key: UInt64) {
        guard let spoken = RequestProtocol(rawValue: UInt8(truncatingIfNeeded: key >> 32)),
            let flag = ResponseFlag(rawValue: UInt8(truncatingIfNeeded: key >> 16))
        else { return nil }
        self.init(protocol: spoken, code: UInt16(truncatingIfNeeded: key), flag: flag)
    }
}
