import Bytes
import ControlPlane
import Foundation
import Manifests
import Routing
import Synchronization
import Telemetry
import Testing

@Suite struct AccessLogTests {
    private let folder: ScratchFolder
    private let sheets = [TallySheet(), TallySheet()]
    private let log = LogLines()
    private let report = Shared(TableReport())

    private final class Shared<Value: Sendable>: Sendable {
        let value: Mutex<Value>
        init(_ value: Value) { self.value = Mutex(value) }
    }

    init() throws { folder = try ScratchFolder() }

    private func writer(_ form: AccessForm, _ path: String) throws -> AccessLogWriter {
        let report = report
        return try AccessLogWriter(
            form, path: path,
            sources: .init(
                rings: sheets.map(\.records), report: { report.value.withLock { $0 } },
                listeners: { ["external-http"] }),
            logger: log.logger)
    }

    private func append(_ sheet: Int, code: UInt16, series: Handle = .none) {
        var figures = AccessFigures()
        figures.code = code
        figures.series = series
        sheets[sheet].records.append(figures, [UInt8]().span)
    }

    private func lines(_ name: String) -> [String] {
        let text = (try? String(contentsOfFile: folder.path(name), encoding: .utf8)) ?? ""
        return text.split(separator: "\n").map(String.init)
    }

    private func codes(_ name: String) -> [Substring] {
        lines(name).compactMap { $0.split(separator: "\" ").dropFirst().first?.prefix(3) }
    }

    @Test func `every record of every worker becomes a line`() async throws {
        let writer = try writer(.text, folder.path("log"))
        append(0, code: 200)
        writer.start()
        append(1, code: 201)
        append(0, code: 202)
        #expect(await eventually { lines("log").count == 3 })
        #expect(codes("log").sorted() == ["200", "201", "202"])
        append(1, code: 203)
        await writer.stop()
        // The end waits for what there is.
        #expect(codes("log").contains("203"))
        #expect(writer.lost == 0)
    }

    @Test func `a series' names outlive its table by one`() async throws {
        var store = ManifestStore(options: ManifestOptions())
        store.load(file: "revisions", text: Sample.revision(1) + "---\n" + Sample.revision(2))
        store.load(file: "hello", text: Sample.service([90, 10]))
        let builder = TableBuilder(hashSeed: HashSeed(1, 2))
        func publish(_ version: UInt64, _ compilation: Compilation) {
            _ = builder.update(
                routes: compilation.routes, destinations: compilation.destinations)
            report.value.withLock { report in
                report.version = version
                report.catalog = builder.catalog
            }
        }
        publish(1, store.compile())
        let first = try #require(builder.catalog.series.first { $0.revision == "hello-1" })
        store.remove(file: "hello")
        let writer = try writer(.json, folder.path("log"))
        writer.start()
        for version in 2...4 as ClosedRange<UInt64> {
            append(0, code: 200, series: first.id)
            #expect(await eventually { lines("log").count == Int(version) - 1 })
            publish(version, store.compile())
        }
        let isNamed = lines("log").map { $0.contains("\"revision\":\"hello-1\"") }
        #expect(isNamed == [true, true, false])
        await writer.stop()
    }

    @Test func `after it was moved away the file is opened again when told`() async throws {
        let writer = try writer(.text, folder.path("log"))
        writer.start()
        append(0, code: 200)
        #expect(await eventually { lines("log").count == 1 })
        try folder.move("log", to: "log.1")
        writer.reopen()
        #expect(await eventually { FileManager.default.fileExists(atPath: folder.path("log")) })
        append(0, code: 201)
        #expect(await eventually { codes("log") == ["201"] })
        #expect(codes("log.1") == ["200"])
        await writer.stop()
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
    func `lines that a full disk refuses are lost and counted, and that is said once`()
        async throws
    {
        let writer = try writer(.text, "/dev/full")
        writer.start()
        append(0, code: 200)
        #expect(await eventually { writer.lost == 1 })
        append(0, code: 200)
        #expect(await eventually { writer.lost == 2 })
        await writer.stop()
        #expect(log.lines.count == 1)
        #expect(log.lines.first?.contains("No space left on device, lines are lost") == true)
    }

    @Test func `a file that cannot be opened refuses the start`() {
        #expect(throws: GatewayFault.self) { try writer(.text, folder.path("no/such/folder")) }
    }

    @Test func `a reader that does not read stops nobody`() async throws {
        let path = folder.path("pipe")
        #expect(mkfifo(path, 0o600) == 0)
        let reader = open(path, O_RDONLY | O_NONBLOCK)
        defer { close(reader) }
        let writer = try writer(.text, path)
        writer.start()
        let began = ContinuousClock.now
        // More than a pipe and a ring hold.
        for _ in 0..<20_000 { append(0, code: 200) }
        #expect(ContinuousClock.now - began < .seconds(5))
        #expect(sheets[0].records.lost > 0)
        await writer.stop()
    }

    @Test func `a series that came after a block was begun has its names`() async throws {
        var store = ManifestStore(options: ManifestOptions())
        store.load(file: "revisions", text: Sample.revision(1))
        store.load(file: "hello", text: Sample.service([100]))
        let compilation = store.compile()
        let builder = TableBuilder(hashSeed: HashSeed(1, 2))
        _ = builder.update(routes: compilation.routes, destinations: compilation.destinations)
        let catalog = builder.catalog
        let series = catalog.series
        let asked = Shared(UInt64(0))
        let writer = try AccessLogWriter(
            .json, path: folder.path("log"),
            sources: .init(
                rings: sheets.map(\.records),
                report: {
                    var report = TableReport()
                    report.version = asked.value.withLock { count in
                        count += 1
                        return min(count, 2)
                    }
                    if report.version == 2 { report.catalog = catalog }
                    return report
                }, listeners: { [] }),
            logger: log.logger)
        append(0, code: 200, series: try #require(series.first { $0.revision == "hello-1" }).id)
        writer.start()
        #expect(await eventually { lines("log").count == 1 })
        #expect(lines("log").first?.contains("\"revision\":\"hello-1\"") == true)
        await writer.stop()
    }

    @Test func `a pipe that nobody reads refuses the start`() {
        let path = folder.path("pipe")
        #expect(mkfifo(path, 0o600) == 0)
        #expect(throws: GatewayFault.self) { try writer(.text, path) }
        #expect(throws: GatewayFault.self) { try writer(.text, folder.path) }
    }

    @Test func `after a line that was cut the next one begins on its own`() async throws {
        let path = folder.path("pipe")
        #expect(mkfifo(path, 0o600) == 0)
        let reader = open(path, O_RDONLY | O_NONBLOCK)
        let writer = try writer(.text, path)
        // More than a pipe holds.
        for _ in 0..<1500 { append(0, code: 200) }
        writer.start()
        #expect(await eventually { waiting(reader) >= 65_000 })
        close(reader)
        #expect(await eventually { writer.lost > 0 && sheets[0].records.waiting == 0 })
        let second = open(path, O_RDONLY | O_NONBLOCK)
        defer { close(second) }
        append(0, code: 201)
        var text: [UInt8] = []
        let isWhole = await eventually {
            var bytes = [UInt8](repeating: 0, count: 1 << 16)
            let count = read(second, &bytes, bytes.count)
            if count > 0 { text += bytes[..<count] }
            return String(decoding: text, as: UTF8.self).contains("\" 201")
        }
        #expect(isWhole)
        let last = String(decoding: text, as: UTF8.self).split(separator: "\n").last ?? ""
        #expect(last.hasPrefix("[") && last.contains("\" 201"), "\(last)")
        #expect(!last.contains("\" 200"))
        await writer.stop()
    }

    /// Bytes in a pipe.
    private func waiting(_ reader: CInt) -> Int {
        var count: CInt = 0
        return ioctl(reader, UInt(FIONREAD), &count) == 0 ? Int(count) : 0
    }
}
