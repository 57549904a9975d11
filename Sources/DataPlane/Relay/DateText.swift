import Bytes
import Reactor

/// The present time as the Date field has it (RFC 9110 §5.6.7), made anew once a second.
struct DateText: ~Copyable {
    /// The 29 bytes of the last `update`.
    private(set) var text = Buffer()
    private var second = UInt64.max

    /// Looks at the wall clock.
    mutating func update(from pool: inout ChunkPool) {
        let now = Clock.wall() / 1_000_000_000
        if now == second { return }
        second = now
        text.removeAll()
        text.reserve(29, from: &pool)
        write(secondsSince1970: now)
    }

    private mutating func write(secondsSince1970 seconds: UInt64) {
        let days = Int(seconds / 86400)
        let rest = Int(seconds % 86400)
        let date = CivilDate(daysSince1970: days)
        text.append(Self.weekday((days + 4) % 7))
        text.append(", ")
        append(twoDigits: date.day)
        text.append(Self.month(date.month))
        append(twoDigits: date.year / 100)
        append(twoDigits: date.year % 100)
        text.append(" ")
        append(twoDigits: rest / 3600)
        text.append(":")
        append(twoDigits: rest / 60 % 60)
        text.append(":")
        append(twoDigits: rest % 60)
        text.append(" GMT")
    }

    private mutating func append(twoDigits value: Int) {
        text.append(UInt8(0x30 + value / 10 % 10))
        text.append(UInt8(0x30 + value % 10))
    }

    private static func weekday(_ index: Int) -> StaticString {
        switch index {
        case 0: "Sun"
        case 1: "Mon"
        case 2: "Tue"
        case 3: "Wed"
        case 4: "Thu"
        case 5: "Fri"
        default: "Sat"
        }
    }

    private static func month(_ number: Int) -> StaticString {
        switch number {
        case 1: " Jan "
        case 2: " Feb "
        case 3: " Mar "
        case 4: " Apr "
        case 5: " May "
        case 6: " Jun "
        case 7: " Jul "
        case 8: " Aug "
        case 9: " Sep "
        case 10: " Oct "
        case 11: " Nov "
        default: " Dec "
        }
    }
}
