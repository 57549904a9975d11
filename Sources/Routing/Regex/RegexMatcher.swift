internal import Bytes
internal import CPCRE2

/// What one worker needs to search with patterns: memory and limits, used again and again.
///
/// A search that ends without an answer counts as no match, and is counted here. For one thread.
///
/// The library's own match limit begins anew at each place where a search begins, so a pattern
/// that is merely cubic could take minutes over 8 KiB. So the patterns call back before each of
/// their items, and the steps are counted over the whole search; its begin at each place is free.
@safe
package struct RegexMatcher: ~Copyable {
    /// Steps that one search may take; each may run over the text once.
    package static let matchLimit: UInt32 = 10_000
    /// LIMIT: how deep the interpreter may go.
    private static let depthLimit: UInt32 = 2_000
    /// LIMIT: the interpreter's memory, in KiB.
    private static let heapLimit: UInt32 = 1_024
    /// LIMIT: the stack of the machine code: what it begins with, and what it may grow to.
    private static let stackBytes = (first: 32 << 10, most: 512 << 10)

    /// Searches that ended without an answer.
    package private(set) var failures = RegexFailures()

    /// Several values of one field, joined.
    private var joined = FixedArray<UInt8>(capacity: RegexPattern.subjectBytesMax)
    private var isJoinedTooLong = false
    private var isJoiningFirst = true

    // SAFETY: made in `init`, owned here, freed in `deinit`; all may be nil when memory is short,
    // then every search fails.
    private let context: OpaquePointer?
    private let stack: OpaquePointer?
    private let data: OpaquePointer?
    /// SAFETY: one number, allocated in `init`, freed in `deinit`: the steps left to the search.
    private let steps: UnsafeMutablePointer<UInt32>
    private let limit: UInt32

    package init(matchLimit: UInt32 = matchLimit) {
        limit = matchLimit
        unsafe steps = UnsafeMutablePointer<UInt32>.allocate(capacity: 1)
        unsafe steps.initialize(to: 0)
        unsafe context = unsafe pcre2_match_context_create_8(nil)
        unsafe data = unsafe pcre2_match_data_create_8(1, nil)
        // Nil where there is no machine code.
        unsafe stack = unsafe pcre2_jit_stack_create_8(
            Self.stackBytes.first, Self.stackBytes.most, nil)
        guard let context = unsafe context else { return }
        // SAFETY: context, stack and number live as long as `self`.
        unsafe pcre2_set_match_limit_8(context, matchLimit)
        unsafe pcre2_set_depth_limit_8(context, Self.depthLimit)
        unsafe pcre2_set_heap_limit_8(context, Self.heapLimit)
        unsafe pcre2_set_callout_8(context, countStep, steps)
        if let stack = unsafe stack {
            unsafe pcre2_jit_stack_assign_8(context, nil, UnsafeMutableRawPointer(stack))
        }
    }

    deinit {
        // SAFETY: nobody else has them; the library takes nil.
        unsafe pcre2_match_data_free_8(data)
        unsafe pcre2_match_context_free_8(context)
        unsafe pcre2_jit_stack_free_8(stack)
        unsafe steps.deallocate()
    }

    /// Searches a text for a pattern.
    mutating func search(_ text: Span<UInt8>, for pattern: RegexReference) -> RegexOutcome {
        if text.count > RegexPattern.subjectBytesMax { return failed(.subjectTooLong) }
        guard let context = unsafe context, let data = unsafe data else { return failed(.other) }
        unsafe steps.pointee = limit
        // SAFETY: the pattern lives as long as the block that names it, the text through the
        // call, and the library wants an address for an empty text too.
        let status = unsafe text.withUnsafeBufferPointer {
            let empty: StaticString = "  "
            return unsafe pcre2_match_8(
                pattern.code, $0.baseAddress ?? empty.utf8Start, $0.count, 0, 0, data, context)
        }
        return switch status {
        case 0...: .match
        case PCRE2_ERROR_NOMATCH: .noMatch
        case PCRE2_ERROR_MATCHLIMIT: failed(.matchLimit)
        case PCRE2_ERROR_DEPTHLIMIT: failed(.depthLimit)
        case PCRE2_ERROR_HEAPLIMIT: failed(.heapLimit)
        case PCRE2_ERROR_JIT_STACKLIMIT: failed(.stackLimit)
        default: failed(.other)
        }
    }

    // MARK: Several values

    /// Forgets what was joined.
    mutating func beginJoining() {
        joined.removeAll()
        isJoinedTooLong = false
        isJoiningFirst = true
    }

    /// Adds a value, with a comma before it unless it is the first.
    mutating func join(_ value: Span<UInt8>) {
        let comma = isJoiningFirst ? 0 : 1
        isJoiningFirst = false
        guard value.count + comma <= joined.capacity - joined.count else {
            isJoinedTooLong = true
            return
        }
        if comma == 1 { joined.append(UInt8(ascii: ",")) }
        for index in value.indices { joined.append(value[index]) }
    }

    /// Searches the joined values.
    mutating func searchJoined(for pattern: RegexReference) -> RegexOutcome {
        if isJoinedTooLong { return failed(.subjectTooLong) }
        var text = FixedArray<UInt8>(capacity: 1)
        swap(&text, &joined)
        let outcome = search(text.span, for: pattern)
        swap(&text, &joined)
        return outcome
    }

    private mutating func failed(_ kind: RegexFailure) -> RegexOutcome {
        failures.count(kind)
        return .failed(kind)
    }
}

/// Called by PCRE2 before each item of a pattern: counts a step, and ends the search at the last.
private func countStep(
    _ block: UnsafeMutablePointer<pcre2_callout_block_8>?, _ data: UnsafeMutableRawPointer?
) -> CInt {
    // SAFETY: the library's block for this call, and the matcher's own number, which outlives it.
    guard let block = unsafe block, let data = unsafe data else { return 0 }
    if unsafe block.pointee.pattern_position == 0 { return 0 }
    let steps = unsafe data.assumingMemoryBound(to: UInt32.self)
    if unsafe steps.pointee == 0 { return PCRE2_ERROR_MATCHLIMIT }
    unsafe steps.pointee -= 1
    return 0
}

@available(*, unavailable)
extension RegexMatcher: Sendable {}
