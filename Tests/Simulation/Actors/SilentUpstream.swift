/// One connection to an upstream that takes it and never says anything.
final class SilentUpstream: FarEnd {
    func connected(_ wire: Wire) {}
    func received(_ bytes: [UInt8], on wire: Wire) {}
    func ended(_ wire: Wire) { wire.finish() }
    func wasReset(_ wire: Wire) {}
}
