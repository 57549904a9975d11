import ArgumentParser

/// How a command prints what it says for people.
enum OutputForm: String, ExpressibleByArgument, CaseIterable {
    case text
    case json
}
