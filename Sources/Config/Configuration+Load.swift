extension Configuration {
    /// Where a configuration is looked for when the command line names none, in this order.
    public static let searchPaths = ["./agent.conf", "/etc/sluice/agent.conf"]

    /// Bytes a configuration may have.
    static let limitBytes = 4 << 20

    /// The path of the configuration: `path` when given, else the first of `searchPaths`.
    public static func locate(_ path: String?) throws(ConfigError) -> String {
        if let path { return path }
        if let found = searchPaths.first(where: ConfigFile.exists) { return found }
        throw ConfigError(
            .missing, operation: "find the configuration",
            subject: searchPaths.joined(separator: ", "), message: "there is no agent.conf",
            hint: "Write one with 'sluice init --schema <name>', or name it with --config <file>.")
    }

    /// Reads a configuration file.
    ///
    /// Relative paths in it count from its own folder. Throws one error that lists every problem
    /// of the file.
    public static func load(_ path: String) throws(ConfigError) -> Configuration {
        let file: ConfigFile
        do {
            file = try ConfigFile(reading: path, limitBytes: limitBytes)
        } catch {
            let isMissing = !ConfigFile.exists(path)
            throw ConfigError(
                isMissing ? .missing : .unreadable, operation: "read the configuration",
                subject: path, message: error.message,
                hint: isMissing
                    ? "Write one with 'sluice init --schema <name>', or check --config."
                    : error.hint)
        }
        return try parse(file.bytes, file: path, folder: folder(of: path))
    }

    /// Reads a configuration's text. `file` is its name for messages; relative paths count from
    /// the absolute `folder`.
    public static func parse(
        _ text: [UInt8], file: String, folder: String
    ) throws(ConfigError) -> Configuration {
        let root = try YAMLParser.parse(text, file: file)
        var reader = ConfigurationReader(file: file, folder: folder)
        let configuration = reader.configuration(root)
        if !reader.sections.problems.isEmpty {
            throw ConfigError(.invalid, file: file, problems: reader.sections.problems)
        }
        return configuration
    }

    /// The absolute folder of a path.
    static func folder(of path: String) -> String {
        let absolute = path.hasPrefix("/") ? path : ConfigFile.workingFolder() + "/" + path
        let parts = absolute.split(separator: "/").filter { $0 != "." }.dropLast()
        return "/" + parts.joined(separator: "/")
    }
}
