import Synchronization

/// Who comes in, and what they may do.
final class Gate: Sendable {
    private let users: Mutex<[User]>

    init(_ users: [User]) { self.users = Mutex(users) }

    /// Changes the users while the server runs: tokens rotate, rights are taken away.
    func change(_ body: @Sendable (inout [User]) -> Void) {
        users.withLock { body(&$0) }
    }

    func user(_ name: String) -> User? {
        users.withLock { all in all.first { $0.name == name } }
    }

    /// Who asks; where no users are set everybody is, and may do everything.
    func identify(_ request: RequestInfo, certificate: String?) throws -> User {
        let all = users.withLock { $0 }
        if all.isEmpty { return User("system:anonymous") }
        let authorization = request.field("Authorization")
        if authorization.hasPrefix("Bearer ") {
            let token = String(authorization.dropFirst(7))
            guard let user = all.first(where: { $0.token == token }) else {
                throw StatusFault.unauthorized
            }
            return user
        }
        guard let certificate else { throw StatusFault.unauthorized }
        // Whom the authority signed is known; without an entry there are no rights.
        return all.first { $0.name == certificate } ?? User(certificate, rules: [])
    }

    func check(_ request: RequestInfo, by user: User) throws {
        guard let rules = user.rules else { return }
        let open = ["/healthz", "/livez", "/readyz", "/version"]
        if request.resource == nil
            && (open.contains(request.path) || request.path.hasPrefix("/api"))
        {
            return
        }
        if !rules.contains(where: { $0.allows(request) }) {
            throw StatusFault.forbidden(request, user: user.name)
        }
    }
}
