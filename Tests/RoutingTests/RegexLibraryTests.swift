import Routing
import Testing

struct RegexLibraryTests {
    @Test func `the linked library tells its version`() {
        #expect(RegexLibrary.version().hasPrefix("10."))
    }
}
