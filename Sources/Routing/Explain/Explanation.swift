internal import Bytes

/// Why a request goes where it goes, told step by step by the matcher itself.
///
/// A value of its own: it outlives the snapshot. Values of secret fields are not in it.
package struct Explanation: Sendable, Encodable {
    /// What came out.
    package enum Outcome: String, Sendable, Encodable {
        case revision
        /// Several revisions may be drawn: see the last hop's split.
        case open
        case redirect
        case noRoute = "no-route"
        case noDestination = "no-destination"
        case loop
    }

    package let tableVersion: UInt64
    /// Whether it tells of a request that was served, not of one that might be.
    package let isLive: Bool
    package let request: Request
    package let outcome: Outcome
    /// What made the choice, in the words of `DecisionReason`.
    package let reason: String
    /// Empty where there is none, as the following.
    package let namespace: String
    package let route: String
    package let tag: String
    package let revision: String?
    /// The number of the rule that decided, from 0.
    package let rule: Int?
    /// The host and every hop to our own internal listener.
    package let hops: [Hop]
    /// Where the request can go; of the open outcome, see the shares.
    package let destinations: [Destination]
    /// Fields that are set towards the upstream.
    package let edits: [Edit]
    /// The Host towards the upstream; nil: as the client sent it.
    package let rewrittenHost: String?

    /// For programs: one JSON object, ended by a line feed.
    package var json: String { JSON(self).text }
}

extension Explanation {
    /// The request, as far as it was looked at.
    package struct Request: Sendable, Encodable {
        package let method: String
        package let host: String
        package let path: String
        package let listener: String
        package let isTLS: Bool
        package let client: String
        package let isProbe: Bool
    }

    /// One host's paths, and what was chosen on them.
    package struct Hop: Sendable, Encodable {
        package let host: String
        package let listener: String
        /// Nil when no route has the host, or none that the listener sees.
        package internal(set) var route: String?
        /// The route that takes hosts which nobody else has.
        package internal(set) var isCatchAll = false
        package internal(set) var paths: [Attempt] = []
        package internal(set) var rules: [Attempt] = []
        package internal(set) var split: Split?
    }

    /// A path or a rule that was tried.
    package struct Attempt: Sendable, Encodable {
        /// Its place, from 0: of a path in the host's order, of a rule in its path's list.
        package let number: Int
        /// The path's prefix; empty for a rule.
        package let prefix: String
        package let tag: String
        package let conditions: [String]
        package let isTaken: Bool
        /// What spoke against it first; nil when it was taken.
        package let failure: Failure?
    }

    /// Why a path or a rule is not the request's.
    package struct Failure: Sendable, Encodable {
        /// The condition, or what else was asked.
        package let what: String
        /// What the request had instead.
        package let was: String
    }

    /// The shares among which one was chosen.
    package struct Split: Sendable, Encodable {
        /// `sticky` or `counted`.
        package let kind: String
        package let key: Key?
        package let shares: [Share]
    }

    /// What places a client on a sticky split.
    package struct Key: Sendable, Encodable {
        /// `cookie weir-split`, `header NAME` or `client-ip`.
        package let kind: String
        package let salt: String
        /// The key's text; nil when the request has none, or it is secret.
        package let value: String?
        /// 16 hexadecimal digits.
        package let hash: String?
        /// In millionths.
        package let position: UInt32?
        /// The client sent no valid cookie: one is set.
        package let isIssued: Bool
    }

    /// One share of a split.
    package struct Share: Sendable, Encodable {
        package let revision: String
        /// Millionths of all requests.
        package let desired: UInt32
        /// The first position of its interval, and the first behind it; sticky splits only.
        package let begin: UInt32?
        package let end: UInt32?
        /// What it was counted on each worker since its split last changed.
        package let counts: [UInt64]
        /// Whether it may be the next draw, on each worker; counted splits only.
        package let mayBeNext: [Bool]
        package let isTaken: Bool
        package let destinations: [Destination]
    }

    /// A destination and how it is.
    package struct Destination: Sendable, Encodable {
        package let address: String
        package let speaks: String
        /// How many workers leave it aside after failures.
        package let workersAvoiding: Int
        /// For how long the last of them still does, in milliseconds.
        package let avoidedMilliseconds: UInt64
    }

    /// A field that is set.
    package struct Edit: Sendable, Encodable {
        package let name: String
        package let value: String
    }
}
