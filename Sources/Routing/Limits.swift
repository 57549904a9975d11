/// LIMIT: what the table takes; a route that asks for more is refused, the last good one stays.
package enum TableLimits {
    /// Shares of one split; the draw keeps them as bits of one word.
    package static let sharesMax = 64
    /// Hosts of one route, over all rules.
    package static let hostsMax = 16_384
    /// Paths of one route, over all rules.
    package static let pathsMax = 16_384
    /// Bytes of all fields that one share and its path set: what a request's head may grow by.
    package static let editBytesMax = 16 << 10
    /// Fields that one share and its path set; a list of edits keeps them as bits of one word.
    package static let editsMax = 64
    /// Rules of one path.
    package static let rulesMax = 32
    /// Conditions of one rule.
    package static let conditionsMax = 16
    /// Networks of one access list.
    package static let networksMax = 256
    /// Patterns at any one time, each text once.
    package static let patternsMax = 1 << 16
    /// Bytes of a rewritten host (RFC 1035 §2.3.4).
    package static let rewriteHostBytesMax = 255
    /// Bytes of all texts of one route.
    package static let textBytesMax = 16 << 20
    /// Series at any one time; room for the worker's cells.
    package static let seriesMax = 1 << 20
    /// Series whose revision has left its route, the latest: what it still answers is counted, and
    /// when it comes back its numbers go on.
    package static let keptSeriesMax = 1024
    /// Draw cells at any one time.
    package static let drawsMax = 1 << 20
    /// Destinations whose sets no route names any more, the latest: when one comes back, as where a canary
    /// is taken back, it finds its connections.
    package static let keptDestinationsMax = 256
    /// Destinations at any one time.
    package static let destinationsMax = 1 << 20
    /// Destination sets at any one time, also those that are only named.
    package static let setsMax = 1 << 20
    /// Addresses of one destination set.
    package static let addressesMax = 65_536
    /// Names of which an upstream's certificate must have one, and bytes of each: a length is one
    /// byte.
    package static let certificateNamesMax = 16
    package static let certificateNameBytesMax = 255
}
