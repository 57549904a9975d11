extension APIClient {
    /// How long a call for a Lease or a status may take: a Lease counts for 8 s.
    private static let shortTime: Duration = .seconds(2)

    /// Makes a call that must be over soon; one that is not counts as unanswered.
    func soon<Answer: Sendable>(
        _ call: @escaping @Sendable (APIClient) async throws(APIFault) -> Answer
    ) async throws(APIFault) -> Answer {
        let outcome = await TimeLimit.run(Self.shortTime) {
            [self] () async -> Result<Answer, APIFault> in
            do throws(APIFault) {
                return .success(try await call(self))
            } catch {
                return .failure(error)
            }
        }
        guard let outcome else { throw .unreachable("\(server): no answer in time") }
        return try outcome.get()
    }
}
