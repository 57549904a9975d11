import ControlPlane
import Manifests
import Testing

@Suite struct TextTests {
    @Test func `columns are as wide as their widest cell`() {
        var table = TextTable([("NAME", .left), ("COUNT", .right), ("MORE", .left)])
        table.add(["a", "1", ""])
        table.add(["longer name", "23", "x"])
        #expect(
            table.lines == [
                "NAME         COUNT  MORE",
                "a                1",
                "longer name     23  x",
            ])
    }

    @Test(arguments: [
        (0.0, 1, "0.0"), (0.05, 1, "0.1"), (-0.04, 1, "0.0"), (-1.25, 2, "-1.25"),
        (99.95, 1, "100.0"),
        (3.0, 0, "3"), (0.001, 3, "0.001"),
    ])
    func `numbers have a fixed number of decimals`(number: Double, decimals: Int, text: String) {
        #expect(Figures.fixed(number, decimals: decimals) == text)
    }

    @Test func `ratios are percents`() {
        #expect(Figures.percent(0.9) == "90.0 %")
        #expect(Figures.percent(nil) == "-")
        #expect(Figures.milliseconds(0.0125) == "12.5 ms")
    }

    @Test(arguments: [
        ("listeners.admni", "listeners.admin"), ("workes", "workers"), ("drain_time", "drain-time"),
        ("qqqqqqqqqq", ""),
    ])
    func `the nearest name is what was probably meant`(name: String, nearest: String) {
        #expect(NearestName.of(name, among: SettingKey.all.map(\.name)) ?? "" == nearest)
    }
}
