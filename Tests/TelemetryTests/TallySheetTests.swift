import Bytes
import Telemetry
import Testing

struct TallySheetTests {
    private static func labels(
        _ index: UInt32, generation: UInt32 = 1, revision: String = "app-1", tag: String = ""
    ) -> SeriesLabels {
        SeriesLabels(
            id: Handle(index: index, generation: generation), namespace: "default", route: "app",
            revision: revision, tag: tag)
    }

    @Test func `a fresh sheet reads as zero`() throws {
        let sheet = TallySheet()
        defer { sheet.destroy() }
        let reading = Reading(sheets: [sheet], series: [Self.labels(3)])
        #expect(reading.series.count == 2)
        #expect(reading.series.allSatisfy { $0.requests == 0 && $0.durations.isEmpty })
        #expect(reading.probes == 0 && reading.servedVersion == 0)
        #expect(reading.rejected.allSatisfy { $0 == 0 })
    }

    @Test func `answers are counted by protocol, code and flag`() throws {
        var sheet = TallySheet()
        defer { sheet.destroy() }
        let series = Self.labels(700)
        for _ in 0..<3 { sheet.record(series.id, 200) }
        sheet.record(series.id, 200, spoken: .http2)
        sheet.record(series.id, 503, flag: .UH)
        let read = try #require(Reading(sheets: [sheet], series: [series]).series.first)
        #expect(
            read.answers == [
                Answer(protocol: .http1, code: 200, flag: .none): 3,
                Answer(protocol: .http2, code: 200, flag: .none): 1,
                Answer(protocol: .http1, code: 503, flag: .UH): 1,
            ])
        #expect(read.requests == 5)
        #expect(read.failures == 1)
    }

    @Test func `failed patterns and lost records are summed up`() {
        let sheets = [TallySheet(), TallySheet()]
        defer { for sheet in sheets { sheet.destroy() } }
        let large = [UInt8](repeating: 0, count: TallyLimits.recordBytesMax)
        for sheet in sheets {
            sheet.ruleFailed(1)
            sheet.ruleFailed(200)
            sheet.records.append(AccessFigures(), large.span)
        }
        let reading = Reading(sheets: sheets, series: [])
        #expect(reading.ruleFailures == [0, 2, 0, 0, 0, 0, 0, 2])
        #expect(reading.lostRecords == 2)
    }

    @Test func `sheets are summed up, and ids with the same labels come together`() throws {
        var sheets = [TallySheet(), TallySheet(), TallySheet()]
        defer { for sheet in sheets { sheet.destroy() } }
        let first = Self.labels(1)
        let second = Self.labels(2)
        for place in sheets.indices {
            var sheet = sheets[place]
            sheet.record(first.id, 200, nanoseconds: 1_000_000)
            sheet.record(second.id, 200, nanoseconds: 3_000_000)
            sheet.began(first.id)
            sheet.probe()
            sheet.served(version: UInt64(10 + place))
            sheet.connectionOpened(listener: 1)
            sheet.rejected(5)
            sheet.handshake(.tls13, isResumed: place == 0)
        }
        sheets[0].ended(first.id)
        sheets[1].connectionClosed(listener: 1)
        let reading = Reading(sheets: sheets, series: [first, second])
        #expect(reading.series.count == 2)
        let read = try #require(reading.series.first)
        #expect(read.requests == 6)
        #expect(read.active == 2)
        let times = try #require(read.allDurations)
        #expect(times.count == 6)
        #expect(times.sum == 12_000_000)
        #expect(Array(times.counts[0..<3]) == [3, 0, 3])
        #expect(reading.probes == 3)
        #expect(reading.servedVersion == 10)
        #expect(reading.connections[1] == 2)
        #expect(reading.rejected[5] == 3)
        #expect(reading.handshakes[.init(version: .tls13, isResumed: true)] == 1)
        #expect(reading.handshakes[.init(version: .tls13, isResumed: false)] == 2)
    }

    @Test func `a recycled id starts at zero and the old one is dropped`() throws {
        var sheet = TallySheet()
        defer { sheet.destroy() }
        let old = Self.labels(9, generation: 1)
        let new = Self.labels(9, generation: 2, revision: "app-2")
        sheet.began(old.id)
        sheet.record(old.id, 200, nanoseconds: 5)
        sheet.record(old.id, 500, nanoseconds: 5)
        sheet.record(new.id, 200, nanoseconds: 7)
        sheet.record(old.id, 200, nanoseconds: 9)
        sheet.ended(old.id)
        let reading = Reading(sheets: [sheet], series: [old, new])
        #expect(reading.series[0].requests == 0)
        #expect(reading.series[1].requests == 1)
        #expect(reading.series[1].active == 0)
        #expect(reading.series[1].allDurations?.sum == 7)
        #expect(reading.series[1].durations.keys.sorted() == [2])
    }

    @Test func `an exchange that had begun is active until it is recorded`() throws {
        var sheet = TallySheet()
        defer { sheet.destroy() }
        let series = Self.labels(4)
        for _ in 0..<3 { sheet.began(series.id) }
        sheet.record(
            series: series.id, protocol: .grpc, code: 200, flag: .none, durationNanoseconds: 1,
            firstByteNanoseconds: nil, callStatus: .ok, hadBegun: true)
        sheet.record(series.id, 200)
        let read = try #require(Reading(sheets: [sheet], series: [series]).series.first)
        #expect(read.active == 2 && read.requests == 2)
    }

    @Test func `what no route took has a series of its own`() throws {
        var sheet = TallySheet()
        defer { sheet.destroy() }
        sheet.record(.none, 404, flag: .NR)
        sheet.record(Handle(index: .max - 1, generation: 1), 404, flag: .NR)
        let read = try #require(Reading(sheets: [sheet], series: []).series.last)
        #expect(read.labels == .unrouted)
        #expect(read.answers == [Answer(protocol: .http1, code: 404, flag: .NR): 2])
    }

    @Test func `answers beyond the limit are counted as others`() throws {
        var sheet = TallySheet()
        defer { sheet.destroy() }
        let series = Self.labels(0)
        for code in 200..<300 { sheet.record(series.id, UInt16(code)) }
        for code in 200..<300 { sheet.record(series.id, UInt16(code)) }
        for code in [500, 503, 503, 0] { sheet.record(series.id, UInt16(code), flag: .UC) }
        let read = try #require(Reading(sheets: [sheet], series: [series]).series.first)
        #expect(read.requests == 204)
        #expect(read.answers.count == TallyLimits.answersMax)
        #expect(read.answers.values.allSatisfy { $0 == 2 })
        #expect(read.others == [2: UInt64(200 - 2 * TallyLimits.answersMax), 5: 3, 0: 1])
        #expect(read.failures == 3)
        var page = Exposition(.prometheus)
        page.add(Reading(sheets: [sheet], series: [series]), reasons: [], listeners: [], now: 0)
        let text = String(decoding: page.finish(), as: UTF8.self)
        #expect(text.contains(#"protocol="other",code="5xx",flags="other"} 3"#))
        #expect(text.contains(#"protocol="other",code="none",flags="other"} 1"#))
    }

    @Test func `numbers above the limits go to the last place`() {
        let sheet = TallySheet()
        defer { sheet.destroy() }
        sheet.rejected(.max)
        sheet.glitch(.max)
        sheet.connectionOpened(listener: 1000)
        let reading = Reading(sheets: [sheet], series: [])
        #expect(reading.rejected.last == 1)
        #expect(reading.glitches.last == 1)
        #expect(reading.connections.last == 1)
    }

    @Test(arguments: [
        (0, 0), (1, 0), (999_999, 0), (1_000_000, 0), (1_000_001, 1), (2_500_000, 1),
        (2_500_001, 2), (7_500_000, 3), (60_000_000_000, 22), (60_000_000_001, 23),
        (UInt64.max, 23),
    ])
    func `a time goes into the first bucket that is not below it`(
        time: UInt64, bucket: Int
    ) throws {
        var sheet = TallySheet()
        defer { sheet.destroy() }
        let series = Self.labels(0)
        sheet.record(series.id, 200, nanoseconds: time)
        let read = try #require(Reading(sheets: [sheet], series: [series]).series.first)
        let times = try #require(read.durations[2])
        #expect(times.counts.firstIndex(of: 1) == bucket)
        #expect(times.count == 1)
        #expect(times.sum == time)
    }

    @Test func `every bucket is found for any bounds`() throws {
        let bounds: [UInt64] = [1, 2, 3, 4, 7, 8, 9, 100, 1000, 1001, 1002, 1 << 40]
        let buckets = try #require(DurationBuckets(nanoseconds: bounds))
        let times = (bounds + bounds.map { $0 - 1 } + bounds.map { $0 + 1 }).sorted()
        for time in times {
            var sheet = TallySheet(buckets: buckets)
            defer { sheet.destroy() }
            let series = Self.labels(0)
            sheet.record(series.id, 200, nanoseconds: time)
            let read = try #require(Reading(sheets: [sheet], series: [series]).series.first)
            let expected = bounds.firstIndex { $0 >= time } ?? bounds.count
            #expect(read.durations[2]?.counts.firstIndex(of: 1) == expected, "\(time)")
        }
    }

    @Test func `a reader on another thread sees numbers that only grow`() async throws {
        let sheet = TallySheet()
        let series = (0..<4).map { Self.labels(UInt32($0 * 300), revision: "app-\($0)") }
        let rounds: UInt64 = 20_000
        let reader = Task.detached {
            var last: UInt64 = 0
            while last < rounds * 4 {
                let reading = Reading(sheets: [sheet], series: series)
                let requests = reading.series.reduce(0) { $0 + $1.requests }
                let times = reading.series.reduce(0) { $0 + ($1.allDurations?.count ?? 0) }
                guard requests >= last, requests <= rounds * 4, times <= rounds * 4 else {
                    return false
                }
                last = requests
                await Task.yield()
            }
            return true
        }
        let writer = Task.detached {
            var sheet = sheet
            for round in 0..<rounds {
                for one in series {
                    sheet.record(one.id, 200 + UInt16(round % 3), nanoseconds: round * 1000)
                }
            }
        }
        await writer.value
        #expect(await reader.value)
        sheet.destroy()
    }
}

extension TallySheet {
    /// A record with what most tests do not care about left out.
    mutating func record(
        _ id: Handle, _ code: UInt16, spoken: RequestProtocol = .http1, flag: ResponseFlag = .none,
        nanoseconds: UInt64? = nil, callStatus: GRPCStatus? = nil
    ) {
        record(
            series: id, protocol: spoken, code: code, flag: flag,
            durationNanoseconds: nanoseconds, firstByteNanoseconds: nil, callStatus: callStatus)
    }

    @Test func `tunnels and gRPC calls are told per series`() {
        var sheets = [TallySheet(), TallySheet()]
        defer { for sheet in sheets { sheet.destroy() } }
        let labels = SeriesLabels(
            id: Handle(index: 3, generation: 1), namespace: "n", route: "r", revision: "v", tag: "")
        sheets[0].tunnelBegan(labels.id, at: 10_000_000_000)
        sheets[1].tunnelBegan(labels.id, at: 20_000_000_000)
        sheets[1].tunnelBegan(labels.id, at: 25_000_000_000)
        sheets[1].tunnelEnded(labels.id, began: 25_000_000_000)
        sheets[0].record(labels.id, 200, callStatus: .ok)
        sheets[1].record(labels.id, 200, callStatus: .ok)
        sheets[1].record(labels.id, 200, callStatus: .missing)
        var exposition = Exposition(.openMetrics)
        exposition.add(
            Reading(sheets: sheets, series: [labels]), reasons: [], listeners: [],
            now: 40_000_000_000)
        let text = String(decoding: exposition.finish(), as: UTF8.self)
        let names = "{namespace=\"n\",route=\"r\",revision=\"v\",tag=\"\""
        #expect(text.contains("weir_active_tunnels\(names)} 2\n"))
        #expect(text.contains("weir_tunnel_age_seconds\(names)} 25\n"))
        #expect(text.contains("weir_grpc_requests_total\(names),grpc_status=\"0\"} 2\n"))
        #expect(text.contains("weir_grpc_requests_total\(names),grpc_status=\"missing\"} 1\n"))
    }
}
