/// The frames of RFC 9113 §6, made of what a test wants to say.
extension H2Frame {
    package static func data(
        _ stream: UInt32, _ bytes: [UInt8], _ flags: Flags = []
    ) -> H2Frame {
        H2Frame(.data, flags, stream: stream, payload: bytes)
    }

    package static func data(_ stream: UInt32, _ text: String, _ flags: Flags = []) -> H2Frame {
        .data(stream, Array(text.utf8), flags)
    }

    /// DATA with padding, whose length byte may be a lie.
    package static func padded(
        _ stream: UInt32, _ bytes: [UInt8], padding: Int, says length: UInt8? = nil,
        _ flags: Flags = []
    ) -> H2Frame {
        let payload = [length ?? UInt8(padding)] + bytes + [UInt8](repeating: 0, count: padding)
        return H2Frame(.data, flags.union(.padded), stream: stream, payload: payload)
    }

    /// HEADERS with a block; the default ends the block and the stream.
    package static func headers(
        _ stream: UInt32, _ block: [UInt8], _ flags: Flags = .whole
    ) -> H2Frame {
        H2Frame(.headers, flags, stream: stream, payload: block)
    }

    /// HEADERS with fields that need no table.
    package static func headers(
        _ stream: UInt32, _ fields: [FieldLine], _ flags: Flags = .whole
    ) -> H2Frame {
        .headers(stream, HPACKWriter.block(fields), flags)
    }

    /// HEADERS with the old priority fields before the block.
    package static func headers(
        _ stream: UInt32, dependsOn parent: UInt32, weight: UInt8 = 15, _ fields: [FieldLine],
        _ flags: Flags = .whole
    ) -> H2Frame {
        let payload = bigEndian(parent) + [weight] + HPACKWriter.block(fields)
        return H2Frame(.headers, flags.union(.priority), stream: stream, payload: payload)
    }

    package static func continuation(
        _ stream: UInt32, _ block: [UInt8], _ flags: Flags = .endHeaders
    ) -> H2Frame {
        H2Frame(.continuation, flags, stream: stream, payload: block)
    }

    /// PRIORITY; the highest bit of the parent makes it exclusive.
    package static func priority(
        _ stream: UInt32, dependsOn parent: UInt32 = 0, weight: UInt8 = 15
    ) -> H2Frame {
        H2Frame(.priority, stream: stream, payload: bigEndian(parent) + [weight])
    }

    package static func reset(_ stream: UInt32, _ code: H2Code = .cancel) -> H2Frame {
        H2Frame(.reset, stream: stream, payload: bigEndian(code.rawValue))
    }

    /// SETTINGS in the order given, each as often as given.
    package static func settings(_ values: H2Setting.Value...) -> H2Frame { .settings(values) }

    package static func settings(_ values: [H2Setting.Value]) -> H2Frame {
        H2Frame(
            .settings,
            payload: values.flatMap {
                bigEndian(UInt32($0.setting.rawValue)).suffix(2) + bigEndian($0.value)
            })
    }

    package static let settingsAcknowledged = H2Frame(.settings, .acknowledge)

    /// PUSH_PROMISE, which no client may send.
    package static func pushPromise(
        _ stream: UInt32, promises promised: UInt32, _ fields: [FieldLine]
    ) -> H2Frame {
        H2Frame(
            .pushPromise, .endHeaders, stream: stream,
            payload: bigEndian(promised) + HPACKWriter.block(fields))
    }

    package static func ping(
        _ payload: [UInt8] = Array("weirping".utf8), _ flags: Flags = []
    ) -> H2Frame {
        H2Frame(.ping, flags, payload: payload)
    }

    package static func goAway(
        last: UInt32 = 0, _ code: H2Code = .noError, debug: String = ""
    ) -> H2Frame {
        H2Frame(.goAway, payload: bigEndian(last) + bigEndian(code.rawValue) + debug.utf8)
    }

    package static func windowUpdate(_ stream: UInt32, _ increment: UInt32) -> H2Frame {
        H2Frame(.windowUpdate, stream: stream, payload: bigEndian(increment))
    }
}
