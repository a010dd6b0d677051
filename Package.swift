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

        ours("Names"),
        ours("Columnar", ["Names"]),
        ours("JSON", ["Names"]),
        ours("Digest", ["CCrypto"]),
        ours("Profile", ["Columnar", "Names"]),
        ours("Storage", ["CLinux"]),
        ours("Source", ["Columnar", "Names"]),
        ours("Parquet", ["Columnar", "CZlib", "CZstd", "CSnappy", "CLZ4"]),
        ours("MySQL", ["Source", "Columnar", "Names", "CMariaDB"]),
        ours("Delta", ["Parquet", "Storage", "Columnar", "JSON", "Names"]),
        ours("Lake", ["Delta", "Storage", "Names"]),
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
        ours(
            "Transform",
            [
                "Pipeline", "Expression", "Profile", "Collations", "Lake", "Delta", "Parquet",
                "Storage",
                "Columnar", "Digest", "JSON", "Names", "Spelling",
            ]),
        .executableTarget(
            name: "sluice",
            dependencies: [
                "Extract", "Transform", "Pipeline", "Source", "MySQL", "Lake", "Delta", "Parquet",
                "Storage",
                "Columnar", "Names", "State", "Config", "CommandLine", "JSON", "Profile",
                "Proposal",
            ],
            swiftSettings: settings),

        tests("NamesTests", ["Names"]),
        tests("LakeTests", ["Lake", "Delta", "Storage", "Columnar", "LakeTestSupport"]),
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
                "Config", "Transform", "Expression", "MySQL", "Delta", "Parquet", "Storage",
                "Profile", "Columnar", "JSON", "TestSupport",
            ],
            path: "Tests/Fuzz", exclude: ["corpus"]),
        tests(
            "ExtractTests",
            [
                "Extract", "Profile", "Source", "Lake", "Delta", "Parquet", "Storage", "Columnar",
                "Names", "JSON",
            ]),
        tests(
            "TransformTests",
            [
                "Transform", "Pipeline", "Expression", "Profile", "Lake", "Delta", "Parquet",
                "Storage", "Columnar", "JSON", "LakeTestSupport",
            ]),
        tests(
            "MySQLTests",
            ["MySQL", "Extract", "Profile", "Source", "Columnar", "Names", "TestSupport"]),
    ]
)
