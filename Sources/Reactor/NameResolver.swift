/// Keeps the addresses of names up to date, on a thread of its own.
///
/// One question at a time: a server that does not answer delays the others, which keep their
/// last good addresses meanwhile.
package final class NameResolver: Sendable {
    private enum Command { case want(Set<String>), stop }

    private let mailbox = Mailbox<Command>()
    private let ask: @Sendable (String, NameFamily) -> NameAnswer
    private let report: @Sendable (NameNews) -> Void

    /// A resolver whose thread is not yet started; it asks by `ask` and tells `report`, on that
    /// thread.
    package init(
        ask: @escaping @Sendable (String, NameFamily) -> NameAnswer = { NameQuery.run($0, $1) },
        report: @escaping @Sendable (NameNews) -> Void
    ) {
        self.ask = ask
        self.report = report
    }

    /// Starts the thread, which ends after `stop`; false when the system refuses.
    package func start() -> Bool {
        Thread.start(named: "weir-names") { [self] in run() }
    }

    /// Replaces the names whose addresses are wanted; any thread.
    package func want(_ names: Set<String>) { mailbox.post(.want(names)) }

    /// Ends the thread, after the question at hand; any thread.
    package func stop() { mailbox.post(.stop) }

    private func run() {
        var book = NameBook()
        while true {
            for command in mailbox.takeAll() {
                switch command {
                case .want(let names): book.want(names, at: Clock.monotonic())
                case .stop: return
                }
            }
            let now = Clock.monotonic()
            guard let name = book.due(at: now) else {
                mailbox.wakeup.wait(upTo: book.wait(at: now))
                continue
            }
            let answers: [NameFamily: NameAnswer] = [
                .four: ask(name, .four), .six: ask(name, .six),
            ]
            if let news = book.take(answers, of: name, at: Clock.monotonic()) { report(news) }
        }
    }
}
