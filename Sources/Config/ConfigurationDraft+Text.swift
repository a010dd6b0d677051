extension ConfigurationDraft {
    /// A commented agent.conf that says what the draft says; our own reader accepts it.
    public var text: String {
        head + extractSection + transformSection
    }

    private var head: String {
        let place =
            switch address {
            case .host(let host, let port):
                "  host: \(YAMLText.scalar(host))\n  port: \(port)\n"
            case .socket(let path): "  socket: \(YAMLText.scalar(path))\n"
            }
        return """
            # agent.conf: written by 'sluice init' from what the schema \(YAMLText.comment(schema))
            # declares. Every key there is, with its meaning: agent.conf.example.
            # Relative paths count from this file's folder. Next: sluice check, sluice discover.

            source:
            \(place)  user: \(YAMLText.scalar(user))
              # Fetched when needed, never stored. Or {file: PATH}, {credential: SYSTEMD-NAME}.
              password: {env: \(YAMLText.scalar(passwordVariable))}
              tls: \(tls.rawValue)
              time_zone: "\(timeZone)"        # the offset in which DATETIME values are kept

            lake: \(YAMLText.scalar(lake))
            state: \(YAMLText.scalar(state))

            """
    }

    private var extractSection: String {
        var text = """

            extract:
              schema: \(YAMLText.scalar(schema))
              include: ["*"]             # also tables that are created later
              exclude: []
              connections: 2
              codec: zstd
              verify: count
              # The plan of today, table by table. A table that is removed here is planned anew at
              # every run.
              tables:

            """
        if tables.isEmpty { text.replaceLast("tables:\n", with: "tables: {}\n") }
        for table in tables { text += entry(table) }
        return text
    }

    private func entry(_ table: Table) -> String {
        var text = "    \(YAMLText.scalar(table.name)):\n"
        if table.rowsEstimate > 0 { text += "      # about \(table.rowsEstimate) rows\n" }
        if !table.reason.isEmpty { text += "      # \(YAMLText.comment(table.reason))\n" }
        text += "      mode: \(table.mode.rawValue)\n"
        func source(_ name: String) -> String { table.sourceNames[name] ?? name }
        if let watermark = table.watermark {
            text += "      watermark: \(YAMLText.scalar(source(watermark)))\n"
        }
        if !table.key.isEmpty {
            text += "      key: \(YAMLText.list(table.key.map(source)))\n"
        }
        return text
    }
}

extension String {
    /// Replaces the end of the text, which must be `suffix`.
    fileprivate mutating func replaceLast(_ suffix: String, with other: String) {
        precondition(hasSuffix(suffix))
        removeLast(suffix.count)
        append(other)
    }
}
