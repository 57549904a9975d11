/// What bounds a tally sheet, whatever the traffic is.
package enum TallyLimits {
    /// LIMIT: series of one sheet; what comes above is counted as unrouted.
    package static let seriesMax = 1 << 18
    /// LIMIT: counted split cells of one sheet.
    package static let drawsMax = 1 << 20
    /// LIMIT: histograms of one sheet; series above it have counts but no durations.
    package static let histogramsMax = 1 << 20
    /// LIMIT: kinds of answers told apart in one series; of the rest only the code's class is.
    package static let answersMax = 24
    /// LIMIT: bucket bounds of a histogram.
    package static let bucketsMax = 64
    /// LIMIT: listeners told apart; connections of the rest are counted with the last.
    package static let listenersMax = 64
    /// LIMIT: reasons for refusing a request; the last one also takes what is above.
    package static let reasonsMax = 128
    /// LIMIT: kinds of glitches; the last one also takes what is above.
    package static let glitchesMax = 64
    /// LIMIT: destinations whose health is told.
    package static let destinationsMax = 1 << 20
    /// LIMIT: bytes of access records that wait in one worker.
    package static let recordBytesMax = 1 << 20
    /// LIMIT: reasons why a rule's pattern failed; the last one also takes what is above.
    package static let ruleReasonsMax = 8
}
