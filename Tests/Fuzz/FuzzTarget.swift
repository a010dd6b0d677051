/// A reader of input that others wrote, and what must hold whatever the input is.
struct FuzzTarget: Sendable {
    let name: String
    /// Reads the input. Ends the process when something that must hold does not.
    let run: @Sendable ([UInt8]) -> Void

    static let all = [
        FuzzTarget(name: "json", run: TextTargets.json),
        FuzzTarget(name: "config", run: TextTargets.config),
        FuzzTarget(name: "csv", run: TextTargets.csv),
        FuzzTarget(name: "invalid", run: TextTargets.invalid),
        FuzzTarget(name: "zone", run: TextTargets.zone),
        FuzzTarget(name: "expression", run: ExpressionTargets.expression),
        FuzzTarget(name: "pattern", run: ExpressionTargets.pattern),
        FuzzTarget(name: "parquet", run: LakeTargets.parquet),
        FuzzTarget(name: "commit", run: LakeTargets.commit),
        FuzzTarget(name: "schema", run: LakeTargets.schema),
        FuzzTarget(name: "deleted", run: LakeTargets.deleted),
        FuzzTarget(name: "packets", run: PacketTarget.packets),
    ]
}

/// Ends the process, saying what does not hold.
func violated(_ what: String) -> Never { fatalError(what) }
