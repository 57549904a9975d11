import CLinux

extension SimulatedKernel {
    private static func of(_ world: UnsafeMutableRawPointer?) -> SimulatedKernel {
        guard let world else { preconditionFailure("a call without a world") }
        return Unmanaged<SimulatedKernel>.fromOpaque(world).takeUnretainedValue()
    }

    /// The calls as the C wall takes them, without their world.
    var calls: weir_kernel {
        var table = weir_kernel()
        addSockets(&table)
        addBytes(&table)
        table.epoll_create = { SimulatedKernel.of($0).createPoller() }
        table.epoll_control = { world, poller, operation, number, event in
            SimulatedKernel.of(world).control(
                poller, operation, number, event?.pointee.data.u64 ?? 0, event?.pointee.events ?? 0)
        }
        table.epoll_wait = { world, poller, events, most, milliseconds in
            let room = UnsafeMutableBufferPointer(start: events, count: Int(most))
            return SimulatedKernel.of(world).wait(poller, room, milliseconds)
        }
        table.event_create = { SimulatedKernel.of($0).createEvent() }
        table.event_read = { world, number, count in
            guard let count else { return -Int(EFAULT) }
            return SimulatedKernel.of(world).readEvent(number, &count.pointee)
        }
        table.event_write = { SimulatedKernel.of($0).writeEvent($1, $2) }
        table.time = { SimulatedKernel.of($0).time(isWall: $1 != 0) }
        table.random = { SimulatedKernel.of($0).dice.word() }
        return table
    }

    private func addSockets(_ table: inout weir_kernel) {
        table.socket = { SimulatedKernel.of($0).socket() }
        table.bind = { world, number, address in
            SimulatedKernel.of(world).bind(number, Address(address))
        }
        table.listen = { SimulatedKernel.of($0).listen($1) }
        table.accept = { world, number, address in
            var remote = Address(0, 0)
            let accepted = SimulatedKernel.of(world).accept(number, &remote)
            if accepted >= 0 { remote.write(to: address) }
            return accepted
        }
        table.waiting = { SimulatedKernel.of($0).waiting($1) }
        table.connect = { world, number, address in
            SimulatedKernel.of(world).connect(number, Address(address))
        }
        table.shutdown = { SimulatedKernel.of($0).shutdown($1) }
        table.close = { SimulatedKernel.of($0).close($1) }
        table.set_option = { SimulatedKernel.of($0).setOption($1, $2, $3) }
        table.take_error = { SimulatedKernel.of($0).takeError($1) }
        table.local_address = { world, number, address in
            SimulatedKernel.of(world).localAddress(number).write(to: address)
            return 0
        }
    }

    private func addBytes(_ table: inout weir_kernel) {
        table.receive = { SimulatedKernel.of($0).receive($1, $2, $3, $4) }
        table.send = { world, number, pieces, count in
            SimulatedKernel.of(world).send(
                number, UnsafeBufferPointer(start: pieces, count: Int(count)))
        }
    }
}

extension Address {
    /// As the kernel has it; IPv4 only.
    fileprivate init(_ storage: UnsafePointer<sockaddr_storage>?) {
        guard let storage else { preconditionFailure("a call without an address") }
        let form = UnsafeRawPointer(storage).load(as: sockaddr_in.self)
        self.init(UInt32(bigEndian: form.sin_addr.s_addr), UInt16(bigEndian: form.sin_port))
    }

    fileprivate func write(to storage: UnsafeMutablePointer<sockaddr_storage>?) {
        guard let storage else { return }
        var form = sockaddr_in()
        form.sin_family = sa_family_t(AF_INET)
        form.sin_port = port.bigEndian
        form.sin_addr.s_addr = ip.bigEndian
        UnsafeMutableRawPointer(storage).storeBytes(of: form, as: sockaddr_in.self)
    }
}
