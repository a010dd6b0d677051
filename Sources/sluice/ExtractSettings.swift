import CommandLine
import Config
import Extract
import Names
import Parquet
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
        options.typeOptions = typeOptions(extract.types)
        options.connections = extract.connections
        options.verification = extract.verify == .off ? .off : .count
        options.writer = writer
        options.chunkRows = extract.chunkRows
        options.fileByteCount = extract.fileSizeBytes
        options.marginMicroseconds = microseconds(extract.margin)
        options.blindMarginMicroseconds = microseconds(extract.noProcessMargin)
        options.attempts = extract.retries + 1
        options.comparedColumns = PipelineSettings(configuration).comparedColumns
        if let salt = extract.maskSalt {
            options.maskSalt = try failing(Failure.init) { () throws(ConfigError) in
                Array(try salt.resolve().reveal().utf8)
            }
        }
        return options
    }

    /// What is configured of single tables, by name.
    var overrides: [ByteName: TableOverride] {
        var overrides: [ByteName: TableOverride] = [:]
        for table in extract.tables { overrides[ByteName(table.name)] = override(table) }
        return overrides
    }

    private func override(_ table: Configuration.Table) -> TableOverride {
        var override = TableOverride()
        switch table.mode {
        case .auto: override.mode = nil
        case .incremental: override.mode = .incremental
        case .append: override.mode = .append
        case .snapshot: override.mode = .snapshot
        }
        override.watermark = table.watermark
        override.key = table.key.isEmpty ? nil : table.key
        override.lookbackMicroseconds = microseconds(table.lookback)
        override.includedColumns = table.includedColumns
        override.excludedColumns = table.excludedColumns
        for (column, mask) in table.masks {
            override.masks[ByteName(column)] = mask == .null ? .null : .sha256
        }
        override.condition = table.condition
        override.typeOptions = typeOptions(extract.types(for: table.name))
        return override
    }

    private func typeOptions(_ choices: Configuration.TypeChoices) -> TypeOptions {
        var options = TypeOptions()
        options.tinyint1IsBoolean = choices.tinyint1 == .boolean
        options.bit1IsBoolean = choices.bit1 == .boolean
        options.timeIsMicroseconds = choices.time == .microseconds
        options.timeZoneOffsetMinutes = configuration.source.timeZoneOffsetMinutes
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

/// A span of time as the targets below count it.
func microseconds(_ duration: Duration) -> Int64 {
    let (seconds, attoseconds) = duration.components
    return seconds * 1_000_000 + attoseconds / 1_000_000_000_000
}
