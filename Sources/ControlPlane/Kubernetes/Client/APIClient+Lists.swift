internal import AsyncHTTPClient
internal import NIOCore

extension APIClient {
    /// LIMIT: bytes of one page of a list; a page has 500 objects, or all where the server cannot
    /// keep its pages.
    static let pageMax = 512 << 20

    /// A page of a scope; the first one for no token, all at once for no limit.
    ///
    /// No resourceVersion is asked for: the answer is as new as the question. (Version 0 would be
    /// quicker, but comes from whatever a server's cache has, which may be older than what we
    /// know.)
    func list(
        _ scope: WatchScope, limit: Int?, token: String?, time: Duration
    ) async throws(APIFault) -> ListPage {
        var query = scope.query
        if let limit { query.append(("limit", "\(limit)")) }
        if let token { query.append(("continue", token)) }
        let path = try APIPath.collection(scope.resource, namespace: scope.namespace)
        let call = APICall(target: path + APIPath.query(query))
        let outcome = await TimeLimit.run(time) { [self] () async -> Result<ListPage, APIFault> in
            do throws(APIFault) {
                return .success(try await page(call, scope))
            } catch {
                return .failure(error)
            }
        }
        guard let outcome else { throw .unreachable("\(server): no whole list in time") }
        return try outcome.get()
    }

    private func page(_ call: APICall, _ scope: WatchScope) async throws(APIFault) -> ListPage {
        let body = try await send(call).body
        var page = ListPage()
        var cutter = ListCutter()
        var isReadable = true
        var size = 0
        do {
            for try await chunk in body {
                size += chunk.readableBytes
                let isCut = cutter.take(Array(chunk.readableBytesView)) { item in
                    let slices = JSONSlices(item)
                    if let range = slices.whole,
                        let object = ClusterObject(slices, range, scope.resource)
                    {
                        page.objects.append(object)
                    } else {
                        isReadable = false
                    }
                }
                guard isCut, isReadable, size <= Self.pageMax else {
                    throw APIFault.invalid("a list that is not readable, or too long")
                }
            }
        } catch {
            throw APIFault(transport: error, server: server.description)
        }
        let slices = JSONSlices(cutter.envelope)
        let meta = slices.value("metadata", in: slices.whole)
        guard let version = slices.text(slices.value("resourceVersion", in: meta)) else {
            throw .invalid("a list without a resourceVersion")
        }
        page.resourceVersion = version
        page.next = slices.text(slices.value("continue", in: meta)).flatMap {
            $0.isEmpty ? nil : $0
        }
        return page
    }

    /// The body of a watch of a scope from a version on, which the server ends after `time`.
    func watch(
        _ scope: WatchScope, from version: String, time: Duration
    ) async throws(APIFault) -> HTTPClientResponse.Body {
        let query =
            scope.query + [
                ("watch", "1"), ("allowWatchBookmarks", "true"), ("resourceVersion", version),
                ("timeoutSeconds", "\(max(1, time.components.seconds))"),
            ]
        let path = try APIPath.collection(scope.resource, namespace: scope.namespace)
        return try await send(APICall(target: path + APIPath.query(query))).body
    }
}

extension WatchScope {
    /// What selects the scope's objects.
    fileprivate var query: [(name: String, value: String)] {
        [("labelSelector", labelSelector), ("fieldSelector", fieldSelector)].compactMap {
            name, value in value.map { (name, $0) }
        }
    }
}
