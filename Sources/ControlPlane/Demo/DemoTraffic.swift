internal import ServiceLifecycle

/// A little traffic for the demo: a few clients that ask at a steady pace, now and then by tag.
struct DemoTraffic: Service {
    static let host = "hello.default.example.com"
    static let taggedHost = "candidate-hello.default.example.com"

    let port: Int
    let board: StatusBoard
    /// Clients, and what each waits between two requests.
    var clients = 4
    var pause: Duration = .milliseconds(25)

    func run() async throws {
        await cancelWhenGracefulShutdown { [self] in
            await withTaskGroup(of: Void.self) { group in
                for number in 0..<clients { group.addTask { await ask(number) } }
            }
        }
    }

    /// One client: connects again when its connection ends, until the gateway drains.
    private func ask(_ number: Int) async {
        while !board.isDraining, !Task.isCancelled {
            // A refused or broken connection is part of what a demo may show.
            try? await DemoClient(port: port).ask(every: pause) { [board] count in
                if board.isDraining { return nil }
                // Every eighth request is for the tag.
                return (count + 2 * number) % 8 == 7 ? Self.taggedHost : Self.host
            }
            try? await Task.sleep(for: pause)
        }
    }
}
