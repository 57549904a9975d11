/// What is legal, but surely not meant: for `weir check`.
extension Compilation {
    /// In the order of files and lines; made when asked for.
    ///
    /// Hosts of several objects, and targets that do not resolve, are in `notices`.
    package func lints() -> [ObjectFault] {
        var lints: [ObjectFault] = []
        index.forEach { object, _ in
            lints += object.remarks.map {
                object.fault(line: $0.line, field: $0.field, wrong: $0.wrong, right: $0.right)
            }
        }
        let covered =
            defaultCertificate == nil ? Set(certificates.flatMap(\.names)) : nil
        for program in programs.ranked where program.isServed {
            lints += ProgramLint.lints(program, self, covered: covered)
        }
        return lints.sorted {
            ($0.file, $0.line, $0.field, $0.wrong) < ($1.file, $1.line, $1.field, $1.wrong)
        }
    }
}
