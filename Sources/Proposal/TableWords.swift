import Profile

/// What the words of a table's name say about its rows.
enum TableWords {
    /// What happened, as the last word of a name.
    static let events: Set<String> = [
        "order", "sale", "invoice", "payment", "rental", "transaction", "txn", "trade", "visit",
        "event", "click", "booking", "reservation", "enrolment", "enrollment", "appointment",
        "match", "trip", "post", "message", "comment", "review", "shipment", "delivery", "purchase",
        "refund", "return", "reading", "measurement", "attendance", "grade", "donation", "bill",
        "receipt", "quote", "ticket", "issue", "journal", "entry", "vote", "rating", "play", "view",
        "salary", "loan", "prescription", "treatment", "admission", "exam", "result", "submission",
        "attempt", "call", "movement", "transfer", "deposit", "withdrawal", "claim", "charge",
        "expense", "timesheet", "usage", "flight", "ride", "session", "reply", "feedback",
        "fine", "borrowing", "encounter", "observation", "obs", "fixture",
        "standing", "statistic", "stat", "attachment", "upload", "privmsg", "topic", "thread",
        "record", "checkin",
        "inquiry", "consumption", "stay",
        "creditmemo", "voucher", "worklog", "score", "cart", "diagnosis", "test", "history",
        // Those that measure something: others are not copied.
        "log",
    ]
    /// What there is, as the last word of a name.
    static let masters: Set<String> = [
        "user", "customer", "client", "member", "employee", "staff", "person", "product",
        "category", "brand", "menu", "setting", "config", "configuration", "role", "permission",
        "department", "dept", "country", "city", "region", "state", "currency", "language", "store",
        "shop", "warehouse", "supplier", "vendor", "account", "status", "type", "group", "tag",
        "course", "subject", "student", "teacher", "patient", "doctor", "film", "movie", "book",
        "author", "artist", "album", "genre", "track", "team", "player", "hero", "map", "project",
        "tracker", "template", "page", "module", "plugin", "option", "address", "contact", "dict",
        "parameter", "site", "forum", "zone", "territory", "market", "unit", "class", "room",
        "hotel", "airport", "airline", "aircraft", "coupon", "promotion", "campaign", "plan",
        "rule",
        "rate", "level", "attribute", "value", "field", "meta", "metadata", "link", "image",
        "media",
        "file", "block", "layout", "widget", "term", "taxonomy", "tax", "office",
        "branch", "location", "calendar", "dimension", "geo", "company", "organization", "job",
        "title", "position", "shift", "manufacturer", "carrier", "method", "extension", "theme",
        "entity", "set", "column", "table", "notice", "article", "content", "node",
        "description", "info", "detail", "profile", "enumeration", "version", "service", "drug",
        "medicine", "ward", "bed", "season", "stadium", "league", "venue", "text", "i18n", "lang",
        "translation", "inventory", "stock", "item", "goods", "sku", "spec", "area", "province",
        "grid", "index", "aggregated", "special", "discount", "price", "passenger", "basket",
        "label", "name", "contract", "enrol", "availability", "frequency", "website", "affiliate",
        "guest",
        "partner", "agent",
    ]
    /// Tables that are made of others.
    static let derived: Set<String> = [
        "grid", "index", "idx", "aggregated", "aggregation", "rollup",
    ]
    /// Events that are made of lines.
    static let trades: Set<String> = [
        "order", "cart", "invoice", "purchase", "sale", "shipment", "creditmemo", "return", "quote",
        "bill", "receipt", "delivery", "basket",
    ]
    /// What a program tells of itself, in any place: such events are nothing to count.
    static let technical: Set<String> = [
        "version", "module", "plugin", "schema", "upgrade", "dataflow", "scheduler", "registry",
        "report", "import", "idgen", "deploy", "extension", "install", "cronjob",
    ]
    /// Parts of a header, as the last word.
    static let lines: Set<String> = [
        "item", "line", "detail", "product", "position", "total", "entry", "row", "article",
    ]

    /// Why a table of such a name is not worth a copy; nil for others.
    ///
    /// - Parameters:
    ///   - name: the whole name, prefixes among it.
    ///   - measuresFractions: whether it measures amounts: such a log is worth it.
    ///   - holdsState: whether it has columns of a program's own, as a table of sessions has and
    ///     one of lessons has not.
    static func exclusion(
        _ name: Words, measuresFractions: Bool, holdsState: Bool
    ) -> String? {
        let words = Set(name.singular).union(name.spelt)
        let joined = name.joined
        func any(_ wanted: Set<String>) -> Bool { !words.isDisjoint(with: wanted) }
        if any(["cache", "cached"]) { return "a cache" }
        if any(["queue", "actionscheduler"]) || joined.hasSuffix("failedjob") { return "a queue" }
        if any(["migration", "flyway"]) || joined.contains("changelog") && joined.contains("base")
            || joined.hasSuffix("schemaversion") || joined.hasSuffix("schemahistory")
        {
            return "the state of migrations"
        }
        if any(["finder", "searchindex", "fulltext", "wordlist", "wordmatch"])
            || any(["search"])
                && any(["index", "result", "word", "tmp", "match", "dataset", "total"])
        {
            return "a search index"
        }
        if any(["tmp", "temp", "idx", "backup", "bak", "bkp"]) {
            return "a temporary or backup table"
        }
        if any(["lock", "captcha", "qrtz", "cron", "semaphore", "heartbeat"]) {
            return "the state of a program"
        }
        if measuresFractions { return nil }
        if any(["session"]), holdsState { return "sessions" }
        if ["login", "online"].contains(name.head) { return "who logged in" }
        if any(["token", "nonce", "oauth"]) { return "tokens" }
        return isLog(name) ? "a log" : nil
    }

    /// Whether the first or the last word says log, or one between and no event is named.
    private static func isLog(_ name: Words) -> Bool {
        let logs: Set<String> = [
            "log", "audit", "watchdog", "logininfor", "loginlog", "syslog", "logging",
        ]
        if let first = name.singular.first, let last = name.singular.last,
            logs.contains(first) || logs.contains(last)
        {
            return true
        }
        let head = name.spelt.last ?? ""
        let joined = ["blog", "catalog", "dialog", "backlog", "analog", "vlog", "weblog"]
        if head.hasSuffix("log"), !joined.contains(where: head.hasSuffix) { return true }
        return name.holds(anyOf: logs)
            && !name.holds(anyOf: events.subtracting(["log", "entry", "record", "history"]))
    }
}
