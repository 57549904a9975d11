import Bytes
import Reactor

/// The present time as the Date field has it (RFC 9110 §5.6.7), made anew once a second.
struct DateText: ~Copyable {
    private static let names: StaticString = "SunMonTueWedThuFriSat"
    private static let months: StaticString = "JanFebMarAprMayJunJulAugSepOctNovDec"

    private var text: InlineArray<29, UInt8> = .init(repeating: 0x20)
    private var second: UInt64 = .max

    /// The 29 bytes of the last `update`.
    var bytes: Span<UInt8> {
        @_lifetime(borrow self)
        get { text.span }
    }

    /// Looks at the wall clock.
    mutating func update() {
        let now = Clock.wall() / 1_000_000_000
        if now == second { return }
        second = now
        write(secondsSince1970: now)
    }

    mutating func write(secondsSince1970 seconds: UInt64) {
        let days = Int(seconds / 86400)
        let rest = Int(seconds % 86400)
        let date = Self.civil(daysSince1970: days)
        put(Self.names, from: 3 * ((days + 4) % 7), 3, at: 0)
        put(", ", from: 0, 2, at: 3)
        put(digits: date.day, at: 5)
        put(" ", from: 0, 1, at: 7)
        put(Self.months, from: 3 * (date.month - 1), 3, at: 8)
        put(" ", from: 0, 1, at: 11)
        put(digits: date.year / 100, at: 12)
        put(digits: date.year % 100, at: 14)
        put(" ", from: 0, 1, at: 16)
        put(digits: rest / 3600, at: 17)
        put(":", from: 0, 1, at: 19)
        put(digits: rest / 60 % 60, at: 20)
        put(":", from: 0, 1, at: 22)
        put(digits: rest % 60, at: 23)
        put(" GMT", from: 0, 4, at: 25)
    }

    private mutating func put(_ source: StaticString, from: Int, _ count: Int, at place: Int) {
        source.withUTF8Buffer { bytes in
            for index in 0..<count { text[place + index] = bytes[from + index] }
        }
    }

    private mutating func put(digits value: Int, at place: Int) {
        text[place] = UInt8(0x30 + value / 10 % 10)
        text[place + 1] = UInt8(0x30 + value % 10)
    }

    /// Year, month and day of the proleptic Gregorian calendar: years begin in March, so that the
    /// leap day comes last, and 400 years have 146,097 days.
    static func civil(daysSince1970 days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }
}
