internal import Foundation

extension ExecPlugin {
    private static let group = "client.authentication.k8s.io"

    /// Reads the `exec` of a user, and finds its program.
    init(
        _ exec: KubeconfigNode, cluster: KubeconfigNode, server: ClusterAccess,
        environment: [String: String]
    ) throws(GatewayFault) {
        apiVersion = try exec["apiVersion"].text()
        guard ["v1", "v1beta1"].map({ Self.group + "/" + $0 }).contains(apiVersion) else {
            throw exec["apiVersion"].fault(
                "\"\(apiVersion)\" is not supported, \(Self.group)/v1 would be right")
        }
        try Self.checkMode(exec["interactiveMode"], isWanted: apiVersion.hasSuffix("/v1"))
        installHint = try exec["installHint"].text()
        place = "\(exec.file): \(exec.field)"
        arguments = try exec["args"].items().map { item throws(GatewayFault) in try item.text() }
        self.environment = environment
        for item in try exec["env"].items() {
            let name = try item["name"].text()
            if name.isEmpty { throw item.fault("no name, that of a variable would be right") }
            self.environment[name] = try item["value"].text()
        }
        let command = try exec["command"].text()
        if command.isEmpty { throw exec["command"].fault("missing, a program would be right") }
        guard let found = Self.find(command, exec.folder, self.environment["PATH"] ?? "") else {
            let hint = installHint.isEmpty ? "an installed one would be right" : installHint
            throw exec["command"].fault(
                "there is no program \"\(command)\": \(APIFault.oneLine(hint))")
        }
        path = found
        if try exec["provideClusterInfo"].flag() {
            self.cluster = try Self.info(cluster, server)
        }
    }

    private static func checkMode(
        _ mode: KubeconfigNode, isWanted: Bool
    ) throws(GatewayFault) {
        switch try mode.text() {
        case "Never", "IfAvailable": return
        case "":
            if isWanted { throw mode.fault("missing, Never or IfAvailable would be right") }
        case "Always":
            throw mode.fault(
                "Always needs somebody at a terminal, Never or IfAvailable would be right")
        default: throw mode.fault("no such mode, Never or IfAvailable would be right")
        }
    }

    /// A program: by its path, from the kubeconfig's folder on, or by the search path.
    private static func find(_ command: String, _ folder: String, _ search: String) -> String? {
        let isProgram: (String) -> Bool = { path in
            let real = URL(fileURLWithPath: path).resolvingSymlinksInPath()
            let isFile = (try? real.resourceValues(forKeys: [.isRegularFileKey]))?.isRegularFile
            return isFile == true && FileManager.default.isExecutableFile(atPath: path)
        }
        if command.contains("/") {
            let path = command.hasPrefix("/") ? command : folder + "/" + command
            return isProgram(path) ? path : nil
        }
        return search.split(separator: ":").map { "\($0)/\(command)" }.first(where: isProgram)
    }

    /// The cluster as the plugin is told of it.
    private static func info(
        _ cluster: KubeconfigNode, _ server: ClusterAccess
    ) throws(GatewayFault) -> String {
        var members = [#""server":\#(JSONText.line(server.server.description))"#]
        if let name = server.serverName {
            members.append(#""tls-server-name":\#(JSONText.line(name))"#)
        }
        if server.isInsecure { members.append(#""insecure-skip-tls-verify":true"#) }
        let authority: [UInt8]? =
            switch server.authority {
            case .given(let text): text.bytes
            case .file(let path): try? SmallFile.bytes(path, sizeMax: ClusterAccess.fileMax)
            case nil: nil
            }
        if let authority {
            members.append(
                #""certificate-authority-data":\#(JSONText.line(Base64Text.encode(authority)))"#)
        }
        let proxy = try cluster["proxy-url"].text()
        if !proxy.isEmpty { members.append(#""proxy-url":\#(JSONText.line(proxy))"#) }
        for item in try cluster["extensions"].items()
        where try item["name"].text() == group + "/exec" {
            if let json = item["extension"].json() { members.append(#""config":\#(json)"#) }
        }
        return "{" + members.joined(separator: ",") + "}"
    }
}
