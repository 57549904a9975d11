/// Why a message was refused while it was read: head, framing, chunks or trailers.
///
/// `reason` is the label of `weir_rejected_requests_total`; raw values are dense, for counters.
/// From an upstream each of them is a protocol error (502, flag UPE), whatever `status` says.
package enum HeadFault: UInt8, Error, CaseIterable, Sendable {
    // Lines.
    case bareLineFeed
    case bareCarriageReturn
    case nulByte
    case controlByte
    // The start line.
    case badRequestLine
    case badMethod
    case badTarget
    case targetTooLong
    case fragmentInTarget
    case userinfoInTarget
    case authorityForm
    case asteriskForm
    case unknownScheme
    case connectMethod
    case badVersion
    case unsupportedVersion
    case badStatusLine
    // Fields.
    case badFieldName
    case underscoreInName
    case missingColon
    case spaceBeforeColon
    case blankBeforeFirstField
    case obsFold
    case headTooLarge
    case tooManyFields
    case tooManyConnectionOptions
    // Host.
    case missingHost
    case duplicateHost
    case badHost
    // Framing.
    case badContentLength
    case duplicateContentLength
    case badTransferEncoding
    case duplicateTransferEncoding
    case unknownTransferCoding
    case transferEncodingInHTTP10
    case contentLengthAndTransferEncoding
    case bodyInTrace
    case bodyInUpgrade
    case unknownExpectation
    // Chunks and trailers.
    case badChunkSize
    case badChunkExtension
    case chunkExtensionsTooLong
    case badChunkEnd
    case trailersTooLarge
    case tooManyTrailers
    /// The connection ended within a body.
    case incompleteBody
    /// A tunnel for something else than WebSocket (RFC 8441 §4).
    case unknownProtocol

    /// The reason's name in metrics and logs; it never changes once released.
    package var reason: StaticString {
        switch self {
        case .bareLineFeed: "bare_lf"
        case .bareCarriageReturn: "bare_cr"
        case .nulByte: "nul_byte"
        case .controlByte: "control_byte"
        case .badRequestLine: "bad_request_line"
        case .badMethod: "bad_method"
        case .badTarget: "bad_target"
        case .targetTooLong: "target_too_long"
        case .fragmentInTarget: "fragment_in_target"
        case .userinfoInTarget: "userinfo_in_target"
        case .authorityForm: "authority_form"
        case .asteriskForm: "asterisk_form"
        case .unknownScheme: "unknown_scheme"
        case .connectMethod: "connect_method"
        case .badVersion: "bad_version"
        case .unsupportedVersion: "unsupported_version"
        case .badStatusLine: "bad_status_line"
        case .badFieldName: "bad_field_name"
        case .underscoreInName: "underscore_in_name"
        case .missingColon: "missing_colon"
        case .spaceBeforeColon: "space_before_colon"
        case .blankBeforeFirstField: "blank_before_first_field"
        case .obsFold: "obs_fold"
        case .headTooLarge: "head_too_large"
        case .tooManyFields: "too_many_fields"
        case .tooManyConnectionOptions: "too_many_connection_options"
        case .missingHost: "missing_host"
        case .duplicateHost: "duplicate_host"
        case .badHost: "bad_host"
        case .badContentLength: "bad_content_length"
        case .duplicateContentLength: "duplicate_content_length"
        case .badTransferEncoding: "bad_transfer_encoding"
        case .duplicateTransferEncoding: "duplicate_transfer_encoding"
        case .unknownTransferCoding: "unknown_transfer_coding"
        case .transferEncodingInHTTP10: "transfer_encoding_in_http10"
        case .contentLengthAndTransferEncoding: "content_length_and_transfer_encoding"
        case .bodyInTrace: "body_in_trace"
        case .bodyInUpgrade: "body_in_upgrade"
        case .unknownExpectation: "unknown_expectation"
        case .badChunkSize: "bad_chunk_size"
        case .badChunkExtension: "bad_chunk_extension"
        case .chunkExtensionsTooLong: "chunk_extensions_too_long"
        case .badChunkEnd: "bad_chunk_end"
        case .trailersTooLarge: "trailers_too_large"
        case .tooManyTrailers: "too_many_trailers"
        case .incompleteBody: "incomplete_body"
        case .unknownProtocol: "unknown_protocol"
        }
    }

    /// The status that a client gets for it; the connection closes behind the answer.
    package var status: UInt16 {
        switch self {
        case .targetTooLong: 414
        case .unknownExpectation: 417
        case .headTooLarge, .tooManyFields, .trailersTooLarge, .tooManyTrailers: 431
        case .connectMethod, .unknownTransferCoding, .unknownProtocol: 501
        case .unsupportedVersion: 505
        default: 400
        }
    }
}
