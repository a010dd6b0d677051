/// Builds a `Configuration` from nodes: the keys that agent.conf.example explains.
struct ConfigurationReader {
    var sections: SectionReader
    let folder: String
    /// What the `transform` section says of its own parts, with places.
    var written = WrittenReferences()

    init(file: String, folder: String) {
        sections = SectionReader(file: file)
        self.folder = folder
    }

    mutating func configuration(_ root: ConfigNode) -> Configuration {
        let keys = ["source", "lake", "state", "extract", "transform", "upkeep"]
        let top =
            sections.section(root, path: "", keys: keys)
            ?? Section(path: "", position: root.position, entries: [])
        let source = source(top)
        let lake = lake(top)
        let state = sections.text("state", of: top).map(path) ?? path("./state.sqlite")
        let extract = extract(top)
        let transform = transform(top, extract)
        let upkeep = upkeep(top)
        return Configuration(
            file: sections.file, source: source, lake: lake, state: state, extract: extract,
            transform: transform, upkeep: upkeep, warnings: sections.warnings)
    }

    /// `text` as an absolute path.
    func path(_ text: String) -> String {
        if text.hasPrefix("/") { return text }
        let relative = text.hasPrefix("./") ? text.dropFirst(2) : text[...]
        return folder == "/" ? "/" + relative : folder + "/" + relative
    }

    private mutating func lake(_ top: Section) -> String {
        guard let entry = top["lake"] else {
            sections.problem(
                "lake is missing", at: top.position, hint: "Add for example 'lake: ./lake'.")
            return ""
        }
        guard let text = sections.text("lake", of: top) else { return "" }
        if let colon = text.firstIndex(of: ":"), text[colon...].hasPrefix("://") {
            sections.problem(
                "lake: object stores (\(text[..<colon])://…) belong to a later version",
                at: entry.value.position, hint: "Name a folder on a local disk.")
        }
        return path(text)
    }

    // MARK: Source

    private mutating func source(_ top: Section) -> Configuration.Source {
        var source = Configuration.Source()
        let keys = [
            "host", "port", "socket", "user", "password", "tls", "ca", "cert", "key", "time_zone",
            "connect_timeout", "compression",
        ]
        guard let section = sections.section("source", of: top, keys: keys) else {
            if top["source"] == nil {
                sections.problem(
                    "source is missing", at: top.position,
                    hint: "Add 'source:' with host (or socket) and user.")
            }
            return source
        }
        let host = sections.text("host", of: section)
        let port = sections.integer("port", of: section, in: 1...65_535) ?? 3306
        source.address = .host(host ?? "127.0.0.1", port: port)
        if let socket = sections.text("socket", of: section) {
            source.address = .socket(path(socket))
            for other in ["host", "port"] {
                if let entry = section[other] {
                    sections.problem(
                        "source.\(other) and source.socket exclude each other",
                        at: entry.keyPosition, hint: "Remove one of them.")
                }
            }
        }
        if section["user"] == nil {
            sections.problem(
                "source.user is missing", at: section.position,
                hint: "Name the user that sql/grants.sql creates.")
        }
        source.user = sections.text("user", of: section) ?? ""
        source.password = secret("password", of: section)
        security(&source, section)
        return source
    }

    private mutating func security(_ source: inout Configuration.Source, _ section: Section) {
        source.tls = sections.word("tls", of: section) ?? source.tls
        source.authorityFile = sections.text("ca", of: section).map(path)
        source.certificateFile = sections.text("cert", of: section).map(path)
        source.keyFile = sections.text("key", of: section).map(path)
        for (own, other) in [("cert", "key"), ("key", "cert")] {
            if let entry = section[own], section[other] == nil {
                sections.problem(
                    "source.\(own) needs source.\(other) beside it", at: entry.keyPosition)
            }
        }
        source.timeZone = zone("time_zone", of: section) ?? source.timeZone
        source.connectTimeout =
            sections.duration("connect_timeout", of: section) ?? source.connectTimeout
        source.compression = sections.boolean("compression", of: section) ?? source.compression
    }

    /// An offset or what has the form of an IANA name; whether there is such a zone is asked where
    /// it is needed.
    mutating func zone(_ key: String, of section: Section, or words: String = "")
        -> Configuration.ZoneChoice?
    {
        guard let text = sections.text(key, of: section), let entry = section[key] else {
            return nil
        }
        let minutes = Units.zoneOffsetMinutes(text)
        if minutes != nil || Units.isZoneName(text) {
            return Configuration.ZoneChoice(name: text, offsetMinutes: minutes)
        }
        sections.problem(
            "\(section.name(key)) must be \(words)an offset such as \"+05:30\" or an IANA name "
                + "such as Europe/Berlin, not '\(text)'", at: entry.value.position)
        return nil
    }

    // MARK: Secrets

    mutating func secret(_ key: String, of section: Section) -> SecretSource? {
        guard let entry = section[key] else { return nil }
        let name = section.name(key)
        if let text = entry.value.text {
            sections.warning(
                "\(name) is written in the file itself", at: entry.value.position,
                hint: "Prefer {env: NAME}, {file: PATH} or {credential: NAME}.")
            return SecretSource(.plain(Secret(text)), key: name)
        }
        let hint = "Write {env: NAME}, {file: PATH} or {credential: NAME}."
        guard let entries = entry.value.entries, let first = entries.first, entries.count == 1
        else {
            // What stands there may be half a secret: it is not repeated.
            sections.problem(
                "\(name) does not say where the secret is", at: entry.value.position, hint: hint)
            return nil
        }
        if first.key == "keyvault" {
            sections.problem(
                "\(name): {keyvault: …} belongs to a later version", at: first.keyPosition,
                hint: hint)
            return nil
        }
        let keys = ["env", "file", "credential"]
        guard let source = sections.section(entry.value, path: name, keys: keys),
            keys.contains(first.key), let value = sections.text(first.key, of: source)
        else { return nil }
        switch first.key {
        case "env": return SecretSource(.environment(value), key: name)
        case "file": return SecretSource(.file(path(value)), key: name)
        default:
            if value.contains("/") {
                sections.problem(
                    "\(name).credential is a name, not a path", at: first.value.position)
                return nil
            }
            return SecretSource(.credential(value), key: name)
        }
    }
}
