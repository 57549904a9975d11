import Bytes
import Testing

@Test(arguments: [
    (0, 1970, 1, 1), (59, 1970, 3, 1), (10956, 1999, 12, 31), (11016, 2000, 2, 29),
    (11017, 2000, 3, 1), (20779, 2026, 11, 22), (47540, 2100, 2, 28), (47541, 2100, 3, 1),
])
func `Days since 1970 are dates`(days: Int, year: Int, month: Int, day: Int) {
    let date = CivilDate(daysSince1970: days)
    #expect((date.year, date.month, date.day) == (year, month, day))
}
