import ControlPlane
import TLS
import Telemetry
import Testing

@Suite struct ChoresTests {
    private let folder: ScratchFolder
    private let sheet = TallySheet()
    private let log = LogLines()

    init() throws { folder = try ScratchFolder() }

    @Test func `failing patterns are spoken of in one line`() async throws {
        let chores = Chores(
            tickets: TicketKeys(), files: TicketKeyFiles([]), sheets: [sheet], logger: log.logger)
        for _ in 0..<5 { sheet.ruleFailed(0) }
        sheet.ruleFailed(4)
        let task = Task { try await chores.run() }
        #expect(await eventually { !log.lines.isEmpty })
        sheet.ruleFailed(0)
        task.cancel()
        try await task.value
        #expect(
            log.lines == [
                "warning: searches with rules' patterns failed and count as no match: "
                    + "match_limit 5, subject_too_long 1"
            ])
    }

    @Test func `ticket keys that cannot be read again leave the old ones`() async throws {
        try folder.write("key", String(repeating: "k", count: 80))
        let files = TicketKeyFiles([folder.path("key")])
        let chores = Chores(
            tickets: try files.open(), files: files, sheets: [sheet], logger: log.logger)
        await chores.reload()
        #expect(log.lines.isEmpty)
        try folder.write("key", "short")
        await chores.reload()
        #expect(log.lines.count == 1)
        #expect(log.lines.first?.hasSuffix("the old keys stay") == true)
    }
}
