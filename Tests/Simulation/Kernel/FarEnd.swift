/// The other end of a connection of the worker: a client, or an upstream.
package protocol FarEnd: AnyObject {
    /// The connection is there; what was asked for can be sent.
    func connected(_ wire: Wire)
    /// The worker's next bytes.
    func received(_ bytes: [UInt8], on wire: Wire)
    /// The worker will send nothing more.
    func ended(_ wire: Wire)
    /// The connection is gone.
    func wasReset(_ wire: Wire)
}
