import Columnar
import Profile

/// Which columns must not be visible to everybody, judged by their names and types.
enum Privacy {
    /// What a column may hold.
    enum Kind {
        /// A secret: none of its values reaches the lake.
        case secret
        /// A part of a person's data that identifies them.
        case person
    }

    private static let secretWords: Set<String> = [
        "password", "passwd", "pwd", "passphrase", "passcode", "passhash", "userpass", "userpwd",
        "secret", "token", "salt", "hash", "cvv", "cvc", "cvv2", "apikey", "privatekey",
        "authkey", "accesskey", "secretkey", "sessionkey", "otp", "pincode", "credential",
        "passwordhash", "cardnumber", "cardno", "ccnumber", "creditcard", "totp", "secretanswer",
        "secretquestion",
    ]

    /// Pairs of words that are a secret together.
    private static let secretPairs: Set<String> = [
        "api key", "private key", "access key", "auth key", "secret key", "card number",
        "card no", "card num", "cc number", "cc num", "credit card", "security question",
        "security answer", "secret question", "secret answer", "security code", "cc cvv",
        "activation code", "reset code", "remember code", "form salt",
        "recovery code", "debit card", "activation key", "act key", "user pass", "login pass",
        "auth code",
    ]

    private static let personWords: Set<String> = [
        "email", "mail", "phone", "telephone", "tel", "mobile", "cellphone", "fax", "street",
        "address", "address1", "address2", "birth", "birthday", "birthdate", "dob", "ip",
        "ipaddr", "ipaddress", "ssn", "passport", "phonenumber", "mobilephone", "phonenum",
        "emailaddress", "workphone", "homephone", "streetaddress", "useremail", "userip",
        "addressline", "idcard", "iban", "unionid", "openid", "nationalid",
    ]

    static func kind(_ column: SeenColumn) -> Kind? {
        if isSecret(column) || looks(column, like: isPasswordHash) { return .secret }
        let isTold = isPerson(column) || looks(column, like: isMailOrAddress)
        return isTold ? .person : nil
    }

    /// Whether most of the sampled values have a form that gives them away.
    private static func looks(_ column: SeenColumn, like form: ([UInt8]) -> Bool) -> Bool {
        guard column.type == .string, let values = column.profile?.values, !values.isEmpty else {
            return false
        }
        var seen = 0
        var alike = 0
        for case .text(let bytes) in values.keys where !bytes.isEmpty {
            seen += 1
            if form(bytes) { alike += 1 }
        }
        return seen > 0 && alike * 2 > seen
    }

    /// `$2y$…`, `$P$…`, `$argon2…`: what crypt and its kin write.
    private static func isPasswordHash(_ bytes: [UInt8]) -> Bool {
        bytes.count >= 30
            && [
                "$2a$", "$2b$", "$2y$", "$P$", "$H$", "$S$", "$1$", "$5$", "$6$",
                "$argon2", "pbkdf2",
            ].contains { bytes.starts(with: $0.utf8) }
    }

    /// An e-mail address, or an IPv4 address.
    private static func isMailOrAddress(_ bytes: [UInt8]) -> Bool {
        let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        let areNumbers =
            parts.count == 4
            && parts.allSatisfy { part in
                (1...3).contains(part.count) && part.allSatisfy { (48...57).contains($0) }
            }
        if areNumbers { return true }
        let halves = bytes.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        return halves.count == 2 && !halves[0].isEmpty && halves[1].contains(UInt8(ascii: "."))
            && !bytes.contains(32)
    }

    private static func isSecret(_ column: SeenColumn) -> Bool {
        // A number or a time about a secret (`token_count`, `password_changed_at`) is none.
        guard column.type == .string || column.type == .binary else { return false }
        let words = Words(column.name)
        let spelt = words.spelt
        if isAbout(spelt) { return false }
        if spelt.contains(where: secretWords.contains) || secretWords.contains(words.joined) {
            return true
        }
        if zip(spelt, spelt.dropFirst()).contains(where: { secretPairs.contains("\($0) \($1)") }) {
            return true
        }
        let last = spelt.last ?? ""
        if ["pass", "activation", "otep", "actkey"].contains(last) { return true }
        if last.hasSuffix("key"), looks(column, like: isHexadecimal) { return true }
        return spelt.contains { word in
            word.hasPrefix("password") || word.hasPrefix("mdp")
                || ["password", "passwd", "secret"].contains(where: word.hasSuffix)
        }
    }

    /// 32, 40 or 64 hexadecimal digits, as of a hash or a token.
    private static func isHexadecimal(_ bytes: [UInt8]) -> Bool {
        [32, 40, 64].contains(bytes.count)
            && bytes.allSatisfy {
                (48...57).contains($0) || (97...102).contains($0 | 32)
            }
    }

    /// Whether the last word says that the column tells of a secret and is none (`password_type`).
    private static func isAbout(_ words: [String]) -> Bool {
        let about: Set<String> = [
            "type", "status", "state", "count", "name", "at", "date", "time", "expires", "expiry",
            "enabled", "required", "reset", "force", "changed", "hint", "length", "policy", "url",
            "uri", "file", "tag",
        ]
        return words.count > 1 && words.last.map(about.contains) == true
    }

    /// Whether the last words name a part of a person's data: `customer_email`, `phone1`,
    /// `address_line_2`.
    private static func isPerson(_ column: SeenColumn) -> Bool {
        let spelt = Words(column.name).spelt.map { word in
            String(word.reversed().drop(while: \.isNumber).reversed())
        }.filter { !$0.isEmpty }
        guard let last = spelt.last else { return false }
        if column.isMoment {
            return spelt.contains { ["birth", "birthday", "birthdate", "dob"].contains($0) }
        }
        if spelt.count > 1, ["number", "no", "nr", "line", "addr", "num"].contains(last),
            personWords.contains(spelt[spelt.count - 2])
        {
            return true
        }
        if identities.contains(spelt.suffix(2).joined(separator: " ")) { return true }
        if column.isWhole { return ["ip", "phone", "mobile"].contains(last) }
        return personWords.contains(last) || personWords.contains(spelt.joined())
            || last.hasSuffix("email") || last.hasSuffix("phone") || last.hasSuffix("openid")
    }

    private static let identities: Set<String> = [
        "national id", "tax id", "identity card", "id card", "id number", "identity number",
        "social security", "passport id", "union id", "open id",
    ]
}
