extension Store {
    /// A page of a list, by the rules for resourceVersion, limit and continue.
    func list(_ resource: Resource, _ query: ListQuery) throws -> ListPage {
        try Self.check(query)
        if let stale = query.staleRevision {
            guard let objects = objects(resource, at: stale).objects else {
                throw StatusFault.expired("The resourceVersion for the provided list is too old.")
            }
            return ListPage(objects: objects.filter(query.selection.matches), revision: stale)
        }
        if !query.continueToken.isEmpty { return try nextPage(resource, query) }
        let (objects, current) = objects(resource, at: nil)
        let asked = Int(query.resourceVersion) ?? 0
        if asked > current { throw StatusFault.tooLarge(asked, current: current) }
        if query.match == "Exact" {
            guard let old = self.objects(resource, at: asked).objects else {
                throw StatusFault.expired("The resourceVersion for the provided list is too old.")
            }
            return page(old, revision: asked, after: nil, query)
        }
        return page(objects ?? [], revision: current, after: nil, query)
    }

    private func nextPage(_ resource: Resource, _ query: ListQuery) throws -> ListPage {
        let token = try ContinueToken(query.continueToken)
        let isConsistent = token.revision >= 0
        let (objects, current) = objects(resource, at: isConsistent ? token.revision : nil)
        guard let objects else {
            var fault = StatusFault.expired(
                "The provided continue parameter is too old to display a consistent list result. "
                    + "You can start a new list without the continue parameter, or use the "
                    + "continue token in this response to retrieve the remainder of the results. "
                    + "Continuing with the provided token results in an inconsistent list - "
                    + "objects that were created, modified, or deleted between the time the first "
                    + "chunk was returned and now may show up in the list.")
            fault.continueToken = ContinueToken(revision: -1, after: token.after).text
            throw fault
        }
        return page(
            objects, revision: isConsistent ? token.revision : current, after: token.after, query)
    }

    private func page(
        _ objects: [StoredObject], revision: Int, after: String?, _ query: ListQuery
    ) -> ListPage {
        let left = objects.filter { object in
            object.key > after ?? "" && query.selection.matches(object)
        }
        // The watch cache, which answers for version 0, knows no limit.
        guard query.limit > 0, query.resourceVersion != "0", left.count > query.limit else {
            return ListPage(objects: left, revision: revision)
        }
        let page = Array(left.prefix(query.limit))
        return ListPage(
            objects: page, revision: revision,
            continueToken: ContinueToken(revision: revision, after: page.last?.key ?? "").text,
            remaining: query.selection.isEverything ? left.count - page.count : nil)
    }

    private static func check(_ query: ListQuery) throws {
        let version = query.resourceVersion
        if !version.isEmpty && (Int(version) ?? -1) < 0 {
            throw StatusFault.badRequest(
                "invalid resourceVersion: Invalid value: \"\(version)\": strconv.ParseUint: "
                    + "parsing \"\(version)\": invalid syntax")
        }
        if !query.continueToken.isEmpty && !version.isEmpty && version != "0" {
            throw StatusFault.badRequest(
                "specifying resource version is not allowed when using continue")
        }
        guard !query.match.isEmpty else { return }
        let field = "resourceVersionMatch"
        if version.isEmpty {
            throw StatusFault.invalidOptions(
                .forbidden(
                    field, "resourceVersionMatch is forbidden unless resourceVersion is provided"))
        }
        if !query.continueToken.isEmpty {
            throw StatusFault.invalidOptions(
                .forbidden(
                    field, "resourceVersionMatch is forbidden when continue is provided"))
        }
        if !["Exact", "NotOlderThan"].contains(query.match) {
            throw StatusFault.invalidOptions(
                .notSupported(field, .string(query.match), ["Exact", "NotOlderThan", ""]))
        }
        if query.match == "Exact" && version == "0" {
            throw StatusFault.invalidOptions(
                .forbidden(
                    field, "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"")
            )
        }
    }
}
