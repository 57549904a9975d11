import ControlPlane
import Foundation
import Telemetry
import Testing

@Suite struct SettingsTests {
    private func faults(
        file: String? = nil, environment: [String: String] = [:], flags: [String: [String]] = [:]
    ) -> [String] {
        let input = SettingsInput(
            file: file.map { ("weir.yaml", $0) }, environment: environment, flags: flags)
        do throws(SettingFaults) {
            _ = try input.resolve()
            return []
        } catch {
            return error.faults.map(\.description)
        }
    }

    @Test func `without any input the defaults of the design hold`() throws {
        let (settings, notices) = try SettingsInput().resolve()
        #expect(settings == Settings())
        #expect(notices.isEmpty)
        #expect(settings.externalHTTP.map(\.description) == [":8080"])
        #expect(settings.admin.map(\.description) == ["127.0.0.1:9901"])
        #expect(settings.drainDelay == .seconds(5))
        #expect(settings.drainTime == .seconds(30))
    }

    @Test func `the sample file loads, says every key and changes nothing`() throws {
        let path = RepositoryFile.path("conf/weir.yaml")
        let text = try SmallFile.text(path, sizeMax: 1 << 16)
        let (settings, notices) = try SettingsInput(file: (path, text)).resolve()
        #expect(settings == Settings())
        #expect(notices.isEmpty)
        for key in SettingKey.all {
            let last = key.name.split(separator: ".").last ?? ""
            #expect(text.contains("\(last):"), "conf/weir.yaml does not show \(key.name)")
        }
    }

    @Test func `the buckets that the sample file shows are those that are used`() throws {
        let text = try SmallFile.text(RepositoryFile.path("conf/weir.yaml"), sizeMax: 1 << 16)
        let shown = try #require(text.firstMatch(of: #/# histogram-buckets: \[([^\]]*)\]/#)?.1)
        let bounds = shown.split(separator: ",").compactMap {
            Double($0.filter { !$0.isWhitespace && $0 != "#" })
        }
        #expect(DurationBuckets(seconds: bounds) == .standard)
    }

    @Test func `a flag wins over the environment, that over the file`() throws {
        let file = "workers: 3\ndomain: file.example\nlog-level: error\n"
        let input = SettingsInput(
            file: ("weir.yaml", file),
            environment: ["WEIR_WORKERS": "4", "WEIR_DOMAIN": "environment.example"],
            flags: ["workers": ["5"]])
        let settings = try input.resolve().settings
        #expect(settings.workers == 5)
        #expect(settings.domain == "environment.example")
        #expect(settings.logLevel == .error)
    }

    @Test(arguments: [
        ("off", MemoryLimit.off), ("80%", .share(percent: 80)), ("512MiB", .bytes(512 << 20)),
        ("1.5GiB", .bytes(3 << 29)), ("65536KiB", .bytes(64 << 20)),
    ])
    func `memory has a limit in units or in percent`(text: String, limit: MemoryLimit) throws {
        let input = SettingsInput(flags: ["memory-limit": [text]])
        #expect(try input.resolve().settings.memoryLimit == limit)
    }

    @Test(arguments: [
        "", "0%", "101%", "%", "x%", "512", "512MB", "-1GiB", "nanMiB", "1MiB", "9e9GiB",
    ])
    func `other limits of memory are refused`(text: String) {
        let faults = faults(file: "memory-limit: \"\(text)\"\n")
        #expect(faults.count == 1)
        #expect(faults.first?.hasSuffix("would be right") == true, "\(faults)")
    }

    @Test(
        arguments: [
            ("automatic", .automatic), ("system", .system), ("cubic", .algorithm("cubic")),
        ] as [(String, CongestionChoice)])
    func `congestion control is a word or a name`(text: String, choice: CongestionChoice) throws {
        let input = SettingsInput(flags: ["congestion-control": [text]])
        #expect(try input.resolve().settings.congestionControl == choice)
    }

    @Test(arguments: ["", "a b", "sixteen-letters-", "é"])
    func `no name of an algorithm is refused`(text: String) {
        let faults = faults(file: "congestion-control: \"\(text)\"\n")
        #expect(faults.count == 1)
        #expect(faults.first?.hasSuffix("would be right") == true, "\(faults)")
    }

    @Test func `lists may be sequences, commas or several flags`() throws {
        let file = """
            listeners:
              external-http: ["127.0.0.1:80", "[::1]:81"]
              status: "127.0.0.1:1, 127.0.0.1:2"
              internal-http: off
            """
        let settings = try SettingsInput(
            file: ("weir.yaml", file), flags: ["listeners.admin": ["localhost:1", "[::1]:2"]]
        ).resolve().settings
        #expect(settings.externalHTTP.map(\.description) == ["127.0.0.1:80", "[::1]:81"])
        #expect(settings.status.map(\.port) == [1, 2])
        #expect(settings.internalHTTP.isEmpty)
        #expect(settings.admin.map(\.port) == [1, 2])
    }

    @Test func `all faults are said at once, each with its line`() {
        let file = """
            workers: many
            listeners:
              admin: 0.0.0.0:9901
              extrenal-http: :80
            drain-delay: 5
            """
        #expect(
            faults(file: file, environment: ["WEIR_UNDERSCORES": "maybe"]) == [
                "weir.yaml:4: listeners.extrenal-http: no such setting, "
                    + "did you mean listeners.external-http?",
                "weir.yaml:1: workers: \"many\" is out of range, "
                    + "a whole number from 1 to 256 would be right",
                "weir.yaml:3: listeners.admin: 0.0.0.0:9901 can be reached from elsewhere, "
                    + "a loopback address like 127.0.0.1:9901 would be right",
                "weir.yaml:5: drain-delay: \"5\" has no unit, 5s would be right",
                "WEIR_UNDERSCORES: \"maybe\" is not known, refuse or allow would be right",
            ])
    }

    @Test(arguments: [
        ("workers: [1, 2]", "weir.yaml:1: workers: not readable as a value, one value"),
        ("domain: a\ndomain: b", "weir.yaml:"),
        ("workers: 'x", "weir.yaml:"),
        ("- workers", "weir.yaml:1: a mapping is wanted here"),
        ("listeners: 8080", "weir.yaml:1: listeners: a mapping is wanted here"),
        ("drain-delay: 40s", "weir.yaml:1: drain-time: shorter than drain-delay"),
        ("admin: 127.0.0.1:1", "weir.yaml:1: admin: no such setting, did you mean listeners.admin"),
        ("histogram-buckets: [1, 0.5]", "weir.yaml:1: histogram-buckets: \"0.5\" is no bound"),
        ("histogram-buckets: [1, 86401]", "weir.yaml:1: histogram-buckets: these 2 bounds make no"),
        (
            "histogram-buckets: [1, 1.0000000001]",
            "weir.yaml:1: histogram-buckets: these 2 bounds make no"
        ),
        ("trusted-cidrs: 10.0.0.0/33", "weir.yaml:1: trusted-cidrs: \"10.0.0.0/33\" is no network"),
        ("domain: -bad-", "weir.yaml:1: domain: \"-bad-\" is no DNS name"),
        ("proxy-protocol: trusted", "weir.yaml:1: proxy-protocol: trusted, but no network is"),
        ("name-server: '[::1]:53'", "weir.yaml:1: name-server: \"[::1]:53\" is no server"),
        ("tls-min: 1.1", "weir.yaml:1: tls-min: \"1.1\" is not known, 1.2 or 1.3"),
        ("default-certificate: a", "weir.yaml:1: default-certificate: \"a\" names no Secret"),
        ("internal-service: weir", "weir.yaml:1: internal-service: \"weir\" names no Service"),
        ("log-level: loud", "weir.yaml:1: log-level: \"loud\" is not known"),
    ])
    func `a wrong file is refused in one line`(text: String, beginning: String) {
        let said = faults(file: text)
        #expect(said.count == 1)
        #expect(said.first?.hasPrefix(beginning) == true, "\(said)")
        #expect(said.first?.contains("\n") == false)
    }

    @Test func `flags are named in their faults`() {
        #expect(
            faults(flags: ["workers": ["0"]]) == [
                "--workers: \"0\" is out of range, a whole number from 1 to 256 would be right"
            ])
    }

    @Test func `variables that Kubernetes sets are no faults, near misses are noticed`() throws {
        let input = SettingsInput(environment: [
            "WEIR_SERVICE_HOST": "10.0.0.1", "WEIR_PORT_80_TCP": "tcp://10.0.0.1:80",
            "WEIR_WORKRES": "3",
        ])
        #expect(
            try input.resolve().notices.map(\.description) == [
                "WEIR_WORKRES: no such setting, ignored, did you mean WEIR_WORKERS?"
            ])
    }

    @Test func `what TLS and logs are set to arrives`() throws {
        let file = """
            listeners: {external-https: ':443'}
            tls-min: 1.3
            tls-ciphers: ECDHE-RSA-AES128-GCM-SHA256
            ticket-keys: [/a, /b]
            default-certificate: ns/cert
            proxy-protocol: trusted
            trusted-cidrs: 10.0.0.0/8
            name-server: 127.0.0.1:5353
            access-log: json
            access-log-file: /tmp/log
            access-log-query: true
            rule-match-limit: 5000
            state-dir: /var/lib/weir
            """
        let settings = try SettingsInput(file: ("weir.yaml", file)).resolve().settings
        #expect(settings.externalHTTPS.map(\.port) == [443])
        #expect(settings.tlsMinVersion == .tls13)
        #expect(settings.tlsCiphers == "ECDHE-RSA-AES128-GCM-SHA256")
        #expect(settings.ticketKeyFiles == ["/a", "/b"])
        #expect(settings.defaultCertificate == "ns/cert")
        #expect(settings.proxyProtocol == .trusted)
        #expect(settings.nameServer?.description == "127.0.0.1:5353")
        #expect(settings.accessLog == .json && settings.logsQueries)
        #expect(settings.accessLogFile == "/tmp/log")
        #expect(settings.ruleMatchLimit == 5000)
        #expect(settings.stateFolder == "/var/lib/weir")
    }

    @Test func `a secret is never shown and has no flag`() throws {
        let token = "correct-horse-battery"
        let input = SettingsInput(environment: ["WEIR_EXPLAIN_TOKEN": token])
        let settings = try input.resolve().settings
        #expect(settings.explainToken?.bytes == Array(token.utf8))
        var dumped = ""
        dump(settings, to: &dumped)
        #expect(!dumped.contains(token) && !"\(settings)".contains(token))
        let wrong = faults(environment: ["WEIR_EXPLAIN_TOKEN": "top secret"])
        #expect(wrong.count == 1 && !wrong[0].contains("top secret"))
        #expect(faults(flags: ["explain-token": [token]]).count == 1)
    }

    @Test(arguments: [
        ("500ms", 500), ("5s", 5000), ("5 s", 5000), ("1.5m", 90_000), ("1h", 3_600_000),
        ("0", 0),
    ])
    func `times have units`(text: String, milliseconds: Int) throws {
        let settings = try SettingsInput(flags: ["drain-delay": ["0s"], "drain-time": [text]])
            .resolve().settings
        #expect(settings.drainTime == .milliseconds(milliseconds))
    }

    @Test func `a file that is no YAML is refused without a line of it`() {
        let said = faults(file: "explain-token: top-secret-token\u{1}\n")
        #expect(said.count == 1)
        #expect(said.first?.contains("secret") == false, "\(said)")
    }

    @Test(arguments: [
        ("ns/example.com", true), ("a.b/c", false), ("ns/", false), ("ns/a..b", false),
        ("ns/a/b", false),
    ])
    func `an object's name may have dots, its namespace none`(name: String, isGood: Bool) {
        #expect(faults(flags: ["default-certificate": [name]]).isEmpty == isGood)
    }
}
