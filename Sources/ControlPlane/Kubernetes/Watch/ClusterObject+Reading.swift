extension ClusterObject {
    /// The annotation that says whose Ingress it is.
    private static let classKey = "networking.knative.dev/ingress.class"
    /// What Kourier and other ingresses of Knative's make put into their Ingresses, and take away
    /// only from those of their class.
    static let finalizer = "ingresses.networking.internal.knative.dev"
    /// The label of ConfigMaps with authorities to trust.
    private static let trustKey = "networking.knative.dev/trust-bundle"

    /// Reads an object at `range` of `slices`; nil where none is, or what makes one is missing.
    ///
    /// Only the parts that are asked for are decoded; the text is cut out and completed.
    package init?(_ slices: JSONSlices, _ range: Range<Int>, _ resource: APIResource) {
        guard let top = slices.members(range) else { return nil }
        var meta: [JSONSlices.Member] = []
        var status: Range<Int>?
        var hasVersion = false
        var hasKind = false
        for member in top {
            if slices.isKey(member, "metadata") {
                guard let members = slices.members(member.value) else { return nil }
                meta = members
            } else if slices.isKey(member, "status") {
                status = member.value
            } else if slices.isKey(member, "apiVersion") {
                hasVersion = true
            } else if slices.isKey(member, "kind") {
                hasKind = true
            }
        }
        func find(_ key: String) -> Range<Int>? { meta.last { slices.isKey($0, key) }?.value }
        let version = find("resourceVersion")
        let namespace = slices.text(find("namespace")) ?? ""
        guard let name = slices.text(find("name")), Self.isName(name),
            namespace.isEmpty || Self.isName(namespace),
            let resourceVersion = slices.text(version), !resourceVersion.isEmpty
        else { return nil }
        let managed = meta.firstIndex { slices.isKey($0, "managedFields") }
            .map { slices.cut($0, of: meta) }
        let head =
            (hasVersion ? "" : #""apiVersion":"\#(resource.apiVersion)","#)
            + (hasKind ? "" : #""kind":"\#(resource.kind)","#)
        // The object's first byte is its brace; nothing that is cut stands before it.
        let rest = Self.without([managed], of: range.lowerBound + 1..<range.upperBound)
        var pieces = [UInt8(ascii: "{")] + Array(head.utf8)
        for piece in rest { pieces += slices.bytes[piece] }
        guard let text = String(validating: pieces, as: UTF8.self) else { return nil }
        self.init(
            resource: resource, namespace: namespace, name: name,
            uid: slices.text(find("uid")) ?? "", resourceVersion: resourceVersion,
            generation: slices.number(find("generation")) ?? 0, text: text)
        self.status = status.flatMap { slices.raw($0) }.flatMap { $0 == "null" ? nil : $0 }
        isDeleting = slices.text(find("deletionTimestamp")) != nil
        if resource == .ingresses {
            isHeld = (find("finalizers").flatMap { slices.items($0) } ?? []).contains {
                slices.text($0) == Self.finalizer
            }
            ingressClass = slices.text(slices.value(Self.classKey, in: find("annotations")))
        }
        if resource == .configMaps {
            isTrustBundle = slices.value(Self.trustKey, in: find("labels")) != nil
        }
        // The first status is no news either: its key goes too, and where there is none the pieces
        // are cut in the same place, since servers write it last.
        let end = range.upperBound - 1
        let statusMember =
            top.firstIndex { slices.isKey($0, "status") }.map { slices.cut($0, of: top) }
            ?? end..<end
        digest = Self.digest(
            slices.bytes, Self.without([managed, version, statusMember], of: range))
    }

    /// Names become names of files here: no server's joke may make one file of two objects.
    private static func isName(_ text: String) -> Bool {
        (1...253).contains(text.utf8.count) && !text.utf8.contains(UInt8(ascii: "/"))
    }

    /// What is left of a range when others, which do not overlap, are cut from it.
    private static func without(
        _ cuts: [Range<Int>?], of range: Range<Int>
    ) -> [Range<Int>] {
        var left: [Range<Int>] = []
        var start = range.lowerBound
        for cut in cuts.compactMap(\.self).sorted(by: { $0.lowerBound < $1.lowerBound }) {
            guard cut.lowerBound >= start else { continue }
            left.append(start..<cut.lowerBound)
            start = cut.upperBound
        }
        left.append(start..<max(start, range.upperBound))
        return left
    }

    /// A hash of the pieces, eight bytes at a time: byte by byte takes five times as long.
    private static func digest(_ bytes: [UInt8], _ pieces: [Range<Int>]) -> Int {
        var hasher = Hasher()
        for piece in pieces {
            hasher.combine(piece.count)
            var at = piece.lowerBound
            while at + 8 <= piece.upperBound {
                var word: UInt64 = 0
                for offset in 0..<8 { word = word << 8 | UInt64(bytes[at + offset]) }
                hasher.combine(word)
                at += 8
            }
            while at < piece.upperBound {
                hasher.combine(bytes[at])
                at += 1
            }
        }
        return hasher.finalize()
    }
}
