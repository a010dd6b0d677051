import Events
public import Lake
import Pipeline
public import Quarantine

extension TransformRun {
    /// The corrections that an edited export of an entity's rows makes; nothing is written.
    ///
    /// Throws `.configuration` with every line that cannot be taken.
    public func fixes(
        _ file: QuarantineFixFile, of name: String
    ) throws(LakeError) -> QuarantineFixes {
        let entities = pipeline.entities
        guard let entity = entities.first(where: { $0.name == name }) else {
            return QuarantineFixes()
        }
        let events = try BronzeEvents(
            entity, storage: world.storage, consumed: nil, collations: world.collations)
        return try QuarantineSteward(entity, storage: world.storage).fixes(
            from: file, bronze: events.schema, now: world.now())
    }
}
