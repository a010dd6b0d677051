import Testing

@testable import Proposal

@Suite("Secrets and persons")
struct PrivacyTests {
    private func kind(_ name: String, _ type: String = "varchar") -> Privacy.Kind? {
        Seen.table("t", "\(name) \(type)").columns.first.flatMap(Privacy.kind)
    }

    @Test(
        "secrets are masked",
        arguments: [
            "password", "passwd", "user_pass", "admin_password_hash", "pwd", "userPwd",
            "secret_key", "api_key", "apiKey", "token", "reset_token", "salt", "password_salt",
            "hash", "cvv", "cc_cvv", "card_number", "cc_number", "secret_answer",
            "security_question", "user_form_salt", "remember_token", "customers_secret",
        ])
    func secret(name: String) {
        #expect(kind(name) == .secret)
    }

    @Test(
        "what only looks like one is not",
        arguments: [
            ("passenger_id", "int"), ("pass_count", "int"), ("password_changed_at", "datetime"),
            ("compass", "varchar"), ("token_count", "int"), ("hashtag", "varchar"),
            ("passed", "int"), ("password_type", "varchar"), ("bypass", "varchar"),
            ("email_template", "varchar"), ("phone_type", "varchar"), ("address_id", "int"),
            ("zip_code", "varchar"), ("tip", "decimal"), ("ship_name", "varchar"),
        ])
    func harmless(name: String, type: String) {
        #expect(kind(name, type) == nil)
    }

    @Test(
        "persons are told",
        arguments: [
            ("email", "varchar"), ("customer_email", "varchar"), ("phone", "varchar"),
            ("mobile", "varchar"), ("street", "varchar"), ("billing_street_address", "varchar"),
            ("address1", "varchar"), ("birth_date", "date"), ("dob", "date"), ("ip", "varchar"),
            ("ip_address", "varchar"), ("telephone", "varchar"),
        ])
    func person(name: String, type: String) {
        #expect(kind(name, type) == .person)
    }
}
