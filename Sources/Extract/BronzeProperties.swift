import JSON
import Lake
import Names
import Source

/// The properties of a bronze table as they are to be after a run, and what they tell of changes.
struct BronzeProperties {
    /// All properties, those of others included.
    private(set) var values: [String: String]
    /// What changed since the last run, for the operator.
    private(set) var changes: [String] = []
    /// Vanished columns of which no run has told yet.
    private(set) var newlyVanished: [String] = []

    /// - Parameters:
    ///   - vanished: the source's names of columns that bronze has and the source shows no more.
    ///   - before: the properties there are, nil for a new table.
    init(
        _ plan: TablePlan, identity: String, vanished: [String], before: [String: String]?,
        runID: String
    ) {
        values = before ?? [:]
        values[BronzeProperty.table] = plan.name
        values[BronzeProperty.schema] = plan.table.schema
        values[BronzeProperty.identity] = identity
        values[BronzeProperty.gone] = nil
        // Rows of bronze are never taken out; tables of older versions are told so once.
        values["delta.appendOnly"] = "true"
        note(vanished, runID)
        follow(BronzeProperty.watermark, plan.watermark?.name ?? plan.mode.rawValue) { was, now in
            let whole = ExtractMode.snapshot.rawValue
            func words(_ by: String) -> String { by == whole ? "whole each time" : "by its \(by)" }
            return "the table was read \(words(was)) and is now read \(words(now)) "
                + "(\(plan.reason)); this run reads every row"
        }
        let key = JSONValue.array(plan.key.map(JSONValue.string)).description
        follow(BronzeProperty.key, key) { was, now in
            "the key was \(was) and is now \(now): compare 'key' of the tables made of it"
        }
    }

    /// Keeps a value and tells when it was another; tables of older versions have none.
    private mutating func follow(
        _ name: String, _ value: String, _ text: (String, String) -> String
    ) {
        if let was = values[name], !was.isSame(as: value) { changes.append(text(was, value)) }
        values[name] = value
    }

    /// Notes which columns are gone and who told it: this run and one later do.
    private mutating func note(_ vanished: [String], _ runID: String) {
        var known: [ByteName: String] = [:]
        let text = values[BronzeProperty.goneColumns] ?? "{}"
        let members = (try? JSONValue(parsing: Array(text.utf8)))?.object?.members ?? []
        for member in members { known[ByteName(member.key)] = member.value.string ?? "" }
        var noted = JSONObject()
        for column in vanished {
            var runs = (known[ByteName(column)] ?? "").split(separator: " ").map(String.init)
            if runs.isEmpty { newlyVanished.append(column) }
            if runs.count < MissingTables.tellings, !runs.contains(runID) { runs.append(runID) }
            if runs.contains(runID) {
                changes.append(
                    "column \(column) is gone from the source: its values are null in rows that "
                        + "come from now on, those in bronze stay")
            }
            noted[column] = .string(runs.joined(separator: " "))
        }
        values[BronzeProperty.goneColumns] =
            vanished.isEmpty ? nil : JSONValue.object(noted).description
    }
}
