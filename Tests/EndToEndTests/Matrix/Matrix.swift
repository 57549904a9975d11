import Testing

/// What a gateway does, shown by the same tests for HTTP/1 and HTTP/2 on either side.
///
/// Its suites are extensions; each test takes a `Pair`.
@Suite struct Matrix {}
