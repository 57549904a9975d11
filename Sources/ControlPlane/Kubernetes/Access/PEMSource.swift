/// Where certificates or a key come from.
package enum PEMSource: Hashable, Sendable {
    /// Given in the kubeconfig itself.
    case given(SecretText)
    /// In a file, which may be replaced while we run.
    case file(String)
}
