import Foundation

/// Whether the gateway that tests start was built with a sanitizer: `make test-asan`, `make test-tsan`.
package enum Sanitizers {
    package static let areOn =
        ProcessInfo.processInfo.environment["WEIR_BINARY"]?.contains("san-weir/") == true

    /// Kilobytes by which a gateway may grow; with a sanitizer, which keeps what is freed and notes
    /// of what is used, any number.
    package static func growth(_ kilobytes: Int) -> Int { areOn ? .max >> 10 : kilobytes }
}
