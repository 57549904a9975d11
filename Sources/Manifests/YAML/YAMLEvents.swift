internal import CYaml

/// The events of a YAML text one by one, by libyaml, which Yams brings.
@safe
struct YAMLEvents: ~Copyable {
    enum Event {
        /// Nothing comes after it.
        case end
        case documentStart
        case documentEnd
        case alias
        case scalar
        case listStart
        case mapStart
        case listOrMapEnd
    }

    // SAFETY: all three are of `init`, nobody else's, and freed in `deinit`. The parser holds its own
    // address and that of the text, which therefore stay where they are.
    private let text: UnsafeMutableBufferPointer<UInt8>
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    /// The event that `next` told last, whose parts are freed with the next one.
    private let event: UnsafeMutablePointer<yaml_event_t>
    /// What is read of the text.
    private var part: YAMLPart

    /// Of the whole text.
    init(_ string: String) {
        let count = string.utf8.count
        // SAFETY: the text is copied into memory of its size, which is never of no size, since the
        // library asks for an address; parser and event are initialized before anything reads them.
        unsafe text = .allocate(capacity: max(count, 1))
        _ = unsafe text.initialize(from: string.utf8)
        unsafe parser = .allocate(capacity: 1)
        unsafe event = .allocate(capacity: 1)
        unsafe event.initialize(to: yaml_event_t())
        part = YAMLPart(range: 0..<count, line: 1)
        unsafe Self.initialize(parser, UnsafeBufferPointer(text).extracting(0..<count))
    }

    private static func initialize(
        _ parser: UnsafeMutablePointer<yaml_parser_t>, _ text: UnsafeBufferPointer<UInt8>
    ) {
        // SAFETY: see `init`: the text outlives the parser.
        precondition(unsafe yaml_parser_initialize(parser) == 1, "no memory")
        unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        unsafe yaml_parser_set_input_string(parser, text.baseAddress, text.count)
    }

    /// Goes on with a part of the text, as if it were all of it.
    mutating func restart(with part: YAMLPart) {
        self.part = part
        // SAFETY: see `init`; the parser is initialized before and after.
        unsafe yaml_parser_delete(parser)
        unsafe Self.initialize(parser, UnsafeBufferPointer(text).extracting(part.range))
    }

    deinit {
        // SAFETY: see `init`; an event that was deleted is empty, and may be deleted again.
        unsafe yaml_event_delete(event)
        unsafe yaml_parser_delete(parser)
        unsafe event.deallocate()
        unsafe parser.deallocate()
        unsafe text.deallocate()
    }

    /// The next event; a flaw where the text stops being YAML, behind which there is none.
    mutating func next() throws(Flaw) -> Event {
        // SAFETY: the library writes the whole event, or says that it did not.
        unsafe yaml_event_delete(event)
        guard unsafe yaml_parser_parse(parser, event) == 1 else { throw flaw }
        switch unsafe event.pointee.type {
        case YAML_SCALAR_EVENT: return .scalar
        case YAML_MAPPING_START_EVENT: return .mapStart
        case YAML_SEQUENCE_START_EVENT: return .listStart
        case YAML_MAPPING_END_EVENT, YAML_SEQUENCE_END_EVENT: return .listOrMapEnd
        case YAML_ALIAS_EVENT: return .alias
        case YAML_DOCUMENT_START_EVENT: return .documentStart
        case YAML_DOCUMENT_END_EVENT: return .documentEnd
        case YAML_STREAM_START_EVENT: return try next()
        default: return .end
        }
    }

    // MARK: The last event

    /// Counts from 1.
    var line: UInt32 {
        // SAFETY: every event has it.
        unsafe UInt32(truncatingIfNeeded: line(event.pointee.start_mark))
    }

    /// The line of the text where the parser has a mark in the part.
    private func line(_ mark: yaml_mark_t) -> Int { Int(mark.line) + part.line }

    /// The name that an alias refers to, or by which others may refer to what begins here.
    var anchor: String? {
        // SAFETY: what kind of event it is says which part of the union there is; its anchor is nil
        // or ends with a 0.
        let name: UnsafeMutablePointer<yaml_char_t>?
        switch unsafe event.pointee.type {
        case YAML_SCALAR_EVENT: unsafe name = event.pointee.data.scalar.anchor
        case YAML_SEQUENCE_START_EVENT: unsafe name = event.pointee.data.sequence_start.anchor
        case YAML_MAPPING_START_EVENT: unsafe name = event.pointee.data.mapping_start.anchor
        case YAML_ALIAS_EVENT: unsafe name = event.pointee.data.alias.anchor
        default: return nil
        }
        guard let name = unsafe name else { return nil }
        return unsafe String(cString: name)
    }

    /// Of a scalar.
    var style: YAMLStyle {
        // SAFETY: asked for after a scalar only, so that is the part of the union that there is.
        switch unsafe event.pointee.data.scalar.style {
        case YAML_PLAIN_SCALAR_STYLE: return .plain
        case YAML_LITERAL_SCALAR_STYLE: return .literal
        default: return .quoted
        }
    }

    /// Of a scalar; nil where it has none.
    var tag: YAMLTag? {
        // SAFETY: as for `style`; a tag ends with a 0.
        guard let tag = unsafe event.pointee.data.scalar.tag else { return nil }
        return unsafe YAMLTag(String(cString: tag))
    }

    /// Adds the text of a scalar to others, and says where it is.
    func appendText(to bytes: inout [UInt8]) -> Range<Int> {
        let start = bytes.count
        // SAFETY: asked for after a scalar only, which has so many bytes, of valid UTF-8.
        let scalar = unsafe event.pointee.data.scalar
        unsafe bytes.append(
            contentsOf: UnsafeBufferPointer(start: scalar.value, count: scalar.length))
        return start..<bytes.count
    }

    // MARK: Faults

    /// What the library says is wrong.
    private var flaw: Flaw {
        // SAFETY: asked for after a fault only: its texts are constants of the library or nil.
        let fault = unsafe parser.pointee
        let problem = unsafe fault.problem.map { unsafe String(cString: $0) } ?? "no memory"
        switch unsafe fault.error {
        case YAML_READER_ERROR:
            let read = unsafe text.extracting(part.range).prefix(fault.problem_offset)
            let breaks = unsafe read.count { $0 == UInt8(ascii: "\n") }
            return Flaw(unreadable: problem, line: part.line + breaks)
        case YAML_SCANNER_ERROR, YAML_PARSER_ERROR:
            let place = unsafe line(fault.context_mark)
            let context =
                unsafe fault.context.map { unsafe "\(String(cString: $0)) (line \(place)), " } ?? ""
            return unsafe Flaw(
                unreadable: "\(context)\(problem)",
                right: problem == "did not find expected <document start>"
                    ? "write --- before each document" : "write valid YAML or JSON",
                line: line(fault.problem_mark))
        default: return Flaw(unreadable: problem, line: part.line)
        }
    }
}
