/// Where things lie in a series' row of words, and how an answer becomes one word.
enum SeriesRow {
    /// The mark of the generation that holds the row; 0 when none ever did.
    static let generation = 0
    static let active = 1
    static let tunnels = 2
    /// The number of the first-byte histogram plus 1; 0 when there is none.
    static let firstByte = 3
    /// The same for durations, one word per code class: none, 1xx to 5xx.
    static let durations = 4
    static let classes = 6
    /// All words that hold a histogram's number.
    static let histograms = firstByte..<grpc
    /// One word for each way a gRPC call may end.
    static let grpc = durations + classes
    static let grpcCount = GRPCStatus.allCases.count
    /// When the open tunnels began, in milliseconds, summed up (and wrapping round).
    static let tunnelStarts = grpc + grpcCount
    /// Pairs of words: an answer's key and how often it was given; unused keys are 0.
    static let answers = tunnelStarts + 1
    /// One word for each code class: answers that found no free place.
    static let others = answers + 2 * TallyLimits.answersMax
    static let width = others + classes

    /// What stands in `generation` for one that holds the row; never 0.
    static func mark(_ generation: UInt32) -> UInt64 { 1 << 32 | UInt64(generation) }

    /// A key that is never 0; the bits above the code's also tell who asked how.
    static func key(_ spoken: RequestProtocol, _ code: UInt16, _ flag: ResponseFlag) -> UInt64 {
        1 << 63 | UInt64(spoken.rawValue) << 32 | UInt64(flag.rawValue) << 16 | UInt64(code)
    }

    /// 0 for those that got no answer, else the first digit.
    static func codeClass(_ code: UInt16) -> Int {
        code < 100 || code > 599 ? 0 : Int(code / 100)
    }
}
