extension AccessLine {
    /// Envoy's default line; what is absent is `-`.
    ///
    /// Source: Envoy's access log documentation, "Default format string".
    func appendText(_ figures: AccessFigures, _ texts: [UInt8], to line: inout [UInt8]) {
        line.append(UInt8(ascii: "["))
        appendStart(figures, to: &line)
        line += "] \"".utf8
        appendBare(text(.method, in: texts), to: &line)
        line.append(UInt8(ascii: " "))
        appendBare(text(.target, in: texts), to: &line)
        line.append(UInt8(ascii: " "))
        line.append(Self.version(figures))
        line += "\" ".utf8
        line.append(decimal: UInt64(figures.code))
        line.append(UInt8(ascii: " "))
        line.append(figures.flag.name)
        for bytes in [figures.bytesIn, figures.bytesOut] {
            line.append(UInt8(ascii: " "))
            line.append(decimal: bytes)
        }
        for time in [figures.total, Self.service(figures)] {
            line.append(UInt8(ascii: " "))
            if time == AccessFigures.never {
                line.append(UInt8(ascii: "-"))
            } else {
                line.append(decimal: time / 1_000_000)
            }
        }
        for quoted in [AccessText.forwardedFor, .userAgent, .requestID, .authority] {
            line += " \"".utf8
            appendBare(text(quoted, in: texts), to: &line)
            line.append(UInt8(ascii: "\""))
        }
        line += " \"".utf8
        if figures.upstream.isPresent {
            line.append(figures.upstream, withPort: true)
        } else {
            line.append(UInt8(ascii: "-"))
        }
        line.append(UInt8(ascii: "\""))
    }

    /// Bytes that no line and no terminal can take amiss: what is not printable ASCII goes as
    /// `\xHH`, quotes and backslashes with a backslash.
    private func appendBare(_ text: ArraySlice<UInt8>, to line: inout [UInt8]) {
        if text.isEmpty { return line.append(UInt8(ascii: "-")) }
        var clean = text.startIndex
        for place in text.indices {
            let byte = text[place]
            let isPlain = (0x20..<0x7f).contains(byte) && byte != 0x22 && byte != 0x5c
            if isPlain { continue }
            line += text[clean..<place]
            clean = place + 1
            line.append(UInt8(ascii: "\\"))
            if byte == 0x22 || byte == 0x5c {
                line.append(byte)
            } else {
                line.append(UInt8(ascii: "x"))
                line.append(hexadecimal: byte)
            }
        }
        line += text[clean...]
    }
}
