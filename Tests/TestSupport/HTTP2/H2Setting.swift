/// A parameter of SETTINGS (RFC 9113 §6.5.2).
package struct H2Setting: RawRepresentable, Sendable, Hashable {
    package let rawValue: UInt16
    package init(rawValue: UInt16) { self.rawValue = rawValue }

    package static let headerTableSize = H2Setting(rawValue: 1)
    package static let enablePush = H2Setting(rawValue: 2)
    package static let maxConcurrentStreams = H2Setting(rawValue: 3)
    package static let initialWindowSize = H2Setting(rawValue: 4)
    package static let maxFrameSize = H2Setting(rawValue: 5)
    package static let maxHeaderListSize = H2Setting(rawValue: 6)
    /// RFC 8441.
    package static let enableConnectProtocol = H2Setting(rawValue: 8)

    /// A parameter with its value.
    package struct Value: Sendable, Equatable {
        package var setting: H2Setting
        package var value: UInt32

        package init(_ setting: H2Setting, _ value: UInt32) {
            self.setting = setting
            self.value = value
        }
    }
}

/// So that a test may write `.settings(.initialWindowSize(0))`.
extension H2Setting.Value {
    package static func headerTableSize(_ value: UInt32) -> Self { .init(.headerTableSize, value) }
    package static func enablePush(_ value: UInt32) -> Self { .init(.enablePush, value) }
    package static func maxConcurrentStreams(_ value: UInt32) -> Self {
        .init(.maxConcurrentStreams, value)
    }
    package static func initialWindowSize(_ value: UInt32) -> Self {
        .init(.initialWindowSize, value)
    }
    package static func maxFrameSize(_ value: UInt32) -> Self { .init(.maxFrameSize, value) }
    package static func maxHeaderListSize(_ value: UInt32) -> Self {
        .init(.maxHeaderListSize, value)
    }
}
