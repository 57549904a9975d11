import Foundation

/// Defaults and validation of Secrets and ConfigMaps.
enum SecretRules {
    private static let sizeMax = 1 << 20

    /// The default type; what was given as text goes into the data.
    static func setDefaults(_ object: inout JSONValue) {
        if (object["type"].text ?? "").isEmpty { object["type"] = "Opaque" }
        for (key, text) in object["stringData"].texts {
            object["data"][key] = .string(Data(text.utf8).base64EncodedString())
        }
        object["stringData"] = nil
    }

    static func faults(_ object: JSONValue, old: JSONValue?) -> [FieldFault] {
        var faults = keyFaults(object["data"], "data")
        let size = object["data"].texts.values.reduce(0) { $0 + $1.utf8.count / 4 * 3 }
        if size > sizeMax {
            faults.append(
                FieldFault(.tooLong, "data", nil, "may not be more than \(sizeMax) bytes"))
        }
        if object["type"].text == "kubernetes.io/tls" {
            for key in ["tls.crt", "tls.key"] where object["data"][key].isNull {
                faults.append(.required("data[\(key)]"))
            }
        }
        if let old, old["type"] != object["type"] {
            faults.append(.invalid("type", object["type"], "field is immutable"))
        }
        return faults + immutableFaults(object, old: old, ["data"])
    }

    static func mapFaults(_ object: JSONValue, old: JSONValue?) -> [FieldFault] {
        let data = object["data"].texts.values.reduce(0) { $0 + $1.utf8.count }
        let binary = object["binaryData"].texts.values.reduce(0) { $0 + $1.utf8.count / 4 * 3 }
        var faults =
            keyFaults(object["data"], "data") + keyFaults(object["binaryData"], "binaryData")
        if data + binary > sizeMax {
            faults.append(
                FieldFault(.tooLong, "", nil, "may not be more than \(sizeMax) bytes"))
        }
        for key in object["binaryData"].fields.keys where !object["data"][key].isNull {
            faults.append(
                .invalid("data[\(key)]", .string(key), "duplicate of key present in binaryData"))
        }
        return faults + immutableFaults(object, old: old, ["data", "binaryData"])
    }

    private static func keyFaults(_ data: JSONValue, _ field: String) -> [FieldFault] {
        data.fields.keys.sorted().compactMap { key in
            Names.dataKey(key).map { .invalid("\(field)[\(key)]", .string(key), $0) }
        }
    }

    private static func immutableFaults(
        _ object: JSONValue, old: JSONValue?, _ fields: [String]
    ) -> [FieldFault] {
        guard let old, old["immutable"].bool == true else { return [] }
        let changed =
            fields.filter { object[$0] != old[$0] }
            + (object["immutable"].bool == true ? [] : ["immutable"])
        return changed.map { .forbidden($0, "field is immutable when `immutable` is set") }
    }
}
