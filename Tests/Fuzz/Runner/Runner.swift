import Foundation

/// The subject that the environment names.
private let chosen: Subject = {
    let name = ProcessInfo.processInfo.environment["WEIR_FUZZ_SUBJECT"] ?? ""
    guard let subject = Subject(rawValue: name) else {
        end("WEIR_FUZZ_SUBJECT must be one of \(Subject.allCases.map(\.rawValue))")
    }
    return subject
}()

/// Says why, and ends as a crash does.
private func end(_ text: String) -> Never {
    FileHandle.standardError.write(Data((text + "\n").utf8))
    abort()
}

/// The fuzzer's door: one input.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    do throws(Finding) {
        try chosen.check(Array(UnsafeBufferPointer(start: start, count: count)))
    } catch {
        end("FINDING \(chosen): \(error)")
    }
    return 0
}

/// Writes the seeds into the folder that the environment names, each under a number.
@_cdecl("LLVMFuzzerInitialize")
public func initialize(
    _: UnsafeMutablePointer<CInt>?,
    _: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>?
) -> CInt {
    guard let folder = ProcessInfo.processInfo.environment["WEIR_FUZZ_SEEDS"] else { return 0 }
    for (number, seed) in chosen.seeds.enumerated() {
        let path = "\(folder)/seed-\(number)"
        guard FileManager.default.createFile(atPath: path, contents: Data(seed)) else {
            end("cannot write \(path)")
        }
    }
    return 0
}
