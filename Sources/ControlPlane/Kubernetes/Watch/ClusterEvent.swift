/// What happened in a scope.
package enum ClusterEvent: Sendable {
    /// Everything there is now: what is not in it is gone.
    case listed([ClusterObject])
    case changed(ClusterObject)
    case gone(namespace: String, name: String)
    /// All that happened up to this version was told.
    case reached(String)
    /// What is known may be old from now on, for this reason.
    case failing(APIFault)
    /// What is known is current again.
    case recovered
}
