/// Field names that the gateway itself has to do with; every other name is `other`.
///
/// Names are compared without case (RFC 9110 §5.1).
package enum FieldName: UInt8, BitwiseCopyable, Sendable, CaseIterable {
    case other
    case host
    case contentLength
    case transferEncoding
    case connection
    case keepAlive
    case proxyConnection
    case proxyAuthenticate
    case proxyAuthorization
    case te
    case trailer
    case upgrade
    case http2Settings
    case expect
    case date
    case server
    case cookie
    case setCookie
    case contentType
    case userAgent
    case forwarded
    case xForwardedFor
    case xForwardedProto
    case xForwardedHost
    case xForwardedClientCert
    case xRequestID
    case traceparent
    case tracestate
    case knativeServingTag
    case knativeServingRevision
    case knativeServingNamespace
    case knativeServingDefaultRoute
    case kOriginalHost
    case kProxyRequest
    case kPassthroughLb
    case kNetworkHash
    case kNetworkProbe
    case kKubeletProbe
    case weirExplain
    case grpcStatus
    case secWebSocketKey
    case secWebSocketAccept
    case priority
}
