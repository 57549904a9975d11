import TestSupport
import Testing

/// `weir demo` without a terminal.
@Suite(.serialized) struct `Demo` {
    @Test func `it prints its table for as long as it is told to and leaves with 0`() throws {
        let process = try ChildProcess([Gateway.binary(), "demo", "--for", "5"])
        #expect(try process.waitForEnd(within: .seconds(20)) == .exit(0))
        let text = process.stdout.lowercased()
        for word in ["curl", "90", "10", "p99"] { #expect(text.contains(word), "\(text)") }
        #expect(!text.contains("\u{1b}["), "no terminal, no escape sequences")
        #expect(text.split(separator: "\n").count > 5)
    }

    @Test func `SIGINT ends it cleanly`() throws {
        let process = try ChildProcess([Gateway.binary(), "demo", "--for", "600"])
        try eventually("its table is printed", within: .seconds(20)) {
            process.stdout.lowercased().contains("p99")
        }
        process.send(2)
        #expect(try process.waitForEnd(within: .seconds(10)) == .exit(0))
    }
}
