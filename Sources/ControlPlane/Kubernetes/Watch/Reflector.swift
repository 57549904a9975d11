internal import AsyncHTTPClient
internal import NIOCore

/// Follows one scope: lists it, then watches it, for ever.
///
/// Whatever a server does, it comes back: what it knows is listed anew when a watch cannot go on,
/// contradicts itself, or is old enough that something may have been kept from it.
package struct Reflector: Sendable {
    /// LIMIT: objects of a scope.
    private static let objectsMax = 200_000

    private let client: APIClient
    private let scope: WatchScope
    private let pace: ReflectorPace
    private let clock = ContinuousClock()

    package init(_ client: APIClient, _ scope: WatchScope, pace: ReflectorPace = ReflectorPace()) {
        self.client = client
        self.scope = scope
        self.pace = pace
    }

    /// Tells `take` what happens, in order, until the task is cancelled.
    package func run(_ take: @escaping @Sendable (ClusterEvent) async -> Void) async {
        var course = ReflectorCourse(scope, pace)
        let health = ScopeHealth(take)
        while !Task.isCancelled {
            var wait = Duration.zero
            do throws(APIFault) {
                if course.memory.version == nil { try await list(&course, take) }
                let began = clock.now
                let report = await follow(course.memory, health, take)
                if Task.isCancelled { return }
                course.memory = report.memory
                let next = course.take(
                    report.end, lasted: clock.now - began, events: report.events)
                wait = next.wait
                if let fault = next.fault { await health.fail(fault) }
            } catch {
                if Task.isCancelled { return }
                wait = course.wait(after: error)
                await health.fail(error)
            }
            if wait > .zero { try? await Task.sleep(for: wait) }
        }
    }

    // MARK: List

    private func list(
        _ course: inout ReflectorCourse, _ take: @Sendable (ClusterEvent) async -> Void
    ) async throws(APIFault) {
        var objects: [ClusterObject] = []
        var token: String?
        var limit: Int? = pace.page
        while true {
            let page: ListPage
            do throws(APIFault) {
                let time = limit == nil ? pace.list * 5 : pace.list
                page = try await client.list(scope, limit: limit, token: token, time: time)
            } catch {
                // The page's version is no longer kept: all at once needs none to be kept.
                guard error == .expired, token != nil else { throw error }
                objects = []
                token = nil
                limit = nil
                continue
            }
            objects += page.objects.filter { scope.holds($0) }
            guard objects.count <= Self.objectsMax else {
                throw .invalid("more than \(Self.objectsMax) objects, fewer would be right")
            }
            token = page.next
            if token != nil { continue }
            course.list(objects, version: page.resourceVersion)
            await take(.listed(objects))
            return await take(.reached(page.resourceVersion))
        }
    }

    // MARK: Watch

    private struct Report: Sendable {
        var memory: ScopeMemory
        var end = WatchEnd.over
        var events = 0
    }

    /// Watches once, for as long as the server lets it, and not much longer.
    private func follow(
        _ memory: ScopeMemory, _ health: ScopeHealth,
        _ take: @escaping @Sendable (ClusterEvent) async -> Void
    ) async -> Report {
        let spread = pace.watch.upperBound - pace.watch.lowerBound
        let time = pace.watch.lowerBound + spread * Double.random(in: 0...1)
        return await withTaskGroup(of: Report?.self) { group in
            group.addTask { await watch(memory, time, health, take) }
            group.addTask {
                // A peer that died without a word is found here, if TCP did not find it.
                try? await Task.sleep(for: time + pace.grace)
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            if let first { return first }
            // What is cut off still says how far it came.
            var last = await group.next().flatMap(\.self) ?? Report(memory: memory)
            last.end = .over
            return last
        }
    }

    private func watch(
        _ memory: ScopeMemory, _ time: Duration, _ health: ScopeHealth,
        _ take: @Sendable (ClusterEvent) async -> Void
    ) async -> Report {
        var report = Report(memory: memory)
        let body: HTTPClientResponse.Body
        do throws(APIFault) {
            body = try await client.watch(scope, from: memory.version ?? "", time: time)
        } catch {
            report.end = Self.end(error)
            return report
        }
        // A watch that stays is a good sign, though nothing may happen for long.
        async let _: Void = {
            do { try await Task.sleep(for: pace.shortest) } catch { return }
            await health.recover()
        }()
        var cutter = LineCutter()
        do {
            for try await chunk in body {
                client.hear()
                var lines: [[UInt8]] = []
                let isShort = cutter.take(Array(chunk.readableBytesView)) { lines.append($0) }
                for line in lines where !line.isEmpty && report.end == .over {
                    report.end = await read(line, &report, health, take)
                }
                if !isShort { report.end = .contradicted(.invalid("a watch's event is too long")) }
                if report.end != .over { break }
            }
        } catch {
            // Cut off: what came is good, and the next watch goes on from there.
        }
        return report
    }

    /// Reads an event and tells it; gives how the watch ends by it, `.over` while it does not.
    private func read(
        _ line: [UInt8], _ report: inout Report, _ health: ScopeHealth,
        _ take: @Sendable (ClusterEvent) async -> Void
    ) async -> WatchEnd {
        let event: WatchEvent
        do throws(APIFault) {
            event = try WatchEvent(line, scope.resource)
        } catch {
            return .contradicted(error)
        }
        if case .fault(let fault) = event { return Self.end(fault) }
        switch report.memory.take(event) {
        case .lie(let what): return .contradicted(.invalid("a watch told \(what)"))
        case .news(let news): await take(news)
        case .nothing: break
        }
        if let version = report.memory.version { await take(.reached(version)) }
        report.events += 1
        await health.recover()
        return .over
    }

    private static func end(_ fault: APIFault) -> WatchEnd {
        switch fault {
        case .expired: .outdated
        // Such as a version that the server does not know yet, having lost its newest data.
        case .failed, .invalid, .notFound, .conflict, .alreadyExists: .contradicted(fault)
        case .unreachable, .unauthorized, .forbidden, .busy: .refused(fault)
        }
    }
}
