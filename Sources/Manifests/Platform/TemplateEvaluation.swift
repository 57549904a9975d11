extension TextTemplate {
    /// The filled template.
    func text(with input: TemplateInput) throws(CompileFault) -> String {
        var output = ""
        output.reserveCapacity(64)
        try Evaluation(input: input).write(nodes, to: &output)
        return output
    }

    private struct Evaluation {
        let input: TemplateInput

        func write(_ nodes: [Node], to output: inout String) throws(CompileFault) {
            for node in nodes {
                switch node {
                case .text(let text): output += text
                case .output(let pipeline):
                    // Most say nothing but a field.
                    if let name = pipeline.field, case .text(let text)? = input[name] {
                        output += text
                    } else {
                        output += try value(of: pipeline).printed
                    }
                case .branch(let condition, let then, let otherwise):
                    let isTrue = try value(of: condition).isTrue
                    try write(isTrue ? then : otherwise, to: &output)
                }
            }
        }

        private func value(of pipeline: Pipeline) throws(CompileFault) -> Value {
            var last: Value?
            for command in pipeline.commands {
                last = try value(of: command, last: last)
            }
            return last ?? .missing
        }

        private func value(
            of command: [Operand], last: Value?
        ) throws(CompileFault) -> Value {
            var arguments: [Value] = []
            for operand in command.dropFirst() { arguments.append(try value(of: operand)) }
            if let last { arguments.append(last) }
            if case .function(let name)? = command.first {
                return try call(name, arguments)
            }
            guard let first = command.first, arguments.isEmpty else {
                throw CompileFault(wrong: "a value cannot be called", right: "call a function")
            }
            return try value(of: first)
        }

        private func value(of operand: Operand) throws(CompileFault) -> Value {
            switch operand {
            case .literal(let value): return value
            case .group(let pipeline): return try value(of: pipeline)
            case .function(let name): return try call(name, [])
            case .field(let path):
                guard let name = path.first, let value = input[name] else {
                    throw CompileFault(
                        wrong: "can't evaluate field \(path.first ?? "")",
                        right: "use \(input.fields.joined(separator: ", "))")
                }
                guard path.count > 1 else { return value }
                guard case .map(let map) = value, path.count == 2 else {
                    throw CompileFault(wrong: ".\(path.joined(separator: ".")) is no field")
                }
                return map[path[1]].map(Value.text) ?? .missing
            }
        }

        private func call(_ name: String, _ arguments: [Value]) throws(CompileFault) -> Value {
            switch (name, arguments.count) {
            case ("not", 1): return .flag(!arguments[0].isTrue)
            case ("and", 1...):
                return arguments.first { !$0.isTrue } ?? arguments[arguments.count - 1]
            case ("or", 1...):
                return arguments.first(where: \.isTrue) ?? arguments[arguments.count - 1]
            case ("eq", 2...): return .flag(arguments.dropFirst().contains(arguments[0]))
            case ("ne", 2): return .flag(arguments[0] != arguments[1])
            case ("index", 2):
                guard case .map(let map) = arguments[0], case .text(let key) = arguments[1]
                else { throw CompileFault(wrong: "index needs a map and a string") }
                return .text(map[key] ?? "")
            case ("print", _): return .text(Self.print(arguments))
            case ("printf", 1...):
                guard case .text(let format) = arguments[0] else { break }
                return .text(try Self.printf(format, arguments.dropFirst()))
            default: break
            }
            throw CompileFault(wrong: "wrong arguments for \(name)")
        }

        /// Go parts two operands by a blank when neither is a string.
        private static func print(_ arguments: [Value]) -> String {
            var output = ""
            for (index, argument) in arguments.enumerated() {
                if index > 0, !argument.isText, !arguments[index - 1].isText { output += " " }
                output += argument.printed
            }
            return output
        }

        private static func printf(
            _ format: String, _ arguments: ArraySlice<Value>
        ) throws(CompileFault) -> String {
            var arguments = arguments
            var output = ""
            var rest = Substring(format)
            while let character = rest.popFirst() {
                guard character == "%" else {
                    output.append(character)
                    continue
                }
                switch rest.popFirst() {
                case "%"?: output += "%"
                case "s"?, "v"?:
                    guard let argument = arguments.popFirst() else {
                        throw CompileFault(wrong: "printf has too few arguments")
                    }
                    output += argument.printed
                default: throw CompileFault(wrong: "printf knows only %s, %v and %%")
                }
            }
            guard arguments.isEmpty else {
                throw CompileFault(wrong: "printf has too many arguments")
            }
            return output
        }
    }
}

extension TextTemplate.Pipeline {
    /// Where it is nothing but that.
    fileprivate var field: String? {
        guard commands.count == 1, commands[0].count == 1, case .field(let path) = commands[0][0],
            path.count == 1
        else { return nil }
        return path[0]
    }
}

extension TextTemplate.Value {
    /// Go's truth: not empty, not zero, not missing.
    fileprivate var isTrue: Bool {
        switch self {
        case .text(let text): !text.isEmpty
        case .number(let number): number != 0
        case .flag(let flag): flag
        case .map(let map): !map.isEmpty
        case .missing: false
        }
    }

    fileprivate var isText: Bool {
        if case .text = self { true } else { false }
    }

    fileprivate var printed: String {
        switch self {
        case .text(let text): text
        case .number(let number): String(number)
        case .flag(let flag): String(flag)
        case .map(let map):
            "map[\(map.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value)" }.joined(separator: " "))]"
        case .missing: "<no value>"
        }
    }
}
