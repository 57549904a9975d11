/// The form of the annotation `networking.internal.knative.dev/rollout`.
extension Rollout {
    var json: String {
        var json = GoJSON()
        json.object { fields in
            if configurations.isEmpty { return }
            fields.field("configurations") { json in
                json.list(configurations) { $1.write(to: &$0) }
            }
        }
        return String(decoding: json.bytes, as: UTF8.self)
    }

    /// Nil where the text is no such state, or one that does not add up.
    init?(json text: String) {
        guard let tree = try? TreeParser.document(of: text) else { return nil }
        var flaws = Flaws()
        configurations = Cursor(root: tree)["configurations"].items(&flaws).map {
            ConfigurationRollout($0, &flaws)
        }
        let isWell = configurations.allSatisfy {
            $0.isConsistent && $0.revisions.count <= ConfigurationRollout.revisionsMax
        }
        guard flaws.errors.isEmpty, isWell else { return nil }
    }
}

extension ConfigurationRollout {
    fileprivate init(_ cursor: Cursor, _ flaws: inout Flaws) {
        configurationName = cursor["configurationName"].text(&flaws)
        tag = cursor["tag"].text(&flaws)
        percent = cursor["percent"].integer(&flaws) ?? 0
        revisions = cursor["revisions"].items(&flaws).map { item in
            Share(
                revisionName: item["revisionName"].text(&flaws),
                percent: item["percent"].integer(&flaws) ?? 0)
        }
        let values = cursor["stepParams"]
        step = Step(
            startTime: values["starttime"].integer(&flaws) ?? 0,
            nextStepTime: values["nextStepTime"].integer(&flaws) ?? 0,
            stepDuration: values["stepDuration"].integer(&flaws) ?? 0,
            stepSize: values["stepSize"].integer(&flaws) ?? 0)
    }

    fileprivate func write(to json: inout GoJSON) {
        json.object { fields in
            fields.field("configurationName") { $0.string(configurationName) }
            fields.optional("tag", tag)
            fields.field("percent") { $0.number(percent) }
            fields.field("revisions") { json in
                json.list(revisions) { json, share in
                    json.object { fields in
                        fields.field("revisionName") { $0.string(share.revisionName) }
                        fields.field("percent") { $0.number(share.percent) }
                    }
                }
            }
            fields.field("stepParams") { json in
                json.object { fields in
                    let values = [
                        ("starttime", step.startTime), ("nextStepTime", step.nextStepTime),
                        ("stepDuration", step.stepDuration), ("stepSize", step.stepSize),
                    ]
                    for (name, value) in values where value != 0 {
                        fields.field(name) { $0.number(value) }
                    }
                }
            }
        }
    }
}
