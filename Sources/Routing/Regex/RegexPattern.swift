internal import CPCRE2

/// A pattern of a rule, compiled once; read by all workers, owned by the table's builder.
///
/// Bytes, not characters: UTF is off and cannot be turned on from within. Searched for anywhere
/// in the text unless it is anchored. Machine code where the library can make it, else the
/// library's interpreter.
@safe
package final class RegexPattern: Sendable {
    /// LIMIT: bytes of a pattern.
    package static let patternBytesMax = 1 << 10
    /// LIMIT: bytes of a text that is searched.
    package static let subjectBytesMax = 8 << 10
    /// LIMIT: parentheses within parentheses.
    private static let nestingMax: UInt32 = 50

    /// SAFETY: the address of a `pcre2_code`, nobody else's, freed in `deinit`; only read after
    /// `init`, which the library allows to any number of threads.
    let address: UInt

    init(_ bytes: [UInt8]) throws(RegexFault) {
        if bytes.isEmpty { throw RegexFault(reason: "an empty pattern") }
        if bytes.count > Self.patternBytesMax {
            throw RegexFault(reason: "a pattern of more than \(Self.patternBytesMax) bytes")
        }
        var error: CInt = 0
        var offset = 0
        // SAFETY: the context is made and freed here; text and numbers live through the call.
        let context = unsafe pcre2_compile_context_create_8(nil)
        defer { unsafe pcre2_compile_context_free_8(context) }
        unsafe pcre2_set_parens_nest_limit_8(context, Self.nestingMax)
        // A callout before each item: what counts the steps of a whole search.
        let options =
            UInt32(PCRE2_NEVER_UTF) | UInt32(PCRE2_NEVER_UCP) | UInt32(PCRE2_AUTO_CALLOUT)
        let code = unsafe bytes.withUnsafeBufferPointer {
            unsafe pcre2_compile_8(
                $0.baseAddress, $0.count, options, &error, &offset, context)
        }
        guard let code = unsafe code else {
            throw RegexFault(reason: "\(Self.message(error)) at byte \(offset)")
        }
        // Where machine code is refused, the interpreter does the search.
        unsafe pcre2_jit_compile_8(code, UInt32(PCRE2_JIT_COMPLETE))
        address = UInt(bitPattern: code)
    }

    deinit { unsafe pcre2_code_free_8(OpaquePointer(bitPattern: address)) }

    // MARK: What is known before any search

    /// What is wrong with a pattern, in one line; nil when nothing is.
    package static func check(_ text: String) -> String? {
        do throws(RegexFault) {
            _ = try RegexPattern(Array(text.utf8))
            return nil
        } catch {
            return error.reason
        }
    }

    /// Why a valid pattern can never match a path, in one line; nil when it may.
    ///
    /// Finds the usual slips, not all: a path begins with `/`, has neither query nor blanks, and is
    /// no longer than what is searched.
    package static func neverMatches(path text: String) -> String? {
        guard let pattern = try? RegexPattern(Array(text.utf8)) else { return nil }
        let least = pattern.fact(UInt32(PCRE2_INFO_MINLENGTH))
        if least > subjectBytesMax {
            return "it asks for \(least) bytes, and at most \(subjectBytesMax) are searched"
        }
        if let byte = PatternText.foreignByte(in: Array(text.utf8)) {
            return byte == UInt8(ascii: "?")
                ? "it asks for `?`, but a path has no query" : "it asks for a byte that no path has"
        }
        let isAnchored = pattern.fact(UInt32(PCRE2_INFO_ALLOPTIONS)) & Int(PCRE2_ANCHORED) != 0
        if isAnchored, !pattern.mayGoOn(from: "/") { return "a path begins with `/`" }
        return nil
    }

    /// A number that the library knows of the pattern.
    private func fact(_ what: UInt32) -> Int {
        var number: UInt32 = 0
        // SAFETY: all facts asked for here are 32 bits wide.
        let status = unsafe pcre2_pattern_info_8(OpaquePointer(bitPattern: address), what, &number)
        return status == 0 ? Int(number) : 0
    }

    /// Whether a text that begins so may match an anchored pattern.
    private func mayGoOn(from beginning: StaticString) -> Bool {
        // SAFETY: made and freed here; a static string lives for ever.
        let data = unsafe pcre2_match_data_create_8(1, nil)
        defer { unsafe pcre2_match_data_free_8(data) }
        let status = unsafe pcre2_match_8(
            OpaquePointer(bitPattern: address), beginning.utf8Start,
            beginning.utf8CodeUnitCount, 0, UInt32(PCRE2_PARTIAL_HARD), data, nil)
        return status != PCRE2_ERROR_NOMATCH
    }

    private static func message(_ error: CInt) -> String {
        // LIMIT: the library's texts are shorter; it cuts what is longer.
        var text = [UInt8](repeating: 0, count: 128)
        // SAFETY: the library writes at most the count given, for this call only.
        let count = unsafe text.withUnsafeMutableBufferPointer {
            unsafe pcre2_get_error_message_8(error, $0.baseAddress, $0.count)
        }
        guard count > 0, count <= text.count else { return "not a pattern" }
        return String(decoding: text[..<Int(count)], as: UTF8.self)
    }
}
