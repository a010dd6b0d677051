import Columnar
import CommandLine
import Dimensions
import JSON
import Lake
import Pipeline
import Transform

/// `sluice scd explain`: the events of a member, what became of them, the versions.
struct ScdCommand {
    private let session: Session

    init(_ session: Session) { self.session = session }

    func explain() throws(Failure) -> ExitCode {
        let run = try TransformCommand.reading(session, try session.configuration())
        let names = run.pipeline.dimensions.map(\.entity.name)
        guard let name = session.invocation[Options.dimension] else {
            throw .usage(
                "--dimension", "is missing", hint: "One of: \(names.joined(separator: ", ")).")
        }
        guard let spec = run.pipeline.dimensions.first(where: { $0.entity.name == name }) else {
            throw .usage(
                "--dimension", "there is no dimension '\(name)'",
                hint: "One of: \(names.joined(separator: ", ")).")
        }
        let key = try session.key(spec.entity.key)
        let found = try failing(Failure.init) { () throws(LakeError) in
            try run.explain(name, key: key)
        }
        guard let found else {
            throw Failure(
                code: "notFound", operation: "explain", subject: name,
                message: "nothing is known of the member "
                    + key.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value)" }
                    .joined(separator: ", "),
                hint: "Keys are compared as 'clean' leaves them, letter by letter.",
                exitCode: .usage)
        }
        try session.show(document(found), text: found.lines.map { $0 + "\n" }.joined())
        return .success
    }

    private func document(_ found: MemberExplanation) -> JSONValue {
        func object(_ members: [(column: String, value: String?)]) -> JSONValue {
            .object(JSONObject(members.map { ($0.column, JSONValue($0.value)) }))
        }
        func time(_ microseconds: Int64) -> JSONValue {
            .string(Timestamp.text(microseconds: microseconds))
        }
        let events = found.steps.map { step -> JSONValue in
            [
                "time": time(step.time), "operation": .string(step.isDelete ? "delete" : "upsert"),
                "origin": .string(step.origin.rawValue), "decision": .string(step.decision),
                "values": object(step.values),
            ]
        }
        let versions = found.versions.map { version -> JSONValue in
            [
                "valid_from": time(version.from), "valid_to": version.to.map(time) ?? .null,
                "is_deleted": .bool(version.isDeleted),
                "surrogate_key": JSONValue(version.surrogateKey),
                "values": object(version.values),
            ]
        }
        return [
            "dimension": .string(found.dimension),
            "key": object(found.key.map { ($0.column, $0.value) }), "events": .array(events),
            "versions": .array(versions),
        ]
    }
}
