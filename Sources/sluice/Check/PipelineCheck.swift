import Columnar
import CommandLine
import Config
import Extract
import Lake
import Pipeline
import Rules
import Transform

/// Looks at the `transform` section: what it makes, and whether its rules can run.
struct PipelineCheck {
    private let session: Session
    private let configuration: Configuration
    /// What a run would extract.
    private let plans: [TablePlan]

    init(_ session: Session, _ configuration: Configuration, _ plans: [TablePlan]) {
        self.session = session
        self.configuration = configuration
        self.plans = plans
    }

    func findings() -> [Finding] {
        let transform = configuration.transform
        if transform.isEmpty {
            return [
                Finding(
                    "pipeline", .fine, "nothing under 'transform': a run copies only bronze",
                    hint: "'sluice init --output FILE' proposes a pipeline.")
            ]
        }
        let rules = transform.entities.reduce(0) { $0 + $1.rules.count }
        let made = [
            (transform.dimensions.count, "dimension"), (transform.facts.count, "fact"),
            (transform.oneBigTables.count, "One Big Table"), (rules, "rule"),
        ].map { "\($0) \($1)\($0 == 1 ? "" : "s")" }.joined(separator: ", ")
        do throws(Failure) {
            let run = try TransformCommand.reading(session, configuration)
            let found = try failing(Failure.init) { () throws(LakeError) in try run.lint() }
            let problems = found.filter { $0.weight == .error }.map { finding in
                Finding(
                    "pipeline", .failed, "\(finding.entity).\(finding.rule): \(finding.message)",
                    hint: finding.hint)
            }
            if !problems.isEmpty { return problems }
            return [Finding("pipeline", .fine, made)] + names()
        } catch {
            // Columns are bronze's; before the first extract there are none to look at.
            if error.code == LakeError.Code.configuration.rawValue {
                return [Finding("pipeline", .fine, made + ", checked once bronze exists")]
                    + names()
            }
            return [Finding("pipeline", error)]
        }
    }

    /// Columns that silver or quarantine keep by other names than the source's.
    private func names() -> [Finding] {
        let sources = Dictionary(
            plans.map { ($0.name, Schema($0.bronzeFields)) },
            uniquingKeysWith: { first, _ in first })
        do throws(Failure) {
            let run = try TransformCommand.reading(session, configuration)
            let texts = try failing(Failure.init) { () throws(LakeError) in
                try run.renamings(sources)
            }
            return texts.map { Finding("names", .fine, $0) }
        } catch {
            return [Finding("pipeline", error)]
        }
    }
}
