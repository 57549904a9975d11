extension AccessLine {
    /// Envoy's default line; what is absent is `-`.
    ///
    /// Source: Envoy's access log documentation, "Default format string".
    func appendText(_ figures: AccessFigures, _ texts: [UInt8], to line: inout [UInt8]) {
        line.append(UInt8(ascii: "["))
        appendStart(figures, to: &line)
        line.append("] \"")
        append(bare: text(.method, in: texts), to: &line)
        line.append(UInt8(ascii: " "))
        append(bare: text(.target, in: texts), to: &line)
        line.append(UInt8(ascii: " "))
        line.append(Self.version(figures))
        line.append("\" ")
        line.append(decimal: UInt64(figures.code))
        line.append(UInt8(ascii: " "))
        line.append(figures.flag.name)
        line.append(UInt8(ascii: " "))
        line.append(decimal: figures.bytesIn)
        line.append(UInt8(ascii: " "))
        line.append(decimal: figures.bytesOut)
        append(time: figures.total, to: &line)
        append(time: Self.service(figures), to: &line)
        append(quoted: text(.forwardedFor, in: texts), to: &line)
        append(quoted: text(.userAgent, in: texts), to: &line)
        append(quoted: text(.requestID, in: texts), to: &line)
        append(quoted: text(.authority, in: texts), to: &line)
        line.append(" \"")
        if figures.upstream.isPresent {
            line.append(figures.upstream, withPort: true)
        } else {
            line.append(UInt8(ascii: "-"))
        }
        line.append(UInt8(ascii: "\""))
    }

    private func append(time: UInt64, to line: inout [UInt8]) {
        line.append(UInt8(ascii: " "))
        if time == AccessFigures.never {
            line.append(UInt8(ascii: "-"))
        } else {
            line.append(decimal: time / 1_000_000)
        }
    }

    private func append(quoted text: ArraySlice<UInt8>, to line: inout [UInt8]) {
        line.append(" \"")
        append(bare: text, to: &line)
        line.append(UInt8(ascii: "\""))
    }

    /// Bytes that no line and no terminal can take amiss: what is not printable ASCII goes as
    /// `\xHH`, quotes and backslashes with a backslash.
    private func append(bare text: ArraySlice<UInt8>, to line: inout [UInt8]) {
        if text.isEmpty { return line.append(UInt8(ascii: "-")) }
        if text.isPlainText { return line.append(contentsOf: text) }
        var clean = text.startIndex
        for place in text.indices {
            let byte = text[place]
            let isPlain = (0x20..<0x7f).contains(byte) && byte != 0x22 && byte != 0x5c
            if isPlain { continue }
            line.append(contentsOf: text[clean..<place])
            clean = place + 1
            line.append(UInt8(ascii: "\\"))
            if byte == 0x22 || byte == 0x5c {
                line.append(byte)
            } else {
                line.append(UInt8(ascii: "x"))
                line.append(hexadecimal: byte)
            }
        }
        line.append(contentsOf: text[clean...])
    }
}
