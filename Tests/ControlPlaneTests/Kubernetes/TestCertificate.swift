import Foundation
import TestSupport

/// A certificate for tests that need any.
enum TestCertificate {
    static func authority() throws -> String { try Authority("test").certificate }
}
