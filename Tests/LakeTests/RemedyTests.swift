import Delta
import Lake
import Testing

/// Which command heals which table.
@Suite struct RemedyTests {
    @Test(arguments: [
        (
            "bronze/shop/customer/ingest_date=2026-01-02/x.parquet",
            "extract --full --schema shop --table customer."
        ),
        ("./bronze/shop/customer", "extract --full --schema shop --table customer."),
        ("silver/fact", "transform --only fact --rebuild."),
        ("silver/_scd2/member/_delta_log/0.json", "transform --only member --rebuild."),
        ("silver/_tombstones/fact", "transform --only fact --rebuild."),
        ("quarantine/fact/x.parquet", "transform --only fact --rebuild."),
        ("gold/wide", "transform --only wide --rebuild."),
        ("bronze/_collations/utf8mb4_uca1400_ai_ci/x.parquet", "let sluice extract ask"),
        ("quarantine/_rule_runs", "delete the folder quarantine/_rule_runs"),
    ])
    func theCommandIsNamed(_ path: String, _ command: String) throws {
        #expect(try #require(Remedy(path: path)).text.contains(command))
    }

    @Test func whatNothingBringsBackIsSaid() throws {
        let text = try #require(Remedy(path: "quarantine/fact")).text
        #expect(text.contains("decisions about rows in lost files"))
    }

    @Test func otherPathsHaveNone() {
        #expect(Remedy(path: "table") == nil)
        #expect(Remedy(path: "/srv/data/table") == nil)
        #expect(Remedy(path: "bronze/shop") == nil)
    }

    @Test func aTableOfBronzeIsCalledAsTheSourceCallsIt() throws {
        let properties = ["sluice.source_table": "my.db.a b's", "sluice.source_schema": "my.db"]
        let text = try #require(Remedy(path: "bronze/my.db/a_b_s", properties: properties)).text
        #expect(text.contains(#"extract --full --schema my.db --table 'a b'\''s'."#), "\(text)")
    }

    @Test func onlyDamageHasARemedy() {
        let damage = DeltaError(
            .damagedFile, operation: "read", subject: "gold/wide/x", message: "m", hint: "h")
        #expect(damage.remedied.hint?.contains("--only wide --rebuild") == true)
        let other = DeltaError(
            .unsupported, operation: "read", subject: "gold/wide/x", message: "m", hint: "h")
        #expect(other.remedied.hint == "h")
    }
}
