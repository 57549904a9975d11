internal import Foundation

/// What is read of a ConfigMap, and of the metadata of any object.
struct ConfigMapText: Decodable {
    var metadata: Metadata?
    var data: [String: String]?

    struct Metadata: Decodable {
        var annotations: [String: String]?
    }

    init(_ json: [UInt8]) throws(APIFault) {
        do {
            self = try JSONDecoder().decode(ConfigMapText.self, from: Data(json))
        } catch {
            throw .invalid("the server's answer is not readable")
        }
    }
}
