internal import CLinux

/// An IP address and port as plain bytes: what accept and connect need.
package struct SocketAddress: BitwiseCopyable, Equatable, Sendable {
    /// The address in network order: 16 bytes for IPv6; IPv4 is in the first four.
    package var high: UInt64
    package var low: UInt64
    package var port: UInt16
    package var isIPv6: Bool

    package init() {
        high = 0
        low = 0
        port = 0
        isIPv6 = false
    }

    /// From 4 or 16 address bytes in network order; other counts are our bug.
    package init(ip: Span<UInt8>, port: UInt16) {
        precondition(ip.count == 4 || ip.count == 16)
        self.init()
        isIPv6 = ip.count == 16
        self.port = port
        for index in ip.indices { self[byte: index] = ip[index] }
    }

    /// Bytes of the address: 4 or 16.
    package var byteCount: Int { isIPv6 ? 16 : 4 }

    /// One byte of the address, in network order.
    package subscript(byte index: Int) -> UInt8 {
        get {
            precondition(index >= 0 && index < 16)
            let word = index < 8 ? high : low
            return UInt8(truncatingIfNeeded: word >> UInt64(56 - 8 * (index & 7)))
        }
        set {
            precondition(index >= 0 && index < 16)
            let shift = UInt64(56 - 8 * (index & 7))
            let mask = ~(UInt64(0xff) << shift)
            if index < 8 {
                high = high & mask | UInt64(newValue) << shift
            } else {
                low = low & mask | UInt64(newValue) << shift
            }
        }
    }

    /// An IPv4 address that came in over a dual-stack socket as plain IPv4 (RFC 4291 §2.5.5.2).
    package var unmapped: SocketAddress {
        guard isIPv6, high == 0, low >> 32 == 0xffff else { return self }
        var plain = SocketAddress()
        plain.high = low << 32
        plain.port = port
        return plain
    }

    /// Whether it is of this host alone: 127.0.0.0/8 or ::1 (RFC 1122 §3.2.1.3, RFC 4291 §2.5.3).
    package var isLoopback: Bool {
        isIPv6 ? high == 0 && low == 1 : self[byte: 0] == 127
    }

    /// Whether it stands for all addresses: 0.0.0.0 or ::.
    package var isAny: Bool { high == 0 && low == 0 }

    // MARK: Kernel form

    init(_ storage: sockaddr_storage) {
        self.init()
        var storage = storage
        // SAFETY: the kernel's storage is large and aligned enough for both forms.
        unsafe withUnsafePointer(to: &storage) { pointer in
            let raw = unsafe UnsafeRawPointer(pointer)
            if unsafe Int32(pointer.pointee.ss_family) == AF_INET6 {
                let form = unsafe raw.load(as: sockaddr_in6.self)
                isIPv6 = true
                port = UInt16(bigEndian: form.sin6_port)
                unsafe withUnsafeBytes(of: form.sin6_addr) { bytes in
                    unsafe high = UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self))
                    unsafe low = UInt64(
                        bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
                }
            } else if unsafe Int32(pointer.pointee.ss_family) == AF_INET {
                let form = unsafe raw.load(as: sockaddr_in.self)
                port = UInt16(bigEndian: form.sin_port)
                high = UInt64(UInt32(bigEndian: form.sin_addr.s_addr)) << 32
            }
        }
    }

    /// The address in the kernel's form, and the bytes of it that count.
    var kernelForm: (storage: sockaddr_storage, size: socklen_t) {
        var storage = sockaddr_storage()
        // SAFETY: the storage is large and aligned enough for both forms; local to this call.
        unsafe withUnsafeMutableBytes(of: &storage) { bytes in
            if isIPv6 {
                var form = sockaddr_in6()
                form.sin6_family = sa_family_t(AF_INET6)
                form.sin6_port = port.bigEndian
                unsafe withUnsafeMutableBytes(of: &form.sin6_addr) { ip in
                    unsafe ip.storeBytes(of: high.bigEndian, as: UInt64.self)
                    unsafe ip.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
                }
                unsafe bytes.storeBytes(of: form, as: sockaddr_in6.self)
            } else {
                var form = sockaddr_in()
                form.sin_family = sa_family_t(AF_INET)
                form.sin_port = port.bigEndian
                form.sin_addr.s_addr = UInt32(truncatingIfNeeded: high >> 32).bigEndian
                unsafe bytes.storeBytes(of: form, as: sockaddr_in.self)
            }
        }
        let size = isIPv6 ? MemoryLayout<sockaddr_in6>.size : MemoryLayout<sockaddr_in>.size
        return (storage, socklen_t(size))
    }
}
