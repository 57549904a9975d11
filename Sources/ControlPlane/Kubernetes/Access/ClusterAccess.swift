/// Where the API server is, whom to trust, and who we are.
package struct ClusterAccess: Sendable {
    package var server: APIServer
    /// The authority that vouches for the server; nil for those that the system trusts.
    package var authority: PEMSource?
    /// Whether anybody may pose as the server.
    package var isInsecure = false
    /// The name that the server's certificate must have, where it is not the host's.
    package var serverName: String?
    /// Through which proxy the server is reached.
    package var proxy: (host: String, port: Int)?
    package var identity: ClusterIdentity
    /// Whether a pod of the cluster asks, with its service account.
    package var isInCluster = false
    /// The service account's or the context's, `default` where neither says one.
    package var namespace: String
    /// What people should know of it, a line each.
    package var notices: [String] = []

    package init(
        server: APIServer, authority: PEMSource? = nil,
        identity: ClusterIdentity = ClusterIdentity(), namespace: String = "default"
    ) {
        self.server = server
        self.authority = authority
        self.identity = identity
        self.namespace = namespace
    }
}
