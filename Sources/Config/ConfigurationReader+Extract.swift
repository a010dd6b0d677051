extension ConfigurationReader {
    mutating func extract(_ top: Section) -> Configuration.Extract {
        var extract = Configuration.Extract()
        let keys = [
            "schema", "include", "exclude", "views", "connections", "codec", "verify", "margin",
            "no_process_margin", "max_lag", "chunk_rows", "row_group_rows", "file_size",
            "small_table_rows", "retries", "stall_timeout", "mask_salt", "tinyint1", "bit1",
            "time", "tables",
        ]
        guard let section = sections.section("extract", of: top, keys: keys) else {
            return extract
        }
        extract.schema = sections.text("schema", of: section)
        extract.include = sections.texts("include", of: section) ?? extract.include
        extract.exclude = sections.texts("exclude", of: section) ?? extract.exclude
        extract.views = sections.boolean("views", of: section) ?? extract.views
        extract.connections =
            sections.integer("connections", of: section, in: 1...64) ?? extract.connections
        extract.codec = sections.word("codec", of: section) ?? extract.codec
        extract.verify = verify(section) ?? extract.verify
        budgets(&extract, section)
        extract.maskSalt = secret("mask_salt", of: section)
        let general = types(section)
        extract.types.tinyint1 = general.tinyint1 ?? extract.types.tinyint1
        extract.types.bit1 = general.bit1 ?? extract.types.bit1
        extract.types.time = general.time ?? extract.types.time
        if let tables = sections.section("tables", of: section, keys: nil) {
            for entry in tables.entries {
                if let table = table(entry, in: tables) { extract.tables.append(table) }
            }
        }
        adviseSalt(extract, section)
        return extract
    }

    private mutating func budgets(_ extract: inout Configuration.Extract, _ section: Section) {
        extract.margin =
            sections.duration("margin", of: section, atMost: .seconds(1)) ?? extract.margin
        extract.maxLag = sections.duration("max_lag", of: section) ?? extract.maxLag
        extract.noProcessMargin =
            sections.duration("no_process_margin", of: section) ?? extract.noProcessMargin
        extract.chunkRows =
            sections.integer("chunk_rows", of: section, in: 1...1_000_000_000_000)
            ?? extract.chunkRows
        extract.rowGroupRows =
            sections.integer("row_group_rows", of: section, in: 1...100_000_000)
            ?? extract.rowGroupRows
        extract.fileSizeBytes =
            sections.size("file_size", of: section, atLeast: 1 << 10) ?? extract.fileSizeBytes
        extract.smallTableRows =
            sections.integer("small_table_rows", of: section, in: 0...1_000_000_000_000)
            ?? extract.smallTableRows
        extract.retries = sections.integer("retries", of: section, in: 0...100) ?? extract.retries
        extract.stallTimeout =
            sections.duration("stall_timeout", of: section) ?? extract.stallTimeout
    }

    private mutating func verify(_ section: Section) -> Configuration.Extract.Verify? {
        if let entry = section["verify"], entry.value.text == "checksum" {
            sections.problem(
                "extract.verify: checksum belongs to a later version", at: entry.value.position,
                hint: "Write 'verify: count', the strongest that is built.")
            return nil
        }
        return sections.word("verify", of: section)
    }

    private mutating func types(_ section: Section) -> Configuration.TypeChoices {
        Configuration.TypeChoices(
            tinyint1: sections.word("tinyint1", of: section),
            bit1: sections.word("bit1", of: section), time: sections.word("time", of: section))
    }

    private mutating func table(
        _ entry: ConfigNode.Entry, in tables: Section
    ) -> Configuration.Table? {
        let keys = [
            "mode", "watermark", "watermark_zone", "key", "lookback", "deletes", "columns", "mask",
            "where",
            "tinyint1", "bit1", "time",
        ]
        guard
            let section = sections.section(entry.value, path: tables.name(entry.key), keys: keys)
        else { return nil }
        var table = Configuration.Table(name: entry.key, position: entry.keyPosition)
        table.mode = sections.word("mode", of: section) ?? table.mode
        table.watermark = sections.text("watermark", of: section)
        table.watermarkZone = watermarkZone(section) ?? table.watermarkZone
        table.key = sections.texts("key", of: section) ?? table.key
        table.lookback = sections.duration("lookback", of: section) ?? table.lookback
        deletes(section)
        columns(&table, section)
        if let mask = sections.section("mask", of: section, keys: nil) {
            for entry in mask.entries {
                if let word = sections.word(
                    entry.key, of: mask, as: Configuration.Table.Mask.self)
                {
                    table.masks.append((entry.key, word))
                }
            }
        }
        table.condition = sections.text("where", of: section)
        table.types = types(section)
        return table
    }

    private mutating func watermarkZone(_ section: Section)
        -> Configuration.Table.WatermarkZone?
    {
        switch section["watermark_zone"]?.value.text {
        case "auto": return .auto
        case "server": return .server
        case "utc": return .zone(Configuration.ZoneChoice(name: "UTC", offsetMinutes: 0))
        default:
            return zone("watermark_zone", of: section, or: "auto, server, utc, ").map { .zone($0) }
        }
    }

    private mutating func columns(_ table: inout Configuration.Table, _ section: Section) {
        guard
            let columns = sections.section(
                "columns", of: section, keys: ["include", "exclude"])
        else { return }
        table.includedColumns = sections.texts("include", of: columns)
        table.excludedColumns = sections.texts("exclude", of: columns) ?? []
        if let entry = columns["exclude"], columns["include"] != nil {
            sections.problem(
                "\(columns.path) has both include and exclude", at: entry.keyPosition,
                hint: "Keep one of them.")
        }
        for needed in table.key + [table.watermark].compactMap({ $0 })
        where table.excludedColumns.contains(needed) {
            sections.problem(
                "\(columns.path) excludes '\(needed)', which is the key or the watermark",
                at: columns.position)
        }
    }

    private mutating func deletes(_ section: Section) {
        guard let entry = section["deletes"], entry.value.text != "none" else { return }
        if entry.value.text == "audit" {
            sections.problem(
                "\(section.name("deletes")): audit belongs to a later version",
                at: entry.value.position,
                hint: "Write 'deletes: none'; a table in snapshot mode shows deletes by itself.")
        } else {
            sections.problem(
                "\(section.name("deletes")) must be one of none, audit, not "
                    + entry.value.summary, at: entry.value.position)
        }
    }

    /// An unsalted hash of an e-mail address is as good as the address.
    private mutating func adviseSalt(_ extract: Configuration.Extract, _ section: Section) {
        let masked = extract.tables.first { table in
            table.masks.contains { $0.mask == .sha256 }
        }
        if let masked, section["mask_salt"] == nil {
            sections.warning(
                "table \(masked.name) is masked by sha256 without extract.mask_salt, so values "
                    + "that can be guessed can be recognised",
                at: masked.position, hint: "Add 'mask_salt: {env: SLUICE_MASK_SALT}' to extract.")
        }
    }
}
