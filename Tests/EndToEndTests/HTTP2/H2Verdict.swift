import TestSupport

/// What came of a case.
struct H2Verdict {
    /// What is not as expected; nil when all is.
    var fault: String?
    /// True when the server refused something, rightly or not.
    var isRefusal: Bool
    /// The error of the connection, if the server said one.
    var code: H2Code?
}

extension H2Case {
    /// How long a server may take to see a fault.
    private static let patience = Duration.seconds(5)

    /// Plays the case against a server and judges what it does.
    func play(port: UInt16) throws -> H2Verdict {
        let client = try H2Client(silentlyTo: port)
        defer { client.close() }
        do {
            if isStarted { try client.start() }
            try act(client)
        } catch WireFault.reset {
            // The server may end the connection before all is said: what it said is read below.
        }
        var fault: String?
        do {
            fault = try judge(client)
        } catch WireFault.ended where isError {
            // Bytes that are no frame: who does not see HTTP/2 may answer by HTTP/1 (§3.4).
        } catch let error as WireFault {
            fault = "\(error)"
        }
        let isRefusal =
            isError || client.error != nil
            || client.messages.values.contains { $0.code ?? .noError != .noError }
            || client.messages.values.contains {
                // 404 is an answer like another.
                (400..<600).contains($0.status) && $0.status != 404
            }
        return H2Verdict(fault: fault, isRefusal: isRefusal, code: client.error)
    }

    /// Whether the connection must end.
    private var isError: Bool {
        if case .connectionError = expected { true } else { false }
    }

    /// What is not as expected.
    private func judge(_ client: H2Client) throws -> String? {
        switch expected {
        case .connectionError(let codes):
            try client.waitUntil("an error of the connection", within: Self.patience) {
                client.error != nil || client.ending != nil
            }
            if let code = client.error, !codes.contains(code) {
                return "GOAWAY \(code), not \(codes)"
            }
            if client.ending == nil { try client.waitForEnd(within: Self.patience) }
            return nil
        case .streamError(let codes):
            try client.waitUntil("an error", within: Self.patience) { client.hasFailed }
            return try unexpectedError(client, codes)
        case .errorOrNothing(let codes):
            try? client.pingTwice(within: Self.patience)
            return client.hasFailed ? try unexpectedError(client, codes) : nil
        case .refused(let statuses):
            try client.waitUntil("a refusal", within: Self.patience) {
                client.hasFailed || client.messages.values.contains { $0.isWhole }
            }
            if client.hasFailed { return try unexpectedError(client, [.protocolError]) }
            let seen = client.messages.values.map(\.status)
            return seen.contains(where: statuses.contains) ? nil : "answered with \(seen)"
        case .answered(let status, let stream):
            let outcome = try client.outcome(of: stream, within: Self.patience)
            guard case .answered(let message) = outcome else { return "\(outcome)" }
            try client.pingTwice(within: Self.patience)
            if client.hasFailed { return "an error besides the answer" }
            return message.status == status ? nil : "answered with \(message.status)"
        case .alive:
            try client.pingTwice(within: Self.patience)
            return client.hasFailed ? "an error: \(client.error ?? .noError)" : nil
        case .checked:
            return client.error.map { "GOAWAY \($0)" }
        }
    }

    /// What is not as expected of an error that came.
    private func unexpectedError(_ client: H2Client, _ codes: [H2Code]) throws -> String? {
        if let code = client.error {
            return codes.contains(code) ? nil : "GOAWAY \(code), not \(codes)"
        }
        let seen = client.messages.values.compactMap(\.code).filter { $0 != .noError }
        guard seen.contains(where: codes.contains) else { return "\(seen), not \(codes)" }
        do {
            try client.pingTwice(within: Self.patience)
        } catch {
            // What was sent behind it may be an error of the connection.
            guard let code = client.error, codes.contains(code) else { throw error }
        }
        return nil
    }
}

extension H2Client {
    /// The code of a GOAWAY that is an error.
    var error: H2Code? { goAway.flatMap { $0.code == .noError ? nil : $0.code } }

    /// Whether the server reset a stream for an error, or ended the connection.
    var hasFailed: Bool {
        error != nil || ending != nil
            || messages.values.contains { $0.code ?? .noError != .noError }
    }

    /// Waits until all that was sent has had its effect: answers to PING may overtake the frames
    /// of the same moment, but not those of the moment before.
    func pingTwice(within limit: Duration = .seconds(5)) throws {
        try ping(within: limit)
        try ping(within: limit)
    }
}
