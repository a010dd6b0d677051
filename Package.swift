// swift-tools-version: 6.2
// The targets and who may import whom: ARCHITECTURE.md. Tests/TidyTests holds this file to the
// table there.
import PackageDescription

/// Strict memory safety makes every unsafe use say `unsafe`; warnings are errors, so none is
/// ignored.
let settings: [SwiftSetting] = [
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// One of our own targets; its folder is `Sources/<name>`.
func ours(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

/// A C library of Debian's behind a module map; imported by exactly one of our targets.
func library(_ name: String, pkgConfig: String, package: String) -> Target {
    .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([package])])
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: settings)
}

/// An executable that tries our targets; no product, so nobody is given it.
func driver(
    _ name: String, _ dependencies: [Target.Dependency], path: String, exclude: [String]
) -> Target {
    .executableTarget(
        name: name, dependencies: dependencies, path: path, exclude: exclude,
        swiftSettings: settings)
}

let package = Package(
    name: "sluice",
    products: [.executable(name: "sluice", targets: ["sluice"])],
    targets: [
        library("CMariaDB", pkgConfig: "libmariadb", package: "libmariadb-dev"),
        library("CSQLite", pkgConfig: "sqlite3", package: "libsqlite3-dev"),
        library("CZlib", pkgConfig: "zlib", package: "zlib1g-dev"),
        library("CZstd", pkgConfig: "libzstd", package: "libzstd-dev"),
        library("CLZ4", pkgConfig: "liblz4", package: "liblz4-dev"),
        library("CSnappy", pkgConfig: "snappy", package: "libsnappy-dev"),
        library("CPCRE2", pkgConfig: "libpcre2-8", package: "libpcre2-dev"),
        library("CYAML", pkgConfig: "yaml-0.1", package: "libyaml-dev"),
        .systemLibrary(name: "CLinux"),
        library("CCrypto", pkgConfig: "libcrypto", package: "libssl-dev"),
        // Compiled in from its header, so that nothing is linked.
        .systemLibrary(name: "CXXHash", providers: [.apt(["libxxhash-dev"])]),

        ours("Names"),
        ours("Columnar", ["Names"]),
        ours("JSON", ["Names"]),
        ours("Digest", ["CCrypto", "CXXHash"]),
        ours("Profile", ["Columnar", "Names"]),
        ours("Storage", ["CLinux"]),
        ours("Source", ["Columnar", "Names"]),
        ours("Parquet", ["Columnar", "CZlib", "CZstd", "CSnappy", "CLZ4"]),
        ours("MySQL", ["Source", "Columnar", "Digest", "Names", "CMariaDB"]),
        ours("Delta", ["Parquet", "Storage", "Columnar", "JSON", "Names"]),
        ours("Lake", ["Pipeline", "Delta", "Storage", "Columnar", "Names"]),
        ours("Collations", ["Delta", "Storage", "Columnar"]),
        ours("State", ["CSQLite"]),
        ours("Spelling"),
        ours("Pipeline", ["Columnar", "Names"]),
        ours("Config", ["Pipeline", "Spelling", "Names", "CYAML"]),
        ours("Proposal", ["Config", "Profile", "Columnar", "Names"]),
        ours("CommandLine", ["Columnar", "Spelling", "JSON"]),
        ours(
            "Extract",
            [
                "Source", "Profile", "Collations", "Lake", "Delta", "Parquet", "Storage",
                "Columnar", "Digest", "JSON", "Names", "Spelling",
            ]),
        ours("Expression", ["Columnar", "Digest", "Spelling", "CPCRE2"]),
        ours("Work"),
        ours("Keys", ["Lake", "Pipeline", "Collations", "Delta", "Parquet", "Columnar", "JSON"]),
        ours(
            "Events",
            [
                "Keys", "Lake", "Pipeline", "Expression", "Collations", "Delta", "Parquet",
                "Storage", "Columnar", "JSON", "Names", "Spelling",
            ]),
        ours("Tables", ["Keys", "Lake", "Pipeline", "Delta", "Parquet", "Columnar", "JSON"]),
        ours(
            "Rules",
            [
                "Events", "Keys", "Lake", "Pipeline", "Expression", "Profile", "Delta", "Storage",
                "Columnar", "Digest", "JSON", "Names", "Spelling",
            ]),
        ours(
            "Quarantine",
            [
                "Rules", "Events", "Keys", "Work", "Lake", "Pipeline", "Delta", "Parquet",
                "Storage", "Columnar", "Digest", "JSON", "Names", "Spelling",
            ]),
        ours(
            "Dimensions",
            [
                "Events", "Tables", "Keys", "Work", "Lake", "Pipeline", "Delta", "Parquet",
                "Storage", "Columnar", "Digest", "JSON", "Names",
            ]),
        ours(
            "Facts",
            [
                "Events", "Tables", "Keys", "Work", "Lake", "Pipeline", "Delta", "Parquet",
                "Storage", "Columnar",
            ]),
        ours(
            "Gold",
            [
                "Tables", "Keys", "Work", "Lake", "Pipeline", "Collations", "Delta", "Parquet",
                "Storage", "Columnar", "JSON", "Spelling",
            ]),
        ours(
            "Transform",
            [
                "Quarantine", "Dimensions", "Facts", "Gold", "Rules", "Events", "Tables", "Keys",
                "Work", "Lake", "Pipeline", "Expression", "Profile", "Collations", "Delta",
                "Parquet", "Storage", "Columnar", "Digest", "JSON", "Names", "Spelling",
            ]),
        .executableTarget(
            name: "sluice",
            dependencies: [
                "Extract", "Transform", "Quarantine", "Dimensions", "Rules", "Lake", "Pipeline",
                "Profile", "Source", "MySQL", "Delta", "Parquet", "Storage", "Columnar", "JSON",
                "Names", "State", "Config", "CommandLine", "Proposal",
            ],
            swiftSettings: settings),

        tests("NamesTests", ["Names"]),
        tests("LakeTests", ["Lake", "Delta", "Storage", "Columnar", "Names", "LakeTestSupport"]),
        tests("ColumnarTests", ["Columnar"]),
        tests("ProfileTests", ["Profile", "Columnar", "Names"]),
        tests("JSONTests", ["JSON"]),
        tests("DigestTests", ["Digest"]),
        tests("SpellingTests", ["Spelling"]),
        .target(
            name: "LakeTestSupport", dependencies: ["Delta", "Storage", "JSON"],
            path: "Tests/LakeTestSupport", swiftSettings: settings),
        tests("StorageTests", ["Storage", "LakeTestSupport"]),
        tests(
            "DeltaTests",
            ["Lake", "Delta", "Parquet", "Storage", "Columnar", "JSON", "LakeTestSupport"]),
        tests(
            "FaultTests", ["Delta", "Parquet", "Storage", "Columnar", "JSON", "LakeTestSupport"]),
        tests("CollationsTests", ["Collations", "Storage", "Columnar", "LakeTestSupport"]),
        tests("PipelineTests", ["Pipeline"]),
        tests("ConfigTests", ["Config", "Pipeline", "TestSupport"]),
        tests(
            "ProposalTests",
            ["Proposal", "Profile", "Config", "Pipeline", "Columnar", "Names", "TestSupport"]),
        tests(
            "ExpressionTests", ["Expression", "Columnar", "JSON", "LakeTestSupport"]),
        .testTarget(
            name: "ParquetReaderTests", dependencies: ["Parquet", "Columnar"],
            exclude: ["Fixtures"], swiftSettings: settings),
        tests("StateTests", ["State", "TestSupport"]),
        tests("CommandLineTests", ["sluice", "CommandLine", "JSON"]),
        tests("ParquetWriterTests", ["Parquet", "Columnar"]),
        tests("TidyTests", []),
        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: settings),
        driver(
            "fuzz",
            [
                "Transform", "Quarantine", "Expression", "Profile", "MySQL", "Delta", "Parquet",
                "Storage", "Columnar", "JSON", "Config", "TestSupport",
            ],
            path: "Tests/Fuzz", exclude: ["corpus"]),
        tests(
            "ExtractTests",
            [
                "Extract", "Profile", "Source", "Lake", "Delta", "Parquet", "Storage", "Columnar",
                "Names", "JSON",
            ]),
        .target(
            name: "EntityTestSupport",
            dependencies: [
                "Quarantine", "Facts", "Rules", "Events", "Lake", "Pipeline", "Delta", "Parquet",
                "Storage", "Columnar", "JSON", "LakeTestSupport",
            ], path: "Tests/EntityTestSupport", swiftSettings: settings),
        tests("WorkTests", ["Work", "Lake"]),
        tests("KeysTests", ["Dimensions", "Keys", "Columnar", "EntityTestSupport"]),
        tests(
            "TablesTests",
            [
                "Tables", "Keys", "Pipeline", "Delta", "Columnar", "EntityTestSupport",
                "LakeTestSupport",
            ]),
        tests(
            "EventsTests",
            [
                "Rules", "Events", "Lake", "Pipeline", "Delta", "Storage", "Columnar",
                "EntityTestSupport", "LakeTestSupport",
            ]),
        tests(
            "RulesTests",
            ["Rules", "Events", "Lake", "Pipeline", "Profile", "Columnar", "EntityTestSupport"]),
        tests(
            "QuarantineTests",
            [
                "Quarantine", "Rules", "Events", "Lake", "Pipeline", "Delta", "Storage", "Columnar",
                "JSON", "EntityTestSupport", "LakeTestSupport",
            ]),
        tests(
            "FactsTests",
            [
                "Facts", "Tables", "Keys", "Lake", "Pipeline", "Delta", "Parquet", "Storage",
                "Columnar", "EntityTestSupport", "LakeTestSupport",
            ]),
        tests(
            "DimensionsTests",
            [
                "Dimensions", "Events", "Lake", "Pipeline", "Delta", "Parquet", "Storage",
                "Columnar", "JSON", "EntityTestSupport", "LakeTestSupport",
            ]),
        tests(
            "GoldTests",
            [
                "Transform", "Facts", "Gold", "Lake", "Pipeline", "Delta", "Parquet", "Storage",
                "Columnar", "JSON", "EntityTestSupport", "LakeTestSupport",
            ]),
        tests(
            "TransformTests",
            [
                "Transform", "Quarantine", "Dimensions", "Rules", "Events", "Keys", "Lake",
                "Pipeline", "Delta", "Parquet", "Storage", "Columnar", "EntityTestSupport",
                "LakeTestSupport",
            ]),
        tests(
            "MySQLTests",
            ["MySQL", "Extract", "Profile", "Source", "Columnar", "Names", "TestSupport"]),
    ]
)
