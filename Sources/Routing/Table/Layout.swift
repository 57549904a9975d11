/// Where things lie in the table's blocks: what the compiler writes and the views read.
///
/// Offsets and sizes are bytes. A `text` is a reference of 8 bytes into the same block, a `link`
/// 16 bytes that name another block.
enum Layout {
    static let linkSize = 16

    /// The snapshot's entry: version, then links to shards and pages.
    enum Root {
        static let version = 0
        static let setPageCount = 8
        static let destinationPageCount = 12
        // What hosts are hashed with.
        static let hashStart = 16
        static let hashFactor = 24
        static let shards = 32
        static let shardCount = 1024
    }

    /// Hosts whose hash falls on one shard; open addressing.
    enum Shard {
        static let slotCount = 0
        static let slots = 8
        static let slotSize = 32
        // In a slot. `owner` is the builder's own number of the route, plus 1; 0 is a free slot.
        static let hash = 0
        static let route = 8
        static let hostIndex = 24
        static let owner = 28
    }

    enum Route {
        static let namespace = 0
        static let name = 8
        static let hash = 16
        static let hostCount = 24
        static let hosts = 28
        /// 1: responses say which revision answered.
        static let exposesRevision = 32
        static let size = 40
    }

    /// One host of a route: its text and the path lists of both kinds of listener (0: none).
    enum Host {
        static let text = 0
        static let external = 8
        static let `internal` = 12
        static let size = 16
    }

    /// A path list: how many, then as many offsets of paths, in the order of matching.
    enum PathList {
        static let count = 0
        static let paths = 4
    }

    enum Path {
        static let prefix = 0
        static let rewriteHost = 8
        static let tag = 16
        static let conditions = 24
        static let conditionCount = 28
        static let split = 32
        /// Bits of `PathFlags`: which of the following are there.
        static let flags = 36
        static let access = 40
        static let rules = 44
        static let ruleCount = 48
        static let sticky = 52
        static let size = 56
    }

    /// An access list: how many networks, then the networks.
    enum Access {
        static let count = 0
        static let networks = 8
    }

    /// A network: its address as `ClientAddress` holds it, and how many leading bits count.
    enum Network {
        static let high = 0
        static let low = 8
        static let prefix = 16
        /// 1: an IPv6 network.
        static let isIPv6 = 20
        static let size = 24
    }

    enum Rule {
        static let tag = 0
        static let conditions = 8
        static let conditionCount = 12
        static let split = 16
        /// The access list, 0 when everybody may.
        static let access = 20
        static let size = 24
    }

    /// A rule's condition; `value` is a text, or where and how many texts one of which must be.
    enum RuleCondition {
        static let subject = 0
        static let test = 4
        static let name = 8
        static let value = 16
        static let pattern = 24
        static let size = 40
    }

    /// A sticky split: what the key is, the hash's state after the salt, then the intervals.
    enum Sticky {
        static let kind = 0
        static let count = 4
        static let seed = 8
        static let name = 16
        static let salt = 24
        static let intervals = 32
        // In an interval: the first position behind it, and the share in the split.
        static let end = 0
        static let share = 4
        static let intervalSize = 8
    }

    /// A condition or an edit: two texts.
    enum Pair {
        static let name = 0
        static let value = 8
        static let size = 16
    }

    /// A split: how many shares, the sum of their weights, then the shares.
    enum Split {
        static let shareCount = 0
        static let total = 4
        static let shares = 8
    }

    enum Share {
        static let weight = 0
        static let destinationSet = 4
        static let draws = 8
        static let series = 16
        static let edits = 24
        static let editCount = 28
        static let revision = 32
        static let size = 40
    }

    /// Links to the blocks of this many destination sets, by the sets' index.
    enum SetPage {
        static let shift = 8
    }

    enum DestinationSet {
        static let id = 0
        static let count = 8
        static let upstreamProtocol = 12
        /// 1: asked over TLS, and what the certificate's names may be: behind the destinations.
        static let isTLS = 13
        /// 1: our own internal listener.
        static let isInnerHop = 14
        static let names = 16
        static let destinations = 24
    }

    enum Destination {
        static let id = 0
        static let address = 8
        static let port = 24
        static let addressCount = 26
        static let size = 32
    }

    /// The generation of each live destination by its index, 4 bytes each; 0: none.
    enum DestinationPage {
        static let shift = 10
        /// Turns the generation of a destination that is in no set into another.
        static let leftMark = UInt32(1) << 31
    }
}
