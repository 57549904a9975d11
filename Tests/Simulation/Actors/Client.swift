/// A client of the worker with requests to send.
package protocol Client: FarEnd {
    /// All its requests came to an end, and its connections too.
    var isDone: Bool { get }
    /// Begins.
    func start()
}
