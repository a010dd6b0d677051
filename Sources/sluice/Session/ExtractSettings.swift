import Columnar
import CommandLine
import Config
import Extract
import Names
import Parquet
import Pipeline
import Source

/// The configuration's `extract` section in the terms of the Extract target.
struct ExtractSettings {
    private let configuration: Configuration
    private var extract: Configuration.Extract { configuration.extract }

    init(_ configuration: Configuration) { self.configuration = configuration }

    /// The options of a run; fetches the salt of masks.
    func options(schema: String) throws(Failure) -> ExtractOptions {
        var options = ExtractOptions()
        options.schema = schema
        options.typeOptions = typeOptions(extract.types, try timeZone())
        options.connections = extract.connections
        options.verification = extract.verify == .off ? .off : .count
        options.writer = writer
        options.chunkRows = extract.chunkRows
        options.fileByteCount = extract.fileSizeBytes
        options.marginMicroseconds = Units.microseconds(extract.margin)
        options.blindMarginMicroseconds = Units.microseconds(extract.noProcessMargin)
        options.maxLagMicroseconds = Units.microseconds(extract.maxLag)
        options.attempts = extract.retries + 1
        options.comparedColumns = configuration.transform.comparedColumns
        if let salt = extract.maskSalt {
            options.maskSalt = try failing(Failure.init) { () throws(ConfigError) in
                Array(try salt.resolve().reveal().utf8)
            }
        }
        return options
    }

    /// What is configured of single tables, by name.
    func overrides() throws(Failure) -> [ByteName: TableOverride] {
        let zone = try timeZone()
        var overrides: [ByteName: TableOverride] = [:]
        for table in extract.tables {
            overrides[ByteName(table.name)] = try override(table, zone)
        }
        return overrides
    }

    /// The zone in which DATETIME values are read.
    private func timeZone() throws(Failure) -> ZoneRules {
        try SystemZones.configured(configuration.source.timeZone, "source.time_zone")
    }

    private func override(_ table: Configuration.Table, _ zone: ZoneRules) throws(Failure)
        -> TableOverride
    {
        var override = TableOverride()
        switch table.mode {
        case .auto: override.mode = nil
        case .incremental: override.mode = .incremental
        case .append: override.mode = .append
        case .snapshot: override.mode = .snapshot
        }
        override.watermark = table.watermark
        switch table.watermarkZone {
        case .auto: override.watermarkZone = .auto
        case .server: override.watermarkZone = .server
        case .zone(let choice):
            let key = "extract.tables.\(table.name).watermark_zone"
            override.watermarkZone = .zone(try SystemZones.configured(choice, key))
        }
        override.key = table.key.isEmpty ? nil : table.key
        override.lookbackMicroseconds = Units.microseconds(table.lookback)
        override.includedColumns = table.includedColumns
        override.excludedColumns = table.excludedColumns
        for (column, mask) in table.masks {
            override.masks[ByteName(column)] = mask == .null ? .null : .sha256
        }
        override.condition = table.condition
        override.typeOptions = typeOptions(extract.types(for: table.name), zone)
        return override
    }

    private func typeOptions(_ choices: Configuration.TypeChoices, _ zone: ZoneRules)
        -> TypeOptions
    {
        var options = TypeOptions()
        options.tinyint1IsBoolean = choices.tinyint1 == .boolean
        options.bit1IsBoolean = choices.bit1 == .boolean
        options.timeIsMicroseconds = choices.time == .microseconds
        options.timeZone = zone
        return options
    }

    /// The layout of files.
    var writer: WriterOptions {
        var options = WriterOptions()
        switch extract.codec {
        case .zstd: options.codec = .zstd
        case .gzip: options.codec = .gzip
        case .snappy: options.codec = .snappy
        case .none: options.codec = .none
        }
        options.rowGroupRows = extract.rowGroupRows
        return options
    }
}
